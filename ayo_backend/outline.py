"""Outlines: what comes into view from behind another part is outlined, where the sprite is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ayo_backend.rig import Layer, Role
from ayo_backend.sprite import Sprite

DARK = 0.55  # of the light of a figure's lit pixels: an outline is darker
MOSTLY = 0.7  # of a ring of pixels
LIGHT = (0.299, 0.587, 0.114)  # luma of red, green and blue (ITU-R BT.601)


def outlined(sprite: Sprite, layers: Mapping[Role, Layer], parts: NDArray[np.int32]) -> dict[Role, Layer]:
    """The layers, with the sprite's line closed round what the still does not show of them; as they are without one.

    parts: int32 [H, W], each pixel's part in the still.
    """
    deep = depth(sprite.mask)
    wide = _width(sprite, deep)
    if not wide:
        return dict(layers)
    return {
        role: replace(layer, indices=_closed(layer.indices, parts == role, deep == 1, wide))
        for role, layer in layers.items()
    }


def _width(sprite: Sprite, deep: NDArray[np.int32]) -> int:
    """How many pixels wide the dark line round the sprite is; 0 where it has none."""
    if deep.max() < 2:
        return 0
    dark = _dark(sprite, deep)[sprite.indices]
    return sum(1 for _ in takewhile(lambda ring: dark[deep == ring].mean() >= MOSTLY, range(1, int(deep.max()) + 1)))


def _dark(sprite: Sprite, deep: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of the palette's entries are dark beside what is inside the sprite, bool [K]."""
    light = sprite.palette[:, :3] @ LIGHT
    dark: NDArray[np.bool_] = light < DARK * np.quantile(light[sprite.indices[deep > 1]], 0.75)
    return dark


def line_entries(sprite: Sprite) -> NDArray[np.bool_]:
    """The palette's entries that lines may have, which should not spread over what they bound, bool [K]: dark ones, and
    the half transparent ones of soft edges."""
    deep = depth(sprite.mask)
    soft = sprite.palette[:, 3] < 255
    return soft | _dark(sprite, deep) if deep.max() > 1 else np.ones_like(soft)


def _closed(
    indices: NDArray[np.int32], drawn: NDArray[np.bool_], edge: NDArray[np.bool_], wide: int
) -> NDArray[np.int32]:
    """A part whose edge, `wide` pixels of it, has the line where it is not drawn: as nearest by on the still's edge."""
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
