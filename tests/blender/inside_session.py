"""Sources, bad input, preferences, and the life of the add-on."""

# ruff: noqa: PT017  (there is no pytest in Blender)
import json
import os
import sys

import bpy
import numpy as np
from inside_tools import (
    FOLDER,
    WALK,
    addon,
    begin,
    in_editor,
    in_view,
    pixels_of,
    preferences,
    refused,
    session,
    wait_for,
)


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


def check_nothing_to_do_again():
    assert "animate it first" in refused(begin(), "animate_again").message


def check_no_action_or_result_chosen():
    assert "action" in refused(begin(actions=set())).message
    assert "result" in refused(begin(results=set())).message


class Drawn:
    """Takes the place of a panel's layout: the names of all settings that are drawn."""

    def __init__(self):
        self.names = set()

    def prop(self, _, name, **__):
        self.names.add(name)

    def __getattr__(self, _):
        return lambda *_, **__: self


def check_effects_are_offered_where_they_show():
    shown = ({"walk"}, set()), ({"attack"}, {"slash"}), ({"cast", "walk"}, {"glow"}), ({"shoot"}, {"glow"})
    for actions, offered in shown:
        image, layout = begin(actions=actions), Drawn()
        window = bpy.context.window_manager.windows[0]
        area = window.screen.areas[0]
        area.type = "IMAGE_EDITOR"
        area.spaces.active.image = image
        with bpy.context.temp_override(window=window, area=area, space_data=area.spaces.active):
            addon().panels._draw_settings(layout, bpy.context)
        assert "energy" in layout.names
        assert layout.names & {"slash", "glow"} == offered, (actions, layout.names)


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


def check_unregister_undoes_everything():
    begin()
    in_editor(begin())
    module = "bl_ext.user_default.ayo"
    bpy.ops.preferences.addon_disable(module=module)
    assert not hasattr(bpy.types.Scene, "ayo")
    assert not hasattr(bpy.types.Image, "ayo_parts")
    left = [name for name in dir(bpy.types) if name.startswith("AYO_") or name.startswith("Ayo")]
    assert not left, left
    handlers = [*bpy.app.handlers.undo_post, *bpy.app.handlers.save_pre]
    assert not [handler for handler in handlers if "ayo" in handler.__module__]
    import threading

    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("ayo-monitor")]
    bpy.ops.preferences.addon_enable(module=module)
    assert hasattr(bpy.types.Scene, "ayo")
