"""Pose a rig and flatten it: whole parts, whole pixels, no new colours.

Parts are turned the way RotSprite does it (Xenowhirl, 2007): enlarge with Scale2x (Andrea Mazzoleni, scale2x.it), which
only copies, then pick the nearest enlarged pixel. A part that is only shifted is shifted by whole pixels, so it stays
exactly as drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ayo_backend.rig import LOOSE, PARENT, Layer, Pose, Rig, Role
from ayo_backend.sprite import bounds

SMALL_HEAD, TILT = 26, 25.0  # pixels; degrees

Affine = NDArray[np.float64]  # [2, 3]: canvas pixels at rest -> canvas pixels posed


@dataclass(frozen=True)
class Picture:
    """A flattened pose. indices: int32 [h, w]; owner: int32 [h, w], the layer a pixel came from, -1 where none did."""

    indices: NDArray[np.int32]
    owner: NDArray[np.int32]


@dataclass
class Stage:
    """A rig made ready to be posed many times: cropped, enlarged layers and their outlines."""

    rig: Rig
    pivot: tuple[float, float]
    _crops: list[tuple[int, int, int, NDArray[np.int32]]] = field(init=False)  # left, top, enlargement, pixels
    _corners: list[NDArray[np.float64]] = field(init=False)  # [n, 2] outline points of each layer

    def __post_init__(self) -> None:
        self._crops = [_crop(layer) for layer in self.rig.layers]
        self._corners = [_outline(layer.indices != 0) for layer in self.rig.layers]

    def transforms(self, pose: Pose) -> list[Affine]:
        """The movement of every layer, joints and ground line on whole pixels."""
        placed = self._place(pose, (0.0, 0.0))
        if not pose.grounded:
            return placed
        lowest = max(
            (
                float((corners @ move[:, :2].T + move[:, 2])[:, 1].max())
                for layer, corners, move in zip(self.rig.layers, self._corners, placed, strict=True)
                if len(corners) and layer.role not in LOOSE
            ),
            default=float(self.rig.ground),
        )
        lift = self.rig.ground - lowest + float(pose.parts[0, 2]) * self.rig.height
        return self._place(pose, (0.0, round(lift)))

    def extent(self, pose: Pose) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) in source pixels of everything the pose draws."""
        points = np.concatenate(
            [c @ m[:, :2].T + m[:, 2] for c, m in zip(self._corners, self.transforms(pose), strict=True) if len(c)]
        )
        left, top = np.floor(points.min(0) - 0.51).astype(int)
        right, bottom = np.ceil(points.max(0) + 0.51).astype(int)
        return int(left), int(top), int(right), int(bottom)

    def picture(self, pose: Pose, canvas: tuple[int, int, int, int]) -> Picture:
        """Flatten the pose onto the canvas (left, top, right, bottom in source pixels)."""
        left, top, right, bottom = canvas
        indices = np.zeros((bottom - top, right - left), np.int32)
        owner = np.full_like(indices, -1)
        for number, (crop, corners, move) in enumerate(
            zip(self._crops, self._corners, self.transforms(pose), strict=True)
        ):
            if len(corners):
                _draw(crop, corners, move, number, indices, owner, left, top)
        return Picture(indices, owner)

    def posed(self, pose: Pose, canvas: tuple[int, int, int, int]) -> Rig:
        """The rig as it stands in the pose, each part still whole, on the canvas (left, top, right, bottom in source
        pixels).
        """
        left, top, right, bottom = canvas
        layers = []
        for crop, corners, layer, move in zip(
            self._crops, self._corners, self.rig.layers, self.transforms(pose), strict=True
        ):
            indices = np.zeros((bottom - top, right - left), np.int32)
            if len(corners):
                _draw(crop, corners, move, 0, indices, np.empty_like(indices), left, top)
            x, y = move[:, :2] @ np.asarray(layer.joint) + move[:, 2] - (left, top)
            layers.append(Layer(layer.role, indices, (float(x), float(y))))
        return Rig(self.rig.kind, self.rig.view, tuple(layers))

    def _place(self, pose: Pose, shift: tuple[float, float]) -> list[Affine]:
        joints = self.rig.joints()
        height = self.rig.height
        root = _turn(pose.parts[0], self.pivot, height, np.eye(2, 3), lift=not pose.grounded)
        root[:, 2] += shift
        moves: dict[Role, Affine] = {}

        def move_of(role: Role | None) -> Affine:
            if role is None:
                return root
            if role not in moves:
                moves[role] = _turn(pose.parts[role], joints[role], height, move_of(PARENT[role]))
            return moves[role]

        placed = []
        for layer, corners in zip(self.rig.layers, self._corners, strict=True):
            move = _turn(pose.parts[layer.role], layer.joint, height, move_of(PARENT[layer.role]))
            placed.append(_settled(move, layer, corners))
        return placed


