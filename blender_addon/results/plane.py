"""The animated plane: a mesh that stands on the character's feet and shows one frame of an atlas at a time.

A whole number on the object, its "sprite_frame", says which frame. Two drivers look the frame's place on the atlas up
in a table (their own F-curve) and move a UV Warp modifier there. So any material and any number of objects can use
one atlas, an action holds nothing but frame numbers, and artists may key those by hand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import bpy

from .. import compat, record, source
from ..backend.clip import Clip, Frame
from . import images, layout, plane_action
from .output import Output
from .plane_action import FRAME_PATH, FRAME_PROPERTY

MODIFIER = "Ayo Frame"
UV_MAP = "UVMap"
ATLAS_KEY = "ayo_atlas"
BORDER = 1


@dataclass(frozen=True)
class _Parts:
    """What a plane is made of, as far as the user has left it whole."""

    atlas: bpy.types.Image
    clips: list[Clip]


def make(clips: Sequence[Clip], output: Output) -> bpy.types.Object:
    """A new plane at the 3D cursor with an action for each clip; the first one plays."""
    mesh = bpy.data.meshes.new(output.stem)
    plane = bpy.data.objects.new(output.stem, mesh)
    plane.location = output.scene.cursor.location
    plane[FRAME_PROPERTY] = 0
    output.collection.objects.link(plane)
    atlas = bpy.data.images.new(f"{output.stem}_atlas", 1, 1, alpha=True)
    mesh.materials.append(_material(output.stem, atlas))
    modifier = plane.modifiers.new(MODIFIER, "UV_WARP")
    modifier.uv_layer = UV_MAP
    modifier.center = (0, 0)
    _fill(plane, _Parts(atlas, []), clips, output, output.pixels_per_unit)
    return plane


def update(plane: bpy.types.Object, clips: Sequence[Clip], output: Output, play: bool = True) -> bpy.types.Object:
    """Add `clips` to a plane that was made before, or replace those of the same name; its other actions are kept.

    play: switch to the first clip's action. A plane whose rig was taken apart is left alone: a new one is made then.
    """
    parts = _find_parts(plane)
    known = record.read(plane)
    if parts is None or known is None:
        output.notes.append(f"“{plane.name}” was changed too much to be updated; a new plane was made.")
        return make(clips, output)
    playing = plane.animation_data.action if plane.animation_data else None
    _fill(plane, parts, clips, output, known.extra.get("pixels_per_unit", output.pixels_per_unit))
    if playing is not None and not play:
        compat.assign_action(plane, playing)
    return plane


def find(sprite: bpy.types.Image, region: record.Region, scene: bpy.types.Scene) -> bpy.types.Object | None:
    """The plane in `scene` that Ayo made of this part of `sprite`."""
    planes = (thing for thing in scene.objects if thing.type == "MESH" and record.source_of(thing) == sprite)
    return next((plane for plane in planes if record.read(plane).region == region), None)


def actions_of(plane: bpy.types.Object) -> list[bpy.types.Action]:
    """The actions that Ayo made for a plane."""
    parts = _find_parts(plane)
    return plane_action.of_atlas(parts.atlas) if parts else []


def _fill(
    plane: bpy.types.Object, parts: _Parts, clips: Sequence[Clip], output: Output, pixels_per_unit: float
) -> None:
    fresh = {clip.tag: clip for clip in clips}
    merged = [fresh.pop(clip.tag, clip) for clip in parts.clips] + list(fresh.values())
    cell = layout.common_cell(merged)
    plan = layout.arrange([len(clip.frames) for clip in merged], cell, BORDER)
    pixels = layout.paint(merged, plan)
    images.put_pixels(parts.atlas, pixels, output.colour_space)
    if ((pixels[..., 3] > 0) & (pixels[..., 3] < 255)).any():
        # Dithering, EEVEE's default, turns translucent pixels into noise.
        plane.active_material.surface_render_method = "BLENDED"
    # Every clip now fills whole cells; the next update reads them back like that.
    parts.atlas[ATLAS_KEY] = json.dumps([_describe(clip, cell) for clip in merged])
    output.sign(parts.atlas, "atlas")
    output.sign(plane, "plane", pixels_per_unit=pixels_per_unit)
    twins = _planes_of(parts.atlas)
    for twin in twins:
        known = record.read(twin)
        scale = known.extra.get("pixels_per_unit", pixels_per_unit) if known else pixels_per_unit
        _shape(twin.data, cell, cell.pivot(clips[0]), scale)
        _rig(twin, twin.modifiers[MODIFIER], plan)
    plane_action.renumber(parts.atlas, twins, parts.clips, merged)
    for clip in clips:
        plane_action.write(plane, parts.atlas, clip, merged, output)
    compat.assign_action(plane, plane_action.find(parts.atlas, clips[0].tag))


def _planes_of(atlas: bpy.types.Image) -> list[bpy.types.Object]:
    """Every plane that shows this atlas: the user may have duplicated the one that was made."""
    meshes = (thing for thing in bpy.data.objects if thing.type == "MESH" and FRAME_PROPERTY in thing)
    return [thing for thing in meshes if MODIFIER in thing.modifiers and atlas in _images(thing.active_material)]


def _find_parts(plane: bpy.types.Object) -> _Parts | None:
    modifier = plane.modifiers.get(MODIFIER)
    atlas = next((image for image in _images(plane.active_material) if ATLAS_KEY in image), None)
    if (
        modifier is None
        or modifier.type != "UV_WARP"
        or atlas is None
        or FRAME_PROPERTY not in plane
        or not atlas.size[0]
    ):
        return None
    return _Parts(atlas, _read_clips(atlas))


def _images(material: bpy.types.Material | None) -> list[bpy.types.Image]:
    nodes = material.node_tree.nodes if material and material.node_tree else []
    return [node.image for node in nodes if node.type == "TEX_IMAGE" and node.image]


def _describe(clip: Clip, cell: layout.Cell) -> dict[str, object]:
    return {
        "tag": clip.tag,
        "loop": clip.loop,
        "pivot": cell.pivot(clip),
        "cell": (cell.width, cell.height, *cell.origin),
        "durations_ms": clip.durations_ms,
        "settings": clip.settings,
    }


def _read_clips(atlas: bpy.types.Image) -> list[Clip]:
    """The clips on an atlas, from its pixels: what an artist touched up in Blender is kept."""
    described = json.loads(atlas[ATLAS_KEY])
    pixels = source.read_pixels(atlas)
    width, height, dx, dy = described[0]["cell"]
    plan = layout.arrange([len(d["durations_ms"]) for d in described], layout.Cell(width, height, (dx, dy)), BORDER)
    clips = []
    for entry, places in zip(described, plan.places, strict=True):
        frames = []
        for index, (place, duration) in enumerate(zip(places, entry["durations_ms"], strict=True)):
            x, y = plan.corner(place)
            picture = pixels[y : y + height, x : x + width].tobytes()
            frames.append(Frame(index, width, height, (dx, dy), duration, picture))
        clips.append(Clip(entry["tag"], tuple(frames), entry["loop"], tuple(entry["pivot"]), entry["settings"]))
    return clips


def _shape(mesh: bpy.types.Mesh, cell: layout.Cell, pivot: tuple[float, float], pixels_per_unit: float) -> None:
    """A rectangle of the cell's size, upright, seen from the front, with its origin at the feet."""
    left, right = -pivot[0] / pixels_per_unit, (cell.width - pivot[0]) / pixels_per_unit
    top, bottom = pivot[1] / pixels_per_unit, (pivot[1] - cell.height) / pixels_per_unit
    corners = [(left, 0, bottom), (right, 0, bottom), (right, 0, top), (left, 0, top)]
    if len(mesh.vertices) == 4:
        mesh.vertices.foreach_set("co", [value for corner in corners for value in corner])
    else:
        mesh.clear_geometry()
        mesh.from_pydata(corners, [], [(0, 1, 2, 3)])
        mesh.uv_layers.new(name=UV_MAP).data.foreach_set("uv", [0, 0, 1, 0, 1, 1, 0, 1])
    mesh.update()


