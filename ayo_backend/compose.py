"""Pose a rig and flatten it: whole parts, whole pixels, no new colours.

Parts are turned the way RotSprite does it (Xenowhirl, 2007): enlarge with Scale2x (Andrea Mazzoleni, scale2x.it), which
only copies, then pick the nearest enlarged pixel. A part that is only shifted is shifted by whole pixels, so it stays
exactly as drawn; a planted one is shifted row by row (see stance.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ayo_backend.move import Affine, Canvas, Move
from ayo_backend.rig import LOOSE, PARENT, Kind, Layer, Pose, Rig, Role
from ayo_backend.seams import Seams
from ayo_backend.sprite import bounds
from ayo_backend.stance import STRETCH, Stance, bent, lying, stances, steepest, stout
from ayo_backend.thinning import thinned

SMALL_HEAD = 26  # pixels
SWAY = 0.1  # figure heights that the hips of a stout figure go aside: what gives way is then the body itself
TILT, SLIGHT = 25.0, 8.0  # degrees from which a small head tilts, and a large one


@dataclass(frozen=True)
class Crop:
    """A layer's pixels with a margin of 1, as drawn and enlarged; their top-left corner on the sprite's canvas."""

    left: int
    top: int
    pixels: NDArray[np.int32]
    enlarged: NDArray[np.int32]


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
    _crops: list[Crop] = field(init=False)
    corners: list[NDArray[np.float64]] = field(init=False)  # [n, 2] outline points of each layer
    _stances: dict[Role, Stance] = field(init=False)
    _reach: float = field(init=False)  # figure heights that the hips may go aside: a row shifts a pixel from the next
    _clear: float = field(init=False)  # figure heights they may sink before what they carry lies on the ground
    _lying: bool = field(init=False)  # the torso is a beast's, longer than it is high
    _steepest: float = field(init=False)  # degrees that it leans
    _small_head: bool = field(init=False)

    def __post_init__(self) -> None:
        self._crops = [_crop(layer) for layer in self.rig.layers]
        self.corners = [_outline(layer.indices != 0) for layer in self.rig.layers]
        self._stances = stances(self.rig)
        reaches = (stance.reach for stance in self._stances.values() if stance.reach >= 1)
        self._reach = min(reaches, default=0.0) / self.rig.height
        if stout(self.rig):
            self._reach = min(self._reach, SWAY)
        carried = (
            corners[:, 1].max()
            for corners, layer in zip(self.corners, self.rig.layers, strict=True)
            if len(corners) and layer.role not in (*LOOSE, *self._stances)
        )
        self._clear = (self.rig.ground - max(carried, default=-math.inf)) / self.rig.height
        self._lying, self._steepest = lying(self.rig), steepest(self.rig)
        heads = (c for c, layer in zip(self.corners, self.rig.layers, strict=True) if layer.role is Role.HEAD)
        self._small_head = all(np.ptp(corners, axis=0).max() <= SMALL_HEAD for corners in heads if len(corners))

    @cached_property
    def seams(self) -> Seams:
        """What fills the cracks between the layers."""
        return Seams([layer.indices for layer in self.rig.layers], self.rig.height)

    def transforms(self, pose: Pose) -> list[Move]:
        """The movement of every layer, joints and ground line on whole pixels."""
        placed = self._place(pose, (0.0, 0.0))
        lift = self._lift(pose, placed)
        return self._place(pose, (0.0, lift)) if lift else placed

    def hips(self, pose: Pose) -> float:
        """How far below where they rest the hips are, in source pixels; those of who has no torso stay."""
        placed = self._place(pose, (0.0, 0.0))
        for layer, move in zip(self.rig.layers, placed, strict=True):
            if layer.role is Role.TORSO:
                x, y = layer.joint
                return float(move(np.array([(x, y)]))[0, 1]) - y + self._lift(pose, placed)
        return 0.0

    def _lift(self, pose: Pose, placed: list[Move]) -> int:
        """How many pixels down (up, if negative) the placed layers must go to stand on the ground, or leap above it."""
        if not pose.grounded or self._planted(pose):
            return 0
        lowest = max(
            (
                float(move(corners)[:, 1].max())
                for layer, corners, move in zip(self.rig.layers, self.corners, placed, strict=True)
                if len(corners) and layer.role not in LOOSE
            ),
            default=float(self.rig.ground),
        )
        return round(self.rig.ground - lowest + float(pose.parts[0, 2]) * self.rig.height)

    def extent(self, pose: Pose) -> Canvas:
        """(left, top, right, bottom) in source pixels of everything the pose draws."""
        points = np.concatenate(
            [move(corners) for corners, move in zip(self.corners, self.transforms(pose), strict=True) if len(corners)]
        )
        left, top = np.floor(points.min(0) - 0.51).astype(int)
        right, bottom = np.ceil(points.max(0) + 0.51).astype(int)
        return int(left), int(top), int(right), int(bottom)

    def picture(self, pose: Pose, canvas: Canvas) -> Picture:
        """Flatten the pose onto the canvas (left, top, right, bottom in source pixels)."""
        left, top, right, bottom = canvas
        indices = np.zeros((bottom - top, right - left), np.int32)
        owner = np.full_like(indices, -1)
        moves = self.transforms(pose)
        for number, (crop, corners, move) in enumerate(zip(self._crops, self.corners, moves, strict=True)):
            _draw(crop, corners, move, number, indices, owner, canvas)
        cracks = self.seams.cracks(indices != 0)
        if cracks.any():
            indices[cracks], owner[cracks] = self.seams.filled(cracks, moves, canvas)
        return Picture(indices, owner)

    def posed(self, pose: Pose, canvas: Canvas) -> Rig:
        """The rig as it stands in the pose, each part still whole, on the canvas (left, top, right, bottom in source
        pixels).
        """
        left, top, right, bottom = canvas
        layers = []
        for crop, corners, layer, move in zip(
            self._crops, self.corners, self.rig.layers, self.transforms(pose), strict=True
        ):
            indices = np.zeros((bottom - top, right - left), np.int32)
            _draw(crop, corners, move, 0, indices, np.empty_like(indices), canvas)
            x, y = move(np.array([layer.joint]))[0] - (left, top)
            layers.append(Layer(layer.role, indices, (float(x), float(y))))
        return Rig(self.rig.kind, self.rig.view, tuple(layers))

    def _planted(self, pose: Pose) -> bool:
        return pose.planted and pose.grounded and bool(self._stances)

    def _place(self, pose: Pose, shift: tuple[float, float]) -> list[Move]:
        joints = self.rig.joints()
        planted = self._planted(pose)
        if self.rig.kind is Kind.BLOB:  # which does not lean: a turn of a few degrees breaks its face
            pose = replace(pose, parts=pose.parts * np.array([0, 1, 1, 1, 1], np.float32))
        whole = pose.parts[0].copy()
        if planted:  # as far as the legs reach
            whole[1] = np.clip(whole[1], -self._reach, self._reach)
            whole[2] = np.clip(whole[2], -(STRETCH - 1) * self._reach, self._clear)
        lift = planted or not pose.grounded
        root = _turn(_rotation(float(whole[0])), whole, self.pivot, self.rig.height, np.eye(2, 3), lift)
        root[:, 2] += shift
        moves: dict[Role, Affine] = {}

        def move_of(role: Role | None) -> Affine:
            """The movement that a part of this role, hung on the role's joint, is drawn with."""
            if role is None:
                return root
            if role not in moves:
                moves[role] = self._turned(pose, role, joints[role], move_of)
                if planted and role is Role.TORSO and role in self._stances:  # what hangs on it goes where it bends to
                    stooped = bent(self._stances[role], moves[role])
                    moves[role] = moves[role] if stooped is None else stooped
            return moves[role]

        placed = []
        for layer, corners in zip(self.rig.layers, self.corners, strict=True):
            stance = self._stances.get(layer.role) if planted else None
            move = bent(stance, move_of(stance.carrier)) if stance else None
            if stance and move is not None:
                placed.append(Move(move, stance.sole))
                continue
            move = _settled(self._turned(pose, layer.role, layer.joint, move_of), layer, corners)
            if planted and layer.role in (Role.HEAD, Role.TAIL) and len(corners):  # they lie on the ground, not in it
                low = (corners @ move[:, :2].T + move[:, 2])[:, 1].max() - max(self.rig.ground, corners[:, 1].max())
                move[1, 2] -= math.ceil(max(low, 0.0))
            if layer.role is Role.TORSO and not self._lying and _keeps_rows(move):
                x, y = move[:, :2] @ layer.joint + move[:, 2] - layer.joint
                placed.append(Move(move, layer.joint[1], (float(np.round(x)), float(np.round(y)))))
            else:
                placed.append(Move(move))
        return placed

    def _turned(
        self, pose: Pose, role: Role, joint: tuple[float, float], move_of: Callable[[Role | None], Affine]
    ) -> Affine:
        """The part's movement about a joint. The torso leans by shifting its rows, or its columns where it is a
        beast's; what hangs on it goes along without turning. A head does not tilt a little: pixel artists shift it,
        for a face of a few pixels does not survive turning."""
        parent = move_of(PARENT[role])
        part = pose.parts[role]
        if role is Role.TORSO:
            lean = float(np.clip(part[0], -self._steepest, self._steepest))
            return _turn(_lean(lean, self._lying), part, joint, self.rig.height, parent)
        if role is Role.HEAD and pose.planted and Role.TORSO in self._stances:  # it hardly leans: no head is thrown
            part = part * (1, 0, 1, 1, 1)
        if PARENT[role] is Role.TORSO:
            at, linear = np.asarray(joint), move_of(None)[:, :2]
            parent = np.column_stack([linear, parent[:, :2] @ at + parent[:, 2] - linear @ at])
        move = _turn(_rotation(float(part[0])), part, joint, self.rig.height, parent)
        tilted = abs(math.degrees(math.atan2(move[1, 0], move[0, 0])))
        still = role is Role.HEAD and tilted < (TILT if self._small_head else SLIGHT)
        return _shifted(move, joint) if still else move


