"""Puppets: characters drawn by chance, whose parts, joints and depth are known."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ayo_backend.puppets.birds import bird, random_bird
from ayo_backend.puppets.blobs import blob, random_blob
from ayo_backend.puppets.creatures import floater, spider
from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.humanoid import humanoid
from ayo_backend.puppets.paint import Painter, Part, Style, extent
from ayo_backend.puppets.people import person
from ayo_backend.puppets.quadrupeds import quadruped, random_beast
from ayo_backend.puppets.shapes import shifted
from ayo_backend.puppets.styles import random_style
from ayo_backend.rig import Kind, Layer, Rig, View
from ayo_backend.sprite import Sprite

Anatomy = Callable[[float], list[Part]]  # height in pixels -> parts from back to front

KINDS = {
    Kind.HUMANOID: 0.62,
    Kind.QUADRUPED: 0.12,
    Kind.BIRD: 0.06,
    Kind.BLOB: 0.09,
    Kind.SPIDER: 0.04,
    Kind.FLOATER: 0.07,
}
VIEWS = {View.SIDE: 0.6, View.FRONT: 0.25, View.BACK: 0.15}
SIZES = {16: 0.1, 24: 0.1, 32: 0.2, 48: 0.14, 64: 0.28, 96: 0.1, 128: 0.08}


@dataclass(frozen=True)
class Puppet:
    """rig: whole layers, back to front; palette: uint8 [K, 4], entry 0 transparent; pivot: (x, y) between the feet."""

    name: str
    rig: Rig
    palette: NDArray[np.uint8]
    pivot: tuple[float, float]
    sprite: Sprite


def draw(seed: int, *, kind: Kind | None = None, view: View | None = None, size: int | None = None) -> Puppet:
    """The puppet of that seed in its idle stance on a canvas of size x size pixels; None leaves it to chance."""
    dice = Dice(seed)
    drawn_kind, drawn_view, drawn_size = dice.weigh(KINDS), dice.weigh(VIEWS), dice.weigh(SIZES)
    kind, view, size = kind or drawn_kind, view or drawn_view, size or drawn_size
    style = random_style(dice, size)
    height = size * dice.span(0.55, 0.95)
    anatomy = _anatomy(kind, view, size, dice.whole(0, 1 << 40))
    return assemble(f"{kind}-{view}-{seed}", kind, view, anatomy, style, size, height, dice.span(0.3, 0.7))


def _anatomy(kind: Kind, view: View, size: int, seed: int) -> Anatomy:
    """How a creature of that kind looks at any height."""
    dice = Dice(seed)
    if kind is Kind.HUMANOID:
        return partial(humanoid, person(dice, view, size))
    if kind is Kind.QUADRUPED:
        return partial(quadruped, random_beast(dice), view)
    if kind is Kind.BIRD:
        return partial(bird, random_bird(dice), view)
    if kind is Kind.BLOB:
        return partial(blob, random_blob(dice), view)
    draw_loose = spider if kind is Kind.SPIDER else floater
    return lambda height: draw_loose(Dice(seed), view, height)


def assemble(
    name: str, kind: Kind, view: View, anatomy: Anatomy, style: Style, size: int, height: float, across: float = 0.5
) -> Puppet:
    """Fit the figure onto the canvas, as tall as asked or as the canvas lets it be, and paint it.

    across: where spare width goes, 0 all to the right .. 1 all to the left.
    """
    room = size - 2.0 - (2.0 if style.outline != "none" else 0.0)
    for _ in range(6):
        parts = anatomy(height)
        left, top, right, bottom = extent(parts)
        excess = max((right - left) / room, (bottom - top) / room)
        if excess <= 1:
            break
        height = height / excess * 0.99
    margin = (size - room) / 2
    spare = room - (right - left)
    x = math.floor((margin + spare * across - left) * 2) / 2
    y = math.floor(size - margin - max(bottom, 0.0) - (room - (bottom - top)) * 0.15)
    return _paint(name, kind, view, parts, style, size, (x, float(y)))


def _paint(
    name: str, kind: Kind, view: View, parts: list[Part], style: Style, size: int, origin: tuple[float, float]
) -> Puppet:
    painter = Painter(style, (size, size), origin)
    layers = tuple(
        Layer(part.role, index, shifted(part.joint, *origin))
        for part, index in zip(parts, painter.layers(parts), strict=True)
        if index.any()
    )
    rig = Rig(kind, view, layers)
    pivot = (origin[0], float(rig.ground))
    return Puppet(name, rig, painter.palette, pivot, Sprite(painter.palette, flatten(rig), pivot))


def flatten(rig: Rig) -> NDArray[np.int32]:
    """The rig at rest as one picture: int32 [H, W]."""
    picture = np.zeros_like(rig.layers[0].indices)
    for layer in rig.layers:
        np.copyto(picture, layer.indices, where=layer.indices != 0)
    return picture
