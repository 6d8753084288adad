"""The picture of a sprite's parts: an image like any other, that the sprite's image points to."""

from __future__ import annotations

import bpy

# On a picture that Ayo made: the sprite it was made for. It need not be the one that the sprite points to.
MADE_FOR_KEY = "ayo_parts_of"


def sprite_of(picture: bpy.types.Image) -> bpy.types.Image | None:
    """The sprite whose parts this is a picture of, if it is one. Cheap enough for a redraw."""
    chosen = next((image for image in bpy.data.images if image.ayo_parts == picture), None)
    made_for = picture.get(MADE_FOR_KEY)
    return chosen or (made_for if isinstance(made_for, bpy.types.Image) else None)


@bpy.app.handlers.persistent
def pack_painted(*_: object) -> None:
    """Pack what was painted on Ayo's pictures: Blender saves a packed image as it was packed, and undoes to that."""
    for image in bpy.data.images:
        if MADE_FOR_KEY in image and image.is_dirty and image.packed_file:
            image.pack()


def register() -> None:
    bpy.types.Image.ayo_parts = bpy.props.PointerProperty(
        type=bpy.types.Image,
        name="Parts",
        description="A picture that tells Ayo which part of the character each pixel is, in the colours of the palette "
        "“Ayo Parts”. Where it is transparent, Ayo sees for itself",
        poll=lambda sprite, image: image != sprite,
    )
    bpy.app.handlers.save_pre.append(pack_painted)


def unregister() -> None:
    bpy.app.handlers.save_pre.remove(pack_painted)
    del bpy.types.Image.ayo_parts
