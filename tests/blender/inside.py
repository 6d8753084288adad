"""Runs inside Blender: the add-on from its zip, every result made against a real backend and checked by value.

Usage: inside.py FOLDER, which holds ayo.zip, knight.png, sheet.png, clips.npz and connection.json. Writes report.json.
Each check is a function; they share one Blender and begin with an empty file.
"""

# ruff: noqa: PT017  (there is no pytest in Blender)
import json
import os
import sys
import time
import traceback
from pathlib import Path

import bpy
import numpy as np

FOLDER = Path(sys.argv[-1])
EXPECTED = np.load(FOLDER / "clips.npz")
FPS = 24


class Expected:
    """A clip as the backend gives it to another client."""

    def __init__(self, action):
        self.frames = EXPECTED[f"{action}_frames"]
        self.durations = EXPECTED[f"{action}_durations"].tolist()
        self.loop = str(EXPECTED[f"{action}_loop"])
        self.pivot = EXPECTED[f"{action}_pivot"].tolist()
        self.offset = EXPECTED[f"{action}_offset"].tolist()

    @property
    def size(self):
        return self.frames.shape[2], self.frames.shape[1]

    def starts(self):
        """Scene frames at which the pictures begin, from 0, and the end."""
        times = np.cumsum([0, *self.durations]) * FPS / 1000
        return [round(float(t)) for t in times]

    def shown(self):
        """The picture of every scene frame."""
        starts = self.starts()
        return [i for i in range(len(self.frames)) for _ in range(starts[i + 1] - starts[i])]


WALK, ATTACK = Expected("walk"), Expected("attack")


def pixels_of(image):
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    return (flat.reshape(image.size[1], image.size[0], 4)[::-1] * 255 + 0.5).astype(np.uint8)


def begin(folder=None, sprite="knight.png", **settings):
    """An empty file, saved in `folder` if given, with the sprite shown in an Image Editor."""
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = FPS, 1
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        bpy.ops.wm.save_as_mainfile(filepath=str(folder / "game.blend"))
    image = bpy.data.images.load(str(FOLDER / sprite))
    image.pack()
    for name, value in {"actions": {"walk"}, "facing": "right", "results": {"SHEET"}, **settings}.items():
        setattr(scene.ayo, name, value)
    return image


def in_editor(image, operator="animate"):
    """Press a button of the Image Editor that shows `image`; returns what the operator returned."""
    window = bpy.context.window_manager.windows[0]
    area = window.screen.areas[0]
    area.type = "IMAGE_EDITOR"
    area.spaces.active.image = image
    with bpy.context.temp_override(window=window, area=area, space_data=area.spaces.active):
        return getattr(bpy.ops.ayo, operator)("EXEC_DEFAULT")


def in_view(thing, operator="animate"):
    """Press a button of the 3D view with `thing` active."""
    bpy.context.view_layer.objects.active = thing
    window = bpy.context.window_manager.windows[0]
    area = window.screen.areas[0]
    area.type = "VIEW_3D"
    with bpy.context.temp_override(window=window, area=area, space_data=area.spaces.active):
        return getattr(bpy.ops.ayo, operator)("EXEC_DEFAULT")


def addon():
    return sys.modules["bl_ext.user_default.ayo"]


def session():
    return sys.modules["bl_ext.user_default.ayo.session"].current


def preferences():
    return bpy.context.preferences.addons["bl_ext.user_default.ayo"].preferences


def refused(image, operator="animate", press=in_editor):
    """Press a button that must fail; returns what the panel says."""
    try:
        press(image, operator)
    except RuntimeError as error:
        assert session().problem is not None, error
        assert session().problem.message in str(error)
        return session().problem
    raise AssertionError("was not refused")


def fcurve(action, path='["sprite_frame"]'):
    if hasattr(action, "layers"):
        bags = [bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags]
        curves = [curve for bag in bags for curve in bag.fcurves]
    else:
        curves = action.fcurves
    return next(curve for curve in curves if curve.data_path == path)


def strips():
    editor = bpy.context.scene.sequence_editor
    if editor is None:
        return []
    return list(editor.strips if hasattr(editor, "strips") else editor.sequences)


