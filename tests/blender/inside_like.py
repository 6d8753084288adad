"""Move Like: another character's animation, from a sheet or a sequence, told, made and refused."""

import sys

import bpy
import numpy as np
from inside_pins import drawn
from inside_tools import FOLDER, FPS, PACKAGE, WALK, begin, in_editor, listening, pixels_of, refused, session


def like(clip, **cells):
    """Choose it in Move Like, and how it is divided."""
    settings = bpy.context.scene.ayo_like
    settings.clip = clip
    for name, value in cells.items():
        setattr(settings, name, value)
    return settings


def told(heard):
    """Of each request the action, and the durations and pixels of the clip that it is to be like."""
    found = []
    for options, blobs in heard:
        shape = options["like"]["height"], options["like"]["width"], 4
        count = len(options["like"]["durations_ms"])
        frames = [np.frombuffer(blob, np.uint8).reshape(shape) for blob in blobs[len(blobs) - count :]]
        found.append((list(options["like"]["durations_ms"]), frames))
    return found


def steps(knight, count):
    """The knight, higher with every frame."""
    return [np.roll(pixels_of(knight), -i, axis=0) for i in range(count)]


def check_a_sheet_of_ayos_gives_each_action_its_own():
    knight = begin(actions={"walk", "attack"})
    in_editor(knight)
    sheet = bpy.data.images["knight_sheet"]
    like(sheet)
    with listening() as heard:
        assert in_editor(knight) == {"FINISHED"}
    durations, frames = told(heard)[0]
    assert durations == WALK.durations
    cell = np.zeros_like(frames[2])
    top = np.argwhere(frames[2][..., 3])[0]
    inked = np.argwhere(WALK.frames[2][..., 3])[0]
    y, x = top - inked
    cell[y : y + WALK.size[1], x : x + WALK.size[0]] = WALK.frames[2]
    assert np.array_equal(frames[2], cell)
    assert len(told(heard)) == 2
    assert told(heard)[1][0] != durations


def check_the_only_action_there_is_serves_for_any():
    knight = begin(actions={"walk"})
    in_editor(knight)
    like(bpy.data.images["knight_walk"])
    bpy.context.scene.ayo.actions = {"attack"}
    with listening() as heard:
        assert in_editor(knight) == {"FINISHED"}
    assert told(heard)[0][0] == WALK.durations
    assert len(bpy.data.images["knight_attack"]["ayo"]) > 0


def check_an_action_that_ayos_sheet_does_not_have():
    knight = begin(actions={"walk", "attack"})
    in_editor(knight)
    like(bpy.data.images["knight_sheet"])
    bpy.context.scene.ayo.actions = {"idle"}
    with listening() as heard:
        assert "has no idle to move like; it has walk, attack" in refused(knight).message
    assert not heard


