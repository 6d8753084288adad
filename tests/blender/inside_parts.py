"""The picture of a sprite's parts: shown, painted on, told."""

import sys

import bpy
import numpy as np
from inside_tools import FOLDER, PACKAGE, WALK, begin, in_editor, in_view, listening, paint, pixels_of, refused, session
from mathutils import Color

TORSO, HEAD = [0x3B, 0x6F, 0xD4, 255], [0xF6, 0xD7, 0x43, 255]


def colours():
    table = sys.modules[f"{PACKAGE}.backend.part_colours"].COLOURS
    return [[*bytes.fromhex(colour[1:]), 255] for colour in table.values()]


def repaint(image, colour=TORSO):
    """Paint all that is opaque in one colour; returns the pixels."""
    pixels = pixels_of(image)
    pixels[pixels[..., 3] > 0] = colour
    paint(image, pixels)
    return pixels


def show(sprite):
    """Press Show Parts; returns the picture that is shown then."""
    assert in_editor(sprite, "show_parts") == {"FINISHED"}
    return editor().image


def editor():
    return bpy.context.window_manager.windows[0].screen.areas[0].spaces.active


def check_show_parts():
    knight = begin(FOLDER / "parts")
    with listening() as heard:
        picture = show(knight)
    ((options, blobs),) = heard
    assert options["show_parts"] is True
    assert len(blobs) == 1
    assert (picture.name, knight.ayo_parts, editor().mode) == ("knight parts", picture, "PAINT")
    assert picture.packed_file is not None
    assert (picture.colorspace_settings.name, picture.is_float) == ("sRGB", False)
    seen = pixels_of(picture)
    opaque = seen[..., 3] > 0
    assert np.array_equal(seen[..., 3] == 255, opaque)
    assert np.array_equal(pixels_of(knight)[..., 3] > 0, opaque)
    assert {tuple(colour) for colour in seen[opaque]} <= {tuple(colour) for colour in colours()}
    assert {tuple(TORSO), tuple(HEAD)} <= {tuple(colour) for colour in seen[opaque]}
    assert any("saw a" in note for note in session().notes), session().notes
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=bpy.data.filepath)
    again = bpy.data.images["knight.png"].ayo_parts
    assert again.name == "knight parts"
    assert np.array_equal(pixels_of(again), seen)


def check_palette_of_the_parts():
    knight = begin()
    show(knight)
    palette = bpy.data.palettes["Ayo Parts"]
    assert bpy.context.scene.tool_settings.image_paint.palette == palette
    linear = bpy.app.version >= (5, 0)
    for colour, expected in zip(palette.colors, colours(), strict=True):
        srgb = Color(colour.color[:])
        srgb = srgb.from_scene_linear_to_srgb() if linear else srgb
        assert [round(channel * 255) for channel in srgb] == expected[:3]
    mine = bpy.data.palettes.new("mine")
    bpy.context.scene.tool_settings.image_paint.palette = mine
    show(knight)
    assert bpy.context.scene.tool_settings.image_paint.palette == mine
    assert [palette.name for palette in bpy.data.palettes if "Ayo" in palette.name] == ["Ayo Parts"]


def check_painted_parts_are_told_and_saved():
    knight = begin(FOLDER / "parts_told")
    picture = show(knight)
    painted = repaint(picture)
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=bpy.data.filepath)
    knight = bpy.data.images["knight.png"]
    assert np.array_equal(pixels_of(knight.ayo_parts), painted), "Blender itself would save it unpainted"
    with listening() as heard:
        assert in_editor(knight) == {"FINISHED"}
    ((options, blobs),) = heard
    assert options["parts"] is True
    assert "show_parts" not in options
    assert blobs == (pixels_of(knight).tobytes(), painted.tobytes())
    walk = pixels_of(bpy.data.images["knight_walk"])
    assert not np.array_equal(walk, np.concatenate(list(WALK.frames), axis=1)), "a knight of torso alone can't walk"


def check_without_parts_nothing_is_told():
    with listening() as heard:
        in_editor(begin())
    ((options, blobs),) = heard
    assert not {"parts", "show_parts"} & set(options)
    assert len(blobs) == 1


def check_animate_again_tells_the_parts():
    knight = begin()
    in_editor(knight)
    picture = show(knight)
    repaint(picture)
    with listening() as heard:
        assert in_editor(knight, "animate_again") == {"FINISHED"}
    ((options, blobs),) = heard
    assert options["parts"] is True
    assert len(blobs) == 2
    assert not any("same as last time" in note for note in session().notes), session().notes
    in_editor(knight, "animate_again")
    assert any("same as last time" in note for note in session().notes), session().notes


