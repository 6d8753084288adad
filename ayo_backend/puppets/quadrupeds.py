"""Beasts on four legs: wolves, cats, bears, horses, lizards."""

from __future__ import annotations

from dataclasses import dataclass

from ayo_backend.puppets import colours
from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.eyes import CALM, Gaze, eye, random_gaze
from ayo_backend.puppets.heads import DARK, WHITE
from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Point, Slab, about, bend, between, shifted
from ayo_backend.rig import Role, View

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Beast:
    """A four-legged creature; lengths in shares of the drawing height.

    long: hip to shoulder. leg: ground to belly. chest, rump, limb, head: radii. neck: (reach, rise) from shoulder to
    skull. muzzle: (length, drop, radius) in head radii. tail: (back, up, root radius, tip radius). stride: in legs.
    """

    hide: Material
    under: Material
    paws: Material
    long: float = 0.55
    leg: float = 0.36
    chest: float = 0.19
    rump: float = 0.14
    limb: float = 0.05
    head: float = 0.14
    neck: tuple[float, float] = (0.2, 0.2)
    muzzle: tuple[float, float, float] = (1.2, 0.3, 0.45)
    ear: str = "up"
    tail: tuple[float, float, float, float] = (0.3, 0.1, 0.06, 0.04)
    mane: Material | None = None
    spikes: bool = False
    wings: bool = False
    stride: float = 0.12
    gaze: Gaze = CALM


# Least and most: long, leg, chest, rump, limb, head, neck's reach, neck's rise.
BREEDS: dict[str, tuple[Span, ...]] = {
    "hound": ((0.42, 0.68), (0.3, 0.45), (0.14, 0.2), (0.1, 0.15), (0.03, 0.06), (0.1, 0.16), (0.1, 0.3), (0.05, 0.3)),
    "heavy": ((0.35, 0.6), (0.16, 0.3), (0.2, 0.36), (0.16, 0.3), (0.07, 0.12), (0.14, 0.22), (0.1, 0.3), (-0.1, 0.1)),
    "horse": ((0.45, 0.65), (0.38, 0.5), (0.13, 0.2), (0.12, 0.2), (0.03, 0.05), (0.08, 0.12), (0.1, 0.3), (0.2, 0.4)),
    "lizard": ((0.6, 1.0), (0.14, 0.26), (0.11, 0.2), (0.1, 0.18), (0.04, 0.07), (0.1, 0.16), (0.1, 0.3), (-0.1, 0.2)),
    "cub": ((0.2, 0.4), (0.12, 0.26), (0.15, 0.24), (0.13, 0.22), (0.05, 0.08), (0.2, 0.32), (0.08, 0.25), (0.1, 0.35)),
}  # fmt: skip


def random_beast(dice: Dice) -> Beast:
    """One of any breed."""
    breed = dice.weigh({"hound": 0.3, "heavy": 0.27, "horse": 0.12, "lizard": 0.13, "cub": 0.18})
    long, leg, chest, rump, limb, head, reach, rise = (dice.span(*span) for span in BREEDS[breed])
    hide = colours.hide(dice)
    s = dice.span
    return Beast(
        hide=hide,
        under=Material(dice.pick(colours.HIDES)) if dice.chance(0.5) else Material(hide.rgb),
        paws=Material(dice.pick(colours.HIDES)) if dice.chance(0.4) else hide,
        long=long,
        leg=leg,
        chest=chest,
        rump=rump,
        limb=limb,
        head=head,
        neck=(reach, rise),
        muzzle=(s(0.7, 1.8), s(0.05, 0.6), s(0.3, 0.6)),
        ear=dice.pick(("up", "up", "flop", "horn", "tusk", "none")),
        tail=(s(0.12, 0.45), s(-0.25, 0.3), s(0.02, 0.08) if breed != "lizard" else s(0.07, 0.12), s(0.01, 0.07)),
        mane=Material(colours.vivid(dice, 0.2, 0.9), texture="fur") if dice.chance(0.3) else None,
        spikes=dice.chance(0.2),
        wings=dice.chance(0.07),
        stride=s(0, 0.3),
        gaze=random_gaze(dice),
    )


def quadruped(beast: Beast, view: View, height: float) -> list[Part]:
    """All parts from back to front, the ground under the middle at (0, 0)."""
    return _sideways(beast, height) if view is View.SIDE else _ahead(beast, view, height)


