"""Spiders, and things that float."""

from __future__ import annotations

from ayo_backend.puppets import colours
from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.eyes import eye, mouth, random_gaze
from ayo_backend.puppets.heads import DARK, WHITE
from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Slab, between, shifted
from ayo_backend.rig import Role, View


def spider(dice: Dice, view: View, height: float) -> list[Part]:
    """A spider, crab or beetle: a body, a head, six or eight legs arching out."""
    s, gaze = dice.span, random_gaze(dice)
    shell, leg_colour = colours.hide(dice), colours.hide(dice)
    leg_colour = shell if dice.chance(0.6) else leg_colour
    side = view is View.SIDE
    r = max(height * s(0.025, 0.055), 0.6)
    body_r = height * s(0.22, 0.34)
    middle = (0.0, -height * 0.42)
    rear = (
        shifted(middle, -body_r * 1.1, -body_r * 0.3)
        if side
        else shifted(middle, 0, -body_r * (0.35 if view is View.FRONT else -0.2))
    )
    torso = Part(Role.TORSO, middle)
    torso.add(Ellipse(rear, body_r * 1.1, body_r), shell).add(Ellipse(middle, body_r * 0.7, body_r * 0.6), shell)
    if dice.chance(0.3):
        torso.add(Ellipse(rear, body_r * 0.35, body_r * 0.5), Material(colours.vivid(dice)), 0.1, clip=True)
    neck = shifted(middle, body_r * 0.5 if side else 0.0, body_r * 0.1)
    head = Part(Role.HEAD, neck)
    hr = body_r * s(0.45, 0.65)
    skull = shifted(neck, hr * 0.7 if side else 0.0, hr * 0.2)
    head.add(Ellipse(skull, hr, hr * 0.9), shell, 0.05)
    if view is not View.BACK:
        for x in (-0.35, 0.4):
            eye(head, shifted(skull, (x + (0.3 if side else 0)) * hr, -hr * 0.1), hr * 0.5, gaze)
        for x in (0.1, 0.6) if side else (-0.4, 0.4):
            head.add(
                Capsule(
                    shifted(skull, x * hr, hr * 0.5), shifted(skull, x * hr * 1.2, hr * 1.3), max(hr * 0.15, 0.6), 0.5
                ),
                leg_colour,
            )
    pairs = dice.whole(3, 4)
    span = height * s(0.5, 0.85)
    near_legs: list[Part] = []
    far_legs: list[Part] = []
    for i in range(pairs):
        t = i / (pairs - 1) * 2 - 1  # -1 rear .. 1 front
        for mirror in (-1.0, 1.0):
            far = mirror > 0
            if side:
                root = shifted(middle, t * body_r * 0.5 + (body_r * 0.2 if far else 0), 0)
                foot = (t * span + (height * 0.08 if far else 0.0), -r - (height * 0.05 if far else 0.0))
            else:
                root = shifted(middle, mirror * body_r * 0.5, t * body_r * 0.25)
                foot = (mirror * span * (1 - 0.16 * abs(t + 0.3)), -r - (1 - t) * height * 0.16)
            peak = -height * s(0.5, 0.75)
            knee = (root[0] + (foot[0] - root[0]) * 0.55, min(peak + abs(t) * height * 0.12, root[1]))
            roles = (Role.FAR_UPPER_LEG, Role.FAR_LOWER_LEG) if far else (Role.NEAR_UPPER_LEG, Role.NEAR_LOWER_LEG)
            if t > 0.1:
                roles = (Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM) if far else (Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM)
            group = f"leg {i} {mirror}"
            upper = Part(roles[0], root, group=group, far=far and side).add(Capsule(root, knee, r * 1.3, r), leg_colour)
            lower = Part(roles[1], knee, group=group, far=far and side).add(
                Capsule(knee, foot, r, max(r * 0.6, 0.55)), leg_colour
            )
            (far_legs if far and side else near_legs).extend((lower, upper))
    if side:
        return [*far_legs, torso, head, *near_legs]
    return [*near_legs, torso, head] if view is View.FRONT else [head, *near_legs, torso]


