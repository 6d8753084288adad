"""Adaptation: `ayo train` from the shipped weights on the sheet of one character that moves in a way of its own.

    python benchmarks/adaptation.py --out DIR [--steps N] [--threads N]

A puppet is animated by curves that Ayo never saw: stiff legs, high bounces, a deep sway, a head that nods twice a step,
a slow low swing. Its idle, walk and attack are trained on. Measured before and after: these, its run, which is not
on the sheet, and another puppet that moves in the same way. In DIR: the sheet, the weights, and rows to look at.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from ayo_backend import Animator, Clip, export, puppets
from ayo_backend.actions import ACTIONS, durations, phases
from ayo_backend.animator import SHIPPED
from ayo_backend.compose import Stage
from ayo_backend.motion.curves import ROOT, Script, both, bump, keys, wave
from ayo_backend.puppets.puppet import Puppet
from ayo_backend.rig import Kind, Pose, Role, View
from ayo_backend.training import methods
from ayo_backend.training.contact import Row, contact_sheet
from ayo_backend.training.data import PackClip, read_pack
from ayo_backend.training.evaluate import measure

HERO, OTHER, SIDE = 115, 122, 64  # two puppets, and their canvas in pixels
ROOM = 20  # transparent pixels round the canvas, for the swing
TAUGHT = ("idle", "walk", "attack")


def _gait(stride: float, bounce: float, sway: float) -> Script:
    """Stiff legs, two high bounces a cycle, a sway of the whole body, two nods a step."""
    limbs: Script = {
        Role.NEAR_UPPER_LEG: {"swing": wave(stride, 0.0)},
        Role.NEAR_UPPER_ARM: {"swing": wave(8, 0.0, times=2, mean=50)},
        Role.NEAR_LOWER_ARM: {"swing": wave(10, 0.1, times=2, mean=30)},
    }
    return both(limbs, 0.5) | {
        ROOT: {"dy": bump(-bounce, 0.25, 0.5, times=2), "lean": wave(sway, 0.25)},
        Role.TORSO: {"lean": wave(sway, 0.35)},
        Role.HEAD: {"lean": wave(14, 0.1, times=4), "dy": wave(0.025, 0.0, times=4)},
    }


STYLE: dict[str, Script] = {
    "idle": {
        ROOT: {"lean": wave(4, 0.25)},
        Role.TORSO: {"lean": wave(5, 0.25)},
        Role.HEAD: {"lean": wave(-12, 0.25, times=2)},
    },
    "walk": _gait(14, 0.09, 7),
    "run": _gait(20, 0.15, 10),
    "attack": {
        ROOT: {"dx": keys((0, 0), (0.55, -0.05), (0.8, 0.06), (1, 0))},
        Role.TORSO: {"lean": keys((0, 0), (0.55, 22), (0.8, 26), (1, 0))},
        Role.HEAD: {"lean": keys((0, 0), (0.55, -18), (0.8, -20), (1, 0))},
        Role.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.55, -70), (0.8, 30), (1, 0))},
        Role.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.55, -20), (0.8, 10), (1, 0))},
        Role.HELD: {"lean": keys((0, 0), (0.55, 30), (0.8, -20), (1, 0))},
    },
}


def _pose(action: str, phase: float) -> Pose:
    pose = Pose.rest()
    for row, part in STYLE[action].items():
        value = {channel: curve(phase) for channel, curve in part.items()}
        angle = value.get("lean", 0.0) - value.get("swing", 0.0)
        pose.parts[row] = (angle, value.get("dx", 0.0), value.get("dy", 0.0), 0.0, 0.0)
    return pose


def _clip(puppet: Puppet, action: str) -> Clip:
    what = ACTIONS[action]
    stage, canvas = Stage(puppet.rig, puppet.pivot), (-ROOM, -ROOM, SIDE + ROOM, SIDE + ROOM)
    frames = [puppet.palette[stage.picture(_pose(action, p), canvas).indices] for p in phases(what, what.frames)]
    pivot = (puppet.pivot[0] + ROOM, puppet.pivot[1] + ROOM)
    return Clip(np.stack(frames), durations(what, what.frames), what.loop, pivot, (-ROOM, -ROOM), action)


def _pack(folder: Path, seed: int, actions: tuple[str, ...]) -> list[PackClip]:
    """The puppet's sheet with its JSON, alone in the folder, as an artist would hand it over; and its clips."""
    puppet = puppets.draw(seed, kind=Kind.HUMANOID, view=View.SIDE, size=SIDE)
    folder.mkdir(parents=True, exist_ok=True)
    export.write([_clip(puppet, action) for action in actions], folder / f"puppet{seed}.png", force=True)
    return read_pack(folder)


def main(
    out: Annotated[Path, typer.Option(help="A new folder for everything that comes of it.")],
    steps: Annotated[int, typer.Option(min=1, help="Steps of the move lesson.")] = 300,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads for the network.")] = 2,
) -> None:
    """Draw, train, measure."""
    taught = _pack(out / "my_pack", HERO, TAUGHT)
    held = [clip for clip in _pack(out / "held", HERO, (*TAUGHT, "run")) if clip.action == "run"]
    others = _pack(out / "other", OTHER, (*TAUGHT, "run"))
    command = [sys.executable, "-m", "ayo_backend", "train", "--data", str(out / "my_pack"), "--out", str(out / "run")]
    command += ["--start", str(SHIPPED), "--parse-steps", "0", "--point-steps", "0", "--move-steps", str(steps)]
    began = time.monotonic()
    subprocess.run([*command, "--threads", str(threads)], check=True)
    seconds = time.monotonic() - began
    makers = {
        "before": methods.animated(Animator(SHIPPED, device="cpu")),
        "after": methods.animated(Animator(out / "run" / "ayo.safetensors", device="cpu")),
    }
    table = Table("clip", "L1 over the still's: before", "after", "energy: before", "after")
    rows: list[Row] = []
    for group, clips in (("on the sheet", taught), ("not on the sheet", held), ("another puppet", others)):
        for clip in clips:
            made = {name: maker(clip) for name, maker in makers.items()}
            figures = {name: measure(frames, clip) for name, frames in made.items()}
            copy = measure(methods.still(clip), clip)["l1"]
            shares = [f"{figures[name]['l1'] / copy:.2f}" for name in makers]
            table.add_row(f"{clip.action}, {group}", *shares, *(f"{figures[name]['energy']:.2f}" for name in makers))
            rows += [(f"{clip.action}, {group}: the artist's", clip.frames())]
            rows += [(name, frames.frames) for name, frames in made.items()]
    contact_sheet(rows, scale=1, columns=8).save(out / "rows.png")
    console = Console()
    console.print(table)
    console.print(f"{steps} steps on {threads} threads: {seconds / 60:.1f} minutes, loading and drawing included.")


if __name__ == "__main__":
    typer.run(main)
