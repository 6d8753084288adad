"""Joined: what hangs together in the still does so in every frame.

A sword turns in a hand that cannot be seen, a wing about a joint that was guessed: far enough from where they rest they
come off. Such a part and the limb it hangs on move less, throughout the clip, and so does their counterpart. What an
arm no longer turns, the weapon in its hand turns itself, as long as that holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ayo_backend.compose import Picture, Stage
from ayo_backend.crumbs import SHARE
from ayo_backend.motion.curves import NEAR_TO_FAR
from ayo_backend.move import Canvas
from ayo_backend.rig import PARENT, WEAPONS, Pose, Rig, Role

PROBES = 8  # frames of a clip that are looked at
# Tried in turn: how much is left of a part's movement, how much of a weapon's, and whether that turns as its arm would.
LESS = ((1, 1, False), (0.6, 0.6, False), (0, 1, True), (0.3, 0.3, False), (0, 0.5, True), (0, 0, False))
_AROUND = np.ones((3, 3), bool)
_PAIR = NEAR_TO_FAR | {far: near for near, far in NEAR_TO_FAR.items()}


@dataclass(frozen=True)
class Joined:
    """Poses in which nothing comes off, a canvas that holds the room and all of them, and the frames looked at."""

    poses: Sequence[Pose]
    canvas: Canvas
    pictures: dict[int, Picture]


def joined(stage: Stage, poses: Sequence[Pose], room: Canvas) -> Joined:
    """The poses, with the parts that would come off moving less. room: what the canvas holds in any case."""
    probes = np.unique(np.linspace(0, len(poses) - 1, PROBES).round().astype(int)).tolist()
    scale, found, kept = np.ones((len(Role) + 1, 1), np.float32), set[Role](), poses
    for limb, weapon, itself in LESS:
        less = _with_limbs(found)
        scale[sorted(less.difference(WEAPONS))] = limb
        scale[sorted(less.intersection(WEAPONS))] = weapon
        kept = [_less(pose, scale, itself) for pose in poses] if found else poses
        canvas = _around(stage, kept, room)
        pictures = {index: stage.picture(kept[index], canvas) for index in probes}
        found = set[Role]().union(*(torn(picture, stage.rig, not itself) for picture in pictures.values()))
        if found:
            found -= torn(stage.picture(Pose.rest(), canvas), stage.rig, not itself)
        if not found:
            break
    return Joined(kept, canvas, pictures)


def _less(pose: Pose, scale: NDArray[np.float32], itself: bool) -> Pose:
    """The pose with its parts' movement scaled, [ROLES + 1, 1]; itself: a weapon turns as its arm no longer does;
    so does one whose own movement is left to it.
    """
    whole = pose.parts.copy()
    for weapon in WEAPONS:
        if itself or scale[weapon, 0] == 1:
            arm = _limb(weapon)
            whole[weapon, 0] += ((1 - scale[arm, 0]) * pose.parts[arm, 0]).sum()
    return replace(pose, parts=whole * scale)


def _around(stage: Stage, poses: Sequence[Pose], room: Canvas) -> Canvas:
    extents = np.array([room, *(stage.extent(pose) for pose in poses)])
    left, top = extents[:, :2].min(0)
    right, bottom = extents[:, 2:].max(0)
    return int(left), int(top), int(right), int(bottom)


def torn(picture: Picture, rig: Rig, hairline: bool = True) -> set[Role]:
    """The parts that lie apart from the largest piece of the picture, specks left out. hairline: by more than one."""
    drawn = picture.indices != 0
    specks, _ = ndimage.label(drawn, _AROUND)
    drawn &= np.bincount(specks.ravel())[specks] >= SHARE * drawn.sum()
    pieces, _ = ndimage.label(ndimage.binary_dilation(drawn)) if hairline else ndimage.label(drawn, _AROUND)
    pieces[~drawn] = 0
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    owners = np.unique(picture.owner[drawn & (pieces != sizes.argmax())])
    return {rig.layers[number].role for number in owners} - {Role.TORSO}


def _with_limbs(roles: set[Role]) -> set[Role]:
    """The limbs they hang on, and the same of the other side."""
    found = roles.union(*map(_limb, roles))
    return found | {Role(_PAIR[role]) for role in found if role in _PAIR}


def _limb(role: Role) -> list[Role]:
    """What the part hangs on, up to the torso or the head."""
    parent = PARENT[role]
    return [] if parent in (None, Role.TORSO, Role.HEAD) else [parent, *_limb(parent)]
