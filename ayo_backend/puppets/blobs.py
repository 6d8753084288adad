"""Slimes, mushrooms, rocks and walking heads: creatures of one piece."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ayo_backend.puppets import colours
from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.eyes import CALM, Gaze, eye, mouth, random_gaze
from ayo_backend.puppets.heads import WHITE
from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Slab, about, shifted
from ayo_backend.rig import Role, View

STEM, LEAF, SHINE = Material((232, 214, 184)), Material((96, 170, 70)), Material((248, 255, 246), glow=True)


@dataclass(frozen=True, slots=True)
class Blob:
    """shape: "slime", "ball", "box", "mushroom", "worm", "urchin" or "snake"; wide: half width in heights.

    slump: how much wider a slime gets at its base. face: (height of the eyes, their size, half their gap) in heights.
    """

    body: Material
    shape: str = "slime"
    wide: float = 0.6
    slump: float = 0.3
    lean: float = 0.0
    shine: bool = True
    core: Material | None = None
    feet: bool = False
    sprout: bool = False
    face: tuple[float, float, float] = (0.42, 0.14, 0.16)
    one_eye: bool = False
    gaze: Gaze = CALM


def random_blob(dice: Dice) -> Blob:
    """Any of them."""
    s = dice.span
    shape = dice.weigh(
        {"slime": 0.4, "ball": 0.18, "box": 0.09, "mushroom": 0.12, "worm": 0.06, "urchin": 0.07, "snake": 0.1}
    )
    return Blob(
        body=colours.hide(dice) if dice.chance(0.4) else Material(colours.vivid(dice, 0.4, 0.9)),
        shape=shape,
        wide=s(0.4, 0.85),
        slump=s(0.0, 0.6),
        lean=s(-0.3, 0.3),
        shine=dice.chance(0.6),
        core=Material(colours.vivid(dice)) if dice.chance(0.15) else None,
        feet=shape not in ("slime", "worm", "snake") and dice.chance(0.6),
        sprout=dice.chance(0.2),
        face=(s(0.3, 0.55), s(0.08, 0.2), s(0.09, 0.22)),
        one_eye=dice.chance(0.12),
        gaze=random_gaze(dice),
    )


def blob(plan: Blob, view: View, height: float) -> list[Part]:
    """All parts from back to front, standing at (0, 0)."""
    if plan.shape == "snake":
        return _snake(plan, view, height)
    wide, lift = plan.wide * height, height * 0.1 if plan.feet else 0.0
    body = Part(Role.TORSO, (0.0, -lift))
    _body(body, plan, wide, lift, height)
    if view is not View.BACK:
        _face(body, plan, wide, height, view)
    feet = [_foot(plan, role, x, wide, height, view) for role, x in FEET] if plan.feet else []
    return [*(_sprout(height) if plan.sprout else []), *feet, body]


FEET = ((Role.FAR_LOWER_LEG, 0.35), (Role.NEAR_LOWER_LEG, -0.35))


def _body(part: Part, plan: Blob, wide: float, lift: float, height: float) -> None:
    middle, half = (0.0, -height * 0.5 - lift / 2), height * 0.5 - lift / 2
    if plan.shape == "slime":
        part.add(Slab(_dome(plan, wide, height), height * 0.04), plan.body)
        if plan.core:
            part.add(Ellipse((0.0, -height * 0.4), wide * 0.4, height * 0.22), plan.core, clip=True)
        if plan.shine:
            at = (-wide * 0.38, -height * 0.72)
            part.add(Ellipse(at, wide * 0.2, height * 0.08, tilt=-28), SHINE, 0.2, flat=True, clip=True)
            dot = max(height * 0.022, 0.6)
            part.add(Ellipse(shifted(at, -wide * 0.27, height * 0.15), dot, dot), SHINE, 0.2, flat=True, clip=True)
    elif plan.shape == "worm":
        slim = wide * 0.45
        part.add(Capsule((0.0, -slim), (slim * plan.lean * 2, -height + slim), slim * 1.1, slim), plan.body)
    elif plan.shape == "mushroom":
        w, h = wide, height
        stem = about(
            (0.0, 0.0), (-w * 0.3, -h * 0.6), (w * 0.3, -h * 0.6), (w * 0.42, -h * 0.08), (-w * 0.42, -h * 0.08)
        )
        cap = about((0.0, 0.0), (-w * 0.9, -h * 0.5), (-w * 0.5, -h * 0.85), (w * 0.5, -h * 0.85), (w * 0.9, -h * 0.5))
        part.add(Slab(stem, h * 0.06), STEM).add(Slab(cap, h * 0.1), plan.body)
        for x, y in ((-0.5, -0.65), (0.1, -0.8), (0.6, -0.6)):
            part.add(Ellipse((w * x, h * y), w * 0.14, h * 0.07), STEM, 0.1, clip=True)
    else:
        if plan.shape == "urchin":
            for turn in range(-120, 121, 40):
                dx, dy = math.sin(math.radians(turn)), -math.cos(math.radians(turn))
                tip = shifted(middle, dx * wide, dy * half * 1.25)
                part.add(Capsule(shifted(middle, dx * wide * 0.4, dy * half * 0.5), tip, half * 0.2, 0.5), WHITE)
        part.add(Ellipse(middle, wide * 0.78, half, square=0.9 if plan.shape == "box" else 0.1), plan.body)


def _dome(plan: Blob, wide: float, height: float) -> tuple[tuple[float, float], ...]:
    """The outline of a slumped drop."""
    points = []
    for i in range(13):
        turn = math.pi * i / 12
        x, up = -math.cos(turn), math.sin(turn) ** 0.8
        width = wide * (0.75 + 0.25 * plan.slump * (1 - up)) * (abs(x) ** 0.8)
        points.append(
            (math.copysign(width, x) + plan.lean * height * 0.2 * up * up, -height * 0.04 - height * 0.92 * up)
        )
    return tuple(points)


def _face(part: Part, plan: Blob, wide: float, height: float, view: View) -> None:
    level, size, gap = (v * height for v in plan.face)
    if plan.shape == "mushroom":
        level, gap = height * 0.33, min(gap, wide * 0.2)
    look = (0.0, -level) if view is View.FRONT else (wide * (0.12 if plan.shape == "mushroom" else 0.25), -level)
    if plan.one_eye:
        eye(part, look, size * 2, plan.gaze)
    else:
        eye(part, shifted(look, -gap, 0), size, plan.gaze)
        eye(part, shifted(look, gap, 0), size, plan.gaze)
    mouth(part, shifted(look, 0, size * 1.1), height * 0.22, plan.gaze)


def _snake(plan: Blob, view: View, height: float) -> list[Part]:
    """A coil with a raised head and a tail."""
    wide, side = plan.wide * height * 0.8, view is View.SIDE
    torso = Part(Role.TORSO, (0.0, 0.0))
    torso.add(Ellipse((0.0, -height * 0.14), wide * 0.8, height * 0.14), plan.body)
    torso.add(Ellipse((-wide * 0.08, -height * 0.3), wide * 0.6, height * 0.12), plan.body)
    thick, ahead = height * 0.1, wide * 0.4 if side else 0.0
    head = Part(Role.HEAD, (0.0, -height * 0.3))
    bow, skull = (ahead * 0.2 - wide * 0.2, -height * 0.55), (ahead, -height * 0.8)
    head.add(Capsule(head.joint, bow, thick * 1.1, thick), plan.body).add(Capsule(bow, skull, thick, thick), plan.body)
    head.add(Ellipse(shifted(skull, ahead * 0.2, 0), height * 0.15, height * 0.12, square=0.3), plan.body)
    for u in (0.3,) if side else (-0.5, 0.5) if view is View.FRONT else ():
        eye(head, shifted(skull, ahead * 0.2 + u * height * 0.13, -height * 0.03), height * 0.08, plan.gaze)
    tail = Part(Role.TAIL, (-wide * 0.6, -height * 0.1))
    tail.add(Capsule(tail.joint, (-wide * 1.2, -height * 0.05), height * 0.08, 0.7), plan.body)
    return [tail, torso, head] if view is not View.BACK else [head, torso, tail]


def _foot(plan: Blob, role: Role, x: float, wide: float, height: float, view: View) -> Part:
    root = (wide * x, -height * 0.14)
    foot = Part(role, root, far=view is View.SIDE and x > 0)
    toe = wide * 0.12 if view is View.SIDE else 0.0
    return foot.add(Capsule(root, (wide * x + toe, -height * 0.05), height * 0.09, height * 0.05), plan.body, -0.1)


def _sprout(height: float) -> list[Part]:
    root = (0.0, -height * 0.92)
    part = Part(Role.HAIR, root)
    thick = max(height * 0.04, 0.7)
    for lean in (-0.5, 0.1, 0.6):
        part.add(Capsule(root, shifted(root, lean * height * 0.4, -height * 0.2), thick, thick * 1.2), LEAF)
    return [part]