def check_sprite_of_a_shown_picture_is_animated():
    knight = begin()
    picture = show(knight)
    in_editor(picture)
    assert bpy.data.images["knight_walk"]["ayo_source"] == knight
    window, area = bpy.context.window_manager.windows[0], bpy.context.window_manager.windows[0].screen.areas[0]
    for image, mode in ((knight, "VIEW"), (picture, "PAINT")):
        with bpy.context.temp_override(window=window, area=area, space_data=area.spaces.active):
            assert bpy.ops.ayo.show_image(image=image.name) == {"FINISHED"}
        assert (editor().image, editor().mode) == (image, mode)


def check_unpainted_parts_are_shown_anew_in_place():
    knight = begin()
    picture = show(knight)
    right, count = pixels_of(picture), len(bpy.data.images)
    bpy.context.scene.ayo.facing = "down"
    assert show(knight) == picture
    assert not np.array_equal(pixels_of(picture), right)
    assert len(bpy.data.images) == count


def check_painted_parts_are_never_overwritten():
    knight = begin()
    picture = show(knight)
    seen, painted = pixels_of(picture), repaint(picture)
    for _ in range(2):
        other = show(knight)
        assert other.name == "knight parts.001", "what is unpainted is filled again"
        assert np.array_equal(pixels_of(picture), painted)
        assert np.array_equal(pixels_of(other), seen)
        assert knight.ayo_parts == picture
        assert any("knight parts.001" in note and "is kept" in note for note in session().notes), session().notes
    in_editor(other)
    assert bpy.data.images["knight_walk"]["ayo_source"] == knight


def check_parts_of_the_artists_own_are_kept():
    knight = begin()
    own = bpy.data.images.new("own", *knight.size, alpha=True)
    knight.ayo_parts = own
    before = pixels_of(own)
    assert show(knight).name == "knight parts"
    assert knight.ayo_parts == own
    assert np.array_equal(pixels_of(own), before)


def check_parts_of_a_cell():
    sheet = begin(sprite="sheet.png", region="CELL", columns=4, rows=1, cell=2)
    pixels = pixels_of(sheet)
    pixels[:, 48:72] = pixels[:, 24:48]
    paint(sheet, pixels)
    picture = show(sheet)
    assert tuple(picture.size) == (96, 32)
    seen = pixels_of(picture)
    assert seen[:, 24:48, 3].any()
    assert not seen[:, :24].any()
    assert not seen[:, 48:].any()
    painted = repaint(picture)
    bpy.context.scene.ayo.cell = 3
    assert show(sheet) == picture, "nothing was painted on that cell"
    assert np.array_equal(pixels_of(picture)[:, 48:72], seen[:, 24:48])
    assert np.array_equal(pixels_of(picture)[:, :48], painted[:, :48])
    bpy.context.scene.ayo.cell = 2
    with listening() as heard:
        assert in_editor(sheet) == {"FINISHED"}
    assert heard[0][1] == (pixels[:, 24:48].tobytes(), painted[:, 24:48].tobytes())


def check_parts_of_another_size_are_refused():
    knight = begin()
    knight.ayo_parts = bpy.data.images.new("small", 8, 8)
    with listening() as heard:
        problem = refused(knight)
    assert "8 × 8 px, but “knight.png” is 24 × 32 px" in problem.message, problem.message
    assert not heard


def check_parts_without_pixels_are_refused():
    knight = begin()
    missing = bpy.data.images.load(str(FOLDER / "knight.png"))
    missing.filepath = "/nowhere.png"
    missing.reload()
    knight.ayo_parts = missing
    with listening() as heard:
        problem = refused(knight)
    assert "missing" in problem.message
    assert not heard


def check_a_colour_of_no_part_is_named():
    knight = begin()
    repaint(show(knight), [1, 2, 3, 255])
    problem = refused(knight)
    assert (problem.code, "#010203" in problem.message) == ("bad_parts", True), problem.message


def check_a_brush_a_little_off_is_understood():
    knight = begin()
    picture = show(knight)
    pixels = pixels_of(picture)
    opaque = pixels[..., 3] > 0
    pixels[opaque] = np.minimum(pixels[opaque], 253) + np.uint8(2)
    pixels[0, 0] = [9, 9, 9, 100]
    paint(picture, pixels)
    assert in_editor(knight) == {"FINISHED"}


def check_show_parts_of_an_object():
    knight = begin()
    empty = bpy.data.objects.new("empty", None)
    empty.empty_display_type, empty.data = "IMAGE", knight
    bpy.context.scene.collection.objects.link(empty)
    assert in_view(empty, "show_parts") == {"FINISHED"}
    assert knight.ayo_parts.name == "knight parts"
    assert any("open it in an Image Editor" in note for note in session().notes), session().notes


def check_show_parts_needs_a_backend_that_knows_them():
    client, job = (sys.modules[f"{PACKAGE}.backend.{name}"] for name in ("client", "job"))
    job.has_feature = lambda *_: False
    try:
        problem = refused(begin(), "show_parts")
    finally:
        job.has_feature = client.has_feature
    assert problem.code == "too_old"
    assert "Update" in problem.hint
