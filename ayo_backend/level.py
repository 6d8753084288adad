"""Level: the hips of a person who walks or runs rise and sink by little.

Legs that are splayed or bent at rest are longer than they should be when they pass beneath the body, which they would
lift like stilts, and shorter when they are furthest apart, where it would drop. A leg that passes gets shorter, as one
does whose knee bends; a body that would drop is in flight. Nor do legs that stand differently carry the hips to
different heights: that is a limp.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ayo_backend.compose import Stage
from ayo_backend.rig import Kind, Pose, Role, View

HOP = 1.5  # pixels between the flights of a cycle's halves that make it a hop
RANGE = 0.05  # figure heights that the hips may be above or below where they are in the mean
SHORTER = np.arange(0.95, 0.55, -0.05)  # what is left of a leg, tried in turn
_LEGS = [Role.NEAR_UPPER_LEG, Role.FAR_UPPER_LEG]


def level(stage: Stage, poses: Sequence[Pose]) -> Sequence[Pose]:
    """The poses of a gait, with hips that rise and sink no further than that; of a person seen from the side alone."""
    rig = stage.rig
    if rig.kind is not Kind.HUMANOID or rig.view is not View.SIDE:
        return poses
    low = np.array([stage.hips(pose) for pose in poses])
    flown = np.array([pose.parts[0, 2] for pose in poses]) * rig.height
    wanted = low.clip(low.mean() - RANGE * rig.height, low.mean() + RANGE * rig.height)
    if not _hops(flown):
        wanted = _even(wanted - flown) + flown
    return [_moved(stage, pose, *hips) for pose, *hips in zip(poses, low, wanted, strict=True)]


def _hops(flown: NDArray[np.float64]) -> bool:
    """It leaves the ground at one step and not at the other, by more than a pixel. flown: [frames] of a cycle."""
    return bool(np.abs(flown - _half_later(flown)).max() > HOP)


def _even(low: NDArray[np.float64]) -> NDArray[np.float64]:
    """As low on either leg as on the one that drops the hips further. low: [frames] of a cycle."""
    return np.maximum(low, _half_later(low))


def _half_later(values: NDArray[np.float64]) -> NDArray[np.float64]:
    frames = np.arange(len(values))
    later: NDArray[np.float64] = np.interp(frames + len(values) / 2, frames, values, period=len(values))
    return later


def _moved(stage: Stage, pose: Pose, low: float, wanted: float) -> Pose:
    """The pose with the hips where they are wanted, in pixels below where they rest: on shorter legs, or in flight."""
    if abs(low - wanted) < 0.5:
        return pose
    if wanted < low:
        parts = pose.parts.copy()
        parts[0, 2] += (wanted - low) / stage.rig.height
        return replace(pose, parts=parts)
    result = pose
    for share in SHORTER:
        parts = pose.parts.copy()
        parts[_LEGS, 4] += np.log2(share)
        result = replace(pose, parts=parts)
        if stage.hips(result) > wanted - 0.5:
            break
    return result
