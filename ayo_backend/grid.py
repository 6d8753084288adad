"""The pixel grid of enlarged art: a sprite handed over at 2, 3, 4... times its size has blocks for pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True)
class Grid:
    """Blocks of `step` x `step` canvas pixels; (left, top), zero or less, is where the first block begins."""

    step: int
    left: int
    top: int

    def shrunk(self, indices: NDArray[np.int32]) -> NDArray[np.int32]:
        """One pixel a block: int32 [h, w] for indices [H, W] that this is the grid of."""
        height, width = indices.shape
        rows, columns = np.arange(self.top, height, self.step), np.arange(self.left, width, self.step)
        blocks: NDArray[np.int32] = indices[rows.clip(0)[:, None], columns.clip(0)]  # cut blocks are transparent
        return blocks

    def enlarged(self, picture: NDArray[T]) -> NDArray[T]:
        """A block a pixel: [h * step, w * step, ...] for a picture [h, w, ...]."""
        return picture if self.step == 1 else picture.repeat(self.step, 0).repeat(self.step, 1)

    def inward(self, point: tuple[float, float]) -> tuple[float, float]:
        """A canvas point in blocks."""
        return (point[0] - self.left) / self.step, (point[1] - self.top) / self.step

    def outward(self, point: tuple[float, float]) -> tuple[float, float]:
        """A point in blocks on the canvas."""
        return point[0] * self.step + self.left, point[1] * self.step + self.top


def grid(indices: NDArray[np.int32], least: int) -> Grid:
    """The grid with the largest step that every edge between colours, int32 [H, W], lies on; outside is transparent.

    A step that would leave fewer than `least` blocks a side is divided until it doesn't: a flat icon has few edges, so
    they say little about the size of its pixels.
    """
    framed = np.pad(indices, 1)
    down = np.flatnonzero((framed[:, 1:] != framed[:, :-1]).any(0))
    across = np.flatnonzero((framed[1:] != framed[:-1]).any(1))
    common = int(np.gcd.reduce(np.concatenate([np.diff(down), np.diff(across)])))
    for step in range(common, 1, -1):
        left, top = -(-int(down[0]) % step), -(-int(across[0]) % step)
        blocks = (-((top - indices.shape[0]) // step), -((left - indices.shape[1]) // step))
        if common % step == 0 and min(blocks) >= least:
            return Grid(step, left, top)
    return Grid(1, 0, 0)