def _turn(
    part: NDArray[np.float32], joint: tuple[float, float], height: int, parent: Affine, lift: bool = True
) -> Affine:
    """The parent's movement after turning, scaling and shifting about a joint; the joint lands a whole number of
    pixels away.
    """
    angle, dx, dy, sx, sy = (float(v) for v in part)
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    local = np.array([[cos, -sin], [sin, cos]]) @ np.diag([2.0**sx, 2.0**sy])
    linear = parent[:, :2] @ local
    at = np.asarray(joint)
    shift = parent[:, :2] @ at + parent[:, 2] - at + np.array([dx, dy if lift else 0.0]) * height
    return np.column_stack([linear, at + np.round(shift) - linear @ at])


def _settled(move: Affine, layer: Layer, corners: NDArray[np.float64]) -> Affine:
    """A turn too small to move any pixel by half a pixel is no turn: it would only roughen the edges. Nor does a small
    head tilt a little: pixel artists shift it, for a face of a few pixels does not survive turning."""
    at = np.asarray(layer.joint)
    shift = np.round(move[:, :2] @ at + move[:, 2] - at)
    if not len(corners):
        return move
    reach = np.abs((corners - at) @ (move[:, :2] - np.eye(2)).T).max()
    small = layer.role is Role.HEAD and np.ptp(corners, axis=0).max() <= SMALL_HEAD
    tilted = abs(math.degrees(math.atan2(move[1, 0], move[0, 0])))
    return np.column_stack([np.eye(2), shift]) if reach < 0.6 or (small and tilted < TILT) else move


def _crop(layer: Layer) -> tuple[int, int, int, NDArray[np.int32]]:
    if not layer.indices.any():
        return 0, 0, 1, layer.indices[:1, :1]
    left, top, right, bottom = bounds(layer.indices != 0)
    pixels = np.pad(layer.indices[top:bottom, left:right], 1)
    enlargement = 1
    while enlargement < 8 and pixels.size * 4 <= 1 << 20:
        pixels, enlargement = _scale2x(pixels), enlargement * 2
    return left - 1, top - 1, enlargement, pixels


def _scale2x(picture: NDArray[np.int32]) -> NDArray[np.int32]:
    p = np.pad(picture, 1, mode="edge")
    up, down, left, right, here = p[:-2, 1:-1], p[2:, 1:-1], p[1:-1, :-2], p[1:-1, 2:], picture
    out = np.empty((picture.shape[0] * 2, picture.shape[1] * 2), np.int32)
    edge = (up != down) & (left != right)
    out[0::2, 0::2] = np.where(edge & (left == up), left, here)
    out[0::2, 1::2] = np.where(edge & (up == right), right, here)
    out[1::2, 0::2] = np.where(edge & (left == down), left, here)
    out[1::2, 1::2] = np.where(edge & (down == right), right, here)
    return out


def _outline(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Corners that bound the part: each row's ends and each column's, [n, 2] as (x, y)."""
    if not mask.any():
        return np.empty((0, 2))
    rows = np.flatnonzero(mask.any(1))
    first, last = mask[rows].argmax(1), mask.shape[1] - mask[rows, ::-1].argmax(1)
    return np.concatenate(
        [[(a, y), (b, y), (a, y + 1), (b, y + 1)] for y, a, b in zip(rows, first, last, strict=True)]
    ).astype(float)


def _draw(
    crop: tuple[int, int, int, NDArray[np.int32]],
    corners: NDArray[np.float64],
    move: Affine,
    number: int,
    indices: NDArray[np.int32],
    owner: NDArray[np.int32],
    left: int,
    top: int,
) -> None:
    crop_left, crop_top, enlargement, pixels = crop
    points = corners @ move[:, :2].T + move[:, 2] - (left, top)
    x0, y0 = np.maximum(np.floor(points.min(0)).astype(int) - 1, 0)
    x1, y1 = np.minimum(np.ceil(points.max(0)).astype(int) + 1, (indices.shape[1], indices.shape[0]))
    if x1 <= x0 or y1 <= y0:
        return
    inverse = np.linalg.inv(move[:, :2])
    x = np.arange(x0, x1) + left + 0.5 - move[0, 2]
    y = np.arange(y0, y1)[:, None] + top + 0.5 - move[1, 2]
    u = np.floor((inverse[0, 0] * x + inverse[0, 1] * y - crop_left) * enlargement + 1e-6).astype(np.intp)
    v = np.floor((inverse[1, 0] * x + inverse[1, 1] * y - crop_top) * enlargement + 1e-6).astype(np.intp)
    inside = (u >= 0) & (v >= 0) & (u < pixels.shape[1]) & (v < pixels.shape[0])
    found = np.where(inside, pixels[np.where(inside, v, 0), np.where(inside, u, 0)], 0)
    drawn = found != 0
    indices[y0:y1, x0:x1][drawn] = found[drawn]
    owner[y0:y1, x0:x1][drawn] = number
