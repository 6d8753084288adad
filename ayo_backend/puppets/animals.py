"""Four-legged beasts and birds."""

from __future__ import annotations

from ayo_backend.puppets import colours
from ayo_backend.puppets.creatures import eye
from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.heads import WHITE
from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Point, Slab, bend, between, shifted
from ayo_backend.rig import Role, View


def quadruped(dice: Dice, view: View, height: float) -> list[Part]:
    """A beast as wolves, cats, horses, bears, lizards are built; height is the back's plus the head's."""
    hide = colours.hide(dice)
    under = Material(colours.HIDES[6]) if dice.chance(0.4) else Material(hide.rgb)
    if view is not View.SIDE:
        return _quadruped_ahead(dice, view, height, hide, under)
    s = dice.span
    long, leg = height * s(0.7, 1.3), height * s(0.22, 0.5)
    deep = height * s(0.14, 0.24)
    r = max(height * s(0.035, 0.075), 0.9)
    hip, shoulder = (-long / 2, -leg - deep * 0.6), (long / 2, -leg - deep * s(0.5, 1.0))
    torso = Part(Role.TORSO, hip)
    torso.add(Capsule(hip, shoulder, deep * s(0.75, 1.0), deep * s(0.85, 1.15)), hide)
    torso.add(
        Capsule(shifted(hip, deep * 0.6, deep * 0.6), shifted(shoulder, 0, deep * 0.65), deep * 0.4, deep * 0.4),
        under,
        clip=True,
    )
    if dice.chance(0.25):
        for i in range(5):
            at = between(hip, shoulder, i / 4)
            torso.add(
                Slab(
                    (
                        shifted(at, -deep * 0.3, -deep * 0.7),
                        shifted(at, -deep * 0.1, -deep * 1.5),
                        shifted(at, deep * 0.3, -deep * 0.7),
                    )
                ),
                under,
            )
    neck_root = shifted(shoulder, deep * 0.3, -deep * 0.3)
    rise, reach = s(0.1, 0.9) * height * 0.5, s(0.15, 0.5) * height * 0.6
    skull = shifted(neck_root, reach, -rise)
    head = Part(Role.HEAD, neck_root)
    hr = height * s(0.11, 0.2)
    head.add(Capsule(neck_root, skull, deep * 0.75, hr * 0.7), hide)
    if dice.chance(0.3):
        head.add(Ellipse(between(neck_root, skull, 0.7), hr * 1.5, hr * 1.5), Material(colours.vivid(dice, 0.2, 0.8)))
    _muzzle(head, dice, skull, hr, hide, under)
    parts = [head]
    tail = Part(Role.TAIL, shifted(hip, -deep * 0.5, -deep * 0.3))
    tip = shifted(tail.joint, -height * s(0.15, 0.5), height * s(-0.4, 0.3))
    mid = shifted(between(tail.joint, tip, 0.5), 0, height * s(-0.12, 0.12))
    fat, end = max(deep * s(0.15, 0.6), 0.8), max(deep * s(0.08, 0.5), 0.6)
    tail.add(Capsule(tail.joint, mid, fat, (fat + end) / 2), hide).add(
        Capsule(mid, tip, (fat + end) / 2, end), hide if dice.chance(0.6) else under
    )
    legs = _legs(dice, hip, shoulder, deep, leg, r, hide)
    order = [tail, *legs[:4], torso, *parts, *legs[4:]]
    if dice.chance(0.08):
        wing = Part(Role.NEAR_WING, between(hip, shoulder, 0.7))
        for i in range(3):
            wing.add(
                Capsule(
                    wing.joint,
                    shifted(wing.joint, -height * (0.2 + 0.15 * i), -height * (0.6 - 0.15 * i)),
                    deep * 0.3,
                    0.7,
                ),
                under,
                0.05 * i,
            )
        order.insert(7, wing)
    return order


