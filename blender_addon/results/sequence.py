"""The image sequence on an Empty: the sprite plays in the 3D view, as reference images do."""

from __future__ import annotations

from math import pi
from pathlib import Path

import bpy

from .. import record
from ..backend.clip import Clip
from . import frames
from .output import Output, relative
from .timing import per_scene_frame


def make(clip: Clip, output: Output, shift: float = 0.0) -> bpy.types.Object:
    """Show `clip` on the Empty that showed the sprite, else on a new one, `shift` units right of the 3D cursor.

    Raises frames.NoFolderError.
    """
    image, length = _load(clip, output, None)
    empty = output.empty
    if empty is None or shift:
        empty = bpy.data.objects.new(f"{output.stem} {clip.tag}", None)
        empty.empty_display_type = "IMAGE"
        empty.rotation_euler = (pi / 2, 0, 0)
        empty.location = output.scene.cursor.location
        empty.location.x += shift
        empty.empty_display_size = max(clip.size) / output.pixels_per_unit
        _stand_on(empty, clip)
        output.collection.objects.link(empty)
    else:
        _keep_in_place(empty, clip)
    _show(empty, image, clip, length, output)
    return empty


def update(empty: bpy.types.Object, clip: Clip, output: Output) -> None:
    """Give an Empty that was made before the frames of `clip`."""
    image = empty.data
    known = record.read(empty)
    old = Path(bpy.path.abspath(known.extra["folder"])) if known and "folder" in known.extra else None
    _keep_in_place(empty, clip)
    fresh, length = _load(clip, output, old)
    if image is not None and image.users == 0:
        bpy.data.images.remove(image)
    _show(empty, fresh, clip, length, output)


def _load(clip: Clip, output: Output, old: Path | None) -> tuple[bpy.types.Image, int]:
    """The clip as an image sequence. One file for each scene frame: a sequence knows no other timing."""
    shown = per_scene_frame(clip, output.pace)
    paths = frames.write(output.folder, f"{output.stem}_{clip.tag}_sequence", clip, shown, old)
    image = bpy.data.images.load(str(paths[0]), check_existing=False)
    image.filepath = relative(paths[0])
    image.name = f"{output.stem}_{clip.tag}_sequence"
    image.source = "SEQUENCE"
    image.colorspace_settings.name = output.colour_space
    return image, len(shown)


def _show(empty: bpy.types.Object, image: bpy.types.Image, clip: Clip, length: int, output: Output) -> None:
    empty.data = image
    user = empty.image_user
    user.frame_duration, user.frame_offset, user.frame_start = length, 0, output.scene.frame_start
    user.use_cyclic = clip.loop != "once"
    user.use_auto_refresh = True
    folder = relative(Path(bpy.path.abspath(image.filepath)).parent)
    for owner, kind in ((empty, "empty"), (image, "sequence")):
        output.sign(owner, kind, folder=folder, tag=clip.tag, size=clip.size, offset=clip.offset)


def _stand_on(empty: bpy.types.Object, clip: Clip) -> None:
    """Put the Empty's origin at the character's feet."""
    width, height = clip.size
    empty.empty_image_offset = (-clip.pivot[0] / width, -(height - clip.pivot[1]) / height)


def _keep_in_place(empty: bpy.types.Object, clip: Clip) -> None:
    """Change the Empty's picture for the clip's larger canvas, so that the character neither moves nor scales.

    A picture is empty_display_size long on its longer side, and its lower left corner lies at empty_image_offset, in
    fractions of its own width and height.
    """
    known = record.read(empty)
    old_size = known.extra.get("size") if known else None
    old_offset = known.extra.get("offset") if known else (0, 0)
    width, height = old_size or tuple(empty.data.size if empty.data else clip.size)
    if min(width, height) == 0:
        return
    unit = empty.empty_display_size / max(width, height)
    left = empty.empty_image_offset[0] * width + clip.offset[0] - old_offset[0]
    top = empty.empty_image_offset[1] * height + height + old_offset[1] - clip.offset[1]
    empty.empty_display_size = max(clip.size) * unit
    empty.empty_image_offset = (left / clip.size[0], (top - clip.size[1]) / clip.size[1])