def check_sheet():
    knight = begin(FOLDER / "sheet")
    assert in_editor(knight) == {"FINISHED"}
    sheet = bpy.data.images["knight_walk"]
    expected = np.concatenate(list(WALK.frames), axis=1)
    assert np.array_equal(pixels_of(sheet), expected)
    assert sheet.packed_file is not None
    assert sheet.filepath == "//knight_walk.png"
    assert sheet["ayo_source"] == knight

    on_disk = bpy.data.images.load(str(FOLDER / "sheet/knight_walk.png"))
    assert np.array_equal(pixels_of(on_disk), expected)
    told = json.loads((FOLDER / "sheet/knight_walk.json").read_text())
    assert [frame["duration"] for frame in told["frames"].values()] == WALK.durations
    assert told["meta"]["frameTags"][0]["name"] == "walk"
    assert told["meta"]["ayo"]["walk"]["pivot"] == WALK.pivot
    assert told["meta"]["ayo"]["walk"]["offset"] == WALK.offset
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "sheet/game.blend"))
    assert np.array_equal(pixels_of(bpy.data.images["knight_walk"]), expected)
    assert "ayo" in bpy.data.images["knight_walk"]


def check_sheet_of_two_actions_shares_one_cell():
    in_editor(begin(FOLDER / "two", actions={"walk", "attack"}))
    sheet = pixels_of(bpy.data.images["knight_sheet"])
    left, top = (min(WALK.offset[i], ATTACK.offset[i]) for i in (0, 1))
    width, height = (max(c.offset[i] + c.size[i] for c in (WALK, ATTACK)) - (left, top)[i] for i in (0, 1))
    assert sheet.shape[:2] == (2 * height, max(len(WALK.frames), len(ATTACK.frames)) * width)
    for row, clip in enumerate((WALK, ATTACK)):
        for column, frame in enumerate(clip.frames):
            x, y = column * width + clip.offset[0] - left, row * height + clip.offset[1] - top
            assert np.array_equal(sheet[y : y + clip.size[1], x : x + clip.size[0]], frame)
    assert int((sheet[..., 3] > 0).sum()) == sum(int((clip.frames[..., 3] > 0).sum()) for clip in (WALK, ATTACK))


def check_unsaved_blend_gets_a_packed_sheet_and_says_so():
    in_editor(begin())
    assert np.array_equal(pixels_of(bpy.data.images["knight_walk"]), np.concatenate(list(WALK.frames), axis=1))
    assert any("save the .blend" in note for note in session().notes)


def check_no_file_of_others_is_overwritten():
    folder = FOLDER / "kept"
    knight = begin(folder)
    (folder / "knight_walk.json").write_text("my notes")
    in_editor(knight)
    assert (folder / "knight_walk.json").read_text() == "my notes"
    first = folder / "knight_walk.001.png"
    assert first.exists()
    in_editor(knight)
    assert (folder / "knight_walk.002.png").exists()

    # Again: over the files that are as Ayo left them, not over the one that was painted on.
    first.write_bytes(first.read_bytes() + b"painted")
    painted = first.read_bytes().replace(b"tEXtAyo", b"tEXtEvil")
    first.write_bytes(painted)
    second_before = (folder / "knight_walk.002.png").stat().st_mtime_ns
    in_editor(knight, "animate_again")
    assert first.read_bytes() == painted
    assert (folder / "knight_walk.002.png").stat().st_mtime_ns > second_before
    assert any("changed by another program" in note for note in session().notes)


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
    check_uvs(plane, texture.image, begins, WALK, rounds=2)


