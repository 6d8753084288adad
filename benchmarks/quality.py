"""Quality: the whole scoreboard with every row, and the wanted figures beside the reached ones.

    python benchmarks/quality.py --data PACK... --out DIR [--vgg19 FILE] [--limit N]

The original recipe is taught first (--samples, an hour on one core) unless DIR holds its weights already.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ayo_backend.errors import AyoError
from ayo_backend.training.data import PackClip, read_pack
from ayo_backend.training.evaluate import ARTIST, FIGURES, OURS, evaluate_command
from ayo_backend.training.original import save_original, teach_original
from ayo_backend.training.perceptual import load_vgg19
from ayo_backend.training.scoreboard import Measured, load_figures

MOVING = ("walk", "run", "idle", "attack")
UPRIGHT = ("idle", "walk", "run", "jump", "attack", "cast", "shoot")
PERFECT = ("colours",)  # both have none that the sprite has not: nobody can be ahead
UNKNOWN_PACKS = ("luizmelo", "sunny_land", "treasure_hunters", "lpc_goblin_spider", "kenney_platformer_art")


@dataclass(frozen=True)
class Goal:
    """A wanted range of one reached figure."""

    name: str
    least: float
    most: float
    reached: float

    @property
    def met(self) -> bool:
        """Unknown (NaN) is not met."""
        return self.least <= self.reached <= self.most


class Figures:
    """The measured clips, to be asked for one figure at a time."""

    def __init__(self, measured: Sequence[Measured]) -> None:
        self.measured = measured

    def of(self, name: str, method: str = OURS, source: str = "", actions: Sequence[str] = ()) -> list[float]:
        """All known values of a figure."""
        fit = (clip for clip in self.measured if clip.method == method and source in ("", clip.source))
        values = [clip.figures[name] for clip in fit if not actions or clip.action in actions]
        return [value for value in values if not math.isnan(value)]

    def mean(self, name: str, method: str = OURS, source: str = "", actions: Sequence[str] = ()) -> float:
        """NaN when nothing is known."""
        values = self.of(name, method, source, actions)
        return statistics.fmean(values) if values else math.nan

    def sources(self) -> list[str]:
        """The packs' names."""
        return sorted({clip.source for clip in self.measured})


def goals(figures: Figures) -> list[Goal]:
    """What is wanted of the generator that ships, and what it reaches."""
    inf = math.inf
    walks = ("walk", "run", "jump", "attack")
    wanted = []
    for source, share in (("lpc_revised", 0.35), ("superpowers_ninja", 0.7), ("antumdeluge", 0.7)):
        ratio = figures.mean("l1", source=source, actions=walks) / figures.mean("l1", "still", source, walks)
        wanted.append(Goal(f"{source}: L1 over the still's", 0, share, ratio))
    exact = figures.mean("exact", source="lpc_revised", actions=["walk"])
    wanted.append(Goal("lpc_revised walk: exact colour", 0.85, 1, exact))
    for source in figures.sources():
        for action in MOVING:
            energies = figures.of("energy", source=source, actions=[action])
            if energies:
                wanted.append(Goal(f"{source} {action}: energy", 0.7, 1.3, statistics.median(energies)))
    for source in ("", *figures.sources()):
        named = figures.mean("named", source=source) / figures.mean("named", ARTIST, source)
        wanted.append(Goal(f"{source or 'all'}: action named, over the artist's", 0.8, inf, named))
    for source in figures.sources():
        wanted.append(Goal(f"{source}: area", 0.85, 1.15, figures.mean("area", source=source, actions=UPRIGHT)))
        wanted.append(Goal(f"{source}: histogram", 0.9, inf, figures.mean("histogram", source=source)))
    wanted.append(
        Goal("least area of a frame", 0.75, inf, min(figures.of("area_min", actions=UPRIGHT), default=math.nan))
    )
    for source in UNKNOWN_PACKS:
        ahead = figures.mean("histogram", source=source) - figures.mean("histogram", "nearest", source)
        wanted.append(Goal(f"{source}: identity ahead of nearest", 1e-9, inf, ahead))
        told = figures.mean("named", source=source) - figures.mean("named", "still", source)
        wanted.append(Goal(f"{source}: named ahead of still", 1e-9, inf, told))
        wanted += [
            Goal(f"{source}: {name} ahead of the original recipe", 0 if name in PERFECT else 1e-9, inf, ahead)
            for name, ahead in _ahead(figures, source).items()
        ]
    for name, most in (("colours", 0), ("alphas", 0), ("closure", 1.5), ("popping", 0.01)):
        wanted.append(Goal(f"worst clip: {name}", 0, most, max(figures.of(name), default=math.nan)))
    for action in ("idle", "attack"):
        worst = max(figures.of("foot", actions=[action]), default=math.nan)
        wanted.append(Goal(f"worst {action}: foot drift in px", 0, 1, worst))
    return wanted


def _ahead(figures: Figures, source: str) -> dict[str, float]:
    """By how much Ayo is better than the original recipe in each figure of a pack, where that has a row."""
    if not figures.of("energy", "original", source):
        return {}

    def gap(name: str, sign: int) -> float:
        return sign * (figures.mean(name, source=source) - figures.mean(name, "original", source))

    def off(method: str) -> float:
        return abs(1 - statistics.median(figures.of("energy", method, source)))

    more = {name: gap(name, 1) for name in ("exact", "iou", "named", "histogram")}
    less = {name: gap(name, -1) for name in ("l1", "mse", "change_mse", "pieces", "colours", "popping")}
    return more | less | {"energy": off("original") - off(OURS)}


def main(
    data: Annotated[list[Path], typer.Option(help="A sprite pack; may be given several times.")],
    out: Annotated[Path, typer.Option(help="The folder for everything that comes of it.")],
    limit: Annotated[int | None, typer.Option(help="At most so many clips of each source.")] = None,
    samples: Annotated[int, typer.Option(help="Samples the original recipe is taught with.")] = 70_000,
    vgg19: Annotated[Path | None, typer.Option(help="torchvision's VGG19 weights.")] = None,
    judge: Annotated[Path | None, typer.Option(help="The judge's weights.")] = None,
) -> None:
    """Print the scoreboard and which figures are reached."""
    console = Console()
    original = out / "original.safetensors"
    try:
        if not original.exists():
            _teach([clip for pack in data for clip in read_pack(pack)], original, samples, vgg19)
        evaluate_command(data, limit=limit, out=out, judge=judge, original=original, vgg19=vgg19)
    except AyoError as error:
        console.print(str(error))
        raise typer.Exit(2) from None
    table = Table("wanted of Ayo", "range", "reached", "")
    for goal in goals(Figures(load_figures(out / FIGURES))):
        table.add_row(
            goal.name, f"{goal.least:.2g} to {goal.most:.2g}", f"{goal.reached:.3f}", "met" if goal.met else "-"
        )
    console.print(table)


def _teach(clips: list[PackClip], path: Path, samples: int, vgg19: Path | None) -> None:
    with Progress() as progress:
        task = progress.add_task("teaching the original recipe", total=samples)
        network = load_vgg19(vgg19) if vgg19 else None
        known = [clip for clip in clips if clip.split == "train"]
        save_original(
            teach_original(known, samples, network, watch=lambda seen, loss: progress.update(task, completed=seen)),
            path,
        )


if __name__ == "__main__":
    typer.run(main)