def _muzzle(head: Part, dice: Dice, skull: Point, hr: float, hide: Material, under: Material) -> None:
    head.add(Ellipse(skull, hr, hr * 0.9, square=0.2), hide)
    nose = shifted(skull, hr * dice.span(0.9, 1.7), hr * dice.span(0.15, 0.5))
    head.add(
        Capsule(shifted(skull, hr * 0.3, hr * 0.25), nose, hr * 0.6, hr * dice.span(0.3, 0.55)),
        hide if dice.chance(0.5) else under,
    )
    head.add(
        Ellipse(shifted(nose, hr * 0.25, -hr * 0.2), max(hr * 0.16, 0.6), max(hr * 0.16, 0.6)),
        Material((40, 32, 40)),
        flat=True,
        clip=True,
    )
    ear = dice.pick(("up", "flop", "horn", "none"))
    root = shifted(skull, -hr * 0.3, -hr * 0.6)
    if ear == "up":
        head.add(
            Slab((shifted(root, -hr * 0.35, 0), shifted(root, -hr * 0.2, -hr * 0.9), shifted(root, hr * 0.4, 0)), 0.3),
            hide,
            -0.05,
        )
    elif ear == "flop":
        head.add(Capsule(root, shifted(root, -hr * 0.5, hr * 0.7), hr * 0.3, hr * 0.25), hide, -0.15)
    elif ear == "horn":
        head.add(Capsule(root, shifted(root, hr * dice.span(-0.8, 0.8), -hr * 1.2), hr * 0.25, 0.5), WHITE)
    eye(head, shifted(skull, hr * 0.3, -hr * 0.2), hr * 0.5, dice)


def _legs(dice: Dice, hip: Point, shoulder: Point, deep: float, leg: float, r: float, hide: Material) -> list[Part]:
    """Far front, far hind (lower, upper each), then near hind and near front; eight parts."""
    feet = Material(colours.HIDES[4]) if dice.chance(0.4) else hide
    parts: list[Part] = []
    stride = dice.span(0, 0.25) * leg
    length = leg + deep * 0.35
    for root, upper_role, lower_role, far, offset, bends in (
        (shoulder, Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM, True, stride + r, -1.0),
        (hip, Role.FAR_UPPER_LEG, Role.FAR_LOWER_LEG, True, stride + r, -1.0),
        (hip, Role.NEAR_UPPER_LEG, Role.NEAR_LOWER_LEG, False, -stride - r * 0.3, -1.0),
        (
            shoulder,
            Role.NEAR_UPPER_ARM,
            Role.NEAR_LOWER_ARM,
            False,
            -stride - r * 0.3,
            -1.0 if dice.chance(0.7) else 1.0,
        ),
    ):
        top = (root[0], -length)
        thick = r * (1.7 if "LEG" in upper_role.name else 1.4)
        knee, paw = bend(top, (root[0] + offset, -r * 0.6), length * 0.53, length * 0.5, bends)
        group = upper_role.name
        upper = Part(upper_role, top, group=group, far=far).add(Capsule(top, knee, thick, r), hide)
        lower = Part(lower_role, knee, group=group, far=far).add(Capsule(knee, paw, r, r * 0.85), hide)
        lower.add(Capsule(paw, shifted(paw, r * 0.9, 0), r * 0.9, max(r * 0.7, 0.6)), feet)
        parts += [lower, upper]
    return parts


