"""The parts picture: a sprite's parts as flat colours, for an artist to look at and to repaint."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ayo_backend.errors import AyoError
from ayo_backend.rig import Role
from ayo_backend.sprite import Sprite

COLOURS = {  # near limbs are brighter than far ones, upper ones fuller than lower ones
    Role.TORSO: "#3b6fd4",
    Role.HEAD: "#f6d743",
    Role.HAIR: "#f4f4f4",
    Role.NEAR_UPPER_ARM: "#2ecc71",
    Role.NEAR_LOWER_ARM: "#a6f29b",
    Role.FAR_UPPER_ARM: "#1b7a43",
    Role.FAR_LOWER_ARM: "#5aa66b",
    Role.NEAR_UPPER_LEG: "#e056fd",
    Role.NEAR_LOWER_LEG: "#f5b7ff",
    Role.FAR_UPPER_LEG: "#7d2a92",
    Role.FAR_LOWER_LEG: "#b779c4",
    Role.HELD: "#e53935",
    Role.OFFHAND: "#ff9f43",
    Role.CAPE: "#9e1b4f",
    Role.SKIRT: "#00bcd4",
    Role.TAIL: "#8d5a3b",
    Role.NEAR_WING: "#b0bec5",
    Role.FAR_WING: "#607d8b",
}
NEAR, OPAQUE = 16, 128  # of 255, in each channel, and of alpha; no two parts' colours are nearer than 41
PALETTE = np.array([(0, 0, 0, 0), *((*bytes.fromhex(colour[1:]), 255) for colour in COLOURS.values())], np.uint8)


def png(parts: NDArray[np.int32]) -> bytes:
    """An indexed PNG of parts, int32 [H, W] of Role or 0; its palette has every part's colour, in Role's order."""
    image = Image.fromarray(parts.astype(np.uint8), "P")
    image.putpalette(PALETTE[:, :3].tobytes())
    file = io.BytesIO()
    image.save(file, "PNG", transparency=0)
    return file.getvalue()


def told(picture: Sprite, size: tuple[int, int]) -> NDArray[np.int32]:
    """The parts in a picture for a sprite of `size`: int32 [H, W] of Role, 0 where it is rather transparent: there it
    tells nothing. Editors that compute in floats save colours a little off, so any within NEAR of a part's is its.

    Raises AyoError bad_parts for another size, or a colour that is no part's.
    """
    if picture.size != size:
        (width, height), (wide, high) = picture.size, size
        message = f"The picture of the parts is {width}×{height} px, the sprite {wide}×{high} px."
        raise AyoError("bad_parts", message, "Paint it on the sprite's own canvas.")
    colours = picture.palette.astype(np.int16)
    off = np.stack([np.abs(colours[:, :3] - part).max(1) for part in PALETTE[1:, :3].astype(np.int16)], 1)
    roles = np.where(off.min(1) <= NEAR, off.argmin(1) + 1, -1)
    parts = np.where(colours[:, 3] < OPAQUE, 0, roles).astype(np.int32)[picture.indices]
    if (parts < 0).any():
        y, x = np.argwhere(parts < 0)[0]
        colour = bytes(picture.rgba[y, x, :3]).hex()
        message = f"The pixel at ({x}, {y}) of the picture of the parts is #{colour}, which is no part's colour."
        raise AyoError("bad_parts", message, "Use the colours of the parts that Ayo shows, without soft edges.")
    return parts
