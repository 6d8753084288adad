"""Parts: which part each pixel of a sprite is, made whole: what the parser sees pixel by pixel is frayed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ayo_backend.patches import held_whole
from ayo_backend.rig import PARENT, WEAPONS, Kind, Role
from ayo_backend.sprite import Sprite

R = Role
DOUBT = 0.6  # the mean certainty of a part's pixels under which it is no part of its own
ALONG = 1.75  # how far two parts of one thing meet, in square roots of the smaller one's area
STRAIGHT = 4.5  # times its width that a straight thing's length is, at the least
ARMS = (R.NEAR_UPPER_ARM, R.NEAR_LOWER_ARM, R.FAR_UPPER_ARM, R.FAR_LOWER_ARM)
LEGS = (R.NEAR_UPPER_LEG, R.NEAR_LOWER_LEG, R.FAR_UPPER_LEG, R.FAR_LOWER_LEG)
# What hides behind a hand, an arm or a weapon shows on both sides of it: how large a piece is one of the part's, of the
# largest. Of other parts only the largest is.
PIECES = {R.HELD: 0.0, R.OFFHAND: 0.0, R.HEAD: 0.1, R.TORSO: 0.2, R.SKIRT: 0.2}
LEG_OF_MANY = 0.3  # and of a spider's
# Pixels cut out of one colour, in square roots of the part's area, that are too many.
UNCUT = {R.HELD: 1.1, R.OFFHAND: 1.1, R.HEAD: 3.0, R.NEAR_LOWER_ARM: 2.2, R.FAR_LOWER_ARM: 2.2}


def parts_of(
    sprite: Sprite, visible: NDArray[np.float32], agreed: NDArray[np.float32], kind: Kind
) -> NDArray[np.int32]:
    """Each pixel's part: int32 [H, W] of Role, 0 where the sprite is transparent. A blob has but one.

    visible, agreed: float [len(Role), H, W] probabilities of each part being seen, pixel by pixel and when they have
    heard each other.
    """
    if kind is Kind.BLOB:
        return np.where(sprite.mask, int(R.TORSO), 0).astype(np.int32)
    parts = _coherent(_smoothed(agreed, sprite.mask), many=kind is Kind.SPIDER)
    parts = held_whole(_welded(_nothing_unheld(parts), visible), sprite.rgba)
    return _one_weapon(_straight(_of_one_piece(parts, sprite.indices), sprite.indices))


def _smoothed(chances: NDArray[np.float32], mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The likeliest role of every opaque pixel when neighbours prefer to agree: iterated conditional modes on a Potts
    model (Besag, 1986).
    """
    roles = np.unique(chances.argmax(0)[mask])  # what is likeliest nowhere wins nowhere
    score = np.log(chances[roles] + 1e-3)
    labels = score.argmax(0)
    for _ in range(4):
        agree = [
            ndimage.uniform_filter((labels == row) & mask, 3, output=np.float32, mode="constant")
            for row in range(len(roles))
        ]
        labels = (score + 4.0 * np.stack(agree)).argmax(0)
    return np.where(mask, roles[labels] + 1, 0).astype(np.int32)


def _coherent(labels: NDArray[np.int32], many: bool) -> NDArray[np.int32]:
    """Connected pieces of each role that are large enough, crumbs given to the nearest part that stays."""
    kept = np.zeros_like(labels)
    smallest = max(2.0, 0.006 * float((labels > 0).sum()))
    for role in np.unique(labels[labels > 0]):
        pieces, count = ndimage.label(labels == role, np.ones((3, 3)))
        sizes = ndimage.sum_labels(labels == role, pieces, np.arange(1, count + 1))
        share = LEG_OF_MANY if many else PIECES.get(R(role), 1.0)
        enough = max(smallest, sizes.max() * share)
        kept[np.isin(pieces, 1 + np.flatnonzero(sizes >= enough))] = role
    if not kept.any():
        return np.where(labels > 0, int(R.TORSO), 0).astype(np.int32)
    nearest = ndimage.distance_transform_edt(kept == 0, return_distances=False, return_indices=True)
    return np.where(labels > 0, kept[tuple(nearest)], 0).astype(np.int32)


