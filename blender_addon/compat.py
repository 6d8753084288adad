"""What differs between Blender 4.2 and 5.2, in one place."""

from __future__ import annotations

from typing import Any

import bpy
from mathutils import Color


def ensure_fcurve(action: bpy.types.Action, owner: bpy.types.Object, data_path: str) -> bpy.types.FCurve:
    """The F-curve of `owner`'s property in `action`, made if missing; `action` must be the one that `owner` uses.

    Actions have slots since 4.4; `Action.fcurves` is gone since 5.0.
    """
    if hasattr(action, "fcurve_ensure_for_datablock"):
        return action.fcurve_ensure_for_datablock(owner, data_path)
    return action.fcurves.find(data_path) or action.fcurves.new(data_path)


def find_fcurves(action: bpy.types.Action, data_path: str) -> list[bpy.types.FCurve]:
    """All F-curves of `action` on that property, in any slot."""
    if not hasattr(action, "layers"):
        return [curve for curve in action.fcurves if curve.data_path == data_path]
    bags = [bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags]
    return [curve for bag in bags for curve in bag.fcurves if curve.data_path == data_path]


def assign_action(owner: bpy.types.Object, action: bpy.types.Action) -> None:
    """Make `action` the one that animates `owner`."""
    animation = owner.animation_data_create()
    animation.action = action
    # An action that another object used before keeps its slot's name: take it rather than none.
    if hasattr(animation, "action_slot") and animation.action_slot is None and len(action.slots):
        animation.action_slot = action.slots[0]


def palette_colour(srgb: tuple[float, float, float]) -> tuple[float, float, float]:
    """An sRGB colour as a palette keeps it: the colours of brushes and palettes are linear since 5.0."""
    linear = bpy.types.PaletteColor.bl_rna.properties["color"].subtype == "COLOR"
    return tuple(Color(srgb).from_srgb_to_scene_linear()) if linear else srgb


def strips_of(scene: bpy.types.Scene) -> Any:
    """The strips of the sequencer, which is made if missing. They were called sequences before 4.4."""
    editor = scene.sequence_editor or scene.sequence_editor_create()
    return editor.strips if hasattr(editor, "strips") else editor.sequences


def active_strip(context: bpy.types.Context) -> Any:
    """The active strip of the sequencer that `context` is in. It has a scene of its own since 5.0."""
    scene = getattr(context, "sequencer_scene", None) or context.scene
    return scene.sequence_editor.active_strip if scene.sequence_editor else None


def strip_end(strip: Any) -> int:
    """The first scene frame after a strip. The frame_final_ names go with Blender 6."""
    return int(strip.right_handle if hasattr(strip, "right_handle") else strip.frame_final_end)


def strip_start(strip: Any) -> int:
    """The first scene frame of a strip."""
    return int(strip.left_handle if hasattr(strip, "left_handle") else strip.frame_final_start)
