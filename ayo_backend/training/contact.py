"""Contact sheets: clips in labelled rows, for looking at as a person would."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

PAPER = (96, 104, 112)
SHADE = (104, 112, 120)
INK = (240, 240, 240)
LABEL_HEIGHT = 12
GAP = 2

Row = tuple[str, NDArray[np.uint8]]


def contact_sheet(rows: Sequence[Row], scale: int = 3, columns: int = 12) -> Image.Image:
    """One RGB picture with a row for each (label, frames uint8 [N, h, w, 4]), enlarged `scale` times.

    Frames after the `columns`-th are left out.
    """
    strips = [(label, _strip(frames[:columns], scale)) for label, frames in rows]
    width = max((strip.width for _, strip in strips), default=1)
    height = sum(strip.height + LABEL_HEIGHT for _, strip in strips)
    sheet = Image.new("RGB", (max(width, 240), max(height, 1)), (32, 34, 38))
    pen = ImageDraw.Draw(sheet)
    y = 0
    for label, strip in strips:
        pen.text((2, y), label, fill=INK)
        sheet.paste(strip, (0, y + LABEL_HEIGHT))
        y += LABEL_HEIGHT + strip.height
    return sheet


def _strip(frames: NDArray[np.uint8], scale: int) -> Image.Image:
    count, height, width = frames.shape[:3]
    strip = Image.new("RGB", (count * (width * scale + GAP), height * scale + GAP), (32, 34, 38))
    for index, frame in enumerate(frames):
        picture = Image.fromarray(frame).resize((width * scale, height * scale), Image.Resampling.NEAREST)
        page = Image.new("RGB", picture.size, SHADE if index % 2 else PAPER)
        page.paste(picture, (0, 0), picture)
        strip.paste(page, (index * (width * scale + GAP), 0))
    return strip
