"""Which image is the sprite, and its pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import Any, NamedTuple

import bpy
import numpy as np
from numpy.typing import NDArray

from . import compat, parts, record, session
from .backend.job import Like, Picture, Pin
from .record import Region

MIN_SIDE, MAX_SIDE = 8, 1024
HOW_TO_BEGIN = "Open a sprite in the Image Editor, or select an object or strip that shows one."


class UnusableError(Exception):
    """This can't be animated; the text says why and what to do. code: what the panel offers as a cure."""

    def __init__(self, message: str, code: str = "unusable") -> None:
        super().__init__(message)
        self.code = code


class Shown(NamedTuple):
    """What is in front of the user: the sprite, and where it was found.

    result: the image, object or strip made by Ayo that is shown or selected, if one is.
    empty: the Empty that shows the image, if it does.
    parts: the picture of the sprite's parts, if that is what is shown.
    """

    image: bpy.types.Image
    result: Any = None
    empty: bpy.types.Object | None = None
    parts: bpy.types.Image | None = None


def find(context: bpy.types.Context) -> Shown:
    """The sprite of the editor that `context` is in; `UnusableError` when there is none to be used."""
    space = context.space_data
    if space is not None and space.type == "IMAGE_EDITOR":
        shown = _of_image(space.image) if space.image else None
    elif space is not None and space.type == "SEQUENCE_EDITOR":
        shown = _of_strip(compat.active_strip(context))
    else:
        shown = _of_object(context.active_object) if context.active_object else None
    if shown is None:
        raise UnusableError(HOW_TO_BEGIN)
    check(shown.image)
    return shown


def check(image: bpy.types.Image) -> None:
    """Raise `UnusableError` for an image that has no pixels to read. Cheap enough to be called on every redraw."""
    if image.type in ("RENDER_RESULT", "COMPOSITING"):
        raise UnusableError("A render has to be saved as an image first (Image > Save As).")
    if image.source in ("MOVIE", "SEQUENCE", "TILED"):
        raise UnusableError(f"“{image.name}” is a {image.source.lower()}; Ayo animates a single still image.")
    if min(image.size) == 0:
        raise UnusableError(f"The file of “{image.name}” is missing or can't be read.")


def pick_region(image: bpy.types.Image, region: Region) -> Region:
    """The region made definite; `UnusableError` when it does not lie inside the image or is too small or large."""
    width, height = image.size
    if not region.width:
        region = Region(0, 0, width, height)
    if min(region.x, region.y) < 0 or region.x + region.width > width or region.y + region.height > height:
        raise UnusableError(f"The chosen part lies outside of the image, which is {width} × {height} px.")
    limits = (session.state().welcome or {}).get("limits", {})
    smallest, largest = limits.get("min_side", MIN_SIDE), limits.get("max_side", MAX_SIDE)
    size = f"The sprite is {region.width} × {region.height} px"
    if max(region.width, region.height) > largest:
        raise UnusableError(
            f"{size}; Ayo takes up to {largest} px a side. Choose a cell or an area of it, or scale it down."
        )
    if min(region.width, region.height) < smallest:
        raise UnusableError(f"{size}; Ayo needs at least {smallest} px a side. Put it on a larger canvas.")
    return region


def read_picture(
    image: bpy.types.Image,
    region: Region,
    told: bpy.types.Image | None = None,
    pins: Sequence[tuple[int, bpy.types.Image | None]] = (),
    likes: Mapping[str, Like] | None = None,
) -> Picture:
    """The sprite's pixels, with those of `told`, the picture of its parts, and of pinned frames, and the clips it is to
    move like; `UnusableError` when they can't be used or there is no sprite in them.

    A byte image gives its very bytes, whatever its colour space. A float image is converted to 8-bit sRGB.
    """
    check(image)
    region = pick_region(image, region)
    pixels = cut(read_pixels(image), region)
    if not pixels[..., 3].any():
        raise UnusableError(f"“{image.name}” is fully transparent there; choose a part with a character in it.")
    parts_told = _read_parts(told, image, region) if told else None
    pinned = tuple(_read_pin(frame, picture) for frame, picture in pins)
    return Picture(region.width, region.height, pixels.tobytes(), parts_told, pinned, likes or {})


def _read_pin(frame: int, picture: bpy.types.Image | None) -> Pin:
    """The whole picture: the backend knows how large it may be."""
    if picture is None:
        raise UnusableError(f"Nothing is pinned to frame {frame}: choose a picture, or remove that pin.")
    check(picture)
    pixels = read_pixels(picture)
    if not pixels[..., 3].any():
        raise UnusableError(f"“{picture.name}”, pinned to frame {frame}, is fully transparent; draw that frame first.")
    return Pin(frame, *picture.size, pixels.tobytes())


