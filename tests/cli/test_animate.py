"""ayo animate, as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_hero import hero
from PIL import Image

from ayo_backend.cli import main
from ayo_backend.sprite import Sprite


@pytest.fixture(autouse=True)
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a hero in it, and no backend."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AYO_RUNTIME_DIR", str(tmp_path / "nobody"))
    Image.fromarray(hero()).save("hero.png")
    return tmp_path


def ayo(*arguments: str) -> int:
    return main(["animate", *arguments])


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_sheet_with_its_json(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ayo("hero.png", "--action", "walk", "--facing", "right", "--frames", "5", "-o", "hero_walk.png") == 0
    assert names(studio) == ["hero.png", "hero_walk.json", "hero_walk.png"]
    data = json.loads((studio / "hero_walk.json").read_text())
    assert len(data["frames"]) == 5
    settings = data["meta"]["ayo"]["walk"]["settings"]
    assert settings.items() >= {"action": "walk", "facing": "right", "frames": 5, "seed": 0, "energy": 1.0}.items()
    with Image.open("hero_walk.png") as sheet:
        colours = {colour for _, colour in sheet.getcolors(1000) or []}
    assert colours <= {tuple(colour) for colour in Sprite.from_rgba(hero()).palette.tolist()}
    shown = capsys.readouterr()
    assert shown.out.startswith("Wrote hero_walk.png and hero_walk.json: walk 5 frames, ")
    assert f"{settings['creature']} facing right" in shown.out
    assert shown.err == ""


def test_several_actions_make_one_sheet_with_a_tag_each(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        ayo("hero.png", "-a", "idle", "-a", "jump", "--padding", "2", "--extrude", "1", "--json-format", "array") == 0
    )
    data = json.loads((studio / "hero_sheet.json").read_text())
    assert [tag["name"] for tag in data["meta"]["frameTags"]] == ["idle", "jump"]
    assert data["meta"]["frameTags"][1]["repeat"] == "1"
    cell = data["frames"][0]["frame"]
    assert f"{cell['w']}×{cell['h']} px" in " ".join(capsys.readouterr().out.split()), "the cell that all share"
    assert data["frames"][0]["frame"]["x"] == 1
    assert data["frames"][1]["frame"]["x"] == data["frames"][0]["frame"]["w"] + 2 + 3


@pytest.mark.parametrize(
    ("output", "written"),
    [
        (None, ["hero_walk.json", "hero_walk.png"]),
        ("a.gif", ["a.gif"]),
        ("a.apng", ["a.apng"]),
        ("a.webp", ["a.webp"]),
        ("a.tres", ["a.png", "a.tres"]),
        ("a", ["a/clips.json", "a/walk_00.png", "a/walk_01.png"]),
    ],
)
def test_the_suffix_tells_the_format(studio: Path, output: str | None, written: list[str]) -> None:
    assert ayo("hero.png", "-a", "walk", "--frames", "2", *(["-o", output] if output else [])) == 0
    assert names(studio) == sorted(["hero.png", *written])


def test_an_even_rate(studio: Path) -> None:
    assert ayo("hero.png", "-a", "jump", "--frames", "6", "--fps", "12", "-o", "a.apng") == 0
    with Image.open("a.apng") as image:
        shown = []
        for i in range(image.n_frames):
            image.seek(i)
            shown.append(image.info["duration"])
    assert shown == [83, 84, 83, 83, 84, 83]


def test_a_background_is_cut_when_asked(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.alpha_composite(Image.new("RGBA", (24, 32), "#ff00ff"), Image.open("hero.png")).save("flat.png")
    assert ayo("flat.png", "-a", "walk", "--background", "auto", "-o", "a.png") == 0
    with Image.open("a.png") as sheet:
        assert (255, 0, 255, 255) not in {colour for _, colour in sheet.getcolors(1000) or []}
    assert ayo("flat.png", "-a", "walk", "-o", "b.png") == 0
    assert "Note: flat.png has a flat background, #ff00ff" in capsys.readouterr().err


def test_force_replaces(studio: Path) -> None:
    assert ayo("hero.png", "-a", "walk") == 0
    before = (studio / "hero_walk.json").read_bytes()
    assert ayo("hero.png", "-a", "walk") == 2
    assert (studio / "hero_walk.json").read_bytes() == before
    assert ayo("hero.png", "-a", "walk", "--frames", "3", "--force") == 0
    assert (studio / "hero_walk.json").read_bytes() != before


def test_the_same_order_gives_the_same_bytes(studio: Path) -> None:
    assert ayo("hero.png", "-a", "walk", "--seed", "5", "-o", "a.webp") == 0
    assert ayo("hero.png", "-a", "walk", "--seed", "5", "-o", "b.webp") == 0
    assert (studio / "a.webp").read_bytes() == (studio / "b.webp").read_bytes()


@pytest.fixture
def crowd(studio: Path) -> Path:
    """A folder with two good sprites, a bad one, and a file that is no picture by its name."""
    (studio / "crowd").mkdir()
    for name in ("anna.png", "ben.png"):
        Image.fromarray(hero()).save(studio / "crowd" / name)
    (studio / "crowd" / "broken.png").write_bytes(b"no picture")
    (studio / "crowd" / "readme.txt").write_text("hello")
    return studio / "crowd"


@pytest.mark.parametrize("given", ["crowd", "crowd/*.png"])
def test_a_folder_or_a_pattern_animates_every_sprite(
    studio: Path, crowd: Path, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that can't be read is told, spoils none of the others, and shows in the exit code."""
    before = names(crowd)
    assert ayo(given, "-a", "walk", "--frames", "2", "--format", "gif", "-o", "out") == 2
    assert names(studio / "out") == ["anna_walk.gif", "ben_walk.gif"]
    assert names(crowd) == before
    shown = capsys.readouterr()
    assert shown.out.count("Wrote") == 2
    assert shown.err.count("Error:") == 1
    assert "broken.png" in shown.err


def test_a_folder_that_comes_to_nothing_is_not_left_behind(studio: Path, crowd: Path) -> None:
    for name in ("anna.png", "ben.png"):
        (crowd / name).write_bytes(b"")
    assert ayo("crowd", "-a", "walk", "-o", "out") == 2
    assert not (studio / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["crowd"], "Name one: -o"),
        (["crowd", "-o", "out.gif"], "Name one: -o"),
        (["crowd", "-o", "crowd"], "where the sprites are"),
        (["crowd", "-o", "none/out"], "no folder none"),
        (["crowd", "-o", "out", "--format", "mp4"], "no 'mp4' files"),
        (["crowd/anna.png", "hero.png", "twin/hero.png", "-o", "out"], "would both become"),
        (["nothing*.png", "-o", "out"], "Nothing matches"),
        (["empty", "-o", "out"], "no picture in empty"),
    ],
)
def test_many_sprites_that_can_not_be_placed(
    studio: Path, crowd: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (studio / "empty").mkdir()
    (studio / "twin").mkdir()
    Image.fromarray(hero()).save(studio / "twin" / "hero.png")
    before = names(studio)
    assert ayo(*arguments, "-a", "walk") == 2
    assert told in capsys.readouterr().err
    assert names(studio) == before
    assert not (studio / "out").exists()
