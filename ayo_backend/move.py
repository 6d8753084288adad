"""Move: where a part of a figure goes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Affine = NDArray[np.float64]  # [2, 3]: canvas pixels at rest -> canvas pixels posed
Canvas = tuple[int, int, int, int]  # left, top, right, bottom in the sprite's pixels
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Move:
    """How a layer is moved. From row `fold` down it is only shifted, by `shift` whole pixels: there a planted part
    stands, or a leaning torso sits on its hips.
    """

    affine: Affine
    fold: float = math.inf
    shift: tuple[float, float] = (0.0, 0.0)

    @property
    def whole(self) -> bool:
        """It shifts by whole pixels and does nothing else."""
        return bool((self.affine[:, :2] == np.eye(2)).all() and (self.affine[:, 2] % 1 == 0).all())

    def __call__(self, points: Points) -> Points:
        """Points [n, 2] at rest -> posed."""
        moved: Points = points @ self.affine[:, :2].T + self.affine[:, 2]
        return np.where(points[:, 1:] < self.fold, moved, points + self.shift)

    def back(self, x: Points, y: Points) -> tuple[Points, Points]:
        """Points posed -> at rest, (x, y) in any shape."""
        (a, b), (c, d) = inverse = np.linalg.inv(self.affine[:, :2])
        across, down = inverse @ self.affine[:, 2]
        above = y < self.fold + self.shift[1]
        u = np.where(above, a * x + b * y - across, x - self.shift[0])
        v = np.where(above, c * x + d * y - down, y - self.shift[1])
        return u, v


def pixels(points: tuple[Points, Points], shape: tuple[int, ...], margin: int) -> tuple[NDArray[np.intp], ...]:
    """The (row, column) of the points (x, y) in a picture of that shape, drawn with an empty margin: there for all that
    lies outside.
    """
    column, row = (np.floor(points[axis] + 1e-6).astype(np.intp) + margin for axis in (0, 1))
    return row.clip(0, shape[0] - 1), column.clip(0, shape[1] - 1)
