"""The eyes and mouths of beasts and monsters."""

from __future__ import annotations

from dataclasses import dataclass

from ayo_backend.puppets import colours
from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.heads import DARK, WHITE
from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Pixels, Point


@dataclass(frozen=True, slots=True)
class Gaze:
    """eyes: "dot", "tall", "white" (with a pupil) or "glow"; mouth: "none", "line", "open" or "teeth"."""

    eyes: str = "dot"
    mouth: str = "none"
    iris: Material = DARK


CALM = Gaze()


def random_gaze(dice: Dice) -> Gaze:
    """Any of them."""
    eyes = dice.weigh({"dot": 0.33, "tall": 0.12, "white": 0.4, "glow": 0.15})
    mouth = dice.weigh({"none": 0.35, "line": 0.3, "open": 0.2, "teeth": 0.15})
    return Gaze(eyes, mouth, Material(colours.vivid(dice, 0.4, 1.0), glow=True))


def eye(part: Part, at: Point, size: float, gaze: Gaze) -> None:
    """One eye about size pixels across."""
    n = max(1, round(size * (1.0 if gaze.eyes in ("white", "glow") else 0.7)))
    x, y = at[0] - n / 2, at[1] - n / 2
    if gaze.eyes == "glow":
        part.add(Pixels(x, y, n, max(1, n // 2)), gaze.iris, 0.4, flat=True, clip=True)
    elif gaze.eyes == "white" and n >= 2:
        part.add(Pixels(x, y, n, n), WHITE, 0.3, flat=True, clip=True)
        pupil = max(1, n // 2)
        part.add(Pixels(x + n - pupil, y + n / 4, pupil, pupil), DARK, -0.2, flat=True, clip=True)
    else:
        part.add(Pixels(x, y, n, round(n * (1.4 if gaze.eyes == "tall" else 1.0))), DARK, -0.2, flat=True, clip=True)
        if n >= 3:
            part.add(Pixels(x + n / 4 - 0.5, y + n / 4 - 0.5, n // 3, n // 3), WHITE, 0.3, flat=True, clip=True)


def mouth(part: Part, at: Point, size: float, gaze: Gaze) -> None:
    """A mouth size pixels wide."""
    if gaze.mouth == "none":
        return
    n = max(2, round(size))
    tall = 1 if gaze.mouth == "line" else max(2, n // 2)
    part.add(Pixels(at[0] - n / 2, at[1], n, tall), DARK, -0.2, flat=True, clip=True)
    if gaze.mouth == "teeth":
        for i in range(0, n, 2):
            part.add(Pixels(at[0] - n / 2 + i, at[1], 1, max(1, tall // 2)), WHITE, 0.3, flat=True, clip=True)
