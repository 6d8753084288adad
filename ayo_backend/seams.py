"""Seams: hairline cracks between parts that move differently, filled with what the still shows there.

Every part has a fringe: what lies next to it in the still, of other parts. Where the moved parts leave a crack, the
fringe of the part that bounds it shows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ayo_backend.move import Canvas, Move, pixels

CRACK = 64  # pixels of a figure's height for each pixel of half a crack's width
MARGIN = 1  # pixels


class Seams:
    """The fringes of layers, int32 [h, w] indices of a figure `height` pixels high, from back to front. owner: int32
    [h, w], the layer that is seen at a pixel of the still, -1 where none is.
    """

    def __init__(self, layers: Sequence[NDArray[np.int32]], height: int) -> None:
        self.width = max(1, round(height / CRACK))
        still, owner = np.zeros_like(layers[0]), np.full_like(layers[0], -1)
        for number, layer in enumerate(layers):
            still[layer != 0], owner[layer != 0] = layer[layer != 0], number
        self.still, self.owner = np.pad(still, MARGIN), owner
        near = (ndimage.maximum_filter(layer != 0, 4 * self.width + 1) for layer in layers)
        self.fringes = [np.pad(around, MARGIN) for around in near]

    def cracks(self, drawn: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The pixels that are not drawn in gaps of at most twice the width: bool [h, w]."""
        size = 2 * self.width + 1
        closed = ndimage.minimum_filter(ndimage.maximum_filter(np.pad(drawn, self.width), size), size)
        found: NDArray[np.bool_] = closed[self.width : -self.width, self.width : -self.width] & ~drawn
        return found

    def filled(
        self, cracks: NDArray[np.bool_], moves: Sequence[Move], canvas: Canvas
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """What the cracks [h, w] of the canvas show, and of which layer that is: int32 [n] each, 0 and -1 where they
        are none.
        """
        y, x = np.argwhere(cracks).T.astype(np.float64) + np.reshape(canvas[1::-1], (2, 1)) + 0.5
        entry, owner = np.zeros(len(x), np.int32), np.full(len(x), -1, np.int32)
        for fringe, move in zip(self.fringes, moves, strict=True):
            at = pixels(move.back(x, y), fringe.shape, MARGIN)
            shown = fringe[at] & (self.still[at] != 0)
            row, column = (axis[shown] for axis in at)
            entry[shown], owner[shown] = self.still[row, column], self.owner[row - MARGIN, column - MARGIN]
        return entry, owner
