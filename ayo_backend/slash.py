"""Slash: the crescent that a blow leaves in the air.

Pixel artists draw the fastest frame of a blow as an arc, from where the weapon was to where it is, thin at both ends,
in the lightest colour there is; the next frame shows a thin rest of it. Seen from the side it is a chop, from overhead
to the front of the knees; seen from the front or the back a sweep round the waist, on the side that the figure faces.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from ayo_backend.antialiased import Antialiased
from ayo_backend.compose import Stage
from ayo_backend.move import Canvas
from ayo_backend.rig import Kind, Pose, Role, View
from ayo_backend.sprite import Sprite

WIDE, THIN = 0.56, 0.35  # of the radius, where the arc is widest; times that for what is left of it
REST, LASTING = 0.55, 5  # of the arc that is left in the frame after; of so many frames one has a rest of it
BEYOND = 1.15  # times the distance of the weapon's tip
NEARLY = 0.8  # of the furthest that the torso leans: the blow is struck
STEPS = 48  # corners of the outline, each side
COLOURLESS = 0.4  # how much a colour that is not grey counts as darker
ALIKE = 60  # how far colours may be apart, of 255 a channel, and still run into each other
COMMON = 0.005  # share of the pixels that a colour and those lighter have, or it is a speck

FINER = 4  # points across and down a pixel of art with soft edges

Points = NDArray[np.float64]  # [n, 2] in the sprite's pixels
Indices = NDArray[np.int32]  # [h, w] into the sprite's palette


@dataclass(frozen=True)
class Sweep:
    """How a blow is seen. start, end: degrees clockwise of up; radius: figure heights at the least; flat: of the
    radius, up and down; low: of the way from the shoulder to the ground where the arc's centre lies; before: it is
    nearer than the figure.
    """

    start: float
    end: float
    radius: float
    flat: float
    low: float
    before: bool


SWEEPS = {
    View.SIDE: Sweep(-60, 140, 0.7, 0.85, 0.1, False),
    View.FRONT: Sweep(-75, -265, 0.62, 0.5, 0.3, True),
    View.BACK: Sweep(-105, 85, 0.64, 0.5, 0.3, False),
}


@dataclass(frozen=True)
class Slash:
    """The arcs of a clip. outlines: by frame; entry: the palette's colour of all of them; alike: bool [K], the colours
    that are much the same; before: see Sweep.
    """

    outlines: dict[int, Points]
    entry: int
    alike: NDArray[np.bool_]
    before: bool

    def around(self, canvas: Canvas) -> Canvas:
        """The canvas, grown to hold the arcs."""
        points = np.concatenate([np.reshape(canvas, (2, 2)), *self.outlines.values()])
        left, top = np.floor(points.min(0)).astype(int)
        right, bottom = np.ceil(points.max(0)).astype(int)
        return int(left), int(top), int(right), int(bottom)

    def drawn(self, picture: Indices, index: int, canvas: Canvas, soft: Antialiased | None) -> Indices:
        """The frame's picture, int32 [h, w] on the canvas, on the grown one and with its arc; soft: what draws art with
        soft edges.
        """
        grown = self.around(canvas)
        left, top, right, bottom = np.subtract(grown, canvas) * (-1, -1, 1, 1)
        picture = np.pad(picture, ((top, bottom), (left, right)))
        if index not in self.outlines:
            return picture
        covered = self._covered(index, grown, FINER if soft else 1)
        if not self.before:  # a pixel of air, or a head of the arc's colour would run into it
            covered *= ~ndimage.binary_dilation(self.alike[picture], np.ones((3, 3)))
        if soft:
            return soft.overlaid(picture, covered, self.entry, self.before)
        return np.where((covered > 0) & (self.before | (picture == 0)), np.int32(self.entry), picture)

    def _covered(self, index: int, canvas: Canvas, finer: int) -> NDArray[np.float32]:
        """How much of each pixel the arc covers, 0..1 [h, w], by so many points across and down."""
        left, top, right, bottom = canvas
        mask = Image.new("1", ((right - left) * finer, (bottom - top) * finer))
        corners = (self.outlines[index] - (left, top)) * finer - 0.5
        ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in corners], fill=1)
        points = np.asarray(mask, np.float32).reshape(bottom - top, finer, right - left, finer)
        covered: NDArray[np.float32] = points.mean((1, 3))
        return covered


def slash(stage: Stage, poses: Sequence[Pose], sprite: Sprite) -> Slash | None:
    """The slash of an attack in these poses; None for creatures that strike with no arm, and where nothing moves."""
    rig = stage.rig
    leans = np.array([pose.parts[Role.TORSO, 0] for pose in poses])
    leans *= np.sign(leans[np.abs(leans).argmax()])  # seen from the front it leans to the other side
    if rig.kind is not Kind.HUMANOID or leans.max() <= 0:
        return None
    struck = int(np.argmax(leans >= NEARLY * leans.max()))
    sweep = SWEEPS[rig.view]
    centre, radius = _middle(stage, poses[struck], sweep)
    outlines = {struck: _crescent(centre, radius, sweep, 1.0, WIDE)}
    for age, frame in enumerate(range(struck + 1, len(poses))[: max(1, len(poses) // LASTING)], 1):
        outlines[frame] = _crescent(centre, radius, sweep, REST / age, WIDE * THIN / age)
    entry = _lightest(sprite)
    colours = sprite.palette.astype(float)
    alike = np.linalg.norm(colours - colours[entry], axis=1) < ALIKE
    return Slash(outlines, entry, alike, sweep.before)


def _middle(stage: Stage, pose: Pose, sweep: Sweep) -> tuple[Points, float]:
    """The centre and the radius of the blow that ends in this pose."""
    rig, joints = stage.rig, stage.rig.joints()
    moves = dict(zip((layer.role for layer in rig.layers), stage.transforms(pose), strict=True))
    arm = Role.FAR_UPPER_ARM if rig.left_handed else Role.NEAR_UPPER_ARM
    shoulder = np.array(joints.get(arm, joints.get(Role.HEAD, joints[Role.TORSO])))
    carrier = next((role for role in (arm, Role.TORSO) if role in moves), rig.layers[0].role)
    centre = moves[carrier](shoulder[None])[0]
    if rig.view is not View.SIDE:
        centre[0] = moves[carrier](np.array([joints[Role.TORSO]]))[0, 0]
    centre[1] += sweep.low * (rig.ground - centre[1])
    radius = sweep.radius * rig.height
    if rig.weapon is not None:
        y, x = np.nonzero(rig.weapon.indices)
        away = moves[rig.weapon.role](np.column_stack([x + 0.5, y + 0.5])) - centre
        radius = max(radius, BEYOND * float(np.linalg.norm(away, axis=1).max()))
    return centre, radius


def _crescent(centre: Points, radius: float, sweep: Sweep, share: float, wide: float) -> Points:
    """The outline of the last share of the arc: there outside, back inside."""
    along = np.linspace(0, 1, STEPS)
    angle = np.radians(sweep.end + (sweep.start - sweep.end) * share * (1 - along))
    outward = np.column_stack([np.sin(angle), -np.cos(angle) * sweep.flat]) * radius
    inward = outward * (1 - wide * np.sin(math.pi * along**1.4))[:, None]
    outline: Points = centre + np.concatenate([outward, inward[::-1]])
    return outline


def _lightest(sprite: Sprite) -> int:
    """The lightest of the sprite's most opaque colours, rather grey than bright, specks left out."""
    solid = np.flatnonzero(sprite.palette[:, 3] == sprite.palette[:, 3].max())
    counts = np.bincount(sprite.indices.ravel(), minlength=len(sprite.palette))[solid]
    colours = sprite.palette[solid, :3].astype(float)
    lightest_first = np.argsort(COLOURLESS * np.ptp(colours, axis=1) - colours @ (0.299, 0.587, 0.114))
    seen = np.cumsum(counts[lightest_first])
    return int(solid[lightest_first[np.argmax(seen >= COMMON * counts.sum())]])
