"""Parts and their paint: colour ramps, light, dithering and outlines, as pixel artists lay them."""

from __future__ import annotations

import colorsys
import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ayo_backend.puppets.shapes import Box, Mask, Plane, Point, Shape
from ayo_backend.rig import Role

RGB = tuple[int, int, int]

_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 - 0.47


@dataclass(frozen=True, slots=True)
class Material:
    """What something is made of.

    pattern: "", "stripes", "bands", "checks", "spots" or "noise" in a second colour.
    texture: "", "strands", "curls", "fur", "mail" or "scales" in the ramp's own shades.
    """

    rgb: RGB
    metal: bool = False
    glow: bool = False
    pattern: str = ""
    second: RGB = (0, 0, 0)
    period: int = 4
    texture: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How a pack is drawn.

    shades: colours a ramp, 1..5. outline: "line" (the colour `line`), "own" (a dark of what it bounds) or "none".
    inner: the line where a part lies over another: "same" as the outline, "own" or "none". corners: lines without gaps.
    light: (x, y, z) towards the light, y down. dither, jitter: 0..1. contrast: spread of a ramp.
    depth: how much darker far limbs are, 0..0.5. hue_shift: how far shadows turn to blue. salt: seed of the jitter.
    plain: no patterns, no grain. selective: own outlines are lighter above and to the left.
    """

    shades: int = 3
    outline: str = "line"
    inner: str = "own"
    line: RGB = (24, 20, 37)
    corners: bool = False
    light: tuple[float, float, float] = (-0.45, -0.65, 0.6)
    dither: float = 0.0
    jitter: float = 0.0
    contrast: float = 1.0
    depth: float = 0.2
    hue_shift: float = 0.05
    salt: int = 0
    plain: bool = False
    selective: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """One fill. tone: lighter or darker; flat: the light ignored; clip: only where the part is filled already."""

    shape: Shape
    material: Material
    tone: float = 0.0
    flat: bool = False
    clip: bool = False


@dataclass
class Part:
    """One layer to be: strokes from back to front. No line runs between parts of one group (upper and lower arm)."""

    role: Role
    joint: Point
    strokes: list[Stroke] = field(default_factory=list)
    group: str = ""
    far: bool = False

    def add(
        self, shape: Shape, material: Material, tone: float = 0.0, *, flat: bool = False, clip: bool = False
    ) -> Part:
        """Fill one more shape on top."""
        self.strokes.append(Stroke(shape, material, tone, flat, clip))
        return self


def extent(parts: list[Part]) -> Box:
    """The box that all parts lie in, without outlines."""
    boxes = [stroke.shape.bounds() for part in parts for stroke in part.strokes if not stroke.clip]
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


class Painter:
    """Paints parts onto one canvas in one style and collects the palette."""

    def __init__(self, style: Style, size: tuple[int, int], origin: Point) -> None:
        self.style, self.origin = style, origin
        self.width, self.height = size
        self._colours: dict[tuple[int, int, int, int], int] = {(0, 0, 0, 0): 0}
        self._ramps: dict[tuple[RGB, bool, bool, bool], tuple[NDArray[np.int32], int]] = {}
        self._lit_lines: dict[int, int] = {}
        self._noise = _noise(style.salt) if style.jitter or style.dither else None

    @property
    def palette(self) -> NDArray[np.uint8]:
        """uint8 [K, 4]; entry 0 is transparent."""
        return np.array(list(self._colours), np.uint8)

    def layers(self, parts: list[Part]) -> list[NDArray[np.int32]]:
        """Each part painted whole with its outline: int32 [H, W]."""
        fills = [self._fill(part) for part in parts]
        if self.style.outline == "none" and self.style.inner == "none":
            return [index for index, _ in fills]
        silhouette = np.zeros((self.height, self.width), bool)
        groups: dict[str, Mask] = {}
        for part, (index, _) in zip(parts, fills, strict=True):
            solid = index != 0
            silhouette |= solid
            if part.group:
                groups[part.group] = groups[part.group] | solid if part.group in groups else solid
        for part, (index, edge) in zip(parts, fills, strict=True):
            self._outline(index, edge, silhouette, groups.get(part.group))
        return [index for index, _ in fills]

    def _fill(self, part: Part) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        index = np.zeros((self.height, self.width), np.int32)
        edge = np.zeros_like(index)
        for stroke in part.strokes:
            ox, oy = self.origin
            left, top, right, bottom = stroke.shape.bounds()
            left, top, right, bottom = left + ox, top + oy, right + ox, bottom + oy
            x0, y0 = max(math.floor(left), 0), max(math.floor(top), 0)
            x1, y1 = min(math.ceil(right) + 1, self.width), min(math.ceil(bottom) + 1, self.height)
            if x1 <= x0 or y1 <= y0:
                continue
            x = np.arange(x0, x1, dtype=np.float32)[None] + np.float32(0.5 - ox)
            y = np.arange(y0, y1, dtype=np.float32)[:, None] + np.float32(0.5 - oy)
            inside, nx, ny = stroke.shape.field(x, y)
            at = (slice(y0, y1), slice(x0, x1))
            if stroke.clip:
                inside = inside & (index[at] != 0)
            ramp, line = self._ramp(stroke.material.rgb, stroke.material, part.far)
            level = self._level(stroke, nx, ny, x0, y0, len(ramp))
            colour = ramp[level]
            if stroke.material.pattern and not self.style.plain:
                second, _ = self._ramp(stroke.material.second, stroke.material, part.far)
                colour = np.where(_pattern(stroke.material, inside.shape, x0, y0), second[level], colour)
            np.copyto(index[at], colour, where=inside)
            np.copyto(edge[at], np.int32(line), where=inside)
        return index, edge

    def _level(self, stroke: Stroke, nx: Plane, ny: Plane, x0: int, y0: int, shades: int) -> NDArray[np.intp]:
        style = self.style
        lx, ly, lz = style.light
        if stroke.flat or shades == 1:
            middle = (0.55 + stroke.tone) * shades
            return np.full(nx.shape, min(max(int(middle), 0), shades - 1), np.intp)
        nz = np.sqrt(np.maximum(1 - nx * nx - ny * ny, 0))
        tone = lx * nx + ly * ny + lz * nz
        tone = tone * np.float32(0.5) + np.float32(0.34 + stroke.tone)
        if stroke.material.metal:
            tone = tone * np.float32(1.5) - np.float32(0.22)
        if stroke.material.texture and not style.plain:
            tone = tone + _texture(stroke.material.texture, nx.shape, x0, y0)
        if self._noise is not None:
            h, w = nx.shape
            if style.dither:
                tile = np.tile(_BAYER, (h // 4 + 2, w // 4 + 2))[y0 % 4 : y0 % 4 + h, x0 % 4 : x0 % 4 + w]
                tone = tone + tile * np.float32(style.dither / shades)
            if style.jitter:
                rows, columns = np.arange(y0, y0 + h) % 64, np.arange(x0, x0 + w) % 64
                tone = tone + self._noise[rows[:, None], columns] * np.float32(style.jitter)
        return np.clip(tone * shades, 0, shades - 1).astype(np.intp)

    def _outline(self, index: NDArray[np.int32], edge: NDArray[np.int32], silhouette: Mask, group: Mask | None) -> None:
        """Draw the part's line just outside its fill, outer or inner by what lies there at rest."""
        style = self.style
        if not index.any():
            return
        around = np.zeros_like(edge)
        steps = [(0, 1), (1, 0), (0, -1), (-1, 0)] + ([(1, 1), (1, -1), (-1, 1), (-1, -1)] if style.corners else [])
        h, w = edge.shape
        for dy, dx in steps[::-1]:
            to = (slice(max(dy, 0), h + min(dy, 0)), slice(max(dx, 0), w + min(dx, 0)))
            source = edge[max(-dy, 0) : h + min(-dy, 0), max(-dx, 0) : w + min(-dx, 0)]
            np.copyto(around[to], source, where=source != 0)
        if style.selective:
            below, right = np.zeros_like(around, bool), np.zeros_like(around, bool)
            below[:-1], right[:, :-1] = index[1:] != 0, index[:, 1:] != 0
            lighter = np.arange(len(self._colours), dtype=np.int32)
            lighter[list(self._lit_lines)] = list(self._lit_lines.values())
            around = np.where(below | right, lighter[around], around)
        around[index != 0] = 0
        if group is not None:
            around[group] = 0
        outer = self._line(around, style.outline)
        inner = outer if style.inner == "same" else self._line(around, style.inner)
        index += np.where(silhouette, inner, outer)

    def _line(self, around: NDArray[np.int32], kind: str) -> NDArray[np.int32]:
        if kind == "none":
            return np.zeros_like(around)
        if kind == "own":
            return around
        return np.where(around != 0, np.int32(self._entry(self.style.line)), np.int32(0))

    def _ramp(self, rgb: RGB, material: Material, far: bool) -> tuple[NDArray[np.int32], int]:
        key = (rgb, material.metal, material.glow, far)
        if key not in self._ramps:
            style = self.style
            dim = 1 - style.depth if far and not material.glow else 1.0
            spread = style.contrast * (1.35 if material.metal else 1.0)
            count = style.shades
            levels = [0.0] if count == 1 else [2 * i / (count - 1) - 1 for i in range(count)]
            ramp = [self._entry(_shade(rgb, t * spread, dim, style.hue_shift)) for t in levels]
            line = self._entry(_shade(rgb, -2.1 * style.contrast, dim, style.hue_shift))
            if style.selective:
                self._lit_lines[line] = self._entry(_shade(rgb, -1.2 * style.contrast, dim, style.hue_shift))
            self._ramps[key] = np.array(ramp, np.int32), line
        return self._ramps[key]

    def _entry(self, rgb: RGB) -> int:
        return self._colours.setdefault((*rgb, 255), len(self._colours))


