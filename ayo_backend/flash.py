"""Flash: what a shot leaves in the air.

A burst at the muzzle, drawn out the way of the shot, its core in the sprite's lightest colour and its halo in the most
vivid one, a warm one rather than a cold one, and a streak that flies ahead; the next frame shows a thin rest of the
streak. What is held amid its length is a bow: it has no muzzle, and what it shoots passes the hand. Who holds nothing
shoots from the hand that reaches furthest, a beast from its mouth.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ayo_backend.actions import ACTIONS, phases
from ayo_backend.air import HANDS, Air, Points, Shape, clear, directions, lightest, most_vivid, placed
from ayo_backend.compose import Stage
from ayo_backend.rig import Kind, Pose, Role, View
from ayo_backend.sprite import Sprite

FIRED = 0.52  # phase of a shot from which on it is fired
LASTING = 8  # of so many frames one more has a rest of it
RADIUS = 0.075  # figure heights, of the burst
CORE = 0.5  # of its radius
RAYS = np.array([1.5, 0.7, 1.9, 0.9, 3.4, 0.9, 1.9, 0.7])  # radii, clockwise from the shooter's left
STREAK = np.array([2.0, 6.5])  # radii from the muzzle where the streak begins and ends
REST = np.array([5.5, 9.0])  # and the rest of it
THICK, THIN = 0.5, 0.25  # radii
NOSE = 0.15  # of its length that is before its thickest place
LOW = 0.45  # of a headless body's height below its top: where it spits
AHEAD = {View.SIDE: (1.0, 0.0), View.FRONT: (0.0, 1.0), View.BACK: (0.0, -1.0)}


def flash(stage: Stage, poses: Sequence[Pose], sprite: Sprite) -> Air | None:
    """The flash of a shot in these poses; None where nothing moves."""
    if not any(pose.parts.any() for pose in poses):
        return None
    rig = stage.rig
    fired = next(index for index, phase in enumerate(phases(ACTIONS["shoot"], len(poses))) if phase >= FIRED)
    radius = max(1.5, RADIUS * rig.height)
    ahead = np.array(AHEAD[rig.view])
    at = _muzzle(stage, poses[fired], ahead, radius)
    core, halo = lightest(sprite), most_vivid(sprite, cold=False)
    before = rig.view is not View.BACK

    def streak(flown: float) -> Shape:
        """The streak (0) and what is left of it on its way to the rest (1)."""
        reach, thick = STREAK + (REST - STREAK) * flown, THICK + (THIN - THICK) * flown
        return Shape(_streak(at + ahead * radius * reach[:, None], ahead, max(0.55, thick * radius)), core, before)

    bow = rig.kind is Kind.HUMANOID and rig.weapon is not None and rig.weapon.amid
    burst = [] if bow else [_burst(at, ahead, radius, halo, before), _burst(at, ahead, CORE * radius, core, before)]
    frames = {fired: [*burst, streak(0)]}
    lasting = max(1, len(poses) // LASTING)
    for age, frame in enumerate(range(fired + 1, len(poses))[:lasting], 1):
        frames[frame] = [streak(age / lasting)]
    return Air(frames, sprite.palette)


def _muzzle(stage: Stage, pose: Pose, ahead: Points, radius: float) -> Points:
    """Where the shot leaves in this pose: (x, y); an empty hand's burst, of that radius, lies ahead of the body."""
    rig, parts = stage.rig, placed(stage, pose)
    if rig.kind is Kind.HUMANOID and rig.weapon is not None:
        points, hand = parts[rig.weapon.role]
        muzzle = _foremost(points, ahead)
        return hand + ahead * ((muzzle - hand) @ ahead) if rig.weapon.amid else muzzle
    hands = [_foremost(parts[role][0], ahead) for role in HANDS if role in parts]
    if rig.kind is Kind.HUMANOID and hands:
        hand = max(hands, key=lambda hand: float(hand @ ahead))
        return clear(parts, hand, radius) if rig.view is View.SIDE else hand
    source = parts[Role.HEAD][0] if Role.HEAD in parts else np.concatenate([points for points, _ in parts.values()])
    first, last = source.min(0), source.max(0)
    middle = first + (last - first) * (0.5, 0.6 if Role.HEAD in parts else LOW)
    if rig.view is View.SIDE:
        return np.array([last[0], middle[1]])
    return np.array([middle[0], last[1] if rig.view is View.FRONT else first[1]])


def _foremost(points: Points, ahead: Points) -> Points:
    """The middle of what lies furthest that way."""
    along = points @ ahead
    end: Points = points[along > along.max() - 1].mean(0)
    return end


def _burst(at: Points, ahead: Points, radius: float, entry: int, before: bool) -> Shape:
    """A star whose longest ray points ahead; its middle lies before the muzzle."""
    turned = np.arctan2(ahead[0], -ahead[1]) - np.pi
    star = at + ahead * radius + directions(len(RAYS), turned) * RAYS[:, None] * radius
    return Shape(star, entry, before)


def _streak(ends: Points, ahead: Points, thick: float) -> Points:
    """A drop that flies ahead, its tail behind it. ends: of its tail and its nose; thick: half of its width."""
    begin, end = ends
    side = np.array([-ahead[1], ahead[0]]) * thick
    widest = end + (begin - end) * NOSE
    return np.array([begin, widest + side, end, widest - side])
