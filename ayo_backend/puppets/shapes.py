"""Shapes and the one rasteriser: hard-edged masks with a surface normal for the light to fall on.

Only +, -, *, / and square roots touch arrays, so that every machine rasterises the same pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom
Plane = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]

THIN = 0.55  # radius of the thinnest line that has no gaps


class Shape(Protocol):
    """Something to fill, in pixels, y down."""

    def bounds(self) -> Box:
        """The box it lies in."""

    def field(self, x: Plane, y: Plane) -> tuple[Mask, Plane, Plane]:
        """(inside, normal x, normal y) at pixel centres x [1, w], y [h, 1]; normals in -1..1, 0 towards the viewer."""


@dataclass(frozen=True, slots=True)
class Capsule:
    """A limb: from a with radius ra to b with radius rb."""

    a: Point
    b: Point
    ra: float
    rb: float

    def bounds(self) -> Box:
        ra, rb = max(self.ra, THIN), max(self.rb, THIN)
        return (
            min(self.a[0] - ra, self.b[0] - rb),
            min(self.a[1] - ra, self.b[1] - rb),
            max(self.a[0] + ra, self.b[0] + rb),
            max(self.a[1] + ra, self.b[1] + rb),
        )

    def field(self, x: Plane, y: Plane) -> tuple[Mask, Plane, Plane]:
        ra, rb = max(self.ra, THIN), max(self.rb, THIN)
        ex, ey = self.b[0] - self.a[0], self.b[1] - self.a[1]
        px, py = x - self.a[0], y - self.a[1]
        along = np.clip((px * ex + py * ey) / max(ex * ex + ey * ey, 1e-9), 0, 1)
        radius = ra + (rb - ra) * along
        nx, ny = (px - along * ex) / radius, (py - along * ey) / radius
        return nx * nx + ny * ny <= 1, nx, ny


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse turned by tilt degrees; square > 0 makes it boxy (0 round, 1 nearly a rectangle)."""

    centre: Point
    rx: float
    ry: float
    tilt: float = 0.0
    square: float = 0.0

    def bounds(self) -> Box:
        cos, sin = abs(math.cos(math.radians(self.tilt))), abs(math.sin(math.radians(self.tilt)))
        w, h = self.rx * cos + self.ry * sin, self.rx * sin + self.ry * cos
        return self.centre[0] - w, self.centre[1] - h, self.centre[0] + w, self.centre[1] + h

    def field(self, x: Plane, y: Plane) -> tuple[Mask, Plane, Plane]:
        cos, sin = math.cos(math.radians(self.tilt)), math.sin(math.radians(self.tilt))
        px, py = x - self.centre[0], y - self.centre[1]
        u: Plane = (px * cos + py * sin) / max(self.rx, THIN)
        v: Plane = (py * cos - px * sin) / max(self.ry, THIN)
        u2, v2 = u * u, v * v
        inside = u2 + v2 - self.square * u2 * v2 <= 1  # a squircle (Fernandez Guasti, 1992)
        if self.square:
            inside &= (u2 <= 1) & (v2 <= 1)
        return inside, u * cos - v * sin, u * sin + v * cos


@dataclass(frozen=True, slots=True)
class Slab:
    """A polygon with corners rounded outwards by radius: torsos, cloth, plates, blades."""

    points: tuple[Point, ...]
    radius: float = 0.0

    def bounds(self) -> Box:
        xs, ys = [p[0] for p in self.points], [p[1] for p in self.points]
        return min(xs) - self.radius, min(ys) - self.radius, max(xs) + self.radius, max(ys) + self.radius

    def field(self, x: Plane, y: Plane) -> tuple[Mask, Plane, Plane]:
        inside = np.zeros((y.shape[0], x.shape[1]), bool)
        near = np.zeros_like(inside)
        reach = self.radius * self.radius
        for (ax, ay), (bx, by) in zip(self.points, (*self.points[1:], self.points[0]), strict=True):
            ex, ey = bx - ax, by - ay
            if ey:
                inside ^= ((ay > y) != (by > y)) & (x < (y - ay) * (ex / ey) + ax)
            if reach:
                px, py = x - ax, y - ay
                along = np.clip((px * ex + py * ey) / max(ex * ex + ey * ey, 1e-9), 0, 1)
                px, py = px - along * ex, py - along * ey
                near |= px * px + py * py <= reach
        inside |= near
        return inside, _across(inside), _down(inside)


@dataclass(frozen=True, slots=True)
class Pixels:
    """A block of w x h whole pixels near (x, y), its upper left: eyes, buttons, stripes."""

    x: float
    y: float
    w: int
    h: int

    def bounds(self) -> Box:
        return self.x, self.y, self.x + self.w, self.y + self.h

    def field(self, x: Plane, y: Plane) -> tuple[Mask, Plane, Plane]:
        inside = (x >= self.x) & (x < self.x + self.w) & (y >= self.y) & (y < self.y + self.h)
        flat = np.zeros(inside.shape, np.float32)
        return inside, flat, flat


def _across(mask: Mask) -> Plane:
    """-1 at each row's left end to 1 at its right end."""
    width = mask.shape[1]
    first, last = mask.argmax(1), width - 1 - mask[:, ::-1].argmax(1)
    middle, half = (first + last) / 2, np.maximum((last - first + 1) / 2, 1)
    across: Plane = ((np.arange(width)[None] - middle[:, None]) / half[:, None]).astype(np.float32)
    return across


def _down(mask: Mask) -> Plane:
    """-0.7 at each column's upper end to 0.7 at its lower end."""
    down: Plane = _across(np.ascontiguousarray(mask.T)).T * np.float32(0.7)
    return down


def move(p: Point, degrees: float, length: float) -> Point:
    """length away from p: 0 degrees straight down, 90 to the right, 180 up."""
    return p[0] + math.sin(math.radians(degrees)) * length, p[1] + math.cos(math.radians(degrees)) * length


def between(a: Point, b: Point, t: float) -> Point:
    """The point a share t of the way from a to b."""
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def shifted(p: Point, dx: float, dy: float) -> Point:
    """p moved by (dx, dy)."""
    return p[0] + dx, p[1] + dy


def bend(root: Point, tip: Point, upper: float, lower: float, side: float) -> tuple[Point, Point]:
    """(middle joint, tip) of a two-bone limb that reaches for the tip; the middle joint lies on the given side.

    side > 0: to the right when the limb points down, as a knee bends in a figure that looks right.
    The tip comes back nearer when the limb is too short.
    """
    dx, dy = tip[0] - root[0], tip[1] - root[1]
    distance = max(math.hypot(dx, dy), 1e-6)
    reach = min(max(distance, abs(upper - lower) + 1e-3), (upper + lower) * 0.999)
    dx, dy = dx / distance, dy / distance
    along = (upper * upper - lower * lower + reach * reach) / (2 * reach)
    off = math.copysign(math.sqrt(max(upper * upper - along * along, 0.0)), side)
    return (root[0] + dx * along + dy * off, root[1] + dy * along - dx * off), (
        root[0] + dx * reach,
        root[1] + dy * reach,
    )


def about(p: Point, *offsets: Point) -> tuple[Point, ...]:
    """Points by their distance from p."""
    return tuple((p[0] + dx, p[1] + dy) for dx, dy in offsets)