def _rig(plane: bpy.types.Object, modifier: bpy.types.UVWarpModifier, plan: layout.Layout) -> None:
    """Scale the UVs to one cell and let the drivers look up where the cell of each frame begins."""
    cell, (width, height) = plan.cell, plan.size
    modifier.scale = (cell.width / width, cell.height / height)
    corners = [plan.corner(place) for places in plan.places for place in places]
    # The modifier moves before it scales, so its offset counts in cells; v counts from the bottom.
    tables = ([x / cell.width for x, _ in corners], [(height - y) / cell.height - 1 for _, y in corners])
    for axis, table in enumerate(tables):
        path = f'modifiers["{MODIFIER}"].offset'
        plane.driver_remove(path, axis)
        curve = plane.driver_add(path, axis)
        for generated in list(curve.modifiers):
            curve.modifiers.remove(generated)
        curve.keyframe_points.clear()
        # Not a scripted driver: those wait for the user's leave to run scripts.
        curve.driver.type = "AVERAGE"
        target = curve.driver.variables.new().targets[0]
        target.id, target.data_path = plane, FRAME_PATH
        plane_action.put_keys(curve, list(enumerate(table)))
    plane.id_properties_ui(FRAME_PROPERTY).update(
        min=0, max=len(corners) - 1, description="The frame of the sprite that shows"
    )


def _material(name: str, atlas: bpy.types.Image) -> bpy.types.Material:
    """Shadeless, with the sprite's own alpha, and no filtering between pixels."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    texture = nodes.new("ShaderNodeTexImage")
    texture.image, texture.interpolation, texture.extension = atlas, "Closest", "CLIP"
    emission, clear = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeBsdfTransparent")
    mix, out = nodes.new("ShaderNodeMixShader"), nodes.new("ShaderNodeOutputMaterial")
    for x, y, node in ((-600, 0, texture), (-300, -120, emission), (-300, 0, clear), (-100, 0, mix), (100, 0, out)):
        node.location = (x, y)
    links.new(texture.outputs["Color"], emission.inputs["Color"])
    links.new(texture.outputs["Alpha"], mix.inputs[0])
    links.new(clear.outputs[0], mix.inputs[1])
    links.new(emission.outputs[0], mix.inputs[2])
    links.new(mix.outputs[0], out.inputs["Surface"])
    return material
