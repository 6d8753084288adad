"""Animating again what was made before."""

import json
from pathlib import Path

import bpy
import numpy as np
from inside_tools import FOLDER, begin, in_editor, pixels_of, session, strips


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