def check_uvs(plane, atlas, begins, clip, rounds=1):
    """The UVs of the evaluated plane cut exactly the clip's picture out of the atlas, at every scene frame."""
    atlas_pixels = pixels_of(atlas)
    for at, picture in enumerate(clip.shown() * rounds):
        bpy.context.scene.frame_set(begins + at)
        evaluated = plane.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
        uvs = np.empty(8, np.float32)
        evaluated.uv_layers[0].data.foreach_get("uv", uvs)
        corners = uvs.reshape(4, 2) * atlas.size[:]
        (left, bottom), (right, top) = corners[0], corners[2]
        box = [round(float(v), 3) for v in (left, atlas.size[1] - top, right, atlas.size[1] - bottom)]
        assert all(v == int(v) for v in box), box
        left, top, right, bottom = map(int, box)
        cut = atlas_pixels[top:bottom, left:right]
        frame = clip.frames[picture]
        ys, xs = np.nonzero(cut[..., 3])
        fy, fx = np.nonzero(frame[..., 3])
        cut = cut[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
        assert np.array_equal(cut, frame[fy.min() : fy.max() + 1, fx.min() : fx.max() + 1]), (at, picture)
        border = atlas_pixels[top - 1 : bottom + 1, left - 1 : right + 1]
        assert np.array_equal(border[0, 1:-1], border[1, 1:-1])


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
    check_uvs(plane, atlas, scene.frame_start, ATTACK)
    addon_compat().assign_action(plane, walk)
    check_uvs(plane, atlas, scene.frame_start, WALK, rounds=2)

    # A shorter walk before the attack: the attack's frames and the hand-made key move along.
    scene.ayo.actions, scene.ayo.own_frames, scene.ayo.frames = {"walk"}, True, 4
    in_editor(knight)
    scene.ayo.own_frames = False
    assert [round(k.co.y) for k in fcurve(attack).keyframe_points] == [4 + i for i in range(len(ATTACK.frames))]
    addon_compat().assign_action(plane, attack)
    check_uvs(plane, atlas, scene.frame_start, ATTACK)
    assert [round(k.co.y) for k in fcurve(hand_made).keyframe_points] == [3]
    assert len([a for a in bpy.data.actions if a.name.startswith("knight")]) == 2


def addon_compat():
    return sys.modules["bl_ext.user_default.ayo.compat"]


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
    check_uvs(updated, atlas, bpy.context.scene.frame_start, ATTACK)
    (other,) = planes - {updated}
    check_uvs(other, atlas, bpy.context.scene.frame_start, WALK)


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


def check_strip():
    folder = FOLDER / "strip"
    knight = begin(folder, results={"STRIP"}, actions={"walk", "attack"})
    bpy.context.scene.frame_current = 11
    in_editor(knight)
    made = sorted(strips(), key=lambda strip: strip.frame_start)
    begins = 11
    for strip, clip, tag in zip(made, (WALK, ATTACK), ("walk", "attack"), strict=True):
        assert strip.name == f"knight {tag}"
        assert strip.frame_start == begins
        assert [element.filename for element in strip.elements] == [f"{i + 1:04d}.png" for i in clip.shown()]
        begins += len(clip.shown())
        assert strip.transform.filter == "NEAREST"
        for i, frame in enumerate(clip.frames):
            image = bpy.data.images.load(bpy.path.abspath(f"{strip.directory}/{i + 1:04d}.png"))
            assert np.array_equal(pixels_of(image), frame)
    assert len({strip.channel for strip in made}) == 1


def check_even_timing():
    in_editor(begin(FOLDER / "even", results={"STRIP", "PLANE"}, timing="SCENE", hold=3))
    assert len(strips()[0].elements) == 3 * len(WALK.frames)
    curve = fcurve(bpy.context.view_layer.objects.active.animation_data.action)
    first = bpy.context.scene.frame_start
    assert [round(key.co.x) for key in curve.keyframe_points] == [first + 3 * i for i in range(len(WALK.frames) + 1)]


def check_empty():
    folder = FOLDER / "empty"
    knight = begin(folder, results={"EMPTY"})
    empty = bpy.data.objects.new("reference", None)
    empty.empty_display_type, empty.data, empty.empty_display_size = "IMAGE", knight, 2.0
    bpy.context.scene.collection.objects.link(empty)
    old_unit = 2.0 / max(knight.size)
    assert in_view(empty) == {"FINISHED"}
    image = empty.data
    assert image.source == "SEQUENCE"
    assert (empty.image_user.frame_duration, empty.image_user.use_cyclic) == (len(WALK.shown()), True)
    for at, picture in enumerate(WALK.shown()):
        on_disk = bpy.data.images.load(str(folder / f"knight_walk_sequence/{at + 1:04d}.png"))
        assert np.array_equal(pixels_of(on_disk), WALK.frames[picture])
    # The character has neither moved nor been scaled: the source's top left corner is where it was.
    unit = empty.empty_display_size / max(WALK.size)
    assert abs(unit - old_unit) < 1e-6
    left = empty.empty_image_offset[0] * WALK.size[0] - WALK.offset[0]
    top = empty.empty_image_offset[1] * WALK.size[1] + WALK.size[1] + WALK.offset[1]
    assert abs(left + 0.5 * knight.size[0]) < 1e-4
    assert abs(top - 0.5 * knight.size[1]) < 1e-4

    # Animating the Empty once more uses its source, not the sequence.
    assert in_view(empty, "animate_again") == {"FINISHED"}
    assert empty.data.source == "SEQUENCE"
    assert len(list(folder.glob("knight_walk_sequence*"))) == 1


def check_new_empty_stands_on_its_feet():
    in_editor(begin(FOLDER / "new_empty", results={"EMPTY"}))
    empty = bpy.data.objects["knight walk"]
    assert abs(empty.empty_image_offset[0] * WALK.size[0] + WALK.pivot[0]) < 1e-4
    assert abs(empty.empty_image_offset[1] * WALK.size[1] + WALK.size[1] - WALK.pivot[1]) < 1e-4
    assert abs(empty.empty_display_size - max(WALK.size) / preferences().pixels_per_unit) < 1e-6


def check_files_needed_but_blend_unsaved():
    problem = refused(begin(results={"STRIP"}))
    assert problem.code == "no_folder"
    assert "save the .blend" in problem.message


def check_output_folder_of_the_preferences():
    preferences().output_folder = str(FOLDER / "chosen/deep")
    try:
        in_editor(begin())
    finally:
        preferences().output_folder = ""
    assert (FOLDER / "chosen/deep/knight_walk.png").exists()


def check_output_folder_that_is_a_file():
    preferences().output_folder = str(FOLDER / "knight.png")
    try:
        assert refused(begin()).code == "no_folder"
    finally:
        preferences().output_folder = ""


def check_material_of_the_active_object_is_a_source():
    knight = begin()
    mesh = bpy.data.meshes.new("card")
    card = bpy.data.objects.new("card", mesh)
    bpy.context.scene.collection.objects.link(card)
    material = bpy.data.materials.new("card")
    material.use_nodes = True
    material.node_tree.nodes.new("ShaderNodeTexImage").image = knight
    mesh.materials.append(material)
    in_view(card)
    assert "knight_walk" in bpy.data.images


def check_cell_of_a_sheet():
    in_editor(begin(sprite="sheet.png", region="CELL", columns=4, rows=1, cell=2))
    assert np.array_equal(pixels_of(bpy.data.images["sheet_24_0_walk"]), np.concatenate(list(WALK.frames), axis=1))


def check_area_of_an_image():
    in_editor(begin(sprite="sheet.png", region="AREA", area_x=24, area_y=0, area_width=24, area_height=32))
    assert np.array_equal(pixels_of(bpy.data.images["sheet_24_0_walk"]), np.concatenate(list(WALK.frames), axis=1))


def check_bad_regions_are_refused():
    for settings, words in (
        ({"region": "CELL", "columns": 5}, "equal cells"),
        ({"region": "CELL", "columns": 4, "cell": 9}, "no cell 9"),
        ({"region": "CELL", "columns": 4, "cell": 1}, "fully transparent"),
        ({"region": "AREA", "area_x": 90, "area_width": 24}, "outside"),
        ({"region": "AREA", "area_width": 4}, "at least 8 px"),
    ):
        problem = refused(begin(sprite="sheet.png", **settings))
        assert words in problem.message, problem.message


def check_images_that_cannot_be_sprites():
    begin()
    huge = bpy.data.images.new("huge", 1100, 20)
    assert "up to 1024" in refused(huge).message
    clear = bpy.data.images.new("clear", 16, 16, alpha=True)
    clear.pixels.foreach_set([0.0] * 1024)
    assert "fully transparent" in refused(clear).message
    data = bpy.data.images.new("data", 16, 16, float_buffer=True)
    data.colorspace_settings.name = "Non-Color"
    assert "holds data" in refused(data).message
    poll = sys.modules["bl_ext.user_default.ayo.source"]
    for kind, words in (("RENDER_RESULT", "saved as an image"), ("COMPOSITING", "saved as an image")):
        image = bpy.data.images.new("r", 8, 8)

        class Fake:
            type, source, name, size = kind, "VIEWER", "r", (8, 8)

        try:
            poll.check(Fake)
        except poll.UnusableError as error:
            assert words in str(error)
        else:
            raise AssertionError(kind)
        bpy.data.images.remove(image)
    missing = bpy.data.images.load(str(FOLDER / "knight.png"))
    missing.filepath = "/nowhere.png"
    missing.reload()
    try:
        in_editor(missing)
    except RuntimeError as error:
        assert "poll" in str(error)
    else:
        raise AssertionError("a missing file was animated")


def check_float_image_is_converted():
    knight = begin()
    deep = bpy.data.images.new("deep", *knight.size, alpha=True, float_buffer=True)
    values = pixels_of(knight)[::-1].astype(np.float32) / 255
    alpha = values[..., 3:]
    colour = np.where(values[..., :3] <= 0.04045, values[..., :3] / 12.92, ((values[..., :3] + 0.055) / 1.055) ** 2.4)
    deep.pixels.foreach_set(np.concatenate([colour * alpha, alpha], axis=2).ravel())
    in_editor(deep)
    assert np.array_equal(pixels_of(bpy.data.images["deep_walk"]), np.concatenate(list(WALK.frames), axis=1))


def check_animate_again_after_the_sprite_was_redrawn():
    folder = FOLDER / "again"
    knight = begin(folder, results={"SHEET", "PLANE", "STRIP"}, actions={"walk"}, seed=3)
    in_editor(knight)
    scene = bpy.context.scene
    scene.ayo.seed, scene.ayo.actions, scene.ayo.results = 0, {"idle"}, {"SHEET"}
    sheet, plane, strip = bpy.data.images["knight_walk"], bpy.context.view_layer.objects.active, strips()[0]
    before, atlas = (
        pixels_of(sheet),
        next(n.image for n in plane.active_material.node_tree.nodes if n.type == "TEX_IMAGE"),
    )
    strip.transform.offset_x = 40
    counts = [len(c) for c in (bpy.data.images, bpy.data.objects, bpy.data.actions, bpy.data.materials, strips())]
    knight.name = "renamed.png"
    pixels = pixels_of(knight)
    red = (pixels == [193, 41, 46, 255]).all(axis=2)
    assert red.any()
    pixels[red] = [20, 160, 60, 255]
    knight.pixels.foreach_set((pixels[::-1].astype(np.float32) / 255).ravel())

    assert in_editor(sheet, "animate_again") == {"FINISHED"}
    assert [
        len(c) for c in (bpy.data.images, bpy.data.objects, bpy.data.actions, bpy.data.materials, strips())
    ] == counts
    after = pixels_of(sheet)
    assert not (after[..., :3] == [193, 41, 46]).all(axis=2)[after[..., 3] == 255].any()
    assert (after == [20, 160, 60, 255]).all(axis=2).any()
    assert not np.array_equal(before, after)
    assert (pixels_of(atlas) == [20, 160, 60, 255]).all(axis=2).any()
    assert strip.transform.offset_x == 40
    first = bpy.data.images.load(bpy.path.abspath(f"{strip.directory}/{strip.elements[0].filename}"))
    assert np.array_equal(pixels_of(first), after[:, : first.size[0]])
    assert sorted(path.name for path in folder.glob("knight*")) == [
        "knight_walk",
        "knight_walk.json",
        "knight_walk.png",
    ]
    assert json.loads(sheet["ayo"])["requests"][0]["seed"] == 3

    assert in_editor(knight, "animate_again") == {"FINISHED"}
    assert any("same as last time" in note for note in session().notes)


def check_nothing_to_do_again():
    assert "animate it first" in refused(begin(), "animate_again").message


def check_no_action_or_result_chosen():
    assert "action" in refused(begin(actions=set())).message
    assert "result" in refused(begin(results=set())).message


def check_endpoint_elsewhere_needs_online_access():
    preferences().endpoint = "tcp://192.0.2.1:5555"
    try:
        assert bpy.app.online_access is False
        problem = refused(begin())
    finally:
        preferences().endpoint = ""
    assert problem.code == "offline"


def check_no_backend():
    preferences().connection_file = str(FOLDER / "none.json")
    try:
        problem = refused(begin())
    finally:
        preferences().connection_file = ""
    assert problem.code == "not_running"
    assert "Start" in problem.hint


def check_start_without_ayo_says_what_to_install():
    begin()
    preferences().interpreter = "/nowhere/python"
    try:
        bpy.ops.ayo.start()
    except RuntimeError as error:
        assert "Install Ayo first" in str(error)
    else:
        raise AssertionError("started")
    finally:
        preferences().interpreter = ""
    assert session().problem.code == "no_interpreter"


def check_start_and_stop():
    """A backend of its own, started by the button with the interpreter of the preferences."""
    told = FOLDER / "python.json"
    if not told.exists():
        return  # this Blender lives in a chroot without the interpreter
    interpreter, sources = json.loads(told.read_text())
    knight = begin()
    folder = FOLDER / "started"
    folder.mkdir()
    before = dict(os.environ)
    os.environ.update(AYO_RUNTIME_DIR=str(folder), AYO_CONFIG_DIR=str(folder), PYTHONPATH=sources)
    preferences().interpreter = interpreter
    try:
        assert refused(knight).code == "not_running"
        assert bpy.ops.ayo.start() == {"FINISHED"}
        wait_for(lambda: (folder / "connection.json").exists() or session().starter.problem())
        assert session().starter.problem() is None
        assert in_editor(knight) == {"FINISHED"}
        # From now on it is remembered: the preferences need not say.
        preferences().interpreter = ""
        assert bpy.ops.ayo.start() == {"FINISHED"}
        wait_for(lambda: session().starter._process.poll() is not None)
        assert session().starter.problem() is None, "a second start finds the first one"
        assert bpy.ops.ayo.stop("EXEC_DEFAULT") == {"FINISHED"}
        wait_for(lambda: not (folder / "connection.json").exists())
    finally:
        preferences().interpreter = ""
        os.environ.clear()
        os.environ.update(before)


def wait_for(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def check_area_from_mask():
    sheet = begin(sprite="sheet.png")
    mask = bpy.data.masks.new("m")
    spline = mask.layers.new(name="l").splines.new()
    # The mask is as wide as the image, whose 32 rows lie in its middle: v of row y is 0.5 + (16 - y) / 96.
    corners = [(24.4 / 96, 0.5 + 15.6 / 96), (47.5 / 96, 0.5 + 15.6 / 96), (47.5 / 96, 0.5 - 15.6 / 96)]
    spline.points.add(len(corners) - len(spline.points))
    for point, corner in zip(spline.points, corners, strict=True):
        point.co = corner
    window = bpy.context.window_manager.windows[0]
    area = window.screen.areas[0]
    area.type = "IMAGE_EDITOR"
    space = area.spaces.active
    space.image, space.mode, space.mask = sheet, "MASK", mask
    with bpy.context.temp_override(window=window, area=area, space_data=space):
        assert bpy.ops.ayo.area_from_mask() == {"FINISHED"}
    settings = bpy.context.scene.ayo
    found = (settings.area_x, settings.area_y, settings.area_width, settings.area_height)
    assert found == (24, 0, 24, 32), found


def check_strip_is_a_source_in_the_sequencer():
    knight = begin(FOLDER / "strip_again", results={"STRIP"})
    in_editor(knight)
    (strip,) = strips()
    bpy.context.scene.sequence_editor.active_strip = strip
    folder = Path(bpy.path.abspath(strip.directory))
    before = (folder / "0001.png").stat().st_mtime_ns
    window = bpy.context.window_manager.windows[0]
    area = window.screen.areas[0]
    area.type = "SEQUENCE_EDITOR"
    with bpy.context.temp_override(window=window, area=area, space_data=area.spaces.active):
        assert bpy.ops.ayo.animate_again("EXEC_DEFAULT") == {"FINISHED"}
    assert strips() == [strip]
    assert (folder / "0001.png").stat().st_mtime_ns > before
    (folder / "0002.png").write_bytes(b"painted")
    in_editor(knight, "animate_again")
    assert (folder / "0002.png").read_bytes() == b"painted"
    assert Path(bpy.path.abspath(strips()[0].directory)) != folder


def check_unregister_undoes_everything():
    begin()
    in_editor(begin())
    module = "bl_ext.user_default.ayo"
    bpy.ops.preferences.addon_disable(module=module)
    assert not hasattr(bpy.types.Scene, "ayo")
    left = [name for name in dir(bpy.types) if name.startswith("AYO_") or name.startswith("Ayo")]
    assert not left, left
    assert not [f for f in bpy.app.handlers.undo_post if "ayo" in f.__module__]
    import threading

    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("ayo-monitor")]
    bpy.ops.preferences.addon_enable(module=module)
    assert hasattr(bpy.types.Scene, "ayo")


def install():
    if "bl_pkg" not in bpy.context.preferences.addons:
        bpy.ops.preferences.addon_enable(module="bl_pkg")
    bpy.ops.extensions.package_install_files(
        filepath=str(FOLDER / "ayo.zip"), repo="user_default", enable_on_install=True
    )
    assert "bl_ext.user_default.ayo" in bpy.context.preferences.addons, list(bpy.context.preferences.addons.keys())


def main():
    report = {"blender": bpy.app.version_string}
    only = os.environ.get("AYO_ONLY")
    try:
        install()
        report["check_install"] = "ok"
    except Exception:
        report["check_install"] = traceback.format_exc()
    else:
        for name, function in list(globals().items()):
            if name.startswith("check_") and name != "check_uvs" and (not only or name == only):
                try:
                    function()
                    report[name] = "ok"
                except Exception:
                    report[name] = traceback.format_exc()
    (FOLDER / "report.json").write_text(json.dumps(report))
    # A left-over timer or handler would hang the module's interpreter at exit.
    os._exit(0)


main()
