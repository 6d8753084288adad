"""What hands hold: drawn from the grip along an angle (0 down, 90 right, 180 up)."""

from __future__ import annotations

import math
from itertools import pairwise

from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Point, Slab, move, shifted

PAPER = Material((232, 224, 204))
BLADES = ("sword", "greatsword", "dagger", "scimitar", "rapier")
POLES = ("spear", "staff", "halberd", "scythe", "wand")
HEADS = ("axe", "hammer", "club", "mace")
RANGED = ("bow", "gun", "rifle", "crossbow")
MAGIC = ("flame", "orb", "book")
SHIELDS = ("round", "kite", "tower")
WEAPONS = BLADES + POLES + HEADS + RANGED + MAGIC
TWO_HANDED = frozenset({"greatsword", "spear", "staff", "halberd", "scythe", "rifle"})


def weapon(
    part: Part, kind: str, hand: Point, angle: float, size: float, main: Material, grip: Material, gem: Material
) -> None:
    """Add a weapon to the part; size: the figure's height in pixels."""
    if kind in BLADES:
        _blade(part, kind, hand, angle, size, main, grip)
    elif kind in POLES:
        _pole(part, kind, hand, angle, size, main, grip, gem)
    elif kind in HEADS:
        _head(part, kind, hand, angle, size, main, grip)
    elif kind == "bow":
        _bow(part, hand, angle, size, grip, main)
    elif kind in MAGIC:
        _magic(part, kind, hand, size, grip, gem)
    else:
        _gun(part, kind, hand, angle, size, main, grip)


def _blade(part: Part, kind: str, hand: Point, angle: float, size: float, main: Material, grip: Material) -> None:
    length = {"sword": 0.45, "greatsword": 0.75, "dagger": 0.2, "scimitar": 0.42, "rapier": 0.5}[kind] * size
    width = max(
        {"sword": 0.028, "greatsword": 0.05, "dagger": 0.022, "scimitar": 0.035, "rapier": 0.012}[kind] * size, 0.6
    )
    guard = move(hand, angle, 0.03 * size)
    pommel = move(hand, angle + 180, (0.14 if kind == "greatsword" else 0.06) * size)
    part.add(Capsule(pommel, guard, width * 0.6, width * 0.6), grip)
    if kind == "scimitar":
        belly = move(move(guard, angle, length * 0.55), angle + 90, length * 0.12)
        tip = move(guard, angle - 4, length)
        part.add(Capsule(guard, belly, width * 0.7, width * 1.1), main).add(Capsule(belly, tip, width * 1.1, 0.5), main)
    else:
        left, right = move(guard, angle + 90, width), move(guard, angle - 90, width)
        near_tip = move(guard, angle, length * 0.85)
        tip = move(guard, angle, length)
        part.add(
            Slab((left, move(near_tip, angle + 90, width), tip, move(near_tip, angle - 90, width), right), 0.3), main
        )
        if width > 1.2:
            part.add(Capsule(guard, near_tip, 0.5, 0.5), main, 0.25, flat=True, clip=True)
    cross = width + 0.045 * size
    part.add(
        Capsule(
            move(guard, angle + 90, cross),
            move(guard, angle - 90, cross),
            max(0.014 * size, 0.55),
            max(0.014 * size, 0.55),
        ),
        grip,
        0.1,
    )


def _pole(
    part: Part, kind: str, hand: Point, angle: float, size: float, main: Material, grip: Material, gem: Material
) -> None:
    length = {"spear": 0.95, "staff": 0.9, "halberd": 0.95, "scythe": 0.9, "wand": 0.25}[kind] * size
    back = 0.08 * size if kind == "wand" else length * 0.42
    thick = max(0.014 * size, 0.6)
    foot, top = move(hand, angle + 180, back), move(hand, angle, length - back)
    part.add(Capsule(foot, top, thick, thick), grip)
    if kind == "spear":
        wide = max(0.028 * size, 1.0)
        part.add(
            Slab(
                (
                    move(top, angle + 90, wide),
                    move(top, angle, 0.14 * size),
                    move(top, angle - 90, wide),
                    move(top, angle + 180, 0.03 * size),
                )
            ),
            main,
        )
    elif kind in ("staff", "wand"):
        r = max((0.05 if kind == "staff" else 0.03) * size, 1.0)
        part.add(Ellipse(move(top, angle, r * 0.6), r, r), gem)
        if r > 2:
            part.add(
                Ellipse(move(move(top, angle, r * 0.6), 225, r * 0.35), r * 0.35, r * 0.35),
                gem,
                0.4,
                flat=True,
                clip=True,
            )
    elif kind == "halberd":
        _axe_head(part, move(top, angle + 180, 0.06 * size), angle, 0.14 * size, main)
        part.add(Capsule(top, move(top, angle, 0.1 * size), max(0.02 * size, 0.8), 0.5), main)
    else:
        hook = move(move(top, angle + 90, 0.2 * size), angle, 0.04 * size)
        tip = move(move(top, angle + 90, 0.32 * size), angle + 180, 0.08 * size)
        part.add(Capsule(top, hook, max(0.03 * size, 0.8), max(0.028 * size, 0.8)), main).add(
            Capsule(hook, tip, max(0.028 * size, 0.8), 0.5), main
        )


