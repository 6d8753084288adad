"""The trivial rows behave as they are named, clips are chosen the same way every time, and a table comes out of it."""

from __future__ import annotations

import dataclasses
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import save_file

from ayo_backend.errors import AyoError
from ayo_backend.model.generator import Generator
from ayo_backend.model.weights import save
from ayo_backend.training import judge as judging
from ayo_backend.training import methods
from ayo_backend.training.contact import contact_sheet
from ayo_backend.training.data import PackClip, read_pack
from ayo_backend.training.evaluate import Baseline, Gallery, Split, chosen, evaluate, evaluate_command
from ayo_backend.training.original import load_original, painted, save_original, teach_original
from ayo_backend.training.perceptual import VGG19, load_vgg19
from ayo_backend.training.scoreboard import Measured, load_figures, markdown, save_figures

COLOURS = {"knight": (200, 40, 40), "mage": (40, 40, 200), "archer": (40, 200, 40), "guard": (210, 50, 50)}


def character(colour: tuple[int, int, int], action: str, moment: float) -> NDArray[np.uint8]:
    """A block of a body: it sways in a walk, hops in a jump."""
    picture = np.zeros((24, 20, 4), np.uint8)
    x = 7 + round(3 * math.sin(moment * math.tau)) * (action == "walk")
    y = 10 - round(6 * math.sin(moment * math.pi)) * (action == "jump")
    picture[y : y + 12, x : x + 6] = (*colour, 255)
    picture[y : y + 3, x + 2 : x + 5] = (240, 220, 180, 255)
    return picture


