"""A look at what Ayo sees: which part of the character it takes each pixel for, as a picture to paint on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from . import deliver, palette, parts, source
from .backend.job import Request
from .deliver import Delivery, Made
from .record import Region
from .results import files, images

# On a picture that Ayo made: hashes of what it has put there, to know what was painted on since.
LEFT_KEY = "ayo_parts_left"


@dataclass(frozen=True)
class Look:
    """What to look at: the region of a sprite's image, which is of `size`; one request."""

    region: Region
    requests: tuple[Request, ...]
    size: tuple[int, int]

    def deliver(self, made: Made, context: bpy.types.Context) -> Delivery:
        """Put the parts into a picture, and open it where the button was pressed."""
        sprite = made.sprite
        if sprite is None or tuple(sprite.size) != self.size:
            return Delivery(None, ("The sprite was deleted or resized meanwhile, so its parts can't be shown.",))
        clip = made.clips[self.requests[0]]
        picture = _find(sprite, self.region) or _make(sprite)
        _fill(picture, self.region, np.frombuffer(clip.parts, np.uint8))
        notes = list(deliver.seen(self.requests, [clip]))
        if sprite.ayo_parts is None:
            sprite.ayo_parts = picture
        elif sprite.ayo_parts != picture:
            notes.append(
                f"“{sprite.ayo_parts.name}” is not as Ayo left it, so it is kept and is what Ayo is told. "
                f"What it sees by itself is in “{picture.name}”; choose that in Parts to use it instead."
            )
        if context.space_data and context.space_data.type == "IMAGE_EDITOR":
            open_to_paint(context, picture)
        else:
            notes.append(f"The parts are in the image “{picture.name}”: open it in an Image Editor to paint on it.")
        return Delivery(None, tuple(notes))


def open_to_paint(context: bpy.types.Context, picture: bpy.types.Image) -> None:
    """Show a picture of parts in the Image Editor of `context`, with everything needed to paint on it."""
    palette.offer(context.scene)
    context.space_data.image, context.space_data.mode = picture, "PAINT"


def _find(sprite: bpy.types.Image, region: Region) -> bpy.types.Image | None:
    """A picture of the sprite's parts that loses nothing when the region is filled: the one in use, if it may be."""
    known = [sprite.ayo_parts, *(image for image in bpy.data.images if image.get(parts.MADE_FOR_KEY) == sprite)]
    return next((image for image in known if image and _may_fill(image, tuple(sprite.size), region)), None)


def _may_fill(picture: bpy.types.Image, size: tuple[int, int], region: Region) -> bool:
    """Whether Ayo made the picture, and nobody has painted on that region of it since."""
    if LEFT_KEY not in picture or tuple(picture.size) != size:
        return False
    there = source.cut(source.read_pixels(picture), region)
    return not there[..., 3].any() or _hash(there) in picture[LEFT_KEY]


def _make(sprite: bpy.types.Image) -> bpy.types.Image:
    """A transparent picture of the sprite's size."""
    width, height = sprite.size
    picture = bpy.data.images.new(f"{files.safe_stem(sprite.name)} parts", width, height, alpha=True)
    picture.use_fake_user = True
    picture.pixels.foreach_set(np.zeros(width * height * 4, np.float32))
    picture[parts.MADE_FOR_KEY], picture[LEFT_KEY] = sprite, ""
    return picture


def _fill(picture: bpy.types.Image, region: Region, seen: NDArray[np.uint8]) -> None:
    pixels = source.read_pixels(picture)
    there = source.cut(pixels, region)
    there[:] = seen.reshape(there.shape)
    picture[LEFT_KEY] = f"{picture[LEFT_KEY]} {_hash(there)}".strip()
    images.put_pixels(picture, pixels, "sRGB")


def _hash(pixels: NDArray[np.uint8]) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()
