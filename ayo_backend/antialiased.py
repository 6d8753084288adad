"""Antialiased: flatten a pose of art whose edges are soft.

The nearest pixel, which keeps pixel art crisp, leaves soft edges ragged. Here a pixel is the mean of what its area
shows, laid over what is behind, and then the entry of the sprite's palette that is most like it: such art has blends of
its colours with each other and with nothing. What moves by whole pixels stays as drawn.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import KDTree

from ayo_backend.compose import Stage, box
from ayo_backend.move import Canvas, Move, pixels
from ayo_backend.rig import Pose
from ayo_backend.sprite import Sprite

SOFT = 0.02  # least share of the visible pixels that are half transparent; pixel art has none
POINTS = (-1 / 3, 0.0, 1 / 3)  # of a pixel's area that are looked at, from its centre, across and down
COMMON = 1.5e-3  # squared distance that a colour half as common counts as further away in flat art: it stays flat
FLAT = 8  # colours that most pixels of flat art have
LEVELS = 63  # of each channel that are told apart in a mixed pixel
SOLID = 0.999  # of a pixel is covered, or all of it
MARGIN = 2  # pixels

Colours = NDArray[np.float32]  # [..., 4] premultiplied, 0..1


def soft(sprite: Sprite) -> bool:
    """The sprite's edges are antialiased."""
    alphas = sprite.rgba[..., 3]
    return bool(((alphas > 0) & (alphas < 255)).sum() > SOFT * sprite.mask.sum())


class Antialiased:
    """A stage whose pictures have soft edges."""

    def __init__(self, stage: Stage, sprite: Sprite) -> None:
        self.stage = stage
        straight = sprite.palette.astype(np.float32) / 255
        self.colours: Colours = np.concatenate([straight[:, :3] * straight[:, 3:], straight[:, 3:]], 1)
        counts = np.bincount(sprite.indices.ravel(), minlength=len(sprite.palette))
        flat = np.sort(counts[1:])[-FLAT:].sum() / counts[1:].sum()
        counts[0] = counts.max()
        rarity = COMMON * flat**3 * np.log2(counts.max() / np.maximum(counts, 1))
        self.entries = KDTree(np.column_stack([self.colours, np.sqrt(rarity)]))
        self.layers = [_Layer(indices) for indices in self._seen(sprite)]

    def _seen(self, sprite: Sprite) -> list[NDArray[np.int32]]:
        """The layers without what lies behind half transparent pixels of the still, through which it would show."""
        owner = self.stage.seams.owner
        half = sprite.rgba[..., 3] < 255
        return [
            np.where(half & (owner != number), 0, layer.indices) for number, layer in enumerate(self.stage.rig.layers)
        ]

    def picture(self, pose: Pose, canvas: Canvas) -> NDArray[np.int32]:
        """Flatten the pose onto the canvas (left, top, right, bottom in source pixels): int32 [h, w] indices."""
        left, top, right, bottom = canvas
        entry = np.zeros((bottom - top, right - left), np.int32)
        mean = np.zeros((*entry.shape, 4), np.float32)
        mixed = np.zeros(entry.shape, bool)
        moves = self.stage.transforms(pose)
        for layer, corners, move in zip(self.layers, self.stage.corners, moves, strict=True):
            place = box(corners, move, canvas)
            if place is None:
                continue
            shown, here, blend = layer.seen(move, place, canvas, self.colours)
            behind, alpha = mean[place], here[..., 3]
            # Neighbouring parts share an edge: each covers what the other leaves, and no seam shows.
            room = np.minimum(1, (1 - alpha) / np.maximum(behind[..., 3], 1e-6))
            blend |= (alpha < SOLID) & (behind[..., 3] > 0)
            mean[place] = here + behind * room[..., None]
            entry[place] = np.where(alpha > 0, shown, entry[place])
            mixed[place] = np.where(alpha > 0, blend, mixed[place])
        seams = self.stage.seams
        cracks = seams.cracks(mean[..., 3] > SOLID)
        fill = self.colours[seams.filled(cracks, moves, canvas)[0]]
        mean[cracks] += fill * (1 - mean[cracks, 3:])
        mixed[cracks] |= fill[:, 3] > 0
        entry[mixed] = self._nearest(mean[mixed])
        return entry

    def overlaid(
        self, picture: NDArray[np.int32], covered: NDArray[np.float32], entry: int, before: bool
    ) -> NDArray[np.int32]:
        """The picture [h, w] with an entry of the palette laid before or behind it where it is covered, 0..1 [h, w]."""
        own, laid = self.colours[picture], self.colours[entry] * covered[..., None]
        over, under = (laid, own) if before else (own, laid)
        mean = over + under * (1 - over[..., 3:])
        result, mixed = picture.copy(), (covered > 0) & (before | (own[..., 3] < SOLID))
        result[mixed] = self._nearest(mean[mixed])
        return result

    def _nearest(self, wanted: Colours) -> NDArray[np.int32]:
        """The palette's entries that are most like colours [N, 4]."""
        levels = (wanted * LEVELS).round().astype(np.intp).clip(0, LEVELS)
        cells, which = np.unique(np.ravel_multi_index(tuple(levels.T), (LEVELS + 1,) * 4), return_inverse=True)
        colours = np.column_stack(np.unravel_index(cells, (LEVELS + 1,) * 4)) / LEVELS
        _, found = self.entries.query(np.pad(colours, ((0, 0), (0, 1))))
        nearest: NDArray[np.int32] = found[which].astype(np.int32)
        return nearest


class _Layer:
    """One part, with a margin for its edges."""

    def __init__(self, indices: NDArray[np.int32]) -> None:
        self.indices = np.pad(indices, MARGIN)
        self.edges = ndimage.maximum_filter(self.indices, 3) != ndimage.minimum_filter(self.indices, 3)

    def seen(
        self, move: Move, place: tuple[slice, slice], canvas: Canvas, colours: Colours
    ) -> tuple[NDArray[np.int32], Colours, NDArray[np.bool_]]:
        """What each pixel there shows of the moved part: the entry in its middle, the mean colour, and whether that is
        a blend.
        """
        rows, columns = place
        y, x = np.mgrid[rows, columns] + np.reshape(canvas[1::-1], (2, 1, 1)) + 0.5
        at = pixels(move.back(x, y), self.indices.shape, MARGIN)
        shown = self.indices[at]
        here, blend = colours[shown], np.zeros(shown.shape, bool)
        if not move.whole:
            edge = self.edges[at]
            x, y = x[edge], y[edge]
            around = (pixels(move.back(x + dx, y + dy), self.indices.shape, MARGIN) for dy in POINTS for dx in POINTS)
            points = np.stack([self.indices[at] for at in around])
            here[edge] = colours[points].mean(0)
            blend[edge] = np.ptp(points, axis=0) > 0
        return shown, here, blend
