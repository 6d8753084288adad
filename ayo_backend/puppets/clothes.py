"""Torsos and what they wear: plates, belts, skirts, capes; and wings and tails."""

from __future__ import annotations

from ayo_backend.puppets.build import Build
from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Pixels, Point, Slab, about, between, shifted
from ayo_backend.puppets.skeleton import Bones, chest
from ayo_backend.rig import Role, View


def torso(build: Build, b: Bones) -> Part:
    """Chest, belly and hips with what lies on them."""
    outfit, side = build.outfit, build.view is View.SIDE
    part = Part(Role.TORSO, b.hips)
    r = max(b.r_arm * 0.9, 0.8)
    top, mid, low = shifted(b.neck, 0, r), between(b.neck, b.hips, 0.6), b.hips
    wide, waist, hip = max(b.shoulder - r * 0.4, r), max(b.waist - r, r * 0.8), max(b.hip - r * 0.2, r)
    belly = build.frame.belly * b.torso
    front, back = (belly, belly * 0.2) if side else (belly * 0.5, belly * 0.5)
    pelvis = about(low, (-hip, 0), (hip, 0), (hip * 0.7, b.r_leg), (-hip * 0.7, b.r_leg))
    part.add(Slab(pelvis, r), outfit.bottom if outfit.trousers else outfit.top)
    right = (shifted(top, wide, 0), shifted(mid, waist + front, 0), shifted(low, hip + front * 0.7, 0))
    left = (shifted(low, -hip - back, 0), shifted(mid, -waist - back, 0), shifted(top, -wide, 0))
    part.add(Slab((*right, *left), r), outfit.plate if outfit.breastplate else outfit.top)
    if outfit.tunic:
        drop, flap = outfit.tunic * -low[1], b.hip + b.r_arm * 0.5
        hem = about(low, (-flap, -b.r_arm), (flap, -b.r_arm), (flap * 1.15, drop), (-flap * 1.15, drop))
        part.add(Slab(hem, 0.6), outfit.top, -0.03)
    if build.view is not View.BACK:
        _emblem(part, build, b)
    if outfit.collar or outfit.scarf:
        part.add(Ellipse(shifted(b.neck, 0, b.r_arm * 0.6), b.shoulder * 0.7, b.r_arm * 0.9), outfit.cloak)
    if outfit.belted:
        _belt(part, build, b)
    return part


def _emblem(part: Part, build: Build, b: Bones) -> None:
    """What marks the chest."""
    outfit, shoulder, torso = build.outfit, b.shoulder, b.torso
    centre = shifted(chest(b), shoulder * 0.3 if build.view is View.SIDE else 0.0, 0)
    x, y = centre
    size = max(1, round(torso * 0.14))
    thin = max(torso * 0.06, 0.6)
    if outfit.emblem == "cross":
        part.add(Pixels(x - size / 2, y - size * 1.5, size, size * 4), outfit.belt, 0.15, clip=True)
        part.add(Pixels(x - size * 1.5, y - size * 0.5, size * 3, size), outfit.belt, 0.15, clip=True)
    elif outfit.emblem == "stripe":
        part.add(Pixels(x - size / 2, b.neck[1], size, max(1, round(torso))), outfit.belt, 0.1, clip=True)
    elif outfit.emblem == "vest":
        gap = about(centre, (-0.6 * shoulder, -torso), (0.2 * shoulder, -torso), (0, torso), (-0.3 * shoulder, torso))
        part.add(Slab(gap), build.face.skin, clip=True)
    elif outfit.emblem == "bandolier":
        strap = Capsule(shifted(centre, -shoulder * 1.3, -torso * 0.4), shifted(b.hips, b.hip, 0), thin, thin)
        part.add(strap, outfit.belt, clip=True)
    elif outfit.emblem == "chevron":
        for side in (-0.8, 0.8):
            rim = Capsule(shifted(centre, side * shoulder, -torso * 0.4), shifted(centre, 0, torso * 0.2), thin, thin)
            part.add(rim, outfit.trim, clip=True)
    elif outfit.emblem == "gem":
        part.add(Ellipse(centre, size * 1.2, size * 1.2), outfit.trim, clip=True)
        part.add(Ellipse(centre, size * 0.7, size * 0.7), build.gear.gem, 0.2, clip=True)
    elif outfit.emblem == "ribs":
        for i in range(3):
            rib = Pixels(x - shoulder, y + (i * 1.6 - 0.8) * max(1.3, torso * 0.12), round(shoulder * 2), 1)
            part.add(rib, outfit.top, -0.45, flat=True, clip=True)
    elif outfit.emblem == "muscles" and torso > 7:
        part.add(Pixels(x - shoulder * 0.8, y + torso * 0.12, round(shoulder * 1.6), 1), outfit.top, -0.3, clip=True)
        part.add(Pixels(x - 0.5, y - torso * 0.1, 1, round(torso * 0.5)), outfit.top, -0.3, clip=True)


def _belt(part: Part, build: Build, b: Bones) -> None:
    tall = max(1, round(b.torso * 0.13))
    x, y = b.hips[0], b.hips[1] - b.r_arm * 0.6 - tall / 2
    part.add(Pixels(x - b.shoulder * 2, y, max(2, round(b.shoulder * 4)), tall), build.outfit.belt, clip=True)
    if build.view is not View.BACK and b.torso > 8:
        buckle = x + (b.hip * 0.4 if build.view is View.SIDE else 0.0) - tall / 2
        part.add(Pixels(buckle, y, tall + 1, tall), build.outfit.trim, 0.2, clip=True)