def check_a_sheet_of_ayos_that_was_cut_is_any_sheet():
    knight = begin(actions={"walk"})
    in_editor(knight)
    sheet = bpy.data.images["knight_walk"]
    width, height = sheet.size
    sheet.scale(width // 2, height)
    settings = like(sheet, columns=4, rows=1)
    with listening() as heard:
        assert in_editor(knight) == {"FINISHED"}
    assert told(heard)[0][0] == [100] * 4
    assert settings.clip == sheet


def check_a_row_of_any_sheet():
    knight = begin()
    frames = steps(knight, 3)
    rows = [np.concatenate([*([np.zeros_like(frames[0])] * 4)], 1), np.concatenate([*frames, frames[0] * 0], 1)]
    like(drawn("other", np.concatenate(rows)), columns=4, rows=2, row=2)
    with listening() as heard:
        assert in_editor(knight) == {"FINISHED"}
    ((durations, seen),) = told(heard)
    assert durations == [100, 100, 100], "what is empty at the end is no frame"
    assert all(np.array_equal(one, other) for one, other in zip(seen, frames, strict=True))


def check_square_cells_are_guessed():
    begin()
    settings = like(drawn("square", np.full((16, 64, 4), 255, np.uint8)))
    assert (settings.columns, settings.rows) == (4, 1)
    like(drawn("odd", np.full((16, 60, 4), 255, np.uint8)))
    assert (settings.columns, settings.rows) == (1, 1)


def check_a_sequence_of_pictures():
    folder = FOLDER / "like_sequence"
    knight = begin(folder)
    first, second = steps(knight, 2)
    for number, pixels in enumerate((first, first, second, first)):
        picture = drawn(f"step{number}", pixels)
        picture.filepath_raw, picture.file_format = str(folder / f"step_{number + 8:02d}.png"), "PNG"
        picture.save()
    files = [{"name": f"step_{number:02d}.png"} for number in (9, 8, 10, 11)]
    in_editor(knight, "open_like", directory=str(folder), files=files)
    assert bpy.context.window_manager.windows[0].screen.areas[0].spaces.active.image == knight
    clip = bpy.context.scene.ayo_like.clip
    assert (clip.source, clip.filepath) == ("SEQUENCE", "//step_08.png")
    images = len(bpy.data.images)
    with listening() as heard:
        assert in_editor(knight) == {"FINISHED"}
    ((durations, seen),) = told(heard)
    assert durations == [round(2000 / FPS), round(1000 / FPS), round(1000 / FPS)], "what stays is one frame"
    assert np.array_equal(seen[0], first)
    assert np.array_equal(seen[1], second)
    assert len(bpy.data.images) == images + 1, "only the sheet is new"


def check_a_long_sheet_is_thinned():
    knight = begin()
    frames = [np.roll(pixels_of(knight), -i % 5, axis=0) for i in range(64)]
    like(drawn("long", np.concatenate(frames, 1)), columns=64, rows=1)
    with listening() as heard:
        assert in_editor(knight) == {"FINISHED"}
    ((durations, seen),) = told(heard)
    assert durations == [200] * 32
    assert np.array_equal(seen[1], frames[2])


def check_what_was_made_like_a_clip_is_made_so_again():
    knight = begin()
    in_editor(knight)
    with listening() as heard:
        like(drawn("other", np.concatenate(steps(knight, 2), 1)), columns=2, rows=1)
        in_editor(knight, "animate_again")
    assert ["like" in options for options, _ in heard] == [False], "what was made without"
    in_editor(knight)
    again = bpy.data.images["knight_walk.001"]
    with listening() as heard:
        assert in_editor(again, "animate_again") == {"FINISHED"}
    assert ["like" in options for options, _ in heard] == [True]


def check_what_can_not_be_moved_like():
    knight = begin()
    for name, cells, said in (
        ("knight.png", {"columns": 1, "rows": 1}, "shows one picture: set its columns"),
        ("knight.png", {"columns": 5, "rows": 1}, "24 × 32 px, can't be divided into 5 × 1 equal cells"),
        ("knight.png", {"columns": 1, "rows": 2, "row": 3}, "has 2 rows, so there is no row 3"),
    ):
        like(bpy.data.images[name], **cells)
        with listening() as heard:
            assert said in refused(knight).message, name
        assert not heard
    like(drawn("clear", np.zeros((32, 48, 4), np.uint8)), columns=2, rows=1)
    assert "shows one picture" in refused(knight).message, "empty cells are no frames"
    like(drawn("other", np.concatenate(steps(knight, 2), 1)), columns=2, rows=1)
    bpy.context.scene.ayo.actions = {"walk", "run"}
    assert "shows one action: choose only that" in refused(knight).message
    assert session().run is None


def check_it_needs_a_backend_that_knows_it():
    client, job = (sys.modules[f"{PACKAGE}.backend.{name}"] for name in ("client", "job"))
    knight = begin()
    like(drawn("other", np.concatenate(steps(knight, 2), 1)), columns=2, rows=1)
    job.has_feature = lambda *_: False
    try:
        problem = refused(knight)
    finally:
        job.has_feature = client.has_feature
    assert (problem.code, "Update" in problem.hint) == ("too_old", True)
