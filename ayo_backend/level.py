"""Level: the hips of a person who walks or runs rise and sink by little.

Legs that are splayed or bent at rest are longer than they should be when they pass beneath the body, which they would
lift like stilts, and shorter when they are furthest apart, where it would drop. A leg that passes gets shorter, as one
does whose knee bends; a body that would drop is in flight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ayo_backend.compose import Stage
from ayo_backend.rig import Kind, Pose, Role, View

RANGE = 0.05  # figure heights that the hips may be above or below where they are in the mean
SHORTER = np.arange(0.95, 0.55, -0.05)  # what is left of a leg, tried in turn
_LEGS = [Role.NEAR_UPPER_LEG, Role.FAR_UPPER_LEG]


def level(stage: Stage, poses: Sequence[Pose]) -> Sequence[Pose]:
    """The poses of a gait, with hips that rise and sink no further than that; of a person seen from the side alone."""
    rig = stage.rig
    if rig.kind is not Kind.HUMANOID or rig.view is not View.SIDE:
        return poses
    low = np.array([_low(stage, pose) for pose in poses])
    wanted = low.clip(low.mean() - RANGE, low.mean() + RANGE)
    return [_sunk(stage, pose, sink) for pose, sink in zip(poses, wanted - low, strict=True)]


def _low(stage: Stage, pose: Pose) -> float:
    """How far below where it rests the middle of the hips is, in figure heights."""
    moves = zip(stage.rig.layers, stage.transforms(pose), strict=True)
    sinks = (move(np.array([layer.joint]))[0, 1] - layer.joint[1] for layer, move in moves if layer.role is Role.TORSO)
    return float(next(sinks, 0.0)) / stage.rig.height


def _sunk(stage: Stage, pose: Pose, sink: float) -> Pose:
    """The pose with the hips so many figure heights lower, on shorter legs; or higher, in flight."""
    if sink < 0:
        parts = pose.parts.copy()
        parts[0, 2] += sink
        return replace(pose, parts=parts)
    wanted = _low(stage, pose) + sink - 0.5 / stage.rig.height
    result = pose
    for share in SHORTER:
        if _low(stage, result) > wanted:
            break
        parts = pose.parts.copy()
        parts[_LEGS, 4] += np.log2(share)
        result = replace(pose, parts=parts)
    return result