def _sideways(beast: Beast, height: float) -> list[Part]:
    long, leg, chest, rump = (v * height for v in (beast.long, beast.leg, beast.chest, beast.rump))
    hip, shoulder = (-long / 2, -leg - rump * 0.6), (long / 2, -leg - chest * 0.6)
    torso = Part(Role.TORSO, hip).add(Capsule(hip, shoulder, rump, chest), beast.hide)
    belly = Capsule(shifted(hip, rump * 0.6, rump * 0.7), shifted(shoulder, 0, chest * 0.75), rump * 0.35, chest * 0.4)
    torso.add(belly, beast.under, clip=True)
    if beast.spikes:
        for i in range(5):
            at, r = between(hip, shoulder, i / 4), rump + (chest - rump) * i / 4
            torso.add(Slab(about(at, (-r * 0.35, -r * 0.7), (-r * 0.25, -r * 1.55), (r * 0.3, -r * 0.7))), beast.under)
    head = _head(beast, shifted(shoulder, chest * 0.35, -chest * 0.25), chest, height)
    tail = _tail(beast, shifted(hip, -rump * 0.75, -rump * 0.25), height)
    far, near = _legs(beast, hip, shoulder, height)
    wings = [_wing(beast, between(hip, shoulder, 0.7), height)] if beast.wings else []
    return [tail, *far, torso, head, *wings, *near]


def _head(beast: Beast, root: Point, chest: float, height: float) -> Part:
    r = beast.head * height
    skull = shifted(root, beast.neck[0] * height, -beast.neck[1] * height)
    part = Part(Role.HEAD, root)
    part.add(Capsule(root, skull, chest * 0.7, r * 0.8), beast.hide)
    if beast.mane:
        part.add(Capsule(root, between(root, skull, 0.8), chest * 0.9, r * 1.15), beast.mane)
    if beast.ear == "up":
        part.add(
            Slab(about(skull, (-r * 0.2, -r * 0.6), (r * 0.1, -r * 1.6), (r * 0.5, -r * 0.6)), 0.3), beast.hide, -0.2
        )
    part.add(Ellipse(skull, r, r * 0.9, square=0.2), beast.hide)
    length, drop, thick = (v * r for v in beast.muzzle)
    nose = shifted(skull, r * 0.3 + length, drop)
    part.add(Capsule(shifted(skull, r * 0.3, r * 0.25), nose, r * 0.6, thick), beast.under)
    part.add(
        Capsule(shifted(skull, r * 0.3, 0), shifted(nose, -thick * 0.2, -thick * 0.5), r * 0.5, thick * 0.5), beast.hide
    )
    part.add(Ellipse(shifted(nose, thick * 0.6, -thick * 0.4), max(r * 0.18, 0.6), max(r * 0.16, 0.6)), DARK, clip=True)
    if beast.ear == "up":
        part.add(
            Slab(about(skull, (-r * 0.75, -r * 0.5), (-r * 0.5, -r * 1.6), (r * 0.05, -r * 0.6)), 0.3),
            beast.hide,
            -0.05,
        )
    elif beast.ear == "flop":
        part.add(
            Capsule(shifted(skull, -r * 0.3, -r * 0.5), shifted(skull, -r * 0.6, r * 0.5), r * 0.3, r * 0.22),
            beast.hide,
            -0.15,
        )
    elif beast.ear == "horn":
        part.add(Capsule(shifted(skull, -r * 0.2, -r * 0.6), shifted(skull, r * 0.4, -r * 1.7), r * 0.25, 0.5), WHITE)
    elif beast.ear == "tusk":
        part.add(
            Capsule(shifted(nose, -thick * 0.3, thick * 0.3), shifted(nose, thick * 0.9, -thick * 0.9), r * 0.15, 0.5),
            WHITE,
        )
    eye(part, shifted(skull, r * 0.3, -r * 0.25), r * 0.5, beast.gaze)
    return part


def _tail(beast: Beast, root: Point, height: float) -> Part:
    back, up, thick, thin = (v * height for v in beast.tail)
    tip = shifted(root, -back, -up)
    bow = shifted(between(root, tip, 0.5), -back * 0.1, up * 0.3 + back * 0.12)
    part = Part(Role.TAIL, root)
    part.add(Capsule(root, bow, max(thick, 0.8), max((thick + thin) / 2, 0.7)), beast.hide)
    return part.add(Capsule(bow, tip, max((thick + thin) / 2, 0.7), max(thin, 0.6)), beast.hide)


def _legs(beast: Beast, hip: Point, shoulder: Point, height: float) -> tuple[list[Part], list[Part]]:
    """(far legs, near legs), lower and upper of each."""
    r = max(beast.limb * height, 0.9)
    stride = beast.stride * beast.leg * height
    far: list[Part] = []
    near: list[Part] = []
    for root, roles, away in (
        (shoulder, (Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM), True),
        (hip, (Role.FAR_UPPER_LEG, Role.FAR_LOWER_LEG), True),
        (hip, (Role.NEAR_UPPER_LEG, Role.NEAR_LOWER_LEG), False),
        (shoulder, (Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM), False),
    ):
        hind = root is hip
        top = (root[0], root[1] + (beast.rump if hind else beast.chest) * height * 0.25)
        offset = (stride + r * 1.3) if away else (-stride - r * 0.3)
        length = -top[1] - r * 0.6
        knee, paw = bend(top, (root[0] + offset, -r * 0.6), length * 0.53, length * 0.52, -1.0)
        thick = r * (1.8 if hind else 1.5)
        upper = Part(roles[0], top, group=roles[0].name, far=away).add(Capsule(top, knee, thick, r), beast.hide)
        lower = Part(roles[1], knee, group=roles[0].name, far=away).add(Capsule(knee, paw, r, r * 0.85), beast.hide)
        lower.add(Capsule(paw, shifted(paw, r * 0.9, 0), r * 0.95, max(r * 0.7, 0.6)), beast.paws)
        (far if away else near).extend((lower, upper))
    return far, near