def _welded(labels: NDArray[np.int32], visible: NDArray[np.float32]) -> NDArray[np.int32]:
    """A part that is seen with little certainty stays with what it hangs on: moved on its own it would tear. A leg is
    certain when it is one leg or the other, or another part of it; so is an arm. What is held is thin and never
    certain.
    """
    share = visible / (visible.sum(0) + 1e-6)
    for limbs in (ARMS, LEGS):
        rows = np.array(limbs) - 1
        share[rows] = share[rows].sum(0)
    welded = labels.copy()
    for role in sorted(R, key=_depth, reverse=True):
        own = welded == role
        if role in (R.TORSO, *WEAPONS) or not own.any() or share[role - 1][labels == role].mean() >= DOUBT:
            continue
        parent = PARENT[role] or R.TORSO
        while parent is not R.TORSO and not (welded == parent).any():
            parent = PARENT[parent] or R.TORSO
        welded[own] = parent
    return welded


def _depth(role: Role) -> int:
    parent = PARENT[role]
    return 0 if parent is None else 1 + _depth(parent)


def _nothing_unheld(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """A held thing that no arm touches is none where it grows on a head or a tail: an ear, a tail's tip."""
    result = labels.copy()
    for role in WEAPONS:
        own = labels == role
        around = labels[ndimage.binary_dilation(own, np.ones((3, 3))) & ~own & (labels > 0)]
        if len(around) and not np.isin(around, (*ARMS, *WEAPONS)).any():
            most = np.bincount(around).argmax()
            result[own] = most if most in (R.HEAD, R.HAIR, R.TAIL) else role
    return result


def _of_one_piece(labels: NDArray[np.int32], indices: NDArray[np.int32]) -> NDArray[np.int32]:
    """A head, a held thing or a forearm that is cut out of one colour, along much of its border, is none: it stays with
    what it was cut from. Things meet at edges; a neck is short, and so is the elbow's way to the next arm.
    """
    result, indices = np.pad(labels, 1), np.pad(indices, 1)  # or the edges would meet round the corner
    for role, most in UNCUT.items():
        own = result == role
        cut, around = 0, np.zeros(len(R) + 1, np.int64)
        for axis, step in ((0, -1), (0, 1), (1, -1), (1, 1)):
            beside = np.roll(result, step, axis)
            border = own & (beside > 0) & ~np.isin(beside, ARMS if role in ARMS else (role,))
            cut += int((border & (np.roll(indices, step, axis) == indices)).sum())
            around += np.bincount(beside[border], minlength=len(around))
        if cut > most * np.sqrt(own.sum()):
            result[own] = around.argmax()
    return result[1:-1, 1:-1]


def _straight(labels: NDArray[np.int32], indices: NDArray[np.int32]) -> NDArray[np.int32]:
    """What an arm was thought to have of a straight thing, in its line and its colours, is that thing's."""
    result = labels.copy()
    for role in WEAPONS:
        thing = np.argwhere(labels == role)
        arm = np.argwhere(np.isin(labels, ARMS) & np.isin(indices, indices[labels == role]))
        if len(thing) < 2 or not len(arm):
            continue
        middle = thing.mean(0)
        (narrow, wide), axes = np.linalg.eigh(np.cov(thing.T) + np.eye(2) / 12)
        (aside, along), (_, length) = ((arm - middle) @ axes).T, ((thing - middle) @ axes).T
        if wide >= STRAIGHT**2 * narrow:
            inside = (np.abs(aside) <= np.sqrt(narrow)) & (along > length.min()) & (along < length.max())
            result[tuple(arm[inside].T)] = role
    return result


def _one_weapon(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """What lies along a held thing and is held by the other hand is the same thing, gripped with both. What only meets
    it, as a sword's tip a shield, is another."""
    held, off = labels == R.HELD, labels == R.OFFHAND
    contact = (held & ndimage.binary_dilation(off, np.ones((3, 3)))).sum()
    if contact < max(2.0, ALONG * float(np.sqrt(min(held.sum(), off.sum())))):
        return labels
    larger = R.HELD if held.sum() >= off.sum() else R.OFFHAND
    return np.where(held | off, int(larger), labels).astype(np.int32)