def _quadruped_ahead(dice: Dice, view: View, height: float, hide: Material, under: Material) -> list[Part]:
    s = dice.span
    wide, leg = height * s(0.2, 0.35), height * s(0.2, 0.45)
    r = max(height * s(0.04, 0.08), 0.9)
    middle = (0.0, -leg - wide * 0.7)
    torso = Part(Role.TORSO, middle).add(Ellipse(middle, wide, wide * s(0.9, 1.3), square=0.3), hide)
    torso.add(Ellipse(shifted(middle, 0, wide * 0.4), wide * 0.6, wide * 0.7), under, clip=True)
    parts: list[Part] = []
    for roles, mirror, spread in (
        ((Role.NEAR_UPPER_LEG, Role.NEAR_LOWER_LEG), -1, 0.9),
        ((Role.FAR_UPPER_LEG, Role.FAR_LOWER_LEG), 1, 0.9),
        ((Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM), -1, 0.5),
        ((Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM), 1, 0.5),
    ):
        lift = 0.0 if spread < 0.6 else height * 0.04
        top, paw = (mirror * wide * spread, -leg - wide * 0.3), (mirror * wide * spread, -r * 0.7 - lift)
        knee = between(top, paw, 0.5)
        upper = Part(roles[0], top, group=roles[0].name, far=lift > 0).add(Capsule(top, knee, r * 1.4, r), hide)
        lower = Part(roles[1], knee, group=roles[0].name, far=lift > 0).add(Capsule(knee, paw, r, r), hide)
        lower.add(Ellipse(paw, r * 1.2, r * 0.8), under)
        parts += [lower, upper]
    neck = shifted(middle, 0, -wide * 0.7)
    hr = height * s(0.13, 0.2)
    skull = shifted(neck, 0, -hr * s(0.3, 1.1))
    head = (
        Part(Role.HEAD, neck)
        .add(Capsule(neck, skull, wide * 0.5, hr * 0.8), hide)
        .add(Ellipse(skull, hr, hr, square=0.2), hide)
    )
    horns = dice.chance(0.3)
    for mirror in (-1, 1):
        root = shifted(skull, mirror * hr * 0.65, -hr * 0.6)
        tip = shifted(root, mirror * hr * s(0.1, 0.6), -hr * s(0.4, 0.9))
        head.add(Capsule(root, tip, hr * 0.3, 0.6), WHITE if horns else hide)
        if view is View.FRONT:
            eye(head, shifted(skull, mirror * hr * 0.5, -hr * 0.15), hr * 0.4, dice)
    if view is View.FRONT:
        head.add(Ellipse(shifted(skull, 0, hr * 0.5), hr * 0.55, hr * 0.5), under)
        head.add(
            Ellipse(shifted(skull, 0, hr * 0.35), max(hr * 0.2, 0.6), max(hr * 0.14, 0.6)),
            Material((40, 32, 40)),
            flat=True,
            clip=True,
        )
        return [*parts[:4], torso, *parts[4:], head]
    tail = Part(Role.TAIL, shifted(middle, 0, -wide * 0.2))
    tail.add(Capsule(tail.joint, shifted(tail.joint, wide * 0.3, wide * 1.2), r, r * 0.7), hide)
    return [*parts[4:], head, torso, *parts[:4], tail]


