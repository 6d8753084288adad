"""Image datablocks that hold result pixels to the bit."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from . import png


def put_pixels(image: bpy.types.Image, pixels: NDArray[np.uint8], colour_space: str) -> bytes:
    """Make uint8 [height, width, 4] (straight alpha, top row first) the packed content of `image`.

    Returns the PNG that was packed.
    """
    height, width = pixels.shape[:2]
    data = png.encode(width, height, pixels.tobytes())
    image.pack(data=data, data_len=len(data))
    image.source = "FILE"
    image.alpha_mode = "STRAIGHT"
    # Setting the colour space is also what makes Blender read the packed file again.
    image.colorspace_settings.name = colour_space
    image.update_tag()
    return data


def show_pixels(image: bpy.types.Image, pixels: NDArray[np.uint8]) -> None:
    """Let `image` show these pixels for the moment, without packing them."""
    height, width = pixels.shape[:2]
    if tuple(image.size) != (width, height):
        image.scale(width, height)
    image.pixels.foreach_set((pixels[::-1].astype(np.float32) / 255).ravel())
    image.update()
