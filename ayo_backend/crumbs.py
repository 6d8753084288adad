"""Crumbs: specks that the making of a frame has broken off a figure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

SHARE = 0.01  # of the frame's opaque area: a smaller separate piece is a crumb, unless the still has pieces as small
_AROUND = np.ones((3, 3), bool)


def smallest_piece(mask: NDArray[np.bool_]) -> int:
    """Pixels in the smallest connected piece of a mask [H, W] that has one."""
    return int(np.bincount(ndimage.label(mask, _AROUND)[0].ravel())[1:].min())


def without_crumbs(picture: NDArray[np.int32], smallest: int) -> NDArray[np.int32]:
    """The picture, int32 [h, w] indices, without its crumbs. smallest: pixels in the still's smallest piece."""
    pieces, _ = ndimage.label(picture != 0, _AROUND)
    crumbs = np.bincount(pieces.ravel()) < min(smallest, SHARE * (picture != 0).sum())
    crumbs[0] = False
    return np.where(crumbs[pieces], 0, picture).astype(np.int32)
