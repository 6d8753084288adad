"""Birds, from hens to eagles, and two-legged dinosaurs, which stand and run alike."""

from __future__ import annotations

from dataclasses import dataclass

from ayo_backend.puppets import colours
from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.eyes import CALM, Gaze, eye, random_gaze
from ayo_backend.puppets.heads import WHITE
from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Point, Slab, about, between, shifted
from ayo_backend.rig import Role, View


@dataclass(frozen=True, slots=True)
class Bird:
    """A two-legged creature; lengths in shares of the drawing height.

    fat: the body's half height; long: its length against that. tilt: degrees, negative lifts the breast. head: radius.
    neck: (reach, rise) in head radii. bill: (length, droop) in head radii. tail: (length, rise, root, tip) in fats.
    wing: (lift, reach) when spread; folded otherwise. jaw: a dinosaur's head, without wings.
    """

    feather: Material
    wing_feather: Material
    beak: Material
    breast: Material | None = None
    fat: float = 0.25
    long: float = 1.3
    tilt: float = -12.0
    leg: float = 0.16
    limb: float = 0.022
    head: float = 0.17
    neck: tuple[float, float] = (0.4, 0.9)
    bill: tuple[float, float] = (1.0, 0.2)
    comb: bool = False
    tail: tuple[float, float, float, float] = (0.8, 0.2, 0.35, 0.3)
    spread: bool = False
    wing: tuple[float, float] = (1.0, 1.4)
    jaw: bool = False
    gaze: Gaze = CALM


def random_bird(dice: Dice) -> Bird:
    """A bird, or one time in five a dinosaur."""
    s = dice.span
    feather = colours.hide(dice)
    jaw = dice.chance(0.22)
    return Bird(
        feather=feather,
        wing_feather=feather if dice.chance(0.5) else colours.hide(dice),
        beak=Material(dice.pick(((236, 172, 60), (220, 110, 50), (90, 80, 80)))),
        breast=Material(dice.pick(((236, 228, 210), (240, 196, 120), (214, 120, 90)))) if dice.chance(0.5) else None,
        fat=s(0.17, 0.24) if jaw else s(0.18, 0.3),
        long=s(1.2, 1.7) if jaw else s(1.0, 1.6),
        tilt=s(-30, 0) if jaw else s(-25, 5),
        leg=s(0.16, 0.3) if jaw else s(0.08, 0.25),
        limb=s(0.04, 0.07) if jaw else s(0.018, 0.03),
        head=s(0.13, 0.2) if jaw else s(0.12, 0.22),
        neck=(s(0.3, 1.2), s(0.5, 1.6)) if jaw else (s(0, 0.8), s(0.4, 1.6)),
        bill=(s(0.9, 1.6), s(0.0, 0.4)) if jaw else (s(0.6, 1.8) if dice.chance(0.85) else s(1.8, 2.6), s(-0.05, 0.6)),
        comb=dice.chance(0.3),
        tail=(s(1.5, 2.6), s(-0.4, 0.8), s(0.5, 0.7), 0.1) if jaw else (s(0.4, 0.9), s(-0.4, 0.7), 0.35, s(0.15, 0.4)),
        spread=dice.chance(0.35),
        wing=(s(0.4, 1.6), s(1.0, 1.8)),
        jaw=jaw,
        gaze=random_gaze(dice),
    )


def bird(plan: Bird, view: View, height: float) -> list[Part]:
    """All parts from back to front, the ground under the body at (0, 0)."""
    side = view is View.SIDE
    fat, leg = plan.fat * height, plan.leg * height
    long = fat * (plan.long if side else min(plan.long, 1.05))
    middle = (0.0, -leg - fat * 0.9)
    torso = Part(Role.TORSO, (0.0, middle[1] + fat * 0.5))
    torso.add(Ellipse(middle, long, fat, tilt=plan.tilt if side else 0), plan.feather)
    if plan.breast and view is not View.BACK:
        breast = Ellipse(shifted(middle, long * 0.4 if side else 0, fat * 0.45), long * 0.6, fat * 0.6)
        torso.add(breast, plan.breast, clip=True)
    head = _head(plan, shifted(middle, long * 0.65 if side else 0.0, -fat * 0.5), view, height)
    tail = _tail(plan, middle, long, fat, view)
    legs = _legs(plan, long, fat, leg, height, side)
    if plan.jaw:
        wings = [_claw(plan, shifted(middle, long * 0.6, fat * 0.2), fat)] if side else []
        return [tail, *legs, torso, *wings, head] if view is not View.BACK else [head, *legs, torso, tail]
    far_wing, near_wing = (_wing(plan, role, middle, long, fat, side) for role in (Role.FAR_WING, Role.NEAR_WING))
    if side:
        return [far_wing, tail, *legs, torso, head, near_wing]
    if view is View.FRONT:
        return [*legs, tail, far_wing, near_wing, torso, head]
    return [*legs, head, torso, tail, far_wing, near_wing]


