"""Where the network sees a sprite: one canonical scale and place, whatever the size of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ayo_backend.sprite import bounds

T = TypeVar("T", bound=np.generic)

SIZE = 64
LONGEST = 52 / 64  # the character's longest side, as a share of the trunk's: the rest is room to move in
GROUND = 60 / 64  # where its feet stand, from the top


@dataclass(frozen=True)
class Placement:
    """A square of `size` px laid over a canvas: trunk point = (canvas point - (left, top)) * scale, in pixel edges."""

    scale: float
    left: float
    top: float
    size: int = SIZE

    def apply(self, picture: NDArray[T]) -> NDArray[T]:
        """The trunk's view, [size, size, ...], of a picture [H, W, ...] by nearest sampling; zeros outside."""
        height, width = picture.shape[:2]
        centres = (np.arange(self.size) + 0.5) / self.scale
        rows, columns = np.floor(centres + self.top).astype(int), np.floor(centres + self.left).astype(int)
        inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))[None]
        view: NDArray[T] = picture[rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)[None]]
        view[~inside] = 0
        return view

    def seen(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """As `apply`, of a picture uint8 [H, W, 4] whose colours are, where it is reduced, the mean of what lies about:
        single pixels of a large drawing are noise. What is opaque is so as in `apply`.
        """
        about = round(1 / self.scale)
        if about < 2:
            return self.apply(picture)
        weighed = picture.astype(np.float32)
        weighed[..., :3] *= weighed[..., 3:] / 255
        mean = ndimage.uniform_filter(weighed, (about, about, 1))
        colours = mean[..., :3] * 255 / np.maximum(mean[..., 3:], 1)
        return self.apply(np.concatenate([colours.clip(0, 255).round().astype(np.uint8), picture[..., 3:]], -1))

    def mask_back(self, planes: NDArray[np.floating], shape: tuple[int, int]) -> NDArray[np.float32]:
        """Planes [C, size, size] laid back on a canvas of shape (H, W): float32 [C, H, W], bilinear, zeros outside."""
        padded = np.pad(planes.astype(np.float32), ((0, 0), (1, 1), (1, 1)))
        rows, down = self._between(shape[0], self.top)
        columns, across = self._between(shape[1], self.left)
        tall = padded[:, rows] + down[:, None] * (padded[:, rows + 1] - padded[:, rows])
        laid: NDArray[np.float32] = tall[:, :, columns] + across * (tall[:, :, columns + 1] - tall[:, :, columns])
        return laid

    def _between(self, length: int, origin: float) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Of each canvas line, the trunk line before it, counted from one before the first, and how far it is past it,
        0..1; [length] each.

        Not as a matrix to multiply by: its threads and torch's would wait for each other.
        """
        points = ((np.arange(length) + 0.5 - origin) * self.scale + 0.5).clip(0, self.size + 1)
        before = np.minimum(points.astype(np.int64), self.size)
        return before, (points - before).astype(np.float32)


def trunk(rgba: NDArray[np.uint8], size: int = SIZE) -> Placement:
    """The canonical placement of a character by its rest picture, uint8 [H, W, 4] with at least one visible pixel.

    Small characters are enlarged by a whole number, large ones reduced, to at most 52/64 of the trunk's side; they
    stand in the middle, feet at 60/64.
    """
    left, top, right, bottom = bounds(rgba[..., 3] > 0)
    longest = max(right - left, bottom - top)
    scale = LONGEST * size / longest
    x = (left + right) / 2 * scale - size / 2
    if scale >= 1:
        scale = float(int(scale))
        x = float(np.floor((left + right) / 2 * scale - size / 2))  # so that all enlarged pixels have one size
    return Placement(scale, x / scale, bottom - GROUND * size / scale, size)