def _wing(beast: Beast, root: Point, height: float) -> Part:
    part = Part(Role.NEAR_WING, root)
    for i in range(3):
        tip = shifted(root, -height * (0.2 + 0.15 * i), -height * (0.6 - 0.15 * i))
        part.add(Capsule(root, tip, height * 0.05, 0.7), beast.under, 0.05 * i)
    return part


def _ahead(beast: Beast, view: View, height: float) -> list[Part]:
    """Seen from the front or the back, the far pair of legs a little higher on the picture."""
    wide, leg, r = beast.chest * height * 1.25, beast.leg * height, max(beast.limb * height, 0.9)
    middle = (0.0, -leg - wide * 0.7)
    torso = Part(Role.TORSO, middle).add(Ellipse(middle, wide, wide * 1.05, square=0.3), beast.hide)
    if view is View.FRONT:
        torso.add(Ellipse(shifted(middle, 0, wide * 0.4), wide * 0.6, wide * 0.7), beast.under, clip=True)
    hind = _pair(
        beast,
        (Role.NEAR_UPPER_LEG, Role.NEAR_LOWER_LEG),
        (Role.FAR_UPPER_LEG, Role.FAR_LOWER_LEG),
        wide,
        leg,
        r,
        view is View.FRONT,
    )
    fore = _pair(
        beast,
        (Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM),
        (Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM),
        wide,
        leg,
        r,
        view is View.BACK,
    )
    head = _head_ahead(beast, shifted(middle, 0, -wide * 0.6), wide, view, height)
    if view is View.FRONT:
        return [*hind, torso, *fore, head]
    tail = Part(Role.TAIL, shifted(middle, 0, -wide * 0.2))
    thick, thin = max(beast.tail[2] * height, 0.8), max(beast.tail[3] * height, 0.6)
    tail.add(Capsule(tail.joint, shifted(tail.joint, wide * 0.4, wide * 1.1), thick, thin), beast.hide)
    return [*fore, head, torso, *hind, tail]


def _pair(
    beast: Beast, near: tuple[Role, Role], far: tuple[Role, Role], wide: float, leg: float, r: float, behind: bool
) -> list[Part]:
    parts: list[Part] = []
    for roles, mirror in ((near, -1), (far, 1)):
        x = mirror * wide * (0.8 if behind else 0.5)
        top, paw = (x, -leg - wide * 0.3), (x, -r * 0.7 - (leg * 0.12 if behind else 0.0))
        knee = between(top, paw, 0.5)
        upper = Part(roles[0], top, group=roles[0].name, far=behind).add(Capsule(top, knee, r * 1.4, r), beast.hide)
        lower = Part(roles[1], knee, group=roles[0].name, far=behind).add(Capsule(knee, paw, r, r), beast.hide)
        parts += [lower.add(Ellipse(paw, r * 1.25, r * 0.8), beast.paws), upper]
    return parts


def _head_ahead(beast: Beast, neck: Point, wide: float, view: View, height: float) -> Part:
    r = beast.head * height * 1.1
    skull = shifted(neck, 0, -max(beast.neck[1] * height, r * 0.3))
    part = Part(Role.HEAD, neck)
    if beast.mane:
        part.add(Ellipse(skull, r * 1.5, r * 1.4), beast.mane)
    for mirror in (-1, 1):
        root = shifted(skull, mirror * r * 0.65, -r * 0.55)
        drop = 0.6 if beast.ear == "flop" else -0.9
        tip = shifted(root, mirror * r * 0.4, r * drop)
        if beast.ear != "none":
            part.add(
                Capsule(root, tip, r * 0.35, r * 0.1), WHITE if beast.ear in ("horn", "tusk") else beast.hide, -0.05
            )
    part.add(Capsule(neck, skull, wide * 0.55, r * 0.8), beast.hide).add(Ellipse(skull, r, r, square=0.2), beast.hide)
    if view is View.FRONT:
        for mirror in (-1, 1):
            eye(part, shifted(skull, mirror * r * 0.5, -r * 0.15), r * 0.4, beast.gaze)
        part.add(Ellipse(shifted(skull, 0, r * 0.5), r * 0.55, r * 0.5), beast.under)
        part.add(Ellipse(shifted(skull, 0, r * 0.3), max(r * 0.2, 0.6), max(r * 0.14, 0.6)), DARK, clip=True)
    return part
