"""People and their like: bones dressed as parts, back to front."""

from __future__ import annotations

import math

from ayo_backend.puppets import clothes
from ayo_backend.puppets.build import Build
from ayo_backend.puppets.hats import put_on
from ayo_backend.puppets.heads import bare_head, hanging, skull_of
from ayo_backend.puppets.paint import Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Slab, bend, between, move, shifted
from ayo_backend.puppets.skeleton import Bones, Limb, bones
from ayo_backend.puppets.weapons import SHIELDS, TWO_HANDED, shield, weapon
from ayo_backend.rig import Role, View

Parts = list[Part]


def humanoid(build: Build, height: float) -> Parts:
    """All parts from back to front, in pixels, the ground under the hips at (0, 0)."""
    b = bones(build.frame, build.stance, build.view, height)
    skull = skull_of(b, build.view, build.stance.turn)
    head, hair = Part(Role.HEAD, b.neck), hanging(b, build.face, skull)
    bare_head(head, b, build.face, skull)
    put_on(head, build.face, skull)
    far_limb = _reaching(b, build) if build.gear.both and build.gear.held else b.far_arm
    near_arm, far_arm = _arm(b.near_arm, b, build, near=True), _arm(far_limb, b, build, near=False)
    legs = [*_leg(b.far_leg, b, build, near=False), *_leg(b.near_leg, b, build, near=True)]
    body = [clothes.torso(build, b), *clothes.skirt(build, b)]
    held, off = _held(build, b), _offhand(build, far_limb, b.height)
    wings, tail, cape = clothes.wings(build, b), clothes.tail(build, b), clothes.cape(build, b)
    mantle, cape = ([*cape, head], []) if build.outfit.mantle else ([], cape)
    face = [] if mantle else [head]
    lost, held = (held, []) if build.held_behind else ([], held)
    if build.view is View.BACK:
        arms = near_arm + far_arm
        before, after = (arms, []) if build.arms_behind else ([], arms)
        return [*lost, *held, *off, *before, *legs, *body, *after, *tail, *cape, *wings, *mantle, *face, *hair]
    behind = [*lost, *wings, *cape, *tail, *hair]
    if build.view is View.FRONT:
        if build.arms_behind:
            return [*behind, *near_arm, *far_arm, *legs, *body, *mantle, *face, *held, *off]
        return [*behind, *legs, *body, *face, *held, *near_arm, *far_arm, *off, *mantle]
    if build.gear.both:
        return [*behind, *legs, *body, *face, *far_arm, *held, *near_arm, *mantle]
    front, back = (off, []) if build.stance.turn > 0.5 else ([], off)
    return [*behind, *back, *far_arm, *legs, *body, *face, *front, *held, *near_arm, *mantle]


def _held(build: Build, b: Bones) -> Parts:
    gear = build.gear
    if not gear.held:
        return []
    part = Part(Role.HELD, b.near_arm.tip)
    weapon(part, gear.held, part.joint, gear.angle, b.height, gear.main, gear.grip, gear.gem)
    return [part]


def _offhand(build: Build, limb: Limb, height: float) -> Parts:
    gear, side = build.gear, build.view is View.SIDE
    if not gear.offhand:
        return []
    part = Part(Role.OFFHAND, limb.tip, far=side and build.stance.turn < 0.5)
    if gear.offhand in SHIELDS:
        shield(part, gear.offhand, part.joint, height * gear.shield, 0.6 if side else 1.0, gear.main, gear.trim)
    else:
        weapon(part, gear.offhand, part.joint, gear.off_angle, height, gear.main, gear.grip, gear.gem)
    return [part]


def _reaching(b: Bones, build: Build) -> Limb:
    """The far arm, its hand at the two-handed weapon's grip."""
    along = 0.16 if build.gear.held in TWO_HANDED else -0.05
    grip = move(b.near_arm.tip, build.gear.angle, along * b.height)
    root, upper = b.far_arm.root, math.dist(b.far_arm.root, b.far_arm.middle)
    elbow, hand = bend(root, grip, upper, upper, -1.0)
    return Limb(root, elbow, hand)