def _head(part: Part, kind: str, hand: Point, angle: float, size: float, main: Material, grip: Material) -> None:
    length = 0.36 * size
    top = move(hand, angle, length)
    thick = max(0.017 * size, 0.6)
    if kind == "club":
        part.add(Capsule(move(hand, angle + 180, 0.06 * size), top, thick, max(0.05 * size, 1.2)), grip)
        return
    part.add(Capsule(move(hand, angle + 180, 0.08 * size), top, thick, thick), grip)
    if kind == "axe":
        _axe_head(part, move(top, angle + 180, 0.05 * size), angle, 0.16 * size, main)
    elif kind == "hammer":
        w, t = 0.11 * size, max(0.055 * size, 1.2)
        part.add(
            Slab(
                (
                    move(move(top, angle + 90, w), angle, t),
                    move(move(top, angle + 90, w), angle, -t),
                    move(move(top, angle - 90, w), angle, -t),
                    move(move(top, angle - 90, w), angle, t),
                )
            ),
            main,
        )
    else:
        r = max(0.06 * size, 1.2)
        for turn in range(0, 360, 60):
            part.add(Capsule(top, move(top, angle + turn, r * 1.5), r * 0.35, 0.5), main)
        part.add(Ellipse(top, r, r), main)


def _axe_head(part: Part, at: Point, angle: float, width: float, main: Material) -> None:
    edge = move(at, angle + 90, width)
    part.add(
        Slab(
            (
                move(at, angle, width * 0.25),
                move(edge, angle, width * 0.65),
                move(edge, angle + 90, width * 0.2),
                move(edge, angle, -width * 0.65),
                move(at, angle, -width * 0.25),
            ),
            0.3,
        ),
        main,
    )


def _bow(part: Part, hand: Point, angle: float, size: float, wood: Material, string: Material) -> None:
    """Held upright across the angle it aims along."""
    half = 0.27 * size
    thick = max(0.016 * size, 0.6)
    curve = [
        move(move(hand, angle + 90, half * t), angle, half * 0.45 * (math.cos(t * 1.4) - 1))
        for t in (-1.0, -0.6, -0.25, 0.25, 0.6, 1.0)
    ]
    part.add(Capsule(curve[0], curve[-1], 0.5, 0.5), string, 0.2, flat=True)
    for a, b in pairwise(curve):
        part.add(Capsule(a, b, thick, thick), wood)


def _gun(part: Part, kind: str, hand: Point, angle: float, size: float, main: Material, grip: Material) -> None:
    length = {"gun": 0.18, "rifle": 0.5, "crossbow": 0.3}[kind] * size
    thick = max(0.022 * size, 0.8)
    up = angle + 90 if math.sin(math.radians(angle)) >= 0 else angle - 90
    top = move(hand, up, thick * 1.2)
    part.add(Capsule(move(hand, up + 180, thick * 1.2), top, thick * 0.8, thick * 0.8), grip)
    part.add(
        Capsule(move(top, angle + 180, length * (0.45 if kind == "rifle" else 0.1)), top, thick * 1.3, thick), grip
    )
    part.add(Capsule(top, move(top, angle, length), thick, thick * 0.75), main)
    if kind == "crossbow":
        tip = move(top, angle, length)
        for turn in (115, -115):
            part.add(Capsule(tip, move(tip, angle + turn, 0.15 * size), thick * 0.6, thick * 0.6), grip)


def _magic(part: Part, kind: str, hand: Point, size: float, grip: Material, gem: Material) -> None:
    r = max(0.07 * size, 1.5)
    if kind == "book":
        part.add(
            Slab((shifted(hand, -r, -r), shifted(hand, r, -r), shifted(hand, r, r), shifted(hand, -r, r)), 0.4), grip
        )
        part.add(Slab((shifted(hand, -r * 0.7, -r), shifted(hand, r, -r), shifted(hand, r, r * 0.6))), PAPER, clip=True)
        return
    at = shifted(hand, 0, -r * 1.1)
    if kind == "flame":
        for lean, tall in ((-0.7, 1.4), (0.1, 2.6), (0.8, 1.7)):
            part.add(Capsule(at, shifted(at, lean * r, -tall * r), r * 0.75, 0.5), gem, -0.1)
    part.add(Ellipse(at, r, r), gem).add(Ellipse(shifted(at, 0, r * 0.15), r * 0.5, r * 0.5), gem, 0.5, flat=True)


def shield(part: Part, kind: str, at: Point, size: float, narrow: float, main: Material, trim: Material) -> None:
    """A round, kite or tower shield; narrow: how far it is seen edge on, 0.3..1."""
    r = 0.15 * size
    w = r * narrow
    x, y = at
    if kind == "round":
        part.add(Ellipse(at, w, r), trim).add(Ellipse(at, w * 0.78, r * 0.78), main)
        part.add(Ellipse(at, w * 0.25, r * 0.25), trim, 0.1)
    elif kind == "kite":
        outer = ((x - w, y - r), (x + w, y - r), (x + w, y + r * 0.3), (x, y + r * 1.4), (x - w, y + r * 0.3))
        part.add(Slab(outer, 0.4), trim).add(
            Slab(tuple((x + (px - x) * 0.72, y + (py - y) * 0.75) for px, py in outer), 0.3), main
        )
    else:
        part.add(
            Slab(((x - w, y - r * 1.3), (x + w, y - r * 1.3), (x + w, y + r * 1.3), (x - w, y + r * 1.3)), 0.5), trim
        )
        part.add(Slab(((x - w * 0.7, y - r), (x + w * 0.7, y - r), (x + w * 0.7, y + r), (x - w * 0.7, y + r))), main)
