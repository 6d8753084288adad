"""A SpriteFrames resource, read by Godot itself and, without Godot, as text."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ayo_backend.clip import Clip
from ayo_backend.export import SheetOptions, write
from ayo_backend.export.godot import godot_files

from .clips import clips, played, walker

sys.path.append(str(Path(__file__).parents[1] / "godot"))
from godot_host import find_godot

READER = """extends SceneTree
func _initialize() -> void:
    var sprite_frames: SpriteFrames = load("res://art/hero.tres")
    var read: Dictionary = {"pivot": var_to_str(sprite_frames.get_meta("pivot"))}
    for tag: StringName in sprite_frames.get_animation_names():
        var frames: Array = []
        for i: int in sprite_frames.get_frame_count(tag):
            var texture: AtlasTexture = sprite_frames.get_frame_texture(tag, i)
            var seconds: float = sprite_frames.get_frame_duration(tag, i) / sprite_frames.get_animation_speed(tag)
            var picture: Image = texture.get_image()
            picture.convert(Image.FORMAT_RGBA8)
            frames.append({"ms": seconds * 1000.0, "rgba": picture.get_data().hex_encode()})
        read[tag] = {"frames": frames, "loop": sprite_frames.get_animation_loop(tag)}
    var file: FileAccess = FileAccess.open("res://read.json", FileAccess.WRITE)
    file.store_string(JSON.stringify(read, "", true, true))
    file.close()
    quit(0)
"""


@settings(max_examples=40, deadline=None, derandomize=True)
@given(clip=clips(), padding=st.integers(0, 2))
def test_text_of_the_resource(clip: Clip, padding: int) -> None:
    files = godot_files([clip], Path("hero.tres"), SheetOptions(padding=padding))
    text = files[Path("hero.tres")].decode()
    frames, durations = played(clip)
    (speed,) = re.findall(r'"speed": ([\d.]+)', text)
    shown = [float(value) * 1000 / float(speed) for value in re.findall(r'"duration": ([\d.]+)', text)]
    assert shown == pytest.approx(durations, rel=1e-12)
    assert len(re.findall(r"^region = Rect2", text, re.M)) == len(frames)
    assert f'"loop": {"false" if clip.loop == "once" else "true"}' in text
    assert 'path="hero.png"' in text


@pytest.mark.timeout(300)
def test_godot_plays_what_was_written(tmp_path: Path) -> None:
    godot = find_godot()
    if godot is None:
        if os.environ.get("AYO_CI"):
            pytest.fail("Godot 4 is missing: run tests/godot/install.sh, or set AYO_GODOT")
        pytest.skip("no Godot 4 here: tests/godot/install.sh puts one in place")
    project = tmp_path / "project"
    (project / "art").mkdir(parents=True)
    (project / "project.godot").write_text('config_version=5\n[application]\nconfig/name="reader"\n')
    (project / "read.gd").write_text(READER.replace("    ", "\t"))
    made = [walker(6), walker(5, loop="ping-pong", tag="idle"), walker(3, loop="once", tag="jump", offset=(-1, -4))]
    write(made, project / "art" / "hero.tres", options=SheetOptions(padding=1, extrude=1))
    imported = godot.run(tmp_path, "--path", str(project), "--import", timeout=120)
    assert imported.code == 0, imported.output
    done = godot.run(tmp_path, "--path", str(project), "--script", "res://read.gd", timeout=60)
    assert done.code == 0, done.output
    assert "ERROR" not in done.output
    read = json.loads((project / "read.json").read_text())
    assert read.pop("pivot") == "Vector2(5, 14)"
    assert list(read) == ["idle", "jump", "walk"]
    for clip in made:
        frames, durations = played(clip)
        got = read[clip.tag]
        assert got["loop"] == (clip.loop != "once")
        assert [frame["ms"] for frame in got["frames"]] == pytest.approx(durations, rel=1e-9)
        x, y = clip.offset[0] + 1, clip.offset[1] + 4
        for frame, expected in zip(got["frames"], frames, strict=True):
            picture = np.frombuffer(bytes.fromhex(frame["rgba"]), np.uint8).reshape(14, 9, 4)
            shown = picture[y : y + 10, x : x + 8]
            assert np.array_equal(np.where(shown[..., 3:] == 0, np.uint8(0), shown), expected)
    with Image.open(project / "art" / "hero.png") as sheet:
        assert sheet.mode == "RGBA"
