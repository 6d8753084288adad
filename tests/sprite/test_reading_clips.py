"""Clips from files, in every form that Ayo writes them and some that it doesn't."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ayo_backend import AyoError, Clip
from ayo_backend.clip_io import read_clip
from ayo_backend.export import write


def frames(count: int = 4, width: int = 12) -> NDArray[np.uint8]:
    pictures = np.zeros((count, 16, width, 4), np.uint8)
    for i in range(count):
        pictures[i, 2 : 8 + i, 3:9] = (200, 10 * i, 40, 255)
    return pictures


def clip(tag: str = "walk") -> Clip:
    return Clip(frames(), (80, 100, 120, 100), "loop", (6.0, 16.0), (0, 0), tag)


@pytest.mark.parametrize("name", ["a.gif", "a.apng", "a.webp", "a.png", "a"])
def test_what_ayo_writes_is_read_back(tmp_path: Path, name: str) -> None:
    write([clip()], tmp_path / name)
    read = read_clip(tmp_path / name)
    assert np.array_equal(read.frames, clip().frames)
    assert read.durations_ms == ((100,) * 4 if name == "a" else clip().durations_ms)
    assert read.tag == "a"


def test_the_tag_named_like_the_action_is_taken_from_a_sheet(tmp_path: Path) -> None:
    run = Clip(frames()[::-1], (50,) * 4, "loop", (6.0, 16.0), (0, 0), "hero_run")
    write([clip(), run], tmp_path / "hero.png")
    assert np.array_equal(read_clip(tmp_path / "hero.png", "run").frames, run.frames)
    with pytest.raises(AyoError, match=r"no tag 'jump'\. Its tags are walk, hero_run"):
        read_clip(tmp_path / "hero.png", "jump")


def test_frames_of_a_folder_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for i, frame in enumerate(frames(11)):
        Image.fromarray(frame).save(tmp_path / f"f{i + 1}.png")
    assert np.array_equal(read_clip(tmp_path).frames, frames(11))


def test_a_flat_background_is_cut_out(tmp_path: Path) -> None:
    flat = frames()
    flat[flat[..., 3] == 0] = (255, 0, 255, 255)
    write([Clip(flat, (100,) * 4, "loop", (6.0, 16.0), (0, 0), "walk")], tmp_path / "a.webp")
    assert np.array_equal(read_clip(tmp_path / "a.webp").frames[..., 3], frames()[..., 3])


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    Image.fromarray(frames()[0]).save(tmp_path / "one.png")
    (tmp_path / "text.gif").write_text("no picture")
    write([clip()], tmp_path / "cut.gif")
    (tmp_path / "cut.gif").write_bytes((tmp_path / "cut.gif").read_bytes()[:-60])
    (tmp_path / "empty").mkdir()
    (tmp_path / "mixed").mkdir()
    for i, width in enumerate((12, 14)):
        Image.fromarray(frames(1, width)[0]).save(tmp_path / "mixed" / f"{i}.png")
    write([clip()], tmp_path / "sheet.png")
    data = json.loads((tmp_path / "sheet.json").read_text())
    for name, broken in (("far", 1000), ("word", "x")):
        for entry in data["frames"].values():
            entry["frame"]["x"] = broken
        (tmp_path / f"{name}.json").write_text(json.dumps(data))
        (tmp_path / f"{name}.png").write_bytes((tmp_path / "sheet.png").read_bytes())
    Image.new("RGBA", (2000, 16)).save(tmp_path / "wide.gif")
    for name, told in (
        ("none.gif", "There is no file"),
        ("one.png", "one.png is one picture, not a clip"),
        ("text.gif", "is no GIF"),
        ("cut.gif", "can't be read"),
        ("empty", "is one picture, not a clip"),
        ("mixed", "different sizes"),
        ("far.png", "smaller than its JSON says"),
        ("word.png", "no JSON of Aseprite's"),
        ("wide.gif", "up to 1024 px"),
    ):
        with pytest.raises(AyoError, match=told) as refusal:
            read_clip(tmp_path / name)
        assert refusal.value.hint


def test_a_clip_of_far_too_many_frames_is_refused(tmp_path: Path) -> None:
    pictures = [Image.fromarray(frame) for frame in np.repeat(frames(), 40, 0)]
    for i, picture in enumerate(pictures):
        picture.putpixel((0, 0), (i, 0, 0, 255))
    pictures[0].save(tmp_path / "long.webp", save_all=True, append_images=pictures[1:], lossless=True)
    with pytest.raises(AyoError, match="160 frames"):
        read_clip(tmp_path / "long.webp")