def _shade(rgb: RGB, t: float, dim: float, hue_shift: float) -> RGB:
    """The colour t steps lighter (or darker): shadows turn towards blue, lights towards yellow."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(c / 255 for c in rgb))
    target = 0.16 if t > 0 else 0.68
    turn = ((target - hue + 0.5) % 1 - 0.5) * hue_shift * min(abs(t), 2)
    saturation = min(max(saturation * (1 - 0.18 * t) + (0.06 if t < 0 else 0), 0), 1)
    value = min(max(value * dim * (1 + (0.24 if t < 0 else 0.2) * t) + (0.05 * t if t > 0 else 0), 0.03), 1)
    red, green, blue = colorsys.hsv_to_rgb((hue + turn) % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _noise(salt: int) -> Plane:
    """Fixed noise in -0.5..0.5 on a 64x64 tile."""
    values = (np.arange(4096, dtype=np.uint64) + np.uint64(salt * 4096 + 1)) * np.uint64(0x9E3779B97F4A7C15)
    values ^= values >> np.uint64(29)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    return ((values >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24) - np.float32(0.5)).reshape(64, 64)


def _pattern(material: Material, shape: tuple[int, ...], x0: int, y0: int) -> Mask:
    x, y, period = np.arange(x0, x0 + shape[1])[None], np.arange(y0, y0 + shape[0])[:, None], material.period
    half = period // 2
    if material.pattern == "stripes":
        return np.broadcast_to(x % period < half, shape)
    if material.pattern == "bands":
        return np.broadcast_to(y % period < half, shape)
    if material.pattern == "checks":
        return (x % period < half) ^ (y % period < half)
    if material.pattern == "spots":
        return ((x + (y // period % 2) * half) % period < max(half - 1, 1)) & (y % period < max(half - 1, 1))
    return (x * 7 + y * 13 + x * y * 5) % 11 < 3


def _texture(kind: str, shape: tuple[int, ...], x0: int, y0: int) -> Plane:
    """How much lighter or darker each pixel is for the grain of what it shows."""
    x, y = np.arange(x0, x0 + shape[1])[None], np.arange(y0, y0 + shape[0])[:, None]
    if kind == "strands":
        dark, light = (x + y // 4) % 3 == 0, (x + y // 4) % 3 == 1
    elif kind == "curls":
        dark, light = (x * 2 + y * 3 + (y // 2) * 2) % 5 < 2, (x * 2 + y * 3) % 7 == 0
    elif kind == "fur":
        dark, light = (x * 7 + y * 5 + x * y) % 7 == 0, (x * 3 + y * 5 + x * y) % 6 == 0
    elif kind == "mail":
        dark, light = (x + y) % 2 == 0, (x + y) % 4 == 1
    else:
        dark, light = (y % 3 == 0) & ((x + y // 3 * 2) % 4 != 0), (y % 3 == 1) & ((x + y // 3 * 2) % 4 == 2)
    return np.broadcast_to(light * np.float32(0.16) - dark * np.float32(0.2), shape)
