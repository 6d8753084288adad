"""Pinned frames: pictures that fix frames of a clip, told, made and refused."""

import sys

import bpy
import numpy as np
from inside_tools import FOLDER, PACKAGE, WALK, begin, in_editor, listening, paint, pixels_of, refused, session


def drawn(name, pixels):
    """An image with those pixels."""
    image = bpy.data.images.new(name, pixels.shape[1], pixels.shape[0], alpha=True)
    paint(image, pixels)
    return image


def pin(sprite, frame, picture):
    """Press Pin a Frame, then choose its number and its picture."""
    assert bpy.ops.ayo.add_pin(sprite=sprite.name) == {"FINISHED"}
    made = sprite.ayo_pins[-1]
    made.frame, made.picture = frame, picture


def inked(pixels):
    """What is to be seen, without its margins."""
    y, x = np.nonzero(pixels[..., 3])
    return pixels[y.min() : y.max() + 1, x.min() : x.max() + 1]


def cells(sheet, count):
    return np.split(pixels_of(sheet), count, axis=1)


def check_a_pinned_frame_comes_as_it_was_drawn():
    knight = begin()
    bowed = np.roll(pixels_of(knight), 3, axis=1)
    pin(knight, 3, drawn("bowed", bowed))
    with listening() as heard:
        assert in_editor(knight) == {"FINISHED"}
    ((options, blobs),) = heard
    assert options["pins"] == [{"frame": 3, "width": 24, "height": 32}]
    assert blobs == (pixels_of(knight).tobytes(), bowed.tobytes())
    made = cells(bpy.data.images["knight_walk"], len(WALK.frames))
    assert np.array_equal(inked(made[2]), inked(bowed))
    assert not np.array_equal(inked(made[1]), inked(WALK.frames[1])), "its neighbour follows"


def check_a_corrected_frame_of_ayos_own():
    """As large as Ayo makes it, which is larger than the sprite."""
    knight = begin()
    corrected = WALK.frames[2].copy()
    corrected[0, 0] = [255, 0, 255, 255]
    pin(knight, 3, drawn("corrected", corrected))
    assert in_editor(knight) == {"FINISHED"}
    made = cells(bpy.data.images["knight_walk"], len(WALK.frames))
    assert np.array_equal(inked(made[2]), inked(corrected))
    assert np.array_equal(inked(made[6]), inked(WALK.frames[6])), "half a walk away all is as it was"


def check_pins_are_saved_and_told_again():
    knight = begin(FOLDER / "pins_kept")
    pin(knight, 2, drawn("second", np.roll(pixels_of(knight), 2, axis=1)))
    bpy.data.images["second"].pack()
    in_editor(knight)
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=bpy.data.filepath)
    knight, walk = bpy.data.images["knight.png"], bpy.data.images["knight_walk"]
    assert [(made.frame, made.picture.name) for made in knight.ayo_pins] == [(2, "second")]
    with listening() as heard:
        assert in_editor(walk, "animate_again") == {"FINISHED"}
    assert [made["frame"] for made in heard[0][0]["pins"]] == [2]


def check_what_was_made_without_pins_is_made_so_again():
    knight = begin()
    in_editor(knight)
    pin(knight, 2, drawn("second", np.roll(pixels_of(knight), 2, axis=1)))
    with listening() as heard:
        assert in_editor(knight, "animate_again") == {"FINISHED"}
    ((options, blobs),) = heard
    assert ("pins" in options, len(blobs)) == (False, 1)


def check_pins_are_added_and_removed():
    knight = begin()
    for frame in (1, 2):
        bpy.ops.ayo.add_pin(sprite=knight.name)
        assert knight.ayo_pins[-1].frame == frame, "each the first frame that is free"
    bpy.ops.ayo.remove_pin(sprite=knight.name, index=0)
    assert [made.frame for made in knight.ayo_pins] == [2]


def check_a_picture_of_the_disk_is_pinned_and_the_sprite_stays_in_view():
    folder = FOLDER / "pins_opened"
    knight = begin(folder)
    on_disk = drawn("third", np.roll(pixels_of(knight), 3, axis=1))
    on_disk.filepath_raw, on_disk.file_format = str(folder / "third.png"), "PNG"
    on_disk.save()
    bpy.data.images.remove(on_disk)
    bpy.ops.ayo.add_pin(sprite=knight.name)
    pin = {"sprite": knight.name, "index": 0}
    assert in_editor(knight, "open_pin", filepath=str(folder / "third.png"), **pin) == {"FINISHED"}
    assert bpy.context.window_manager.windows[0].screen.areas[0].spaces.active.image == knight
    pinned = knight.ayo_pins[0].picture
    assert pinned.filepath == "//third.png"
    assert np.array_equal(pixels_of(pinned), np.roll(pixels_of(knight), 3, axis=1))
    paint(pinned, pixels_of(knight))
    bpy.ops.ayo.open_pin(filepath=str(folder / "third.png"), **pin)
    assert knight.ayo_pins[0].picture == pinned, "the same file is the same picture"
    assert np.array_equal(pixels_of(pinned), pixels_of(knight)), "and what is painted on it stays"
    said = ""
    try:
        bpy.ops.ayo.open_pin(filepath=str(folder / "none.png"), **pin)
    except RuntimeError as error:
        said = str(error)
    assert "none.png" in said
    assert knight.ayo_pins[0].picture == pinned


def check_pins_are_of_one_action():
    knight = begin(actions={"walk", "run"})
    pin(knight, 1, drawn("first", pixels_of(knight)))
    with listening() as heard:
        assert "one action" in refused(knight).message
    assert not heard


def check_what_can_not_be_pinned():
    knight = begin()
    clear = np.zeros((32, 24, 4), np.uint8)
    pin(knight, 4, None)
    for picture, said in ((None, "Nothing is pinned to frame 4"), (drawn("clear", clear), "is fully transparent")):
        knight.ayo_pins[0].picture = picture
        with listening() as heard:
            assert said in refused(knight).message
        assert not heard
    knight.ayo_pins[0].picture = drawn("small", pixels_of(knight)[:20])
    problem = refused(knight)
    assert problem.code == "bad_pin"
    assert "24×20 px, the sprite 24×32 px" in problem.message
    assert "own canvas" in problem.hint
    knight.ayo_pins[0].picture, knight.ayo_pins[0].frame = drawn("late", pixels_of(knight)), 20
    assert "frame 20" in refused(knight).message
    assert "knight_walk" not in bpy.data.images
    assert session().run is None


def check_pins_need_a_backend_that_knows_them():
    client, job = (sys.modules[f"{PACKAGE}.backend.{name}"] for name in ("client", "job"))
    job.has_feature = lambda *_: False
    knight = begin()
    pin(knight, 1, drawn("first", pixels_of(knight)))
    try:
        problem = refused(knight)
    finally:
        job.has_feature = client.has_feature
    assert (problem.code, "Update" in problem.hint) == ("too_old", True)
