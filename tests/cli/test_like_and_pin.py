"""ayo animate --like and --pin, as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from cli_hero import hero
from PIL import Image

from ayo_backend import making
from ayo_backend.cli import main


@pytest.fixture(autouse=True)
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a hero, an edited frame of it and another's clip."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(making, "_running_backend", lambda: None)
    Image.fromarray(hero()).save("hero.png")
    Image.fromarray(np.roll(hero(), 2, 1)).save("frame.png")
    Image.fromarray(hero()[:24]).save("small.png")
    steps = [Image.fromarray(np.roll(hero(), step, 0)) for step in (0, -1, -2)]
    steps[0].save("clip.webp", save_all=True, append_images=steps[1:], duration=[70, 80, 90], lossless=True)
    return tmp_path


def test_like_a_clip_and_with_a_frame_pinned(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = ["hero.png", "-a", "hurt", "--facing", "right", "--like", "clip.webp", "--pin", "2=frame.png"]
    assert main(["animate", *order, "-o", "a.png"]) == 0
    data = json.loads((studio / "a.json").read_text())
    assert [frame["duration"] for frame in data["frames"].values()] == [70, 80, 90]
    assert data["meta"]["ayo"]["hurt"]["settings"].items() >= {"like": "clip", "pins": [2]}.items()
    left, top = data["meta"]["ayo"]["hurt"]["offset"]
    box = list(data["frames"].values())[1]["frame"]
    with Image.open("a.png") as sheet:
        x, y = box["x"] - left, box["y"] - top
        assert np.array_equal(np.asarray(sheet.crop((x, y, x + 24, y + 32))), np.roll(hero(), 2, 1))
    shown = capsys.readouterr()
    assert "hurt 3 frames" in shown.out
    assert shown.err == ""


def test_each_action_is_like_its_own_of_a_sheet(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = ["-a", "walk", "-a", "hurt"]
    assert main(["animate", "hero.png", *both, "--frames", "3", "-o", "other.png"]) == 0
    assert main(["animate", "hero.png", *both, "--like", "other.png", "-o", "alike.png"]) == 0
    assert "walk 3 frames, hurt 3 frames" in capsys.readouterr().out
    made = {name: json.loads((studio / f"{name}.json").read_text()) for name in ("other", "alike")}
    durations = {name: [frame["duration"] for frame in data["frames"].values()] for name, data in made.items()}
    assert durations["alike"] == durations["other"]
    assert main(["animate", "hero.png", "-a", "idle", "-a", "walk", "--like", "other.png", "-o", "no.png"]) == 2
    assert "has no tag 'idle'" in capsys.readouterr().err
    assert not (studio / "no.png").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--like", "none.gif"], "There is no file none.gif"),
        (["--like", "hero.png"], "hero.png is one picture, not a clip"),
        (["--like", "clip.webp", "-a", "run"], "clip.webp shows the motion of one action, not of 2"),
        (["--pin", "2=frame.png", "-a", "run"], "--pin fixes a frame of one action, not of 2"),
        (["--pin", "frame.png"], "3=frame.png"),
        (["--pin", "x=frame.png"], "3=frame.png"),
        (["--pin", "2="], "3=frame.png"),
        (["--pin", "2=none.png"], "There is no file none.png"),
        (["--pin", "0=frame.png"], "no frame 0 to pin: the clip has frames 1 to 8"),
        (["--pin", "9=frame.png"], "no frame 9 to pin: the clip has frames 1 to 8"),
        (["--pin", "2=frame.png", "--pin", "2=hero.png"], "Frame 2 is pinned twice"),
        (["--pin", "2=small.png"], "24×24 px, the sprite 24×32 px"),
    ],
)
def test_what_can_not_be(studio: Path, options: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(studio.iterdir())
    assert main(["animate", "hero.png", "-a", "walk", *options, "-o", "out.png"]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("Error: ")
    assert shown.err.count("\n") == 1
    assert told in shown.err
    assert sorted(studio.iterdir()) == before


def test_a_pin_is_for_one_sprite(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["animate", "hero.png", "frame.png", "-a", "walk", "--pin", "2=frame.png", "-o", "out"]) == 2
    assert "--pin is for one sprite, not for 2" in capsys.readouterr().err
    assert not (studio / "out").exists()


@pytest.mark.parametrize(
    ("option", "target"),
    [
        (["--pin", "3=frame.png"], "frame.png"),
        (["--pin", "3=frame.png"], "frame.tres"),
        (["--like", "clip.webp"], "clip.webp"),
    ],
)
def test_no_animation_replaces_what_it_is_made_from(
    option: list[str], target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in Path.cwd().iterdir()}
    assert main(["animate", "hero.png", "--action", "walk", *option, "-o", target, "--force"]) == 2
    assert "which it is made from" in " ".join(capsys.readouterr().err.split())
    assert {path.name: path.read_bytes() for path in Path.cwd().iterdir()} == before
