"""Pinned frames: pictures that fix frames of a sprite's clip. The sprite's image has them, as it has its parts."""

from __future__ import annotations

import bpy

from .opening import Opens

LAST_FRAME = 32


class AyoPin(bpy.types.PropertyGroup):
    """A frame that is drawn already."""

    frame: bpy.props.IntProperty(
        name="Frame", description="Which frame of the clip, counted from 1", default=1, min=1, max=LAST_FRAME
    )
    picture: bpy.props.PointerProperty(
        type=bpy.types.Image,
        name="Picture",
        description="The frame as you have drawn it: as large as the sprite, or as a frame that Ayo made",
    )


class AYO_OT_add_pin(bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Fix a frame of the clip with a picture of your own; the others follow"""

    bl_idname = "ayo.add_pin"
    bl_label = "Pin a Frame"
    bl_options = {"UNDO", "INTERNAL"}  # noqa: RUF012

    sprite: bpy.props.StringProperty(name="Sprite")

    def execute(self, _context: bpy.types.Context) -> set[str]:
        pins = bpy.data.images[self.sprite].ayo_pins
        pinned = {pin.frame for pin in pins}
        frame = next((frame for frame in range(1, LAST_FRAME) if frame not in pinned), LAST_FRAME)
        pins.add().frame = frame
        return {"FINISHED"}


class AYO_OT_remove_pin(bpy.types.Operator):  # noqa: N801
    """Remove this pin; its picture stays"""

    bl_idname = "ayo.remove_pin"
    bl_label = "Remove Pin"
    bl_options = {"UNDO", "INTERNAL"}  # noqa: RUF012

    sprite: bpy.props.StringProperty(name="Sprite")
    index: bpy.props.IntProperty(name="Pin")

    def execute(self, _context: bpy.types.Context) -> set[str]:
        bpy.data.images[self.sprite].ayo_pins.remove(self.index)
        return {"FINISHED"}


class AYO_OT_open_pin(Opens, bpy.types.Operator):  # noqa: N801
    """Pin a picture of your disk"""

    bl_idname = "ayo.open_pin"
    bl_label = "Open Pinned Picture"

    sprite: bpy.props.StringProperty(name="Sprite", options={"HIDDEN"})
    index: bpy.props.IntProperty(name="Pin", options={"HIDDEN"})

    def opened(self, picture: bpy.types.Image, _context: bpy.types.Context) -> None:
        bpy.data.images[self.sprite].ayo_pins[self.index].picture = picture


def draw(layout: bpy.types.UILayout, sprite: bpy.types.Image) -> None:
    """A row for each pin of the sprite, and the button for another."""
    if sprite.ayo_pins:
        layout.label(text="Pinned Frames")
    for index, pin in enumerate(sprite.ayo_pins):
        row = layout.row(align=True)
        number = row.row(align=True)
        number.ui_units_x = 3
        number.prop(pin, "frame", text="")
        row.prop(pin, "picture", text="")
        browse = row.operator("ayo.open_pin", text="", icon="FILE_FOLDER")
        browse.sprite, browse.index = sprite.name, index
        remove = row.operator("ayo.remove_pin", text="", icon="TRASH")
        remove.sprite, remove.index = sprite.name, index
    layout.operator("ayo.add_pin", icon="PINNED").sprite = sprite.name


CLASSES = (AyoPin, AYO_OT_add_pin, AYO_OT_remove_pin, AYO_OT_open_pin)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Image.ayo_pins = bpy.props.CollectionProperty(type=AyoPin)


def unregister() -> None:
    del bpy.types.Image.ayo_pins
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
