"""Every kind of result, by value."""

import json

import bpy
import numpy as np
from inside_tools import (
    ATTACK,
    FOLDER,
    WALK,
    begin,
    fcurve,
    in_editor,
    in_view,
    pixels_of,
    preferences,
    session,
    strips,
)


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


def check_it_says_what_it_took_the_sprite_for():
    knight = begin(creature="quadruped")
    in_editor(knight)
    assert not any("Ayo saw" in note for note in session().notes), "nothing was left to auto"
    assert not np.array_equal(pixels_of(bpy.data.images["knight_walk"]), np.concatenate(list(WALK.frames), axis=1))
    bpy.context.scene.ayo.creature = "auto"
    in_editor(knight)
    assert "Ayo saw a humanoid facing right." in session().notes, session().notes


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
