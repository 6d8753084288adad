"""The palette “Ayo Parts”, to paint a picture of the parts with."""

from __future__ import annotations

import bpy

from . import compat
from .backend.part_colours import COLOURS, srgb

NAME = "Ayo Parts"


def offer(scene: bpy.types.Scene) -> None:
    """Make the palette if it is missing, and the one to paint with if there is none."""
    palette = bpy.data.palettes.get(NAME) or _make()
    if scene.tool_settings.image_paint.palette is None:
        scene.tool_settings.image_paint.palette = palette


def _make() -> bpy.types.Palette:
    palette = bpy.data.palettes.new(NAME)
    for colour in COLOURS.values():
        palette.colors.new().color = compat.palette_colour(srgb(colour))
    return palette
