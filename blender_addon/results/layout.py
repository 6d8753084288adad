"""Where frames lie on a sheet: one cell size for all clips, every clip on rows of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..backend.clip import Clip

# Mobile and web graphics often stop at textures of this many pixels a side.
MAX_SHEET_SIDE = 4096


@dataclass(frozen=True)
class Cell:
    """A canvas that holds every frame of every clip.

    origin: (dx, dy) of its top-left corner from the source sprite's, in pixels (zero or less).
    """

    width: int
    height: int
    origin: tuple[int, int]

    def pivot(self, clip: Clip) -> tuple[float, float]:
        """Where `clip`'s character stands, in cell pixels from the top-left corner."""
        dx, dy = self.inset(clip)
        return clip.pivot[0] + dx, clip.pivot[1] + dy

    def inset(self, clip: Clip) -> tuple[int, int]:
        """Where `clip`'s frames start inside the cell."""
        return clip.offset[0] - self.origin[0], clip.offset[1] - self.origin[1]


@dataclass(frozen=True)
class Layout:
    """A grid of cells, `border` pixels of margin around each; `places` has (column, row) per frame per clip."""

    cell: Cell
    border: int
    columns: int
    rows: int
    places: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the whole sheet in pixels."""
        return self.columns * self._pitch[0], self.rows * self._pitch[1]

    def corner(self, place: tuple[int, int]) -> tuple[int, int]:
        """(x, y) of a cell's top-left picture pixel on the sheet, inside its border."""
        return place[0] * self._pitch[0] + self.border, place[1] * self._pitch[1] + self.border

    @property
    def _pitch(self) -> tuple[int, int]:
        return self.cell.width + 2 * self.border, self.cell.height + 2 * self.border


def common_cell(clips: Sequence[Clip]) -> Cell:
    """The smallest canvas that holds the frames of all clips where they belong around the source."""
    left, top = min(clip.offset[0] for clip in clips), min(clip.offset[1] for clip in clips)
    right = max(clip.offset[0] + clip.size[0] for clip in clips)
    bottom = max(clip.offset[1] + clip.size[1] for clip in clips)
    return Cell(right - left, bottom - top, (left, top))


def arrange(counts: Sequence[int], cell: Cell, border: int = 0) -> Layout:
    """Lay clips of `counts` frames out: each starts a row, and rows wrap before the sheet gets too wide."""
    widest = max(1, MAX_SHEET_SIDE // (cell.width + 2 * border))
    columns = min(max(counts), widest)
    places, row = [], 0
    for count in counts:
        places.append(tuple((i % columns, row + i // columns) for i in range(count)))
        row += -(-count // columns)
    return Layout(cell, border, columns, row, tuple(places))


def paint(clips: Sequence[Clip], layout: Layout) -> NDArray[np.uint8]:
    """The sheet: uint8 [height, width, 4], straight alpha, top row first.

    A border repeats the edge pixels of its cell, so that a texture look-up just outside finds no neighbour's colour.
    """
    width, height = layout.size
    sheet = np.zeros((height, width, 4), np.uint8)
    for clip, places in zip(clips, layout.places, strict=True):
        inset = layout.cell.inset(clip)
        for frame, place in zip(clip.frames, places, strict=False):
            tile = np.zeros((layout.cell.height, layout.cell.width, 4), np.uint8)
            pixels = np.frombuffer(frame.rgba, np.uint8).reshape(frame.height, frame.width, 4)
            tile[inset[1] : inset[1] + frame.height, inset[0] : inset[0] + frame.width] = pixels
            b = layout.border
            tile = np.pad(tile, ((b, b), (b, b), (0, 0)), mode="edge")
            x, y = layout.corner(place)
            sheet[y - b : y - b + tile.shape[0], x - b : x - b + tile.shape[1]] = tile
    return sheet
