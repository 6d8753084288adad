"""The vocabulary: what a character can do, which way it can look, what creature it can be, and how long animators hold
each moment.

Frame counts and holds follow common sprite practice: anticipation short, contact held, apex longest, the last frame of
a death longest.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import numpy as np

from ayo_backend.clip import Loop
from ayo_backend.errors import AyoError
from ayo_backend.rig import Kind

MIN_FRAMES, MAX_FRAMES = 2, 32
FACINGS = ("right", "left", "down", "up")
CREATURES = tuple(kind.value for kind in Kind)
MIRRORED = (1, 0, 2, 3)  # what each becomes in a mirror


@dataclass(frozen=True)
class Action:
    """name; default frame count; loop mode; timing: (phase 0..1, milliseconds) knots, linear between them."""

    name: str
    frames: int
    loop: Loop
    timing: tuple[tuple[float, int], ...]


ACTIONS = {
    action.name: action
    for action in (
        Action("idle", 6, "loop", ((0, 160), (1, 160))),
        Action("walk", 8, "loop", ((0, 100), (1, 100))),
        Action("run", 8, "loop", ((0, 80), (1, 80))),
        Action("jump", 7, "once", ((0, 90), (0.15, 110), (0.3, 70), (0.5, 170), (0.7, 80), (0.85, 110), (1, 100))),
        Action("attack", 7, "once", ((0, 70), (0.2, 90), (0.35, 50), (0.5, 150), (0.7, 90), (1, 100))),
        Action("cast", 8, "once", ((0, 90), (0.3, 120), (0.55, 180), (0.75, 120), (1, 100))),
        Action("shoot", 7, "once", ((0, 80), (0.35, 130), (0.5, 160), (0.6, 60), (1, 100))),
        Action("hurt", 4, "once", ((0, 60), (0.35, 140), (1, 100))),
        Action("die", 8, "once", ((0, 90), (0.4, 110), (0.75, 90), (1, 600))),
    )
}


def action_named(name: str) -> Action:
    """The action of that name; AyoError unknown_action names the nearest one."""
    return ACTIONS[_known(name, tuple(ACTIONS), "action")]


def facing_named(name: str) -> str:
    """The facing of that name, or "auto"; AyoError unknown_facing names the nearest one."""
    return _known(name, (*FACINGS, "auto"), "facing")


def creature_named(name: str) -> str:
    """The creature of that name, or "auto"; AyoError unknown_creature names the nearest one."""
    return _known(name, (*CREATURES, "auto"), "creature")


def phases(action: Action, frames: int) -> list[float]:
    """When in the action each frame lies, 0..1.

    A loop leaves out its end, which is its beginning again. What happens once begins when it is already under way and
    ends before it is over, as artists draw it: the still itself is not shown twice. A death ends at its end.
    """
    if action.loop == "loop":
        return [i / frames for i in range(frames)]
    return [(i + 0.5) / (frames - 0.5 if action.name == "die" else frames) for i in range(frames)]


def durations(action: Action, frames: int) -> tuple[int, ...]:
    """Milliseconds of each frame, in tens (GIF can't tell less apart)."""
    knots, values = zip(*action.timing, strict=True)
    return tuple(int(round(ms / 10) * 10) for ms in np.interp(phases(action, frames), knots, values))


def frame_count(action: Action, frames: int | None) -> int:
    """The number asked for, or the action's own; AyoError too_many_frames when out of range."""
    if frames is None:
        return action.frames
    if not MIN_FRAMES <= frames <= MAX_FRAMES:
        raise AyoError(
            "too_many_frames",
            f"A clip has {MIN_FRAMES} to {MAX_FRAMES} frames, not {frames}.",
            "Ask for a number in that range.",
        )
    return frames


def _known(name: str, names: tuple[str, ...], what: str) -> str:
    if name in names:
        return name
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}?" if near else f"Ayo knows {', '.join(names)}."
    raise AyoError(f"unknown_{what}", f"There is no {what} {name!r}.", hint)
