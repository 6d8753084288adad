"""Air: what is drawn around the figure in a clip, in flat shapes of the sprite's own colours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from ayo_backend.antialiased import Antialiased
from ayo_backend.compose import Stage
from ayo_backend.move import Canvas
from ayo_backend.rig import Pose, Role
from ayo_backend.sprite import Sprite

COLOURLESS = 0.4  # how much a colour that is not grey counts as darker
ALIKE = 60  # how far colours may be apart, of 255 a channel, and still run into each other
LIGHT, TINT = 1.0, 0.4  # how much a light colour counts as more vivid, and a cold or a warm one
COMMON = 0.005  # share of the pixels that a colour and those before it have, or it is a speck
FINER = 4  # points across and down a pixel of art with soft edges
HANDS = (Role.NEAR_LOWER_ARM, Role.FAR_LOWER_ARM, Role.NEAR_UPPER_ARM, Role.FAR_UPPER_ARM)  # or what stands for them

Points = NDArray[np.float64]  # [n, 2] in the sprite's pixels
Indices = NDArray[np.int32]  # [h, w] into the sprite's palette


@dataclass(frozen=True)
class Shape:
    """One flat shape. outline: its corners; entry: its colour in the palette; before: it is nearer than the figure."""

    outline: Points
    entry: int
    before: bool


@dataclass(frozen=True)
class Air:
    """The shapes of a clip, those of a frame in the order in which they are laid over each other; palette: the
    sprite's, uint8 [K, 4].
    """

    frames: Mapping[int, Sequence[Shape]]
    palette: NDArray[np.uint8]

    @cached_property
    def _corners(self) -> Points:
        return np.concatenate([shape.outline for shapes in self.frames.values() for shape in shapes])

    def around(self, canvas: Canvas) -> Canvas:
        """The canvas, grown to hold the shapes."""
        points = np.concatenate([np.reshape(canvas, (2, 2)), self._corners])
        left, top = np.floor(points.min(0)).astype(int)
        right, bottom = np.ceil(points.max(0)).astype(int)
        return int(left), int(top), int(right), int(bottom)

    def drawn(self, picture: Indices, index: int, canvas: Canvas, soft: Antialiased | None) -> Indices:
        """The frame's picture, int32 [h, w] on the canvas, on the grown one and with its shapes; soft: what draws art
        with soft edges.
        """
        grown = self.around(canvas)
        left, top, right, bottom = np.subtract(grown, canvas) * (-1, -1, 1, 1)
        figure = picture = np.pad(picture, ((top, bottom), (left, right)))
        for shape in self.frames.get(index, ()):
            covered = _covered(shape.outline, grown, FINER if soft else 1)
            if not shape.before:  # a pixel of air, or a head of the shape's colour would run into it
                colours = self.palette.astype(float)
                alike = np.linalg.norm(colours - colours[shape.entry], axis=1) < ALIKE
                covered *= ~ndimage.binary_dilation(alike[figure], np.ones((3, 3)))
            if soft:
                picture = soft.overlaid(picture, covered, shape.entry, shape.before)
            else:
                over = (covered > 0) & (shape.before | (figure == 0))
                picture = np.where(over, np.int32(shape.entry), picture)
        return picture


def _covered(outline: Points, canvas: Canvas, finer: int) -> NDArray[np.float32]:
    """How much of each pixel the outline covers, 0..1 [h, w], by so many points across and down."""
    left, top, right, bottom = canvas
    mask = Image.new("1", ((right - left) * finer, (bottom - top) * finer))
    corners = (outline - (left, top)) * finer - 0.5
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in corners], fill=1)
    points = np.asarray(mask, np.float32).reshape(bottom - top, finer, right - left, finer)
    covered: NDArray[np.float32] = points.mean((1, 3))
    return covered


def placed(stage: Stage, pose: Pose) -> dict[Role, tuple[Points, Points]]:
    """Where each part is in the pose: the middles of its pixels [n, 2], and its joint [2]."""
    parts: dict[Role, tuple[Points, Points]] = {}
    for layer, move in zip(stage.rig.layers, stage.transforms(pose), strict=True):
        y, x = np.nonzero(layer.indices)
        if len(x):
            parts[layer.role] = move(np.column_stack([x + 0.5, y + 0.5])), move(np.array([layer.joint]))[0]
    return parts


def clear(parts: dict[Role, tuple[Points, Points]], at: Points, radius: float) -> Points:
    """Where something of that radius is to be, (x, y), so that it lies ahead of head and body, seen from the side, or
    above them: no light covers a face, nothing is shot out of a chest.
    """
    x, y = at
    for role in {Role.HEAD, Role.TORSO} & parts.keys():
        points, _ = parts[role]
        beside = points[np.abs(points[:, 1] - y) <= radius, 0]
        x = max(x, beside.max(initial=-math.inf) + radius)
    return np.array([x, y])


def directions(count: int, first: float = 0.0) -> Points:
    """So many directions, evenly spaced, [count, 2]; first: radians clockwise of up."""
    angle = first + np.linspace(0, 2 * math.pi, count, endpoint=False)
    return np.column_stack([np.sin(angle), -np.cos(angle)])


def lightest(sprite: Sprite) -> int:
    """The lightest of the sprite's most opaque colours, rather grey than bright, specks left out."""
    colours = sprite.palette[:, :3].astype(float)
    return _first(sprite, colours @ (0.299, 0.587, 0.114) - COLOURLESS * np.ptp(colours, axis=1))


def most_vivid(sprite: Sprite, cold: bool) -> int:
    """The most vivid of the sprite's most opaque colours, rather light than dark, rather cold than warm or the other
    way round, specks left out.
    """
    colours = sprite.palette[:, :3].astype(float)
    tint = TINT * (colours[:, 2] - colours[:, 0])
    return _first(sprite, np.ptp(colours, axis=1) + LIGHT * colours.max(1) + (tint if cold else -tint))


def _first(sprite: Sprite, worth: NDArray[np.float64]) -> int:
    """The most opaque colour of the highest worth [K] that is no speck."""
    solid = np.flatnonzero(sprite.palette[:, 3] == sprite.palette[:, 3].max())
    counts = np.bincount(sprite.indices.ravel(), minlength=len(sprite.palette))[solid]
    best_first = np.argsort(-worth[solid])
    seen = np.cumsum(counts[best_first])
    return int(solid[best_first[np.argmax(seen >= COMMON * counts.sum())]])
