"""The legend of a picture of the parts: a patch of colour and a name for each."""

from __future__ import annotations

import bpy
import bpy.utils.previews

from .backend.part_colours import COLOURS, srgb

SIDE = 16
_icons = None


def draw(layout: bpy.types.UILayout) -> None:
    """The parts in the palette's order, in two columns."""
    grid = layout.grid_flow(row_major=False, columns=2, even_columns=True, align=True)
    for part in COLOURS:
        grid.label(text=part, icon_value=_icons[part].icon_id)


def register() -> None:
    global _icons
    _icons = bpy.utils.previews.new()
    for part, colour in COLOURS.items():
        icon = _icons.new(part)
        icon.icon_size = (SIDE, SIDE)
        icon.icon_pixels_float = [*srgb(colour), 1.0] * SIDE**2


def unregister() -> None:
    bpy.utils.previews.remove(_icons)