def skirt(build: Build, b: Bones) -> list[Part]:
    """A skirt or the lower part of a robe, wide enough for the legs; nothing when none is worn."""
    outfit = build.outfit
    if not outfit.skirt:
        return []
    x, y = b.hips
    bottom = y * (1 - outfit.skirt)
    wide = b.hip + b.r_arm * 0.5
    hem = wide * (1 + outfit.flare * outfit.skirt) + b.r_leg * 0.4
    tips = [p[0] * outfit.skirt for leg in (b.near_leg, b.far_leg) for p in (leg.middle, leg.tip)]
    left, right = min(x - hem, min(tips) - b.r_leg), max(x + hem, max(tips) + b.r_leg)
    if outfit.flap:
        wide, x = wide * 0.45, x + (b.hip * 0.3 if build.view is View.SIDE else 0.0)
        left, right = x - wide * 0.9, x + wide * 0.9
    cloth = outfit.top if outfit.skirt > 0.85 else outfit.bottom
    part = Part(Role.SKIRT, b.hips)
    top = y - b.r_arm * 1.4
    part.add(Slab(((x - wide, top), (x + wide, top), (right, bottom - 0.6), (left, bottom - 0.6)), 0.5), cloth)
    _folds(part, cloth, ((x - wide, y), (x + wide, y)), ((left, bottom), (right, bottom)), b.height)
    if outfit.trimmed:
        tall = max(1, round(b.height * 0.025))
        part.add(Pixels(left - 1, bottom - tall, round(right - left) + 3, tall), outfit.trim, 0.1, clip=True)
        if outfit.skirt > 0.85 and build.view is not View.BACK:
            part.add(Pixels(x + wide * 0.2, top, tall, round(bottom - top) + 1), outfit.trim, 0.1, clip=True)
    return [part]


def cape(build: Build, b: Bones) -> list[Part]:
    """A cape from the shoulders, blown back a little seen from the side; nothing when none is worn."""
    outfit = build.outfit
    if outfit.scarf:
        return [_scarf(build, b)]
    if not outfit.cape:
        return []
    x, y = shifted(b.neck, 0, b.r_arm * 0.5)
    length, wide = outfit.cape * -b.neck[1], b.shoulder * 1.05
    part = Part(Role.CAPE, (x, y))
    if outfit.mantle:
        wide = b.shoulder + b.r_arm * 2.2
        ends: tuple[Point, Point] = ((x - wide * 1.1, y + length), (x + wide, y + length))
        shape: tuple[Point, ...] = ((x + b.shoulder, y), (x - b.shoulder, y), *ends)
    elif build.view is View.SIDE:
        sweep = length * outfit.flare * 0.7
        ends = ((x - wide - sweep, y + length), (x - sweep * 0.3, y + length))
        shape = ((x + wide * 0.5, y - 0.5), (x - wide, y), *ends, (x + wide * 0.3, y + length * 0.7))
    else:
        ends = ((x - wide * 1.25, y + length), (x + wide * 1.25, y + length))
        shape = ((x + wide, y), (x - wide, y), ends[0], (x, y + length * 1.03), ends[1])
    part.add(Slab(shape, 0.6), outfit.cloak)
    _folds(part, outfit.cloak, ((x - wide, y), (x + wide, y)), ends, b.height)
    if outfit.trimmed:
        part.add(Capsule(*ends, max(b.height * 0.015, 0.6), max(b.height * 0.015, 0.6)), outfit.trim, clip=True)
    return [part]


def _scarf(build: Build, b: Bones) -> Part:
    root = shifted(b.neck, -b.head_w * 0.3 if build.view is View.SIDE else b.head_w * 0.3, b.r_arm * 0.3)
    part = Part(Role.CAPE, root)
    r = max(b.head_h * 0.14, 0.9)
    bow, tip = shifted(root, -b.head_w * 0.9, -r * build.outfit.flare), shifted(root, -b.head_w * 1.8, r * 2)
    part.add(Capsule(root, bow, r, r), build.outfit.cloak)
    return part.add(Capsule(bow, tip, r, r * 1.2), build.outfit.cloak)


def _folds(part: Part, cloth: Material, top: tuple[Point, Point], hem: tuple[Point, Point], height: float) -> None:
    """Dark lines that fan out from the waist or the shoulders to the hem."""
    folds = int((hem[1][0] - hem[0][0]) / max(height * 0.08, 3.5))
    thick = max(height * 0.008, 0.5)
    for i in range(1, folds):
        foot = between(*hem, i / folds)
        head = between(between(*top, i / folds), foot, 0.35)
        part.add(Capsule(head, foot, 0.5, thick), cloth, -0.3, flat=True, clip=True)


def wings(build: Build, b: Bones) -> list[Part]:
    """A pair of feathered wings, the far one first; nothing when it has none."""
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


def tail(build: Build, b: Bones) -> list[Part]:
    """A tail; nothing when it has none."""
    if not build.outfit.tail:
        return []
    size, side = build.outfit.tail * b.height, build.view is View.SIDE
    root = shifted(b.hips, -b.hip * 0.6 if side else 0.0, 0)
    part = Part(Role.TAIL, root)
    mid, tip = shifted(root, -size * 0.5, size * 0.2), shifted(root, -size * 0.9, -size * 0.25)
    r = max(b.r_leg * 0.7, 0.8)
    part.add(Capsule(root, mid, r, r * 0.8), build.face.skin).add(Capsule(mid, tip, r * 0.8, 0.6), build.face.skin)
    return [part]
