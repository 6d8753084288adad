"""People and their like: bones dressed as parts, back to front."""

from __future__ import annotations

from dataclasses import dataclass, field

from ayo_backend.puppets.heads import Face, head
from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Pixels, Point, Slab, between, move, shifted
from ayo_backend.puppets.skeleton import Bones, Frame, Limb, Stance, bones, chest
from ayo_backend.puppets.weapons import TWO_HANDED, shield, weapon
from ayo_backend.rig import Role, View


@dataclass(frozen=True, slots=True)
class Outfit:
    """What it wears. sleeves: 0 none, 1 to the elbow, 2 to the wrist; trousers: 0 none, 1 to the knee, 2 to the ankle.

    skirt: length in leg lengths, 0 none; flare: how much wider it gets. cape: length in body lengths, 0 none.
    """

    top: Material
    bottom: Material
    boots: Material
    gloves: Material
    belt: Material
    plate: Material
    cloak: Material
    sleeves: int = 2
    trousers: int = 2
    boot_height: float = 0.5
    gloved: bool = False
    belted: bool = True
    pauldrons: float = 0.0
    breastplate: bool = False
    tunic: float = 0.0
    skirt: float = 0.0
    flare: float = 0.3
    cape: float = 0.0
    collar: bool = False
    emblem: str = ""
    wings: float = 0.0
    tail: float = 0.0


@dataclass(frozen=True, slots=True)
class Gear:
    """What it holds. angle: 0 down, 90 forward (right), 180 up. near_in_front: the near hand's item over the arm."""

    held: str = ""
    angle: float = 120.0
    offhand: str = ""
    off_angle: float = 90.0
    both: bool = False
    main: Material = field(default_factory=lambda: Material((172, 182, 198), metal=True))
    grip: Material = field(default_factory=lambda: Material((98, 64, 44)))
    gem: Material = field(default_factory=lambda: Material((90, 200, 230), glow=True))
    trim: Material = field(default_factory=lambda: Material((214, 174, 80), metal=True))


@dataclass(frozen=True, slots=True)
class Build:
    """Everything a humanoid is drawn from."""

    view: View
    frame: Frame
    stance: Stance
    face: Face
    outfit: Outfit
    gear: Gear = field(default_factory=Gear)
    arms_behind: bool = False  # front and back: arms drawn behind the torso


def humanoid(build: Build, height: float) -> list[Part]:
    """All parts from back to front, in pixels, the ground under the hips at (0, 0)."""
    b = bones(build.frame, build.stance, build.view, height)
    outfit, view = build.outfit, build.view
    skin = build.face.skin
    side = view is View.SIDE
    head_part, hanging = head(b, build.face, view, build.stance.turn)
    held, off = _held(build, b)
    far_arm_limb = _reached(b, build, held)
    near_arm = _arm(b.near_arm, b, outfit, skin, near=True, far=False)
    far_arm = _arm(far_arm_limb, b, outfit, skin, near=False, far=side)
    near_leg = _leg(b.near_leg, b, outfit, skin, view, near=True)
    far_leg = _leg(b.far_leg, b, outfit, skin, view, near=False)
    torso, skirt, cape = _torso(build, b), _skirt(build, b), _cape(build, b)
    wings, tail = _wings(build, b), _tail(build, b)
    mid = [*far_leg, *near_leg]
    body = [torso, *([skirt] if skirt else [])]
    if skirt and outfit.skirt < 0.9 and outfit.belted is False:
        body.reverse()
    order: list[Part] = []
    if view is View.BACK:
        order += [*held, *off, *near_arm, *far_arm, *mid, *body]
        order += tail + wings + ([cape] if cape else []) + [head_part] + ([hanging] if hanging else [])
        return order
    order += wings + ([cape] if cape else []) + tail
    if hanging:
        order.append(hanging)
    if side:
        shield_front = build.stance.turn > 0.5 and build.gear.offhand
        order += ([] if shield_front else off) + ([*far_arm] if not build.gear.both else []) + mid + body
        order += [*far_arm] if build.gear.both else []
        order += [head_part]
        order += (off if shield_front else []) + held + near_arm
    elif build.arms_behind:
        order += [*near_arm, *far_arm, *mid, *body, head_part, *held, *off]
    else:
        order += [*mid, *body, head_part, *held, *near_arm, *far_arm, *off]
    return order