def _keeps_rows(move: Affine) -> bool:
    """Rows stay rows, and as long as they are."""
    return bool(move[0, 0] == 1 and move[1, 0] == 0)


def _rotation(degrees: float) -> NDArray[np.float64]:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[cos, -sin], [sin, cos]])


def _lean(degrees: float, lying: bool) -> NDArray[np.float64]:
    slope = math.tan(math.radians(degrees))
    return np.array([[1.0, 0.0], [slope, 1.0]] if lying else [[1.0, -slope], [0.0, 1.0]])


def _turn(
    turn: NDArray[np.float64],
    part: NDArray[np.float32],
    joint: tuple[float, float],
    height: int,
    parent: Affine,
    lift: bool = True,
) -> Affine:
    """The parent's movement after turning, scaling and shifting about a joint; the joint lands a whole number of
    pixels away.
    """
    _, dx, dy, sx, sy = (float(v) for v in part)
    linear = parent[:, :2] @ turn @ np.diag([2.0**sx, 2.0**sy])
    at = np.asarray(joint)
    shift = parent[:, :2] @ at + parent[:, 2] - at + np.array([dx, dy if lift else 0.0]) * height
    return np.column_stack([linear, at + np.round(shift) - linear @ at])


def _settled(move: Affine, layer: Layer, corners: NDArray[np.float64]) -> Affine:
    """A turn too small to move any pixel by half a pixel is no turn: it would only roughen the edges."""
    at = np.asarray(layer.joint)
    if not len(corners) or np.abs((corners - at) @ (move[:, :2] - np.eye(2)).T).max() >= 0.6:
        return move
    return _shifted(move, layer.joint)


