"""Sprite: an indexed picture of one character, with the point it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ayo_backend.errors import AyoError
from ayo_backend.grid import Grid, grid

MIN_SIDE, MAX_SIDE = 8, 1024


@dataclass(frozen=True, eq=False)
class Sprite:
    """One still sprite. Equal to itself only.

    palette: uint8 [K, 4], straight alpha RGBA; entry 0 is transparent and the only entry with alpha 0.
    indices: int32 [H, W] into the palette.
    pivot: (x, y) in pixels from the top-left corner, y down: the point between the feet, on the ground line.
    """

    palette: NDArray[np.uint8]
    indices: NDArray[np.int32]
    pivot: tuple[float, float]

    @classmethod
    def from_rgba(cls, rgba: NDArray[np.uint8], pivot: tuple[float, float] | None = None) -> Sprite:
        """Index a uint8 [H, W, 4] picture without losing a colour; fully transparent pixels all become entry 0.

        Raises AyoError (bad_image, image_too_large, empty_image) for what can't be a sprite.
        """
        if rgba.dtype != np.uint8 or rgba.ndim != 3 or rgba.shape[2] != 4:
            raise AyoError("bad_image", "A sprite must be 8-bit RGBA pixels.", "Save the picture as an RGBA PNG.")
        height, width = rgba.shape[:2]
        check_size(width, height)
        packed = np.ascontiguousarray(rgba).view(np.uint32)[..., 0]
        packed = np.where(rgba[..., 3] == 0, np.uint32(0), packed)
        if not packed.any():
            raise AyoError("empty_image", "The picture is fully transparent.", "Choose one with a character in it.")
        colours, inverse = np.unique(packed, return_inverse=True)
        if colours[0] != 0:
            colours, inverse = np.concatenate([np.zeros(1, np.uint32), colours]), inverse + 1
        palette = np.ascontiguousarray(colours).view(np.uint8).reshape(-1, 4)
        indices = inverse.reshape(height, width).astype(np.int32)
        return cls(palette, indices, feet(indices) if pivot is None else pivot)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.indices.shape[1], self.indices.shape[0]

    @property
    def rgba(self) -> NDArray[np.uint8]:
        """The picture: uint8 [H, W, 4], straight alpha."""
        return self.palette[self.indices]

    @property
    def mask(self) -> NDArray[np.bool_]:
        """bool [H, W]: where the sprite is not fully transparent."""
        inked: NDArray[np.bool_] = self.indices != 0
        return inked

    @cached_property
    def grid(self) -> Grid:
        """The blocks that stand for its pixels; a step of 1 for art at its own size."""
        return grid(self.indices, MIN_SIDE)

    def native(self) -> Sprite:
        """The sprite at its own size: one pixel a block of its grid."""
        return self.shrunk(self.grid)

    def shrunk(self, grid: Grid) -> Sprite:
        """The sprite with one pixel a block of a grid."""
        return self if grid.step == 1 else Sprite(self.palette, grid.shrunk(self.indices), grid.inward(self.pivot))

    def laid_on(self, size: tuple[int, int], place: tuple[int, int]) -> Sprite:
        """The sprite on a canvas of (width, height), its top-left corner at (x, y)."""
        (width, height), (wide, high), (x, y) = size, self.size, place
        indices = np.pad(self.indices, ((y, height - high - y), (x, width - wide - x)))
        return Sprite(self.palette, indices, (self.pivot[0] + x, self.pivot[1] + y))

    def mirrored(self) -> Sprite:
        """The sprite seen in a mirror (left and right swapped)."""
        pivot = (self.size[0] - self.pivot[0], self.pivot[1])
        return Sprite(self.palette, np.ascontiguousarray(self.indices[:, ::-1]), pivot)


def check_size(width: int, height: int) -> None:
    """Raise AyoError (image_too_large, image_too_small) for what can't be a sprite, also before decoding."""
    if max(height, width) > MAX_SIDE:
        raise AyoError(
            "image_too_large",
            f"The sprite is {width}×{height} px; Ayo takes up to {MAX_SIDE} px a side.",
            "Crop it to one character, or scale it down by a whole number.",
        )
    if min(height, width) < MIN_SIDE:
        raise AyoError(
            "image_too_small",
            f"The sprite is {width}×{height} px; Ayo needs at least {MIN_SIDE} px a side.",
            "Put it on a larger transparent canvas.",
        )


def bounds(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of the true pixels, right and bottom exclusive; the mask must have one."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def feet(indices: NDArray[np.int32]) -> tuple[float, float]:
    """The point the character stands on: the middle of its lowest tenth, on its lowest row's underside."""
    blocks = grid(indices, MIN_SIDE)
    mask = blocks.shrunk(indices) != 0
    _, top, _, bottom = bounds(mask)
    sole = mask[bottom - max(1, (bottom - top) // 10) : bottom]
    left, _, right, _ = bounds(sole)
    return blocks.outward(((left + right) / 2, float(bottom)))
