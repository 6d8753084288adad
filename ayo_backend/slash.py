"""Slash: the crescent that a blow leaves in the air.

Pixel artists draw the fastest frame of a blow as an arc, from where the weapon was to where it is, thin at both ends,
in the lightest colour there is; the next frame shows a thin rest of it. Seen from the side it is a chop, from overhead
to the front of the knees, or lies before the fist of one who punches; seen from the front or the back a sweep round the
waist, on the side that the figure faces. A beast or a bird has a smaller one before the mouth, where it bites.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ayo_backend.air import Air, Points, Shape, lightest, placed
from ayo_backend.compose import Stage
from ayo_backend.rig import Kind, Pose, Role, View
from ayo_backend.sprite import Sprite

WIDE, THIN = 0.56, 0.35  # of the radius, where the arc is widest; times that for what is left of it
REST, LASTING = 0.55, 5  # of the arc that is left in the frame after; of so many frames one has a rest of it
BEYOND = 1.15  # times the distance of the weapon's tip
NEARLY = 0.8  # of the furthest that the torso leans: the blow is struck
STEPS = 48  # corners of the outline, each side


@dataclass(frozen=True)
class Sweep:
    """How a blow is seen. start, end: degrees clockwise of up; radius: figure heights at the least; flat: of the
    radius, up and down; low: of the way from the shoulder to the ground where the arc's centre lies; before: it is
    nearer than the figure.
    """

    start: float
    end: float
    radius: float
    flat: float
    low: float
    before: bool


SWEEPS = {
    View.SIDE: Sweep(-60, 140, 0.7, 0.85, 0.1, False),
    View.FRONT: Sweep(-75, -265, 0.62, 0.5, 0.3, True),
    View.BACK: Sweep(-105, 85, 0.64, 0.5, 0.3, False),
}
PUNCH = Sweep(-10, 130, 0.6, 0.85, 0.0, False)  # by an empty hand, seen from the side
BITE = Sweep(-5, 150, 0.24, 1.0, 0.0, False)  # before the mouth or the beak, seen from the side
JAWS, WITHIN = 0.8, 0.25  # of a head's height: the radius of its bite, and how far inside the mouth the centre lies


def slash(stage: Stage, poses: Sequence[Pose], sprite: Sprite) -> Air | None:
    """The slash of an attack in these poses; None for creatures that neither strike with an arm nor are seen to bite,
    and where nothing moves.
    """
    rig, side = stage.rig, stage.rig.view is View.SIDE
    biting = side and rig.kind in (Kind.QUADRUPED, Kind.BIRD)
    leans = np.array([pose.parts[Role.TORSO, 0] for pose in poses])
    leans *= 1 if side else -1  # seen from the front it leans to the other side
    if not (biting or rig.kind is Kind.HUMANOID) or leans.max() <= 0:
        return None
    struck = int(np.argmax(leans >= NEARLY * leans.max()))
    sweep = BITE if biting else PUNCH if rig.weapon is None and side else SWEEPS[rig.view]
    centre, radius = (_jaws if biting else _middle)(stage, poses[struck], sweep)
    entry = lightest(sprite)

    def arc(share: float, wide: float) -> list[Shape]:
        return [Shape(_crescent(centre, radius, sweep, share, wide), entry, sweep.before)]

    frames = {struck: arc(1.0, WIDE)}
    for age, frame in enumerate(range(struck + 1, len(poses))[: max(1, len(poses) // LASTING)], 1):
        frames[frame] = arc(REST / age, WIDE * THIN / age)
    return Air(frames, sprite.palette)


def _jaws(stage: Stage, pose: Pose, sweep: Sweep) -> tuple[Points, float]:
    """The centre and the radius of the bite in this pose: before the head, or what is foremost."""
    parts = placed(stage, pose)
    points, _ = parts.get(Role.HEAD) or max(parts.values(), key=lambda part: part[0][:, 0].max())
    (_, top), (right, bottom) = points.min(0), points.max(0)
    radius = max(JAWS * (bottom - top), sweep.radius * stage.rig.height)
    return np.array([right - WITHIN / JAWS * radius, (top + bottom) / 2]), radius


def _middle(stage: Stage, pose: Pose, sweep: Sweep) -> tuple[Points, float]:
    """The centre and the radius of the blow that ends in this pose."""
    rig, joints = stage.rig, stage.rig.joints()
    moves = dict(zip((layer.role for layer in rig.layers), stage.transforms(pose), strict=True))
    arm = Role.FAR_UPPER_ARM if rig.left_handed else Role.NEAR_UPPER_ARM
    shoulder = np.array(joints.get(arm, joints.get(Role.HEAD, joints[Role.TORSO])))
    carrier = next((role for role in (arm, Role.TORSO) if role in moves), rig.layers[0].role)
    centre = moves[carrier](shoulder[None])[0]
    if rig.view is not View.SIDE:
        centre[0] = moves[carrier](np.array([joints[Role.TORSO]]))[0, 0]
    centre[1] += sweep.low * (rig.ground - centre[1])
    radius = sweep.radius * rig.height
    if rig.weapon is not None:
        y, x = np.nonzero(rig.weapon.indices)
        away = moves[rig.weapon.role](np.column_stack([x + 0.5, y + 0.5])) - centre
        radius = max(radius, BEYOND * float(np.linalg.norm(away, axis=1).max()))
    return centre, radius


def _crescent(centre: Points, radius: float, sweep: Sweep, share: float, wide: float) -> Points:
    """The outline of the last share of the arc: there outside, back inside."""
    along = np.linspace(0, 1, STEPS)
    angle = np.radians(sweep.end + (sweep.start - sweep.end) * share * (1 - along))
    outward = np.column_stack([np.sin(angle), -np.cos(angle) * sweep.flat]) * radius
    inward = outward * (1 - wide * np.sin(math.pi * along**1.4))[:, None]
    outline: Points = centre + np.concatenate([outward, inward[::-1]])
    return outline
