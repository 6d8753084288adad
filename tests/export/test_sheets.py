"""A sheet and its JSON together give the clips back."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from ayo_backend.clip import Clip
from ayo_backend.errors import AyoError
from ayo_backend.export import SheetOptions, write
from ayo_backend.export.sheet import sheet_files

from .clips import clips, walker

options = st.builds(
    SheetOptions,
    layout=st.sampled_from(["rows", "grid", "strip"]),
    padding=st.integers(0, 3),
    extrude=st.integers(0, 2),
    json_format=st.sampled_from(["hash", "array"]),
)


def read(files: dict[Path, bytes]) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    (_, png), (_, text) = files.items()
    return np.array(Image.open(io.BytesIO(png))), json.loads(text)


def listed(data: dict[str, Any]) -> list[dict[str, Any]]:
    frames = data["frames"]
    return list(frames.values()) if isinstance(frames, dict) else frames


@settings(max_examples=80, deadline=None, derandomize=True)
@given(first=clips(), second=clips(tag="run"), options=options)
def test_clips_come_back_from_sheet_and_json(first: Clip, second: Clip, options: SheetOptions) -> None:
    picture, data = read(sheet_files([first, second], Path("hero.png"), options))
    frames, tags = listed(data), data["meta"]["frameTags"]
    assert isinstance(data["frames"], dict) == (options.json_format == "hash")
    assert data["meta"]["size"] == {"w": picture.shape[1], "h": picture.shape[0]}
    left, top = min(first.offset[0], second.offset[0]), min(first.offset[1], second.offset[1])
    for clip, tag in zip((first, second), tags, strict=True):
        assert tag["name"] == clip.tag
        assert tag["direction"] == ("pingpong" if clip.loop == "ping-pong" else "forward")
        assert tag.get("repeat") == ("1" if clip.loop == "once" else None)
        own = frames[tag["from"] : tag["to"] + 1]
        assert tuple(frame["duration"] for frame in own) == clip.durations_ms
        x, y = clip.offset[0] - left, clip.offset[1] - top
        for frame, expected in zip(own, clip.frames, strict=True):
            box = frame["frame"]
            shown = picture[box["y"] : box["y"] + box["h"], box["x"] : box["x"] + box["w"]]
            width, height = clip.size
            assert np.array_equal(shown[y : y + height, x : x + width], expected)
            assert shown[..., 3].sum(dtype=int) == expected[..., 3].sum(dtype=int), "nothing but the frame in its cell"
        assert data["meta"]["ayo"][clip.tag]["pivot"] == [clip.pivot[0] + x, clip.pivot[1] + y]
        assert data["meta"]["ayo"][clip.tag]["settings"] == clip.settings


@settings(max_examples=40, deadline=None, derandomize=True)
@given(clip=clips(), options=options)
def test_frames_keep_their_distance_and_extrude_their_edges(clip: Clip, options: SheetOptions) -> None:
    picture, data = read(sheet_files([clip], Path("a.png"), options))
    border = options.extrude
    taken = np.zeros(picture.shape[:2], int)
    for frame, expected in zip(listed(data), clip.frames, strict=True):
        box = frame["frame"]
        around = np.s_[
            box["y"] - border : box["y"] + box["h"] + border, box["x"] - border : box["x"] + box["w"] + border
        ]
        assert np.array_equal(picture[around], np.pad(expected, ((border,) * 2, (border,) * 2, (0, 0)), mode="edge"))
        taken[around] += 1
    assert taken.max() == 1
    assert not picture[taken == 0].any()
    if len(clip.frames) > 1 and options.layout != "grid":
        first, second = (frame["frame"] for frame in listed(data)[:2])
        assert second["x"] - first["x"] == first["w"] + 2 * border + options.padding


def test_layouts() -> None:
    def size(layout: str) -> tuple[int, int]:
        made = [walker(5), walker(3, tag="run")]
        picture, _ = read(sheet_files(made, Path("a.png"), SheetOptions(layout=layout)))  # type: ignore[arg-type]
        return picture.shape[1] // 8, picture.shape[0] // 10

    assert size("rows") == (5, 2)
    assert size("strip") == (8, 1)
    assert size("grid") == (3, 3)


def test_rows_wrap_where_textures_end() -> None:
    frames = np.full((9, 4, 1000, 4), 255, np.uint8)
    clip = Clip(frames, (100,) * 9, "loop", (500.0, 4.0), (0, 0), "walk")
    picture, _ = read(sheet_files([clip], Path("a.png"), SheetOptions()))
    assert picture.shape[:2] == (12, 4000)


def test_a_sheet_that_no_graphics_card_takes(tmp_path: Path) -> None:
    frames = np.zeros((20, 4, 1000, 4), np.uint8)
    clip = Clip(frames, (100,) * 20, "loop", (500.0, 4.0), (0, 0), "walk")
    with pytest.raises(AyoError) as caught:
        write([clip], tmp_path / "a.png", options=SheetOptions(layout="strip"))
    assert caught.value.code == "sheet_too_large"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("bad", [{"layout": "heap"}, {"json_format": "xml"}, {"padding": -1}, {"extrude": 65}])
def test_options_out_of_range(bad: dict[str, Any]) -> None:
    with pytest.raises(AyoError) as caught:
        SheetOptions(**bad)
    assert caught.value.code == "bad_option"


def test_the_json_is_what_asepriters_read(tmp_path: Path) -> None:
    write([walker(3, loop="once")], tmp_path / "hero_walk.png", options=SheetOptions(json_format="array"))
    data = json.loads((tmp_path / "hero_walk.json").read_text())
    assert data["frames"][1] == {
        "filename": "hero_walk 1.aseprite",
        "frame": {"x": 8, "y": 0, "w": 8, "h": 10},
        "rotated": False,
        "trimmed": False,
        "spriteSourceSize": {"x": 0, "y": 0, "w": 8, "h": 10},
        "sourceSize": {"w": 8, "h": 10},
        "duration": 70,
    }
    meta = data["meta"]
    assert meta["image"] == "hero_walk.png"
    assert meta["format"] == "RGBA8888"
    tag = {"name": "walk", "from": 0, "to": 2, "direction": "forward", "color": "#000000ff", "repeat": "1"}
    assert meta["frameTags"] == [tag]
    key = {"frame": 0, "bounds": {"x": 0, "y": 0, "w": 8, "h": 10}, "pivot": {"x": 4, "y": 10}}
    assert meta["slices"] == [{"name": "pivot", "color": "#0000ffff", "keys": [key]}]


def test_a_folder_of_frames_reads_back(tmp_path: Path) -> None:
    walk, jump = walker(3), walker(2, loop="once", tag="jump", offset=(-2, -3))
    written = write([walk, jump], tmp_path / "frames")
    assert [path.name for path in written] == [
        *(f"walk_0{i}.png" for i in range(3)),
        *(f"jump_0{i}.png" for i in range(2)),
        "clips.json",
    ]
    data = json.loads((tmp_path / "frames" / "clips.json").read_text())
    pictures = [np.array(Image.open(tmp_path / "frames" / name)) for name in data["frames"]]
    assert {picture.shape for picture in pictures} == {(13, 10, 4)}
    for tag, clip, (x, y) in zip(data["meta"]["frameTags"], (walk, jump), ((2, 3), (0, 0)), strict=True):
        own = np.stack(pictures[tag["from"] : tag["to"] + 1])
        assert np.array_equal(own[:, y : y + 10, x : x + 8], clip.frames)
    assert [frame["duration"] for frame in data["frames"].values()] == [*walk.durations_ms, *jump.durations_ms]


def test_a_shorter_clip_leaves_no_old_frames_and_no_stranger_harmed(tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    write([walker(5)], folder)
    (folder / "walk_09.png").write_bytes(b"mine")
    with pytest.raises(AyoError, match="exists already"):
        write([walker(3)], folder)
    write([walker(3)], folder, force=True)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["clips.json", "walk_00.png", "walk_01.png", "walk_02.png", "walk_09.png"]