def _head(plan: Bird, neck: Point, view: View, height: float) -> Part:
    r, side = plan.head * height, view is View.SIDE
    skull = shifted(neck, r * plan.neck[0] if side else 0.0, -r * plan.neck[1])
    head = Part(Role.HEAD, neck)
    if plan.comb:
        for i in range(3):
            root, tip = shifted(skull, (i - 1) * r * 0.35, -r * 0.7), shifted(skull, (i - 1.4) * r * 0.5, -r * 1.45)
            head.add(Capsule(root, tip, r * 0.25, r * 0.2), Material((206, 52, 52)))
    head.add(Capsule(neck, skull, r * 0.85, r * 0.75), plan.feather).add(Ellipse(skull, r, r * 0.95), plan.feather)
    if side and plan.jaw:
        nose = shifted(skull, r * plan.bill[0], r * plan.bill[1])
        head.add(Capsule(shifted(skull, r * 0.2, 0), nose, r * 0.8, r * 0.5), plan.feather)
        head.add(
            Capsule(shifted(skull, r * 0.2, r * 0.55), shifted(nose, r * 0.2, r * 0.35), 0.5, 0.5),
            WHITE,
            0.2,
            clip=True,
        )
    elif side:
        length, droop = plan.bill
        arch = -r * 0.25 * max(length - 1, 0)  # long bills bulge
        bill = about(
            skull,
            (r * 0.7, -r * 0.35),
            (r * (0.8 + length * 0.6), arch),
            (r * (0.8 + length), r * droop),
            (r * 0.7, r * 0.45),
        )
        head.add(Slab(bill, 0.4), plan.beak)
    elif view is View.FRONT:
        head.add(Slab(about(skull, (-r * 0.35, r * 0.1), (r * 0.35, r * 0.1), (0, r * 0.75)), 0.4), plan.beak)
    for u in (0.3,) if side else (-0.5, 0.5) if view is View.FRONT else ():
        eye(head, shifted(skull, u * r, -r * 0.2), r * 0.5, plan.gaze)
    return head


def _tail(plan: Bird, middle: Point, long: float, fat: float, view: View) -> Part:
    length, rise, root, tip = (v * fat for v in plan.tail)
    if view is View.SIDE:
        part = Part(Role.TAIL, shifted(middle, -long * 0.7, 0))
        end = shifted(part.joint, -length, -rise)
    else:
        part = Part(Role.TAIL, shifted(middle, 0, fat * 0.3))
        end = shifted(part.joint, 0, fat * 0.9)
    return part.add(Capsule(part.joint, end, root, max(tip, 0.6)), plan.feather if plan.jaw else plan.wing_feather)


def _legs(plan: Bird, long: float, fat: float, leg: float, height: float, side: bool) -> list[Part]:
    parts: list[Part] = []
    r = max(plan.limb * height, 0.6)
    skin = plan.feather if plan.jaw else plan.beak
    for roles, x in (
        ((Role.FAR_UPPER_LEG, Role.FAR_LOWER_LEG), 0.25),
        ((Role.NEAR_UPPER_LEG, Role.NEAR_LOWER_LEG), -0.25),
    ):
        top, foot = (x * long, -leg - fat * 0.5), (x * long, -r)
        knee = (x * long - (leg * 0.15 if side else 0), -leg * 0.75)
        far, toe = side and x > 0, leg * 0.4 + r
        upper = Part(roles[0], top, group=roles[0].name, far=far)
        upper.add(Capsule(top, knee, max(fat * (0.5 if plan.jaw else 0.3), r * 1.5), r * 1.2), plan.feather)
        lower = Part(roles[1], knee, group=roles[0].name, far=far).add(Capsule(knee, foot, r * 1.1, r), skin)
        heel, tip = shifted(foot, -toe * (0.4 if side else 0.6), 0), shifted(foot, toe * (1.0 if side else 0.6), 0)
        parts += [lower.add(Capsule(heel, tip, r, r), skin), upper]
    return parts


def _claw(plan: Bird, root: Point, fat: float) -> Part:
    """A dinosaur's small arm."""
    part = Part(Role.NEAR_UPPER_ARM, root)
    elbow = shifted(root, fat * 0.1, fat * 0.45)
    part.add(Capsule(root, elbow, fat * 0.2, fat * 0.15), plan.feather)
    return part.add(Capsule(elbow, shifted(elbow, fat * 0.35, 0), fat * 0.14, 0.6), plan.feather)


def _wing(plan: Bird, role: Role, middle: Point, long: float, fat: float, side: bool) -> Part:
    mirror = 1.0 if role is Role.FAR_WING else -1.0
    far, (lift, reach) = side and mirror > 0, plan.wing
    if side:
        root = shifted(middle, long * 0.25 + (fat * 0.2 if far else 0), -fat * 0.3)
        tip = shifted(root, *((-long * 0.5, -fat * lift * 1.5) if plan.spread else (-long, fat * 0.35)))
    else:
        root = shifted(middle, mirror * long * 0.75, -fat * 0.35)
        tip = shifted(
            root, *((mirror * long * reach, -fat * lift) if plan.spread else (mirror * long * 0.25, fat * 0.9))
        )
    part = Part(role, root, far=far)
    part.add(Capsule(root, tip, fat * 0.35, max(fat * 0.14, 0.7)), plan.wing_feather, -0.06)
    for i in range(1, 4):
        at = between(root, tip, i / 3.2)
        low = fat * (0.75 - 0.12 * i) * (1.2 if plan.spread else 0.6)
        drop = shifted(at, -fat * 0.25 if side else mirror * fat * 0.1, low)
        part.add(Capsule(at, drop, fat * 0.22, max(fat * 0.12, 0.6)), plan.wing_feather, -0.06 - 0.07 * (i % 2))
    return part