def _held(build: Build, b: Bones) -> tuple[list[Part], list[Part]]:
    gear, near, far = build.gear, b.near_arm.tip, b.far_arm.tip
    held, off = [], []
    if gear.held:
        part = Part(Role.HELD, near)
        weapon(part, gear.held, near, gear.angle, b.height, gear.main, gear.grip, gear.gem)
        held.append(part)
    if gear.offhand:
        part = Part(Role.OFFHAND, far, far=build.view is View.SIDE and build.stance.turn < 0.5)
        if gear.offhand in ("round", "kite", "tower"):
            shield(part, gear.offhand, far, b.height, 0.55 if build.view is View.SIDE else 1.0, gear.main, gear.trim)
        else:
            weapon(part, gear.offhand, far, gear.off_angle, b.height, gear.main, gear.grip, gear.gem)
        off.append(part)
    return held, off


def _reached(b: Bones, build: Build, held: list[Part]) -> Limb:
    """The far arm, reaching for a two-handed weapon's grip when there is one."""
    if not (held and build.gear.both and build.gear.held in TWO_HANDED | {"sword", "axe", "hammer"}):
        return b.far_arm
    from ayo_backend.puppets.shapes import bend

    grip = move(b.near_arm.tip, build.gear.angle, (0.16 if build.gear.held in TWO_HANDED else -0.05) * b.height)
    root = b.far_arm.root
    upper = ((root[0] - b.far_arm.middle[0]) ** 2 + (root[1] - b.far_arm.middle[1]) ** 2) ** 0.5
    elbow, hand = bend(root, grip, upper, upper, -1.0)
    return Limb(root, elbow, hand)


def _arm(limb: Limb, b: Bones, outfit: Outfit, skin: Material, near: bool, far: bool) -> list[Part]:
    r = b.r_arm
    group = "near arm" if near else "far arm"
    upper = Part(Role.NEAR_UPPER_ARM if near else Role.FAR_UPPER_ARM, limb.root, group=group, far=far)
    lower = Part(Role.NEAR_LOWER_ARM if near else Role.FAR_LOWER_ARM, limb.middle, group=group, far=far)
    sleeve = outfit.plate if outfit.breastplate and outfit.pauldrons else outfit.top
    upper.add(Capsule(limb.root, limb.middle, r * 1.12, r), sleeve if outfit.sleeves >= 1 else skin)
    if outfit.sleeves == 0 and outfit.pauldrons == 0:
        upper.add(Ellipse(limb.root, r * 1.1, r * 1.1), outfit.top)
    if outfit.pauldrons:
        grow = r * (1.1 + outfit.pauldrons)
        upper.add(Ellipse(shifted(limb.root, 0, r * 0.1), grow, grow * 0.9, square=0.3), outfit.plate)
    wrist = between(limb.middle, limb.tip, 0.72)
    lower.add(Capsule(limb.middle, limb.tip, r, r * 0.9), sleeve if outfit.sleeves == 2 else skin)
    hand = outfit.gloves if outfit.gloved else skin
    if outfit.gloved:
        lower.add(Capsule(between(limb.middle, limb.tip, 0.45), wrist, r * 1.1, r * 1.2), hand)
    lower.add(Ellipse(limb.tip, r * 1.15, r * 1.15), hand)
    return [upper, lower]


def _leg(limb: Limb, b: Bones, outfit: Outfit, skin: Material, view: View, near: bool) -> list[Part]:
    r = b.r_leg
    group = "near leg" if near else "far leg"
    far = not near and view is View.SIDE
    upper = Part(Role.NEAR_UPPER_LEG if near else Role.FAR_UPPER_LEG, limb.root, group=group, far=far)
    lower = Part(Role.NEAR_LOWER_LEG if near else Role.FAR_LOWER_LEG, limb.middle, group=group, far=far)
    upper.add(Capsule(limb.root, limb.middle, r * 1.2, r), outfit.bottom if outfit.trousers >= 1 else skin)
    lower.add(Capsule(limb.middle, limb.tip, r, r * 0.85), outfit.bottom if outfit.trousers == 2 else skin)
    foot = outfit.boots if outfit.boot_height > 0 else skin
    if outfit.boot_height > 0.1:
        lower.add(Capsule(between(limb.tip, limb.middle, outfit.boot_height), limb.tip, r * 1.1, r), foot)
    x, y = limb.tip
    sole, length = 0.0, b.foot * 1.9
    if view is View.SIDE:
        heel, toe = x - r * 0.9, x + length
        lower.add(
            Slab(
                (
                    (heel, sole - 0.3 + (y + b.foot * 0.7)),
                    (heel, y - b.foot * 0.3),
                    (x + r, y - b.foot * 0.3),
                    (toe, y + b.foot * 0.15),
                    (toe, y + b.foot * 0.7 - 0.3),
                ),
                0.3,
            ),
            foot,
        )
    else:
        out = (-1 if near else 1) * r * 0.25
        lower.add(Ellipse((x + out, y + b.foot * 0.1), r * 1.25, b.foot * 0.65, square=0.4), foot)
    return [lower, upper] if outfit.trousers and outfit.boot_height < 0.7 else [upper, lower]