def floater(dice: Dice, view: View, height: float) -> list[Part]:
    """A ghost, a flying eye, a bat, a wisp: nothing that stands."""
    kind = dice.weigh({"ghost": 0.35, "winged": 0.45, "orb": 0.2})
    if kind == "ghost":
        return _ghost(dice, view, height)
    s, gaze = dice.span, random_gaze(dice)
    body = colours.hide(dice)
    side = view is View.SIDE
    r = height * (s(0.2, 0.32) if kind == "winged" else s(0.34, 0.46))
    middle = (0.0, -height * 0.5)
    torso = Part(Role.TORSO, middle).add(Ellipse(middle, r, r * s(0.85, 1.1)), body)
    parts = [torso]
    look = r * 0.35 if side else 0.0
    if view is not View.BACK:
        if dice.chance(0.4):
            at = shifted(middle, look, 0)
            iris = Material(colours.vivid(dice, 0.5, 1.0))
            torso.add(Ellipse(at, r * 0.6, r * 0.6), WHITE, 0.1).add(
                Ellipse(shifted(at, look * 0.3, 0), r * 0.33, r * 0.33), iris
            )
            torso.add(
                Ellipse(shifted(at, look * 0.35, 0), max(r * 0.14, 0.6), max(r * 0.14, 0.6)),
                DARK,
                -0.2,
                flat=True,
                clip=True,
            )
        else:
            for x in (-0.4, 0.4):
                eye(torso, shifted(middle, look + x * r, -r * 0.15), r * 0.35, gaze)
            mouth(torso, shifted(middle, look, r * 0.25), r * 0.8, gaze)
    for mirror in (-1.0, 1.0):
        if dice.chance(0.4):
            root = shifted(middle, mirror * r * 0.55, -r * 0.7)
            torso.add(
                Capsule(root, shifted(root, mirror * r * 0.25, -r * 0.6), r * 0.22, 0.6),
                WHITE if dice.chance(0.4) else body,
            )
    if kind == "winged":
        skin = colours.hide(dice) if dice.chance(0.5) else body
        lift, reach = s(-0.4, 1.0), s(0.3, 0.5)
        for role, mirror in ((Role.FAR_WING, 1.0), (Role.NEAR_WING, -1.0)):
            root = shifted(middle, mirror * r * (0.5 if side else 0.75), -r * 0.2)
            wrist = shifted(root, mirror * height * reach * 0.6, -height * 0.22 * (lift + 0.6))
            tip = shifted(wrist, mirror * height * reach * 0.6, height * 0.2)
            wing = Part(role, root, far=side and mirror > 0)
            inner = shifted(between(root, tip, 0.45), 0, height * 0.12)
            wing.add(
                Slab((root, wrist, tip, between(wrist, inner, 0.6), inner, shifted(root, 0, r * 0.5)), 0.6), skin, -0.08
            )
            wing.add(Capsule(root, wrist, max(height * 0.02, 0.6), max(height * 0.02, 0.6)), body, 0.05)
            parts.insert(0, wing) if mirror > 0 or not side else parts.append(wing)
    elif dice.chance(0.5):
        tail = Part(Role.TAIL, shifted(middle, -r * 0.3 if side else 0, r * 0.6))
        tip = shifted(tail.joint, -r * s(0, 1.2), r * s(0.5, 1.2))
        tail.add(Capsule(tail.joint, tip, r * 0.4, 0.7), body)
        parts.insert(0, tail)
    return parts


def _ghost(dice: Dice, view: View, height: float) -> list[Part]:
    s, gaze = dice.span, random_gaze(dice)
    sheet = Material((226, 232, 240)) if dice.chance(0.5) else colours.cloth(dice)
    side = view is View.SIDE
    w = height * s(0.2, 0.34)
    neck = (0.0, -height * 0.62)
    torso = Part(Role.TORSO, (0.0, -height * 0.3))
    drift = -height * s(0, 0.25) if side else 0.0
    torso.add(
        Slab(
            (
                (-w * 0.7, -height * 0.6),
                (w * 0.7, -height * 0.6),
                (w * 0.8 + drift * 0.4, -height * 0.25),
                (drift, -height * 0.02),
                (-w * 0.8 + drift * 0.5, -height * 0.25),
            ),
            w * 0.25,
        ),
        sheet,
    )
    teeth = dice.whole(0, 3)
    for i in range(teeth):
        x = (i + 0.5) / teeth * 2 - 1
        torso.add(
            Capsule(
                (x * w * 0.7 + drift * 0.4, -height * 0.25), (x * w * 0.7 + drift * 0.8, -height * 0.04), w * 0.3, 0.7
            ),
            sheet,
        )
    head = Part(Role.HEAD, neck)
    skull = (w * 0.1 if side else 0.0, -height * 0.76)
    head.add(Ellipse(skull, w * 0.9, height * 0.24), sheet)
    if view is not View.BACK:
        look = w * 0.3 if side else 0.0
        if dice.chance(0.4):
            head.add(Ellipse(shifted(skull, look, height * 0.03), w * 0.6, height * 0.15), DARK, clip=True)
        for x in (-0.3, 0.35):
            eye(head, shifted(skull, look + x * w, 0), w * 0.35, gaze)
        mouth(head, shifted(skull, look, height * 0.09), w * 0.5, gaze)
    parts = [torso, head]
    if dice.chance(0.6):
        for role, lower, mirror in (
            (Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM, 1.0),
            (Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM, -1.0),
        ):
            root = shifted(neck, mirror * w * (0.35 if side else 0.75), height * 0.08)
            way = 1.0 if side else mirror
            elbow = shifted(root, way * w * s(0.2, 0.7), height * 0.1)
            hand = shifted(elbow, way * w * s(0.3, 0.7), height * s(-0.1, 0.1))
            r = max(w * 0.2, 0.9)
            group, far = role.name, side and mirror > 0
            arm = [
                Part(role, root, group=group, far=far).add(Capsule(root, elbow, r, r), sheet),
                Part(lower, elbow, group=group, far=far).add(Capsule(elbow, hand, r, r * 0.9), sheet),
            ]
            parts = arm + parts if far else parts + arm
    return parts
