"""Outlines: what comes into view from behind another part is outlined, where the sprite is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ayo_backend.sprite import Sprite

DARK = 0.55  # of the light of a figure's lit pixels: an outline is darker
MOSTLY = 0.7  # of a ring of pixels
LIGHT = (0.299, 0.587, 0.114)  # luma of red, green and blue (ITU-R BT.601)


def width(sprite: Sprite) -> int:
    """How many pixels wide the dark line round the sprite is; 0 where it has none."""
    deep = depth(sprite.mask)
    light = sprite.rgba[..., :3] @ LIGHT
    if deep.max() < 2:
        return 0
    dark = light < DARK * np.quantile(light[deep > 1], 0.75)
    rings = [dark[deep == ring].mean() >= MOSTLY for ring in range(1, int(deep.max()) + 1)]
    return rings.index(False) if False in rings else 0


def outlined(
    indices: NDArray[np.int32], drawn: NDArray[np.bool_], edge: NDArray[np.bool_], wide: int
) -> NDArray[np.int32]:
    """A part with the line closed round what was not drawn of it, in the colour of its nearest drawn edge.

    indices: int32 [H, W]; drawn: bool [H, W], its pixels that the still shows; edge: bool [H, W], the still's edge;
    wide: of the line, in pixels.
    """
    bare = (depth(indices != 0) <= wide) & (indices != 0) & ~drawn
    line = edge & drawn
    if not bare.any() or not line.any():
        return indices
    nearest = ndimage.distance_transform_edt(~line, return_distances=False, return_indices=True)
    return np.where(bare, indices[tuple(nearest)], indices).astype(np.int32)


def depth(mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """How many steps across or down lead out of the mask: 1 at its edge, 0 outside; int32 [H, W]."""
    steps: NDArray[np.int32] = ndimage.distance_transform_cdt(np.pad(mask, 1), "taxicab")[1:-1, 1:-1]
    return steps