def _torso(build: Build, b: Bones) -> Part:
    outfit, frame = build.outfit, build.frame
    part = Part(Role.TORSO, b.hips)
    r = max(b.r_arm * 0.9, 0.8)
    top, mid, low = shifted(between(b.neck, b.hips, 0.0), 0, r), between(b.neck, b.hips, 0.6), b.hips
    wide, waist, hip = max(b.shoulder - r * 0.4, r), max(b.waist - r, r * 0.8), max(b.hip - r * 0.2, r)
    belly = frame.belly * b.torso
    front = belly if build.view is View.SIDE else belly * 0.5
    back = belly * (0.2 if build.view is View.SIDE else 0.5)
    right = (shifted(top, wide, 0), shifted(mid, waist + front, 0), shifted(low, hip + front * 0.7, 0))
    left = (shifted(low, -hip - back, 0), shifted(mid, -waist - back, 0), shifted(top, -wide, 0))
    shape = Slab((*right, *left), r)
    part.add(
        Slab(
            (
                shifted(low, -hip, 0),
                shifted(low, hip, 0),
                shifted(low, hip * 0.7, b.r_leg),
                shifted(low, -hip * 0.7, b.r_leg),
            ),
            r,
        ),
        outfit.bottom if outfit.trousers else outfit.top,
    )
    part.add(shape, outfit.plate if outfit.breastplate else outfit.top)
    _trim(part, build, b)
    return part


def _trim(part: Part, build: Build, b: Bones) -> None:
    """Details on the torso: tunic hem, collar, emblem, belt."""
    outfit = build.outfit
    facing = build.view is not View.BACK
    centre = chest(b)
    x = centre[0] + (b.shoulder * 0.35 if build.view is View.SIDE else 0.0)
    if outfit.tunic:
        low = b.hips
        drop = outfit.tunic * -b.hips[1]
        wide = b.hip + b.r_arm * 0.5
        part.add(
            Slab(
                (
                    shifted(low, -wide, -b.r_arm),
                    shifted(low, wide, -b.r_arm),
                    shifted(low, wide * 1.15, drop),
                    shifted(low, -wide * 1.15, drop),
                ),
                0.6,
            ),
            outfit.top,
            -0.03,
        )
    if outfit.collar:
        part.add(Ellipse(shifted(b.neck, 0, b.r_arm * 0.6), b.shoulder * 0.7, b.r_arm * 0.9), outfit.cloak)
    size = max(1, round(b.torso * 0.14))
    if facing and outfit.emblem == "cross":
        part.add(Pixels(x - size / 2, centre[1] - size * 1.5, size, size * 4), outfit.belt, 0.15, clip=True)
        part.add(Pixels(x - size * 1.5, centre[1] - size * 0.5, size * 3, size), outfit.belt, 0.15, clip=True)
    elif facing and outfit.emblem == "stripe":
        part.add(Pixels(x - size / 2, b.neck[1], size, max(1, round(b.torso))), outfit.belt, 0.1, clip=True)
    elif facing and outfit.emblem == "vest":
        part.add(
            Slab(
                (
                    shifted(centre, -b.shoulder * 0.3, -b.torso),
                    shifted(centre, b.shoulder * 0.5, -b.torso),
                    shifted(centre, b.shoulder * 0.25, b.torso),
                    shifted(centre, -b.shoulder * 0.05, b.torso),
                )
            ),
            build.face.skin,
            clip=True,
        )
    elif facing and outfit.emblem == "bandolier":
        part.add(
            Capsule(
                shifted(centre, -b.shoulder, -b.torso * 0.4),
                shifted(b.hips, b.hip, 0),
                max(b.torso * 0.07, 0.6),
                max(b.torso * 0.07, 0.6),
            ),
            outfit.belt,
            clip=True,
        )
    if outfit.belted:
        tall = max(1, round(b.torso * 0.13))
        part.add(
            Pixels(
                b.hips[0] - b.shoulder * 2, b.hips[1] - b.r_arm * 0.6 - tall / 2, max(2, round(b.shoulder * 4)), tall
            ),
            outfit.belt,
            clip=True,
        )
        if facing and tall >= 1 and b.torso > 8:
            at = b.hips[0] + (b.hip * 0.4 if build.view is View.SIDE else 0.0)
            part.add(
                Pixels(at - tall / 2, b.hips[1] - b.r_arm * 0.6 - tall / 2, tall + 1, tall),
                build.gear.trim,
                0.2,
                clip=True,
            )


