"""Repair: carry out what the refiner points at, on indices, at the sprite's own resolution.

The guards are here and not in the network: a limb that could vanish under doubt would. Only an edge pixel may become
transparent, and only a gap between parts, or a neighbour of the figure, may be filled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from ayo_backend.trunk import Placement

ENTRIES = 64  # palette entries the pointer chooses from; truecolour art offers it its most representative ones
KEEP, SHIFT, POINT = range(3)
_AROUND = np.ones((3, 3), bool)


@dataclass(frozen=True)
class Decision:
    """What the refiner wants at each trunk pixel. choice: int [64, 64] (KEEP, SHIFT, POINT); flow: float [2, 64, 64]
    (x, y) in trunk pixels; entry: int [64, 64] index into the sprite's palette."""

    choice: NDArray[np.int64]
    flow: NDArray[np.float32]
    entry: NDArray[np.int64]


def repaired(
    composite: NDArray[np.int32], decision: Decision, placement: Placement, smallest: int = 1
) -> NDArray[np.int32]:
    """The composite after its repairs. composite: int32 [h, w], indices; placement: of the trunk on the same canvas;
    smallest: the size in pixels of the sprite's smallest separate piece (see `guarded`)."""
    height, width = composite.shape
    x = ((np.arange(width) + 0.5 - placement.left) * placement.scale).astype(int)
    y = ((np.arange(height) + 0.5 - placement.top) * placement.scale).astype(int)
    side = decision.choice.shape[0]
    inside = ((y >= 0) & (y < side))[:, None] & ((x >= 0) & (x < side))[None]
    rows, columns = y.clip(0, side - 1)[:, None], x.clip(0, side - 1)[None]
    choice = np.where(inside, decision.choice[rows, columns], KEEP)
    move = np.rint(decision.flow[:, rows, columns] / placement.scale).astype(int)
    from_y = (np.arange(height)[:, None] + move[1]).clip(0, height - 1)
    from_x = (np.arange(width)[None] + move[0]).clip(0, width - 1)
    wanted = np.where(choice == SHIFT, composite[from_y, from_x], composite)
    wanted = np.where(choice == POINT, decision.entry[rows, columns], wanted).astype(np.int32)
    return guarded(composite, wanted, smallest)


def smallest_piece(mask: NDArray[np.bool_]) -> int:
    """Pixels in the smallest connected piece of a picture that has one."""
    pieces, count = ndimage.label(mask, _AROUND)
    return int(ndimage.sum_labels(mask, pieces, np.arange(1, count + 1)).min())


def guarded(composite: NDArray[np.int32], wanted: NDArray[np.int32], smallest: int = 1) -> NDArray[np.int32]:
    """What is wanted, without what could melt the figure: holes in it, bites deeper than a seam, crumbs off it.

    Crumbs are pieces under one per cent of the figure that are smaller than any piece the sprite had.
    """
    opaque = composite != 0
    edge = opaque & ~ndimage.binary_erosion(opaque)
    erased = opaque & (wanted == 0)
    if (erased & edge).sum() > 0.03 * opaque.sum():
        erased &= False
    erased &= edge
    gap = ndimage.binary_closing(np.pad(opaque, 2), _AROUND, iterations=2)[2:-2, 2:-2] & ~opaque
    added = ~opaque & (wanted != 0) & (gap | ndimage.binary_dilation(opaque))
    result = np.where(opaque & ~erased & (wanted != 0), wanted, composite)
    result = np.where(added, wanted, result)
    result[erased] = 0
    pieces, count = ndimage.label(result != 0, _AROUND)
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)
    crumbs = ~np.isin(np.arange(count + 1), np.unique(pieces[opaque])) | (sizes < min(smallest, 0.01 * opaque.sum()))
    crumbs[0] = False
    result[crumbs[pieces]] = 0
    return result.astype(np.int32)


def representative(palette: NDArray[np.uint8], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most ENTRIES palette entries that stand for all: entry 0 and, past that many, those nearest to a median
    cut's.
    """
    if len(palette) <= ENTRIES:
        return np.arange(len(palette))
    pixels = np.repeat(palette[1:, :3], np.minimum(counts[1:], 64), 0)[None]
    cut = Image.fromarray(pixels).quantize(ENTRIES - 1, Image.Quantize.MEDIANCUT)
    centres = np.asarray(cut.getpalette()[: 3 * (ENTRIES - 1)], np.float32).reshape(-1, 3)  # type: ignore[index]
    solid = np.flatnonzero(palette[:, 3] >= palette[1:, 3].max())
    distance = ((centres[:, None] - palette[solid, :3].astype(np.float32)) ** 2).sum(-1)
    return np.unique(np.concatenate([[0], solid[distance.argmin(1)]]))
