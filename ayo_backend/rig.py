"""Rig: a character taken apart into layers that turn about joints."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ayo_backend.sprite import bounds


class Role(IntEnum):
    """What a part is. Label 0 is kept for "nothing here".

    Seen from the side, near is the limb towards the viewer. Seen from the front or the back, near is the limb on the
    left of the picture. Animals: front legs take the arm roles, hind legs the leg roles.
    """

    TORSO = 1
    HEAD = 2
    HAIR = (
        3  # what hangs or waves behind the head: a ponytail, a plume, long ears; short hair and hats belong to the head
    )
    NEAR_UPPER_ARM = 4
    NEAR_LOWER_ARM = 5  # with the hand
    FAR_UPPER_ARM = 6
    FAR_LOWER_ARM = 7
    NEAR_UPPER_LEG = 8
    NEAR_LOWER_LEG = 9  # with the foot
    FAR_UPPER_LEG = 10
    FAR_LOWER_LEG = 11
    HELD = 12  # in the near hand
    OFFHAND = 13  # in the far hand: a shield, a bow, a torch
    CAPE = 14
    SKIRT = 15  # a robe's or dress's lower part
    TAIL = 16
    NEAR_WING = 17
    FAR_WING = 18


class Kind(StrEnum):
    """How a creature is built."""

    HUMANOID = "humanoid"
    QUADRUPED = "quadruped"
    BIRD = "bird"
    BLOB = "blob"
    SPIDER = "spider"
    FLOATER = "floater"


class View(StrEnum):
    """Where it is seen from. Side views look to the right."""

    SIDE = "side"
    FRONT = "front"
    BACK = "back"


PARENT: dict[Role, Role | None] = {
    Role.TORSO: None,
    Role.HEAD: Role.TORSO,
    Role.HAIR: Role.HEAD,
    Role.NEAR_UPPER_ARM: Role.TORSO,
    Role.NEAR_LOWER_ARM: Role.NEAR_UPPER_ARM,
    Role.FAR_UPPER_ARM: Role.TORSO,
    Role.FAR_LOWER_ARM: Role.FAR_UPPER_ARM,
    Role.NEAR_UPPER_LEG: None,  # legs hang on the pelvis, which the torso turns about
    Role.NEAR_LOWER_LEG: Role.NEAR_UPPER_LEG,
    Role.FAR_UPPER_LEG: None,
    Role.FAR_LOWER_LEG: Role.FAR_UPPER_LEG,
    Role.HELD: Role.NEAR_LOWER_ARM,
    Role.OFFHAND: Role.FAR_LOWER_ARM,
    Role.CAPE: Role.TORSO,
    Role.SKIRT: None,
    Role.TAIL: Role.TORSO,
    Role.NEAR_WING: Role.TORSO,
    Role.FAR_WING: Role.TORSO,
}

# Never what a character stands on.
WEAPONS = (Role.HELD, Role.OFFHAND)  # and shields, staves, books: what hands hold
LOOSE = frozenset({*WEAPONS, Role.HAIR, Role.CAPE, Role.TAIL, Role.NEAR_WING, Role.FAR_WING})

LONG = 2.0  # times its width that a weapon's length is, at the least
AMID = 0.5  # of its longer end that the shorter end is of what is held amid its length


@dataclass(frozen=True)
class Layer:
    """One part, whole: also what other parts hide of it.

    indices: int32 [H, W] on the sprite's canvas, 0 = transparent. joint: (x, y) in canvas pixels (pixel centres lie at
    .5) where it hangs on its parent; for the torso of a legged creature the middle of the hips.
    """

    role: Role
    indices: NDArray[np.int32]
    joint: tuple[float, float]

    @cached_property
    def axis(self) -> NDArray[np.float64]:
        """The direction [2] of its longest axis through its joint, as (x, y) of length 1, to either end."""
        offset = self._offsets
        longest: NDArray[np.float64] = np.linalg.eigh(offset.T @ offset)[1][:, 1]
        return longest

    @property
    def ahead(self) -> NDArray[np.float64]:
        """The direction [2] in which it points from its joint: along its axis, to where most of it lies."""
        return self.axis if (self._offsets @ self.axis).sum() >= 0 else -self.axis

    @property
    def amid(self) -> bool:
        """It hangs amid its length, as a bow or a staff that is held; a sword hangs at its end."""
        along = self._offsets @ self.axis
        shorter, longer = sorted((float(along.max()), -float(along.min())))
        return shorter > AMID * longer

    @property
    def _offsets(self) -> NDArray[np.float64]:
        y, x = np.nonzero(self.indices)
        return np.column_stack([x + 0.5 - self.joint[0], y + 0.5 - self.joint[1]])


@dataclass(frozen=True)
class Rig:
    """Layers from back to front on one canvas. Several layers may share a role (a spider's legs), each with its own
    joint.
    """

    kind: Kind
    view: View
    layers: tuple[Layer, ...]

    @cached_property
    def height(self) -> int:
        """The figure's height in pixels, without what hangs loose or is held: the unit of poses' shifts."""
        _, top, _, bottom = bounds(self.body)
        return bottom - top

    @cached_property
    def ground(self) -> int:
        """The y of the ground line: the underside of the body's lowest pixel."""
        return bounds(self.body)[3]

    @cached_property
    def body(self) -> NDArray[np.bool_]:
        """bool [H, W]: what the character stands on and is measured by."""
        firm = [layer.indices != 0 for layer in self.layers if layer.role not in LOOSE and layer.indices.any()]
        union: NDArray[np.bool_] = np.logical_or.reduce(firm or [layer.indices != 0 for layer in self.layers])
        return union

    @cached_property
    def weapon(self) -> Layer | None:
        """What it strikes with: what the near hand holds; from the side a long thing in the far one, where the near one
        holds none, or one half as long for its width at most. What is not long is a shield.
        """
        found = {layer.role: layer for layer in self.layers if layer.indices.any()}
        near, far = (_length(found[role].indices != 0) if role in found else 0.0 for role in WEAPONS)
        if self.view is View.SIDE and far > LONG and (near <= LONG or far > 2 * near):
            return found[Role.OFFHAND]
        return found.get(Role.HELD)

    @property
    def left_handed(self) -> bool:
        """It strikes with what the far hand holds."""
        return self.weapon is not None and self.weapon.role is Role.OFFHAND

    def joints(self) -> dict[Role, tuple[float, float]]:
        """A joint for every role that a layer hangs on; a missing parent borrows its child's."""
        found = {layer.role: layer.joint for layer in reversed(self.layers)}
        for layer in self.layers:
            parent = PARENT[layer.role]
            while parent is not None:
                found.setdefault(parent, layer.joint)
                parent = PARENT[parent]
        return found


def _length(mask: NDArray[np.bool_]) -> float:
    """How many times longer than wide it is, along its own axes."""
    y, x = np.nonzero(mask)
    narrow, wide = np.linalg.eigvalsh(np.cov(x, y) + np.eye(2) / 12) if len(x) > 1 else (1.0, 1.0)
    return float(np.sqrt(wide / narrow))


@dataclass(frozen=True)
class Pose:
    """How far each part is moved from where it rests.

    parts: float32 [len(Role) + 1, 5]; row 0 is the whole figure (turning about the pivot), the others are indexed by
    Role. Columns: angle in degrees (positive turns clockwise on screen), dx, dy (in figure heights, y down), log2 of
    the scale along x, along y. grounded: the lowest point of the body is put on the ground line, and row 0's dy then
    lifts it from there (a jump); False leaves the figure where the transforms put it (things that fly). planted: the
    soles stay where they are, and what stands on them reaches from there to wherever the hips go (see stance.py).
    """

    parts: NDArray[np.float32]
    grounded: bool = True
    planted: bool = False

    @staticmethod
    def rest(grounded: bool = True) -> Pose:
        """The pose that changes nothing."""
        return Pose(np.zeros((len(Role) + 1, 5), np.float32), grounded)