def _arm(limb: Limb, b: Bones, build: Build, near: bool) -> Parts:
    r, outfit, skin = b.r_arm, build.outfit, build.face.skin
    group, far = f"arm {near}", not near and build.view is View.SIDE
    upper = Part(Role.NEAR_UPPER_ARM if near else Role.FAR_UPPER_ARM, limb.root, group=group, far=far)
    lower = Part(Role.NEAR_LOWER_ARM if near else Role.FAR_LOWER_ARM, limb.middle, group=group, far=far)
    sleeve = outfit.plate if outfit.breastplate and outfit.pauldrons else outfit.top
    upper.add(Capsule(limb.root, limb.middle, r * 1.12, r), sleeve if outfit.sleeves >= 1 else skin)
    if outfit.sleeves == 0 and not outfit.pauldrons:
        upper.add(Ellipse(limb.root, r * 1.1, r * 1.1), outfit.top)
    if outfit.pauldrons:
        grow = r * (1.1 + outfit.pauldrons)
        at = shifted(limb.root, 0, r * 0.1)
        if outfit.trimmed:
            upper.add(Ellipse(shifted(at, 0, max(r * 0.25, 0.8)), grow, grow * 0.9, square=0.3), outfit.trim)
        upper.add(Ellipse(at, grow, grow * 0.9, square=0.3), outfit.plate)
    hand = outfit.gloves if outfit.gloved else skin
    lower.add(Capsule(limb.middle, limb.tip, r, r * outfit.fist * 0.8), sleeve if outfit.sleeves == 2 else skin)
    cuff, wrist = between(limb.middle, limb.tip, 0.45), between(limb.middle, limb.tip, 0.8)
    if outfit.gloved:
        lower.add(Capsule(cuff, wrist, r * 1.15, r * 1.2 * outfit.fist), hand)
    if outfit.trimmed:
        lower.add(Capsule(cuff, between(cuff, wrist, 0.3), r * 1.2, r * 1.2), outfit.trim)
    lower.add(Ellipse(limb.tip, r * 1.15 * outfit.fist, r * 1.1 * outfit.fist), hand)
    return [upper, lower]


def _leg(limb: Limb, b: Bones, build: Build, near: bool) -> Parts:
    r, outfit, skin, side = b.r_leg, build.outfit, build.face.skin, build.view is View.SIDE
    group, far = f"leg {near}", not near and side
    upper = Part(Role.NEAR_UPPER_LEG if near else Role.FAR_UPPER_LEG, limb.root, group=group, far=far)
    lower = Part(Role.NEAR_LOWER_LEG if near else Role.FAR_LOWER_LEG, limb.middle, group=group, far=far)
    thigh = outfit.plate if outfit.breastplate and outfit.pauldrons > 0.8 else outfit.bottom
    upper.add(
        Capsule(limb.root, limb.middle, r * 1.2 * outfit.baggy, r * outfit.baggy), thigh if outfit.trousers else skin
    )
    shin = r * outfit.baggy if outfit.trousers == 2 else r
    lower.add(Capsule(limb.middle, limb.tip, shin, shin * 0.85), outfit.bottom if outfit.trousers == 2 else skin)
    shod = outfit.boots if outfit.boot_height > 0 else skin
    if outfit.boot_height > 0.1:
        top = between(limb.tip, limb.middle, outfit.boot_height)
        if outfit.trimmed:
            lower.add(Capsule(top, top, r * 1.35, r * 1.35), outfit.trim)
        lower.add(Capsule(between(limb.tip, limb.middle, outfit.boot_height * 0.85), limb.tip, r * 1.15, r), shod)
    if outfit.knees:
        lower.add(Ellipse(limb.middle, r * 1.1, r * 1.1), outfit.plate)
    x, y = limb.tip
    if side:
        sole, instep = y + b.foot * 0.7 - 0.3, y - b.foot * 0.3
        heel, toe = x - r * 0.9, x + b.foot * 1.9
        lower.add(
            Slab(((heel, sole), (heel, instep), (x + r, instep), (toe, y + b.foot * 0.15), (toe, sole)), 0.3), shod
        )
    else:
        out = (-1 if near else 1) * r * 0.25
        lower.add(Ellipse((x + out, y + b.foot * 0.1), r * 1.25, b.foot * 0.65, square=0.4), shod)
    return [lower, upper] if outfit.trousers and outfit.boot_height < 0.7 else [upper, lower]