@pytest.fixture
def clips(tmp_path: Path) -> list[PackClip]:
    """Three characters to learn from and one, the guard, to be measured on; walk loops, jump does not."""
    rows = []
    for name, colour in COLOURS.items():
        for action in ("walk", "jump"):
            frames = [character(colour, action, i / (8 if action == "walk" else 7)) for i in range(8)]
            Image.fromarray(np.concatenate(frames, axis=1)).save(tmp_path / f"{name}_{action}.png")
            rows.append({
                "path": f"{name}_{action}.png", "source": "blocks", "character": name, "action": action,
                "facing": "right", "view": "side", "frames": 8, "width": 20, "height": 24, "loop": action == "walk",
                "split": "val" if name == "guard" else "train", "rest_path": f"{name}_walk.png", "rest_index": 0,
            })  # fmt: skip
    (tmp_path / "clips.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return read_pack(tmp_path)


def of(measured: list[Measured], method: str, figure: str) -> list[float]:
    return [row.figures[figure] for row in measured if row.method == method]


def test_the_trivial_rows_are_what_they_are_called(clips: list[PackClip]) -> None:
    known = [clip for clip in clips if clip.split == "train"]
    makers = {"artist": methods.true, "still": methods.still, "nearest": methods.nearest(known)}
    gallery = Gallery()
    measured = list(evaluate(chosen(clips, "val"), makers, watch=gallery.watch))
    assert len(measured) == 2 * 3
    assert of(measured, "artist", "l1") == [0, 0]
    assert of(measured, "artist", "energy") == [1, 1]
    assert of(measured, "still", "energy") == [0, 0]
    assert of(measured, "still", "area") == [1, 1]
    # The nearest known character is the red knight: the same motion in another red.
    assert of(measured, "nearest", "iou") == [1, 1]
    assert min(of(measured, "nearest", "energy")) > 0.9
    assert all(0 < share < 0.5 for share in of(measured, "nearest", "exact"))
    assert set(of(measured, "nearest", "colours")) == {1}
    assert "| all | still | 2 |" in markdown(measured)


def test_pixels_do_not_count_where_a_weapon_appears_from_nowhere(clips: list[PackClip]) -> None:
    armed = [dataclasses.replace(clip, prop_change=True) for clip in chosen(clips, "val")]
    measured = list(evaluate(armed, {"still": methods.still}))
    assert all(math.isnan(value) for value in of(measured, "still", "l1"))
    assert of(measured, "still", "energy") == [0, 0]


def test_sheets_are_saved_and_named_by_source(clips: list[PackClip], tmp_path: Path) -> None:
    gallery = Gallery()
    list(evaluate(chosen(clips, "val"), {"artist": methods.true, "nearest": methods.true}, watch=gallery.watch))
    gallery.save(tmp_path)
    with Image.open(tmp_path / "blocks-1.png") as sheet:
        assert sheet.width >= 9 * 12 * 3


def test_a_sheet_shows_each_frame_enlarged() -> None:
    frames = np.full((3, 5, 4, 4), (250, 10, 10, 255), np.uint8)
    sheet = np.asarray(contact_sheet([("red", frames), ("red again", frames)], scale=3))
    assert (sheet == (250, 10, 10)).all(-1).sum() == 2 * 3 * 5 * 4 * 9


def test_choice_is_repeatable_limited_and_spread_over_actions(clips: list[PackClip]) -> None:
    assert chosen(clips, "train") == chosen(clips[::-1], "train")
    picked = chosen(clips, "train", limit=4)
    assert Counter(clip.action for clip in picked) == {"walk": 2, "jump": 2}
    assert {clip.character for clip in chosen(clips, "val")} == {"guard"}


def test_the_judge_learns_to_tell_actions(clips: list[PackClip], tmp_path: Path) -> None:
    judge = judging.taught([clip for clip in clips if clip.split == "train"], steps=20)
    held_out = chosen(clips, "val")
    seen = [judging.glimpses(clip.frames(), clip.rest(), clip.loop) for clip in held_out]
    assert judge.names(seen) == [clip.action for clip in held_out]
    measured = list(evaluate(held_out, {"artist": methods.true}, judge))
    assert of(measured, "artist", "named") == [1, 1]
    save_file(judge.state_dict(), tmp_path / "judge.safetensors")
    assert judging.load_judge(tmp_path / "judge.safetensors", []).names(seen) == judge.names(seen)
    (tmp_path / "judge.safetensors").write_bytes(b"broken")
    with pytest.raises(AyoError, match="no judge"):
        judging.load_judge(tmp_path / "judge.safetensors", [])


def test_what_teaches_a_judge_names_its_file(clips: list[PackClip]) -> None:
    assert judging.cached(clips) == judging.cached(list(clips))
    assert judging.cached(clips) != judging.cached(clips[1:])


def test_vgg19_distance_with_a_file_by_path(clips: list[PackClip], tmp_path: Path) -> None:
    torch.manual_seed(0)
    state = VGG19().state_dict() | {"classifier.0.weight": torch.zeros(1)}
    torch.save(state, tmp_path / "vgg19.pth")
    network = load_vgg19(tmp_path / "vgg19.pth")
    walk = next(clip for clip in clips if clip.action == "walk").frames()[:2]
    assert network.distance(walk, walk) == 0
    assert network.distance(walk, walk[::-1]) > 0
    with pytest.raises(AyoError, match="no VGG19"):
        load_vgg19(tmp_path / "lost.pth")
    (tmp_path / "bad.pth").write_bytes(b"not weights")
    with pytest.raises(AyoError, match="does not hold"):
        load_vgg19(tmp_path / "bad.pth")


def test_the_original_recipe_learns_and_paints_whole_clips(clips: list[PackClip], tmp_path: Path) -> None:
    losses: list[float] = []
    known = [clip for clip in clips if clip.split == "train"]
    model = teach_original(known, 160, watch=lambda seen, loss: losses.append(loss))
    assert losses[-1] < 0.7 * losses[0]
    save_original(model, tmp_path / "original.safetensors")
    (guard, *_) = chosen(clips, "val")
    made = painted(load_original(tmp_path / "original.safetensors"))(guard)
    assert made.frames.shape == guard.frames().shape
    assert (made.frames == painted(model)(guard).frames).all()
    drawn = list(evaluate([guard], {"original": painted(model), "artist": methods.true}))
    assert of(drawn, "original", "colours") == [0]
    assert of(drawn, "original", "iou")[0] > 0.3
    with pytest.raises(AyoError, match="no weights"):
        load_original(tmp_path / "lost.safetensors")


def test_figures_read_back_as_saved(tmp_path: Path) -> None:
    rows = [Measured("ayo", "p", "c", "walk", "right", {"l1": 0.5, "closure": math.nan})]
    save_figures(rows, tmp_path / "figures.jsonl")
    (row,) = load_figures(tmp_path / "figures.jsonl")
    assert row.figures["l1"] == 0.5
    assert math.isnan(row.figures["closure"])


def test_the_command_leaves_tables_figures_and_sheets(clips: list[PackClip], tmp_path: Path) -> None:
    save_file(judging.Judge().state_dict(), tmp_path / "judge.safetensors")
    save(Generator(), tmp_path / "ayo.safetensors", {})
    out = tmp_path / "deep" / "out"
    given = {"weights": tmp_path / "ayo.safetensors", "judge": tmp_path / "judge.safetensors"}
    evaluate_command([clips[0].pack], out=out, **given)
    measured = load_figures(out / "figures.jsonl")
    assert Counter(row.method for row in measured) == {"ayo": 2, "artist": 2, "still": 2, "nearest": 2}
    assert max(of(measured, "ayo", "colours") + of(measured, "ayo", "alphas")) == 0
    assert (out / "scoreboard.md").read_text(encoding="utf-8") == markdown(measured)
    assert (out / "blocks-1.png").exists()


def test_the_command_says_what_is_missing(clips: list[PackClip], tmp_path: Path) -> None:
    pack = [clips[0].pack]
    index = tmp_path / "clips.jsonl"
    index.write_text(index.read_text(encoding="utf-8").replace('"val"', '"train"'), encoding="utf-8")
    with pytest.raises(AyoError, match="no val clips"):
        evaluate_command(pack)
    with pytest.raises(AyoError, match="needs weights"):
        evaluate_command(pack, split=Split.TRAIN, baseline=[Baseline.ORIGINAL])
    with pytest.raises(AyoError, match="can't be made"):
        evaluate_command(pack, split=Split.TRAIN, out=tmp_path / "clips.jsonl" / "out")