def _skirt(build: Build, b: Bones) -> Part | None:
    outfit = build.outfit
    if not outfit.skirt:
        return None
    x, y = b.hips
    bottom = y + outfit.skirt * -y
    wide = b.hip + b.r_arm * 0.5
    hem = wide * (1 + outfit.flare * outfit.skirt) + b.r_leg * 0.4
    reach = max(b.near_leg.tip[0], b.far_leg.tip[0], b.near_leg.middle[0], b.far_leg.middle[0]) * outfit.skirt
    left = min(b.near_leg.tip[0], b.far_leg.tip[0]) * outfit.skirt
    part = Part(Role.SKIRT, b.hips)
    hem_r, hem_l = max(hem, reach + b.r_leg), max(hem, b.r_leg - left)
    points = (
        (x - wide, y - b.r_arm * 1.4),
        (x + wide, y - b.r_arm * 1.4),
        (x + hem_r, bottom - 0.6),
        (x - hem_l, bottom - 0.6),
    )
    part.add(Slab(points, 0.5), outfit.top if outfit.skirt > 0.85 else outfit.bottom)
    folds = int((hem_r + hem_l) / max(b.height * 0.07, 3.5))
    for i in range(1, folds):
        t = i / folds
        foot = (x - hem_l + (hem_r + hem_l) * t, bottom)
        part.add(
            Capsule(between(((x - wide) + 2 * wide * t, y), foot, 0.35), foot, 0.5, max(b.height * 0.008, 0.5)),
            outfit.top if outfit.skirt > 0.85 else outfit.bottom,
            -0.3,
            flat=True,
            clip=True,
        )
    if outfit.collar:
        part.add(
            Pixels(
                x - hem_l - 1,
                bottom - max(1, round(b.height * 0.025)),
                round(hem_l + hem_r) + 3,
                max(1, round(b.height * 0.025)),
            ),
            outfit.cloak,
            0.1,
            clip=True,
        )
    return part


def _cape(build: Build, b: Bones) -> Part | None:
    outfit = build.outfit
    if not outfit.cape:
        return None
    x, y = shifted(b.neck, 0, b.r_arm * 0.5)
    length = outfit.cape * -b.neck[1]
    wide = b.shoulder * 1.05
    part = Part(Role.CAPE, (x, y))
    if build.view is View.SIDE:
        sweep = length * 0.3
        points: tuple[Point, ...] = (
            (x + wide * 0.5, y - 0.5),
            (x - wide, y),
            (x - wide - sweep, y + length),
            (x - sweep * 0.3, y + length),
            (x + wide * 0.3, y + length * 0.7),
        )
    else:
        hem = wide * 1.25
        points = ((x - wide, y), (x + wide, y), (x + hem, y + length), (x, y + length * 1.03), (x - hem, y + length))
    part.add(Slab(points, 0.6), outfit.cloak)
    folds = max(2, int(wide * 2 / max(b.height * 0.08, 3)))
    for i in range(1, folds):
        t = i / folds
        foot = between(points[-1], points[-3], t)
        part.add(
            Capsule(between((x + wide * (t * 2 - 1), y), foot, 0.3), foot, 0.5, max(b.height * 0.008, 0.5)),
            outfit.cloak,
            -0.3,
            flat=True,
            clip=True,
        )
    return part


def _wings(build: Build, b: Bones) -> list[Part]:
    if not build.outfit.wings:
        return []
    size, root = build.outfit.wings * b.height, chest(b)
    parts = []
    for role, mirror in ((Role.FAR_WING, 1.0), (Role.NEAR_WING, -1.0)):
        side = build.view is View.SIDE
        tilt = (-1.0 if side else mirror) * (0.75 if side and mirror > 0 else 1.0)
        at = shifted(root, mirror * b.shoulder * 0.3, -b.torso * 0.1)
        part = Part(role, at, far=side and mirror > 0)
        wrist = shifted(at, tilt * size * 0.45, -size * 0.55)
        for i in range(4):
            tip = shifted(wrist, tilt * size * (0.5 - 0.12 * i), size * (0.15 + 0.28 * i))
            part.add(
                Capsule(between(at, wrist, 1 - i * 0.28), tip, size * 0.1, size * 0.03), build.outfit.cloak, 0.04 * i
            )
        part.add(Capsule(at, wrist, size * 0.08, size * 0.07), build.outfit.cloak)
        parts.append(part)
    return parts


def _tail(build: Build, b: Bones) -> list[Part]:
    if not build.outfit.tail:
        return []
    size, side = build.outfit.tail * b.height, build.view is View.SIDE
    root = shifted(b.hips, -b.hip * 0.6 if side else 0.0, 0)
    part = Part(Role.TAIL, root)
    mid, tip = shifted(root, -size * 0.5, size * 0.2), shifted(root, -size * 0.9, -size * 0.25)
    r = max(b.r_leg * 0.7, 0.8)
    part.add(Capsule(root, mid, r, r * 0.8), build.face.skin).add(Capsule(mid, tip, r * 0.8, 0.6), build.face.skin)
    return [part]