def bird(dice: Dice, view: View, height: float) -> list[Part]:
    """From hens and ducks to eagles; standing, or flying with wings spread."""
    s = dice.span
    feather, wing_colour = colours.hide(dice), colours.hide(dice)
    wing_colour = feather if dice.chance(0.5) else wing_colour
    beak = Material(dice.pick(((236, 172, 60), (220, 110, 50), (90, 80, 80))))
    side = view is View.SIDE
    leg = height * s(0.08, 0.25)
    fat = height * s(0.2, 0.3)
    long = fat * (s(1.0, 1.6) if side else s(0.85, 1.1))
    middle = (0.0, -leg - fat * 0.9)
    torso = Part(Role.TORSO, (0.0, middle[1] + fat * 0.5)).add(
        Ellipse(middle, long, fat, tilt=s(-25, 5) if side else 0), feather
    )
    if dice.chance(0.5) and view is not View.BACK:
        torso.add(
            Ellipse(shifted(middle, long * 0.4 if side else 0, fat * 0.45), long * 0.6, fat * 0.6),
            Material((236, 228, 210)),
            clip=True,
        )
    neck = shifted(middle, long * 0.65 if side else 0.0, -fat * 0.5)
    hr = height * s(0.13, 0.22)
    skull = shifted(neck, hr * s(0, 0.8) if side else 0.0, -hr * s(0.4, 1.6))
    head = (
        Part(Role.HEAD, neck)
        .add(Capsule(neck, skull, hr * 0.8, hr * 0.75), feather)
        .add(Ellipse(skull, hr, hr), feather)
    )
    if dice.chance(0.35):
        for i in range(3):
            head.add(
                Capsule(
                    shifted(skull, (i - 1) * hr * 0.35, -hr * 0.7),
                    shifted(skull, (i - 1.4) * hr * 0.5, -hr * 1.45),
                    hr * 0.25,
                    hr * 0.2,
                ),
                Material((206, 52, 52)),
            )
    if side:
        bill = hr * s(0.6, 1.8)
        head.add(
            Slab(
                (
                    shifted(skull, hr * 0.7, -hr * 0.35),
                    shifted(skull, hr * 0.8 + bill, hr * s(-0.05, 0.5)),
                    shifted(skull, hr * 0.7, hr * 0.45),
                ),
                0.4,
            ),
            beak,
        )
        eye(head, shifted(skull, hr * 0.3, -hr * 0.25), hr * 0.5, dice)
    elif view is View.FRONT:
        head.add(
            Slab(
                (
                    shifted(skull, -hr * 0.35, hr * 0.1),
                    shifted(skull, hr * 0.35, hr * 0.1),
                    shifted(skull, 0, hr * 0.75),
                ),
                0.4,
            ),
            beak,
        )
        for mirror in (-1, 1):
            eye(head, shifted(skull, mirror * hr * 0.5, -hr * 0.15), hr * 0.45, dice)
    tail = Part(Role.TAIL, shifted(middle, -long * 0.7 if side else 0.0, fat * (0.0 if side else 0.3)))
    tip = shifted(tail.joint, -long * s(0.4, 0.9), fat * s(-0.7, 0.4)) if side else shifted(tail.joint, 0, fat * 0.9)
    tail.add(Capsule(tail.joint, tip, fat * 0.35, fat * s(0.15, 0.4)), wing_colour)
    legs: list[Part] = []
    r = max(height * 0.022, 0.6)
    for upper_role, lower_role, x in (
        (Role.FAR_UPPER_LEG, Role.FAR_LOWER_LEG, 0.25),
        (Role.NEAR_UPPER_LEG, Role.NEAR_LOWER_LEG, -0.25),
    ):
        top, foot = (x * long, -leg - fat * 0.5), (x * long, -r)
        knee = (x * long - (leg * 0.15 if side else 0), -leg * 0.75)
        group, far = upper_role.name, side and x > 0
        toe = leg * 0.4 + r
        upper = Part(upper_role, top, group=group, far=far).add(Capsule(top, knee, max(fat * 0.3, r * 1.5), r), feather)
        lower = Part(lower_role, knee, group=group, far=far).add(Capsule(knee, foot, r, r), beak)
        lower.add(
            Capsule(
                shifted(foot, -toe * (0.4 if side else 0.6), 0), shifted(foot, toe * (1.0 if side else 0.6), 0), r, r
            ),
            beak,
        )
        legs += [lower, upper]
    wings = _bird_wings(dice, middle, long, fat, wing_colour, side)
    far_wing, near_wing = wings
    body = [torso, head] if view is not View.BACK else [head, torso]
    if side:
        return [far_wing, tail, *legs[:2], *legs[2:], torso, head, near_wing]
    back = [tail] if view is View.BACK else []
    return [
        *legs,
        *([] if back else [tail]),
        *([] if back else [far_wing, near_wing]),
        *body,
        *back,
        *([far_wing, near_wing] if back else []),
    ]


def _bird_wings(dice: Dice, middle: Point, long: float, fat: float, feather: Material, side: bool) -> tuple[Part, Part]:
    spread = dice.chance(0.3)
    made = []
    lift, reach = dice.span(0.4, 1.6), dice.span(1.0, 1.8)
    for role, mirror in ((Role.FAR_WING, 1.0), (Role.NEAR_WING, -1.0)):
        far = role is Role.FAR_WING and side
        if side:
            root = shifted(middle, long * 0.25 + (fat * 0.2 if far else 0), -fat * 0.3)
            tip = shifted(root, -long * (0.5 if spread else 1.0), -fat * lift * 1.5 if spread else fat * 0.35)
        else:
            root = shifted(middle, mirror * long * 0.75, -fat * 0.35)
            tip = shifted(root, mirror * long * (reach if spread else 0.25), -fat * lift if spread else fat * 0.9)
        part = Part(role, root, far=far)
        part.add(Capsule(root, tip, fat * 0.35, max(fat * 0.14, 0.7)), feather, -0.06)
        for i in range(1, 4):
            at = between(root, tip, i / 3.2)
            drop = shifted(
                at, -fat * 0.25 if side else mirror * fat * 0.1, fat * (0.75 - 0.12 * i) * (1.2 if spread else 0.6)
            )
            part.add(Capsule(at, drop, fat * 0.22, max(fat * 0.12, 0.6)), feather, -0.06 - 0.07 * (i % 2))
        made.append(part)
    return made[0], made[1]