def _shifted(move: Affine, joint: tuple[float, float]) -> Affine:
    """The movement without its turn: whole pixels."""
    at = np.asarray(joint)
    return np.column_stack([np.eye(2), np.round(move[:, :2] @ at + move[:, 2] - at)])


def _crop(layer: Layer) -> Crop:
    if not layer.indices.any():
        return Crop(0, 0, layer.indices[:1, :1], layer.indices[:1, :1])
    left, top, right, bottom = bounds(layer.indices != 0)
    pixels = np.pad(layer.indices[top:bottom, left:right], 1)
    enlarged, enlargement = pixels, 1
    while enlargement < 8 and enlarged.size * 4 <= 1 << 20:
        enlarged, enlargement = _scale2x(enlarged), enlargement * 2
    return Crop(left - 1, top - 1, pixels, enlarged)


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


def box(corners: NDArray[np.float64], move: Move, canvas: Canvas) -> tuple[slice, slice] | None:
    """The rows and columns of the canvas that a moved layer may draw on; None where there are none."""
    if not len(corners):
        return None
    left, top, right, bottom = canvas
    points = move(corners) - (left, top)
    x0, y0 = np.maximum(np.floor(points.min(0)).astype(int) - 1, 0)
    x1, y1 = np.minimum(np.ceil(points.max(0)).astype(int) + 1, (right - left, bottom - top))
    return None if x1 <= x0 or y1 <= y0 else (slice(y0, y1), slice(x0, x1))


