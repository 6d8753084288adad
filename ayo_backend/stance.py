"""Stance: how a figure stands while it does something on the spot.

Pixel artists do not turn the legs of one who lunges or crouches where he stands: the rows of the legs shift by whole
pixels, from none at the soles to all at the hips, and a crouch leaves some rows out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ayo_backend.rig import PARENT, Kind, Rig, Role
from ayo_backend.sprite import bounds

STEEPEST, OVER = 35.0, 0.2  # degrees that a torso leans, and figure heights that its top goes aside in doing so
STOUT, BROAD = 0.7, 0.7  # least share of a stout figure that its torso is, and least width of that over its height
LEAST = 0.1  # figure heights that a stout figure's top goes aside: it is no dough
ASIDE, LUNGING = 0.12, 0.45  # figure heights that the top of a torso goes aside that stands: a person's, a creature's
STRETCH = 1.2  # a leg that would have to be longer leaves the ground
CROUCH = 0.4  # the least a leg keeps of its length
FOOT, NEAR = 0.1, 0.12  # figure heights: of a foot, that keeps its form; from the ground, of what stands on it
SHORT = 0.12  # figure heights of a leg that is no more than a foot
_LEGS = {
    Role.NEAR_UPPER_LEG: Role.NEAR_LOWER_LEG,
    Role.FAR_UPPER_LEG: Role.FAR_LOWER_LEG,
    Role.NEAR_UPPER_ARM: Role.NEAR_LOWER_ARM,
    Role.FAR_UPPER_ARM: Role.FAR_LOWER_ARM,
}


@dataclass(frozen=True)
class Stance:
    """How a part stands: the point `anchor` of it goes where `carrier` (None: the whole figure) takes it, and what lies
    below row `sole` stays. Canvas pixels. slope: how far rows may shift for each row below them; a body is no leg.
    """

    carrier: Role | None
    anchor: tuple[float, float]
    sole: float
    slope: float = math.inf

    @property
    def reach(self) -> float:
        """The length that gives way; none where all of the part stays."""
        return self.sole - self.anchor[1]


def stances(rig: Rig) -> dict[Role, Stance]:
    """The parts that stand: legs that reach the ground and what hangs round them. The torso too, if it lies on the
    ground, or on legs too short to give way: those are feet, and stay.
    """
    if rig.kind is Kind.FLOATER:
        return {}
    joints, ground, height = rig.joints(), rig.ground, rig.height
    sole = float(ground - max(1, round(FOOT * height)))
    boxes = {layer.role: bounds(layer.indices != 0) for layer in rig.layers if layer.indices.any()}
    low = {role for role, (_, _, _, bottom) in boxes.items() if bottom >= ground - NEAR * height}
    found: dict[Role, Stance] = {}
    for upper, lower in list(_LEGS.items())[: 2 if rig.kind is Kind.HUMANOID else 4]:
        if {upper, lower} & low:
            found |= {role: Stance(PARENT[upper], joints[upper], sole) for role in {upper, lower} & boxes.keys()}
    if Role.SKIRT in boxes and (found or Role.SKIRT in low):
        found[Role.SKIRT] = Stance(None, joints[Role.SKIRT], sole)
    if all(stance.reach < SHORT * height for stance in found.values()):
        found = {role: Stance(None, stance.anchor, stance.anchor[1]) for role, stance in found.items()}
        trunk = bool(found) or Role.TORSO in low
    else:
        trunk = boxes.get(Role.TORSO, (0, 0, 0, 0))[3] > sole
    if trunk and Role.TORSO in boxes:
        anchor = (joints[Role.TORSO][0], float(boxes[Role.TORSO][1]))
        aside = ASIDE if rig.kind is Kind.HUMANOID else LUNGING
        found[Role.TORSO] = Stance(Role.TORSO, anchor, sole, aside * height / max(1.0, sole - anchor[1]))
    return found


def bent(stance: Stance, carried: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The shear and squash [2, 3] that keeps the sole's row and takes the anchor to where `carried` [2, 3] takes it;
    None where the part can't do that.
    """
    if stance.reach < 1:
        return np.eye(2, 3)
    x, _ = stance.anchor
    there = carried[:, :2] @ stance.anchor + carried[:, 2]
    squash = (stance.sole - there[1]) / stance.reach
    if squash > STRETCH:
        return None
    squash = max(squash, CROUCH)
    slope = min(stance.slope, max(-stance.slope, (x - there[0]) / stance.reach))
    return np.array([[1.0, slope, -slope * stance.sole], [0.0, squash, stance.sole * (1 - squash)]])


def lying(rig: Rig) -> bool:
    """The torso is longer than it is high, as a beast's."""
    for layer in rig.layers:
        if layer.role is Role.TORSO and layer.indices.any():
            left, top, right, bottom = bounds(layer.indices != 0)
            return rig.kind is not Kind.HUMANOID and right - left > 1.2 * (bottom - top)
    return False


def stout(rig: Rig) -> bool:
    """The torso is nearly all of a person, and about as wide as high: what is round in it shows how it leans."""
    areas = {layer.role: np.count_nonzero(layer.indices) for layer in rig.layers}
    if rig.kind is not Kind.HUMANOID or areas.get(Role.TORSO, 0) <= STOUT * sum(areas.values()):
        return False
    left, top, right, bottom = next(bounds(layer.indices != 0) for layer in rig.layers if layer.role is Role.TORSO)
    return right - left > BROAD * (bottom - top)


def steepest(rig: Rig) -> float:
    """The degrees that the torso may lean: less, the more of the figure it is."""
    for layer in rig.layers:
        if layer.role is Role.TORSO and layer.indices.any():
            rise = layer.joint[1] - bounds(layer.indices != 0)[1]
            over = LEAST if stout(rig) else OVER
            return min(STEEPEST, math.degrees(math.atan2(over * rig.height, max(rise, 1.0))))
    return STEEPEST
