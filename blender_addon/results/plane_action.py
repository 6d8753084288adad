"""The actions of an animated plane: one for each clip, CONSTANT keys on the object's frame number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bpy

from .. import compat
from ..backend.clip import Clip
from .output import Output
from .timing import schedule

FRAME_PROPERTY = "sprite_frame"
FRAME_PATH = f'["{FRAME_PROPERTY}"]'
TAG_KEY = "ayo_tag"
ATLAS_KEY = "ayo_atlas_image"


def write(
    plane: bpy.types.Object, atlas: bpy.types.Image, clip: Clip, clips: Sequence[Clip], output: Output
) -> bpy.types.Action:
    """Write the action of `clip`, whose frames are numbered on through all `clips` of the plane.

    A loop ends on a key that says its first frame again, which is where its Cycles modifier starts over.
    """
    action = find(atlas, clip.tag)
    if action is None:
        action = bpy.data.actions.new(f"{output.stem} {clip.tag}")
        action.use_fake_user = True
        action[TAG_KEY], action[ATLAS_KEY] = clip.tag, atlas
    compat.assign_action(plane, action)
    curve = compat.ensure_fcurve(action, plane, FRAME_PATH)
    first = first_number(clip.tag, clips)
    begin = output.scene.frame_start
    starts, length = schedule(clip, output.pace)
    keys = [(begin + at, first + picture) for at, picture in starts]
    loops = clip.loop != "once"
    if loops:
        keys.append((begin + length, first))
    put_keys(curve, keys)
    for modifier in list(curve.modifiers):
        curve.modifiers.remove(modifier)
    if loops:
        curve.modifiers.new("CYCLES")
    action.use_frame_range = True
    action.frame_start, action.frame_end = begin, begin + length - (0 if loops else 1)
    action.use_cyclic = loops
    output.sign(action, "action")
    return action


def find(atlas: bpy.types.Image, tag: str) -> bpy.types.Action | None:
    """The action that plays this clip of the atlas."""
    return next((action for action in of_atlas(atlas) if tag_of(action) == tag), None)


def of_atlas(atlas: bpy.types.Image) -> list[bpy.types.Action]:
    """All actions that Ayo made for an atlas."""
    return [action for action in bpy.data.actions if action.get(ATLAS_KEY) == atlas]


def tag_of(action: bpy.types.Action) -> str:
    return str(action.get(TAG_KEY, ""))


def renumber(
    atlas: bpy.types.Image, planes: Iterable[bpy.types.Object], old: Sequence[Clip], new: Sequence[Clip]
) -> None:
    """When a clip before another one has grown or shrunk, let the keys of every action show the frames they showed.

    This goes for keys that an artist has moved or set as well.
    """
    moved = {}
    for clip in old:
        counterpart = next(c for c in new if c.tag == clip.tag)
        before, after = first_number(clip.tag, old), first_number(clip.tag, new)
        for i in range(len(clip.frames)):
            moved[before + i] = after + min(i, len(counterpart.frames) - 1)
    if all(before == after for before, after in moved.items()):
        return
    playing = (plane.animation_data.action for plane in planes if plane.animation_data and plane.animation_data.action)
    actions = {*of_atlas(atlas), *playing}
    for curve in (curve for action in actions for curve in compat.find_fcurves(action, FRAME_PATH)):
        for key in curve.keyframe_points:
            key.co.y = moved.get(round(key.co.y), key.co.y)
        curve.update()


def first_number(tag: str, clips: Sequence[Clip]) -> int:
    """The number of the first frame of that clip when the frames of all clips are counted through."""
    before = clips[: [clip.tag for clip in clips].index(tag)]
    return sum(len(clip.frames) for clip in before)


def put_keys(curve: bpy.types.FCurve, keys: Sequence[tuple[float, float]]) -> None:
    """Make (frame, value) the only keys of `curve`, each held until the next."""
    curve.keyframe_points.clear()
    curve.keyframe_points.add(len(keys))
    for point, key in zip(curve.keyframe_points, keys, strict=True):
        point.co = key
        point.interpolation = "CONSTANT"
    curve.update()
