"""The animated plane, by value: shape, keys, UVs and rendered pixels."""

import bpy
import numpy as np
from inside_tools import (
    ATTACK,
    FOLDER,
    WALK,
    addon_compat,
    begin,
    compare_uvs,
    fcurve,
    in_editor,
    pixels_of,
    preferences,
)


def check_plane():
    in_editor(begin(FOLDER / "plane", results={"PLANE"}))
    scene = bpy.context.scene
    plane = bpy.context.view_layer.objects.active
    assert plane.name == "knight"
    per_unit = preferences().pixels_per_unit
    corners = [tuple(round(c * per_unit, 4) for c in v.co) for v in plane.data.vertices]
    width, height = WALK.size
    x, y = WALK.pivot
    assert corners == [(-x, 0, y - height), (width - x, 0, y - height), (width - x, 0, y), (-x, 0, y)]
    assert tuple(plane.data.polygons[0].normal) == (0, -1, 0)

    texture = next(node for node in plane.active_material.node_tree.nodes if node.type == "TEX_IMAGE")
    assert texture.interpolation == "Closest"
    assert texture.image.packed_file is not None
    action = plane.animation_data.action
    assert action.use_fake_user
    assert action.name == "knight walk"
    curve = fcurve(action)
    starts = WALK.starts()
    keys = [(round(key.co.x), round(key.co.y)) for key in curve.keyframe_points]
    begins = scene.frame_start
    assert keys == [(begins + at, i) for i, at in enumerate(starts[:-1])] + [(begins + starts[-1], 0)]
    assert {key.interpolation for key in curve.keyframe_points} == {"CONSTANT"}
    assert [modifier.type for modifier in curve.modifiers] == ["CYCLES"]
    assert action.use_cyclic
    compare_uvs(plane, texture.image, begins, WALK, rounds=2)


def check_once_clip_holds_its_last_frame():
    in_editor(begin(results={"PLANE"}, actions={"attack"}))
    plane = bpy.context.view_layer.objects.active
    curve = fcurve(plane.animation_data.action)
    assert len(curve.modifiers) == 0
    assert not plane.animation_data.action.use_cyclic
    bpy.context.scene.frame_set(1000)
    assert plane["sprite_frame"] == len(ATTACK.frames) - 1


def check_plane_is_updated_and_its_other_actions_kept():
    knight = begin(results={"PLANE"})
    scene = bpy.context.scene
    in_editor(knight)
    plane = bpy.context.view_layer.objects.active
    walk = plane.animation_data.action
    hand_made = bpy.data.actions.new("mine")
    plane.animation_data.action = hand_made
    plane["sprite_frame"] = 3
    plane.keyframe_insert('["sprite_frame"]', frame=7)
    hand_made = plane.animation_data.action
    plane.location = (1, 2, 3)

    scene.ayo.actions = {"attack"}
    in_editor(knight)
    assert [thing for thing in bpy.data.objects if thing.type == "MESH"] == [plane]
    assert tuple(plane.location) == (1, 2, 3)
    attack = plane.animation_data.action
    assert attack.name == "knight attack"
    assert [round(k.co.y) for k in fcurve(attack).keyframe_points] == [8 + i for i in range(len(ATTACK.frames))]
    atlas = next(node.image for node in plane.active_material.node_tree.nodes if node.type == "TEX_IMAGE")
    compare_uvs(plane, atlas, scene.frame_start, ATTACK)
    addon_compat().assign_action(plane, walk)
    compare_uvs(plane, atlas, scene.frame_start, WALK, rounds=2)

    # A shorter walk before the attack: the attack's frames and the hand-made key move along.
    scene.ayo.actions, scene.ayo.own_frames, scene.ayo.frames = {"walk"}, True, 4
    in_editor(knight)
    scene.ayo.own_frames = False
    assert [round(k.co.y) for k in fcurve(attack).keyframe_points] == [4 + i for i in range(len(ATTACK.frames))]
    addon_compat().assign_action(plane, attack)
    compare_uvs(plane, atlas, scene.frame_start, ATTACK)
    assert [round(k.co.y) for k in fcurve(hand_made).keyframe_points] == [3]
    assert len([a for a in bpy.data.actions if a.name.startswith("knight")]) == 2


def check_duplicated_plane_follows_the_atlas():
    knight = begin(results={"PLANE"})
    in_editor(knight)
    plane = bpy.context.view_layer.objects.active
    twin = plane.copy()
    twin.data = plane.data.copy()
    bpy.context.collection.objects.link(twin)
    bpy.context.scene.ayo.actions = {"attack"}
    in_editor(knight)
    atlas = next(node.image for node in plane.active_material.node_tree.nodes if node.type == "TEX_IMAGE")
    planes = {plane, twin}
    updated = next(thing for thing in planes if thing.animation_data.action.name == "knight attack")
    compare_uvs(updated, atlas, bpy.context.scene.frame_start, ATTACK)
    (other,) = planes - {updated}
    compare_uvs(other, atlas, bpy.context.scene.frame_start, WALK)


def check_plane_renders_the_clip_pixel_by_pixel():
    """Cycles, one sample, one render pixel for each pixel of the sprite."""
    in_editor(begin(results={"PLANE"}))
    scene = bpy.context.scene
    plane = bpy.context.view_layer.objects.active
    width, height = WALK.size
    per_unit = preferences().pixels_per_unit
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(camera)
    scene.camera = camera
    camera.data.type = "ORTHO"
    camera.data.ortho_scale = max(width, height) / per_unit
    camera.rotation_euler = (np.pi / 2, 0, 0)
    x, y = WALK.pivot
    camera.location = ((width / 2 - x) / per_unit, -5, (y - height / 2) / per_unit)
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising, scene.cycles.pixel_filter_type = 1, False, "BOX"
    scene.cycles.filter_width = 0.01
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width, height, 100
    scene.render.film_transparent = True
    scene.render.dither_intensity = 0
    scene.view_settings.view_transform = "Standard"
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGBA"
    starts = WALK.starts()
    for picture, frame in enumerate(WALK.frames):
        scene.frame_set(scene.frame_start + starts[picture])
        scene.render.filepath = str(FOLDER / f"render{picture}.png")
        bpy.ops.render.render(write_still=True)
        image = bpy.data.images.load(scene.render.filepath)
        got = pixels_of(image).astype(int)
        solid = frame[..., 3] == 255
        assert np.abs(got - frame)[solid].max() <= 1, picture
        assert got[..., 3][frame[..., 3] == 0].max(initial=0) == 0, picture
    assert plane.active_material is not None
