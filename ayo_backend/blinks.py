"""Blinks: specks inside a figure that show for a single frame, where the ones before and after it agree.

Turning parts leaves them, for what is one pixel wide falls between the pixels at one angle and not at the next. The
figure's outline is left alone: there a speck may be what holds a limb.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

SPECK = 3  # pixels
_AROUND = np.ones((3, 3), bool)


def steadied(before: NDArray[np.int32], here: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.int32]:
    """A frame, int32 [h, w] indices, without what blinks in it.

    That is specks of what neither frame beside it has within a pixel of there, if those two agree.
    """
    alone = (before == after) & (here != before) & (before != 0) & (here != 0)
    if not alone.any():
        return here
    y, x = np.nonzero(alone)
    for frame in (before, after):
        padded = np.pad(frame, 1, constant_values=-1)
        near = np.stack([padded[y + down, x + across] for down, across in np.ndindex(3, 3)])
        alone[y, x] &= (near != here[y, x]).all(0)
    specks, _ = ndimage.label(alone, _AROUND)
    sizes = np.bincount(specks.ravel())
    blinks = alone & (sizes[specks] <= SPECK)
    return np.where(blinks, before, here).astype(np.int32)
