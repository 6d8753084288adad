"""ayo parts and ayo animate --parts, as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from cli_hero import hero
from PIL import Image

from ayo_backend.cli import main
from ayo_backend.parts_picture import COLOURS, PALETTE
from ayo_backend.rig import Role


@pytest.fixture(autouse=True)
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a hero."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(hero()).save("hero.png")
    return tmp_path


def _seen(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return np.array(image.convert("RGBA"))


def test_the_parts_are_shown_corrected_and_obeyed(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parts", "hero.png"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("Wrote hero_parts.png: humanoid facing ")
    assert all(COLOURS[role] in shown.out and role.name.lower().replace("_", " ") in shown.out for role in Role)
    assert shown.err == ""
    picture = _seen("hero_parts.png")
    assert np.array_equal(picture[..., 3] > 0, hero()[..., 3] > 0)

    picture[4:30, 8:16][picture[4:30, 8:16, 3] > 0] = PALETTE[Role.TORSO]  # a statue
    Image.fromarray(picture).save("statue.png")
    walk = ["animate", "hero.png", "-a", "walk", "-a", "idle", "-o"]
    assert main([*walk, "walk0.png"]) == 0
    assert main([*walk, "walk2.png", "--parts", "statue.png"]) == 0
    assert not np.array_equal(_seen("walk0.png"), _seen("walk2.png"))
    settings = json.loads((studio / "walk2.json").read_text())["meta"]["ayo"]["walk"]["settings"]
    assert settings["parts"] == "told"


def test_nothing_is_lost(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (studio / "hero_parts.png").write_bytes(b"an artist's")
    assert main(["parts", "hero.png"]) == 2
    assert "hero_parts.png exists already" in capsys.readouterr().err
    assert (studio / "hero_parts.png").read_bytes() == b"an artist's"
    assert main(["parts", "hero.png", "--force"]) == 0
    still = (studio / "hero.png").read_bytes()
    assert main(["parts", "hero.png", "-o", "hero.png", "--force"]) == 2
    assert "which it is made from" in capsys.readouterr().err
    assert (studio / "hero.png").read_bytes() == still
    assert main(["parts", "hero.png", "-o", "parts.gif"]) == 2
    assert "name.png" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["none.png"], "There is no file none.png"),
        (["hero.png", "--creature", "horse"], "horse"),
        (["hero.png", "--facing", "north"], "north"),
        (["hero.png", "--weights", "none.safetensors"], "none.safetensors"),
        (["hero.png", "-o", "none/parts.png"], "There is no folder none"),
    ],
)
def test_what_can_not_be_shown(studio: Path, options: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parts", *options]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("Error: ")
    assert told in shown.err
    assert [path.name for path in studio.iterdir()] == ["hero.png"]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ("none.png", "There is no file none.png"),
        ("hero.png", "no part's colour"),
        ("small.png", "24×24 px, the sprite 24×32 px"),
    ],
)
def test_what_can_not_be_told(studio: Path, parts: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(hero()[:24]).save("small.png")
    assert main(["animate", "hero.png", "-a", "walk", "--parts", parts, "-o", "out.png"]) == 2
    assert told in capsys.readouterr().err
    assert not (studio / "out.png").exists()


def test_parts_are_for_one_sprite(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(hero()).save("other.png")
    assert main(["animate", "hero.png", "other.png", "-a", "walk", "--parts", "parts.png", "-o", "out"]) == 2
    assert "--parts is for one sprite, not for 2" in capsys.readouterr().err