def _read_parts(told: bpy.types.Image, sprite: bpy.types.Image, region: Region) -> bytes:
    check(told)
    (width, height), (wide, high) = told.size, sprite.size
    if (width, height) != (wide, high):
        raise UnusableError(
            f"The parts in “{told.name}” are {width} × {height} px, but “{sprite.name}” is {wide} × {high} px; "
            "they have to lie on each other. Clear Parts, then press Show Parts for a new picture."
        )
    return cut(read_pixels(told), region).tobytes()


def cut(pixels: NDArray[np.uint8], region: Region) -> NDArray[np.uint8]:
    """The region of an image's pixels; writing to it writes to the image's."""
    return pixels[region.y : region.y + region.height, region.x : region.x + region.width]


def read_pixels(image: bpy.types.Image) -> NDArray[np.uint8]:
    """uint8 [height, width, 4], straight alpha, top row first."""
    width, height = image.size
    flat = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(flat)
    values = flat.reshape(height, width, image.channels)[::-1]
    if image.is_float:
        values = _to_srgb(image, values)
    return (_to_rgba(values) * 255 + 0.5).astype(np.uint8)


def _to_rgba(values: NDArray[np.float32]) -> NDArray[np.float32]:
    channels = values.shape[2]
    if channels == 4:
        return values
    alpha = values[..., 1:2] if channels == 2 else np.ones_like(values[..., :1])
    colour = values[..., :3] if channels == 3 else np.repeat(values[..., :1], 3, axis=2)
    return np.concatenate([colour, alpha], axis=2)


def _to_srgb(image: bpy.types.Image, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scene linear floats with premultiplied alpha, as Blender keeps them, to straight sRGB in 0..1 (IEC 61966-2-1)."""
    if image.colorspace_settings.is_data:
        raise UnusableError(
            f"“{image.name}” holds data, not colours (colour space Non-Color). Set it to sRGB or convert it."
        )
    values = _to_rgba(values)
    alpha = np.clip(values[..., 3:4], 0, 1)
    colour = values[..., :3]
    if image.alpha_mode in ("STRAIGHT", "PREMUL"):
        colour = colour / np.where(alpha > 0, alpha, 1)
    colour = np.clip(np.nan_to_num(colour), 0, 1)
    curved = np.where(colour <= 0.0031308, colour * 12.92, 1.055 * colour ** (1 / 2.4) - 0.055)
    return np.concatenate([curved, alpha], axis=2).astype(np.float32)


def _of_image(image: bpy.types.Image) -> Shown:
    """An image, or when Ayo made it or it shows the parts of a sprite, that sprite."""
    source = record.source_of(image)
    if source:
        return Shown(source, result=image)
    sprite = parts.sprite_of(image)
    return Shown(sprite, parts=image) if sprite else Shown(image)


def _of_object(active: bpy.types.Object) -> Shown | None:
    if active.type == "EMPTY" and active.data is not None:
        shown = _of_image(active.data)
        return shown._replace(empty=active)
    source = record.source_of(active)
    if source:
        return Shown(source, result=active)
    image = _material_image(active.active_material)
    return _of_image(image) if image else None


def _of_strip(strip: Any) -> Shown | None:
    source = record.source_of(strip) if strip else None
    return Shown(source, result=strip) if source else None


def _material_image(material: bpy.types.Material | None) -> bpy.types.Image | None:
    """The image of the active texture node, else of the first one that has one."""
    if material is None or material.node_tree is None:
        return None
    nodes = [material.node_tree.nodes.active, *material.node_tree.nodes]
    return next((node.image for node in nodes if node and node.type == "TEX_IMAGE" and node.image), None)


def area_around(points: list[tuple[float, float]], size: tuple[int, int]) -> Region:
    """The smallest area of an image of `size` that holds mask points.

    Masks are square: (0, 0) to (1, 1) spans the longer side, and the shorter one lies in its middle.
    """
    longer = max(size)
    xs = [(x - 0.5) * longer + size[0] / 2 for x, _ in points]
    ys = [size[1] / 2 - (y - 0.5) * longer for _, y in points]
    left, right = (min(max(edge, 0), size[0]) for edge in (floor(min(xs)), ceil(max(xs))))
    top, bottom = (min(max(edge, 0), size[1]) for edge in (floor(min(ys)), ceil(max(ys))))
    return Region(left, top, max(1, right - left), max(1, bottom - top))
