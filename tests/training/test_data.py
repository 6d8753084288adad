"""Packs are read as documented, broken ones are refused with a sentence, and the trunk sees every sprite whole."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from ayo_backend.errors import AyoError
from ayo_backend.training.data import read_pack
from ayo_backend.trunk import trunk


def numbered(count: int, width: int = 6, height: int = 9) -> NDArray[np.uint8]:
    """Frames that can be told apart: frame i is opaque with red i + 1."""
    frames = np.full((count, height, width, 4), 255, np.uint8)
    frames[..., 0] = np.arange(1, count + 1)[:, None, None]
    return frames


def strip(frames: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(np.concatenate(list(frames), axis=1))


def row(**changes: Any) -> dict[str, Any]:
    base = {
        "path": "s/hero/walk.png", "source": "s", "character": "hero", "action": "walk", "facing": "right",
        "view": "side", "frames": 4, "width": 6, "height": 9, "loop": True, "split": "val",
        "rest_path": "s/hero/idle.png", "rest_index": 1, "license": "CC0-1.0", "author": "A", "url": "u",
    }  # fmt: skip
    return base | changes


def make_pack(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "s/hero").mkdir(parents=True)
    strip(numbered(4)).save(folder / "s/hero/walk.png")
    strip(numbered(2)).save(folder / "s/hero/idle.png")
    (folder / "clips.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return folder


def zipped(folder: Path) -> Path:
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder).as_posix())
    return target


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_reads_frames_rest_and_facts(tmp_path: Path, form: str) -> None:
    folder = make_pack(tmp_path / "pack", row(), row(action="hurt", loop=False, prop_change=True, rest_path=""))
    walk, hurt = read_pack(folder if form == "folder" else zipped(folder))
    assert walk.frames().shape == (4, 9, 6, 4)
    assert walk.frames()[:, 0, 0, 0].tolist() == [1, 2, 3, 4]
    assert walk.rest()[0, 0, 0] == 2
    assert (walk.source, walk.character, walk.action, walk.facing, walk.view) == ("s", "hero", "walk", "right", "side")
    assert (walk.split, walk.prop_change, walk.license, walk.author, walk.url) == ("val", False, "CC0-1.0", "A", "u")
    assert walk.phases() == [0, 0.25, 0.5, 0.75]
    assert hurt.phases() == [0, 1 / 3, 2 / 3, 1]
    assert hurt.prop_change
    with pytest.raises(AyoError, match="rest"):
        hurt.rest()


def test_pictures_can_be_painted_on_without_harm(tmp_path: Path) -> None:
    (clip,) = read_pack(make_pack(tmp_path / "pack", row()))
    clip.frames()[:] = 0
    clip.rest()[:] = 0
    assert clip.frames().any()
    assert clip.rest().any()


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (row(path="s/hero/lost.png"), "missing"),
        (row(path="../../secret.png"), "missing"),
        (row(frames=9), "smaller"),
        (row(path="clips.jsonl"), "no picture"),
    ],
)
def test_broken_pictures_are_refused_when_asked_for(tmp_path: Path, spoilt: dict[str, Any], words: str) -> None:
    strip(numbered(4)).save(tmp_path / "secret.png")
    (clip,) = read_pack(make_pack(tmp_path / "a" / "pack", spoilt))
    with pytest.raises(AyoError, match=words) as caught:
        clip.frames()
    assert caught.value.code == "bad_pack"


@pytest.mark.parametrize(
    "line", ["not json", '{"path": "x.png"}', json.dumps(row(frames=0)), json.dumps(row(split="test"))]
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    folder = make_pack(tmp_path / "pack", row())
    with (folder / "clips.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n" + line + "\n")
    with pytest.raises(AyoError, match="Line 3"):
        read_pack(folder)


def test_what_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(AyoError) as caught:
        read_pack(tmp_path / "nowhere")
    assert caught.value.code == "file_not_found"
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    for path in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(AyoError) as caught:
            read_pack(path)
        assert caught.value.code == "bad_pack"


@pytest.mark.parametrize("form", ["hash", "array"])
def test_reads_aseprite_sheets(tmp_path: Path, form: str) -> None:
    strip(numbered(6)).save(tmp_path / "wolf.png")
    frames = [
        {"filename": f"wolf {i}", "frame": {"x": 6 * i, "y": 0, "w": 6, "h": 9}, "rotated": False, "trimmed": True,
         "spriteSourceSize": {"x": 1, "y": 2, "w": 6, "h": 9}, "sourceSize": {"w": 10, "h": 12}, "duration": 100}
        for i in range(6)
    ]  # fmt: skip
    tags = [
        {"name": "Run Left", "from": 0, "to": 1, "direction": "forward"},
        {"name": "idle_down", "from": 2, "to": 4, "direction": "pingpong"},
        {"name": "howl", "from": 4, "to": 5, "direction": "reverse"},
    ]
    listed = {frame["filename"]: frame for frame in frames} if form == "hash" else frames
    sheet = {"frames": listed, "meta": {"image": "wolf.png", "frameTags": tags}}
    (tmp_path / "wolf.json").write_text(json.dumps(sheet), encoding="utf-8")
    (tmp_path / "other.json").write_text('{"name": "not a sheet"}', encoding="utf-8")
    run, idle, howl = read_pack(tmp_path)
    assert (run.character, run.action, run.facing, run.loop) == ("wolf", "run", "left", True)
    assert (idle.action, idle.facing, idle.view) == ("idle", "down", "topdown")
    assert (howl.action, howl.facing, howl.split) == ("other", "right", "train")
    assert run.frames().shape == (2, 12, 10, 4)
    assert run.frames()[:, 2, 1, 0].tolist() == [1, 2]
    assert not run.frames()[:, :2].any()
    assert idle.frames()[:, 2, 1, 0].tolist() == [3, 4, 5, 4]
    assert howl.frames()[:, 2, 1, 0].tolist() == [6, 5]
    assert run.rest()[2, 1, 0] == 3  # the first frame of idle


boxes = st.tuples(st.integers(2, 80), st.integers(2, 80), st.integers(0, 30), st.integers(0, 30))


@settings(max_examples=60, deadline=None)
@given(boxes)
def test_the_trunk_sees_the_whole_character_standing(box: tuple[int, int, int, int]) -> None:
    width, height, left, top = box
    rest = np.zeros((top + height + 5, left + width + 7, 4), np.uint8)
    rest[top : top + height, left : left + width] = 255
    place = trunk(rest)
    seen = place.apply(rest)[..., 3] > 0
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    assert rows[-1] == 59
    assert abs((columns[0] + columns[-1] + 1) / 2 - 32) <= 1
    longest = max(len(rows), len(columns))
    assert longest <= 53
    if max(width, height) <= 52:
        assert place.scale == 52 // max(width, height)
        assert seen.sum() == width * height * place.scale**2  # enlarged evenly
        assert longest > 26
    else:
        assert longest >= 51


@settings(max_examples=60, deadline=None)
@given(boxes)
def test_masks_come_back_where_they_were(box: tuple[int, int, int, int]) -> None:
    width, height, left, top = box
    rest = np.zeros((top + height + 5, left + width + 7, 4), np.uint8)
    rest[top : top + height, left : left + width] = 255
    place = trunk(rest)
    visible = rest[..., 3] > 0
    back = place.mask_back((place.apply(rest)[..., 3] > 0)[None].astype(np.float32), visible.shape)[0]
    assert back.min() >= 0
    assert back.max() <= 1 + 1e-6
    inner = np.zeros_like(visible)
    inner[top + 2 : max(0, top + height - 2), left + 2 : max(0, left + width - 2)] = True
    assert (back[inner] > 0.99).all()
    outer = np.zeros_like(visible)
    outer[max(0, top - 2) : top + height + 2, max(0, left - 2) : left + width + 2] = True
    assert (back[~outer] < 0.01).all()