def _draw(
    crop: Crop,
    corners: NDArray[np.float64],
    move: Move,
    number: int,
    indices: NDArray[np.int32],
    owner: NDArray[np.int32],
    canvas: Canvas,
) -> None:
    place = box(corners, move, canvas)
    if place is None:
        return
    rows_drawn, columns_drawn = place
    x = np.arange(columns_drawn.start, columns_drawn.stop) + canvas[0] + 0.5
    y = np.arange(rows_drawn.start, rows_drawn.stop)[:, None] + canvas[1] + 0.5
    (a, b), (c, d) = np.linalg.inv(move.affine[:, :2])
    across, down = np.array([[a, b], [c, d]]) @ move.affine[:, 2]
    u, v = a * x + b * y - across, c * x + d * y - down
    rows, columns = _keeps_rows(move.affine), (b, d) == (0, 1)  # shifted along themselves, and no less exact for it
    if rows:
        above = y < move.fold + move.shift[1]
        u = x + np.where(above, np.floor(b * y - across + 0.5), -move.shift[0])
        v = np.where(above, v, y - move.shift[1])
    elif columns:
        v = y + np.floor(c * x - down + 0.5)
    upright = (b, c) == (0, 0)
    pixels = crop.pixels if rows or columns or upright else crop.enlarged
    enlargement = pixels.shape[0] // crop.pixels.shape[0]
    u, v = (u - crop.left) * enlargement, (v - crop.top) * enlargement
    column, row = (np.floor(at + 1e-6).astype(np.intp) for at in (u, v))
    drawn = pixels[1:-1, 1:-1]  # without the margin: what is at its edge stays there
    if upright and not rows:
        column = thinned(drawn.T, u[0] - 1) + 1
    if upright or rows:
        row = thinned(drawn, v[:, 0] - 1)[:, None] + 1
    inside = (column >= 0) & (row >= 0) & (column < pixels.shape[1]) & (row < pixels.shape[0])
    found = np.where(inside, pixels[np.where(inside, row, 0), np.where(inside, column, 0)], 0)
    seen = found != 0
    indices[place][seen] = found[seen]
    owner[place][seen] = number
