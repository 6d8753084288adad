"""Stills labelled by hand: read with their packs, varied without harm, and learned from."""

import json
import runpy
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from ayo_backend import puppets
from ayo_backend.animator import SHIPPED
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import KINDS, VIEWS
from ayo_backend.model.tensors import premultiplied
from ayo_backend.model.weights import load
from ayo_backend.rig import Kind, Role, View
from ayo_backend.training.data import Cel, PackClip
from ayo_backend.training.exchange import Exchange
from ayo_backend.training.hand_labels import (
    LABELS,
    MIRRORED,
    NAMES,
    PARTS,
    Labelled,
    agreement,
    labelled,
    placed,
)
from ayo_backend.training.labelled_stills import varied
from ayo_backend.training.parse_phase import ParsePhase


@pytest.fixture
def clip(tmp_path: Path) -> PackClip:
    """A puppet's still as a pack's clip that looks left."""
    sprite = puppets.draw(1, kind=Kind.HUMANOID, view=View.SIDE, size=48).sprite.mirrored()
    Image.fromarray(sprite.rgba).save(tmp_path / "rest.png")
    cel = Cel("rest.png", (0, 0, *sprite.size), (0, 0), sprite.size)
    return PackClip(
        "drawn", "puppet", "walk", "left", "side", True, "train", False, "CC0-1.0", "Ayo", "", tmp_path, (cel,), cel
    )


def _written(clip: PackClip, parts: list[str], path: Path) -> Path:
    runs = [[len(list(run)), name] for name, run in groupby(parts)]
    line = {"source": "drawn", "character": "puppet", "facing": clip.facing, "kind": "humanoid", "runs": runs}
    path.write_text(json.dumps(line) + "\n")
    return path


def _upper_and_lower(clip: PackClip) -> list[str]:
    """The upper half of the trunk's opaque pixels is a head, the lower one legs."""
    sprite, place = placed(clip)
    rows = np.nonzero(place.apply(sprite.indices))[0]
    return ["head" if row < np.median(rows) else "leg" for row in rows]


def test_labels_lie_on_the_pixels_that_were_labelled(clip: PackClip, tmp_path: Path) -> None:
    """Looking right, as the sprite will be when it is taken apart."""
    (still,) = labelled([clip], _written(clip, _upper_and_lower(clip), tmp_path / "labels.jsonl"))
    assert ((still.parts > 0) == (still.indices > 0)).all()
    assert (still.kind, still.view) == (Kind.HUMANOID, View.SIDE)
    head, leg = (np.nonzero(still.parts == NAMES.index(name))[0].mean() for name in ("head", "leg"))
    assert head < leg


def test_another_still_is_not_given_the_labels_of_this_one(clip: PackClip, tmp_path: Path) -> None:
    path = _written(clip, _upper_and_lower(clip)[1:], tmp_path / "labels.jsonl")
    assert labelled([clip], path) == []
    path = _written(clip, _upper_and_lower(clip), path)
    assert labelled([replace(clip, character="other")], path) == []


def test_the_labels_that_ship_name_known_parts_and_only_one_line_a_still() -> None:
    lines = [json.loads(line) for line in LABELS.read_text().splitlines()]
    assert len({(line["source"], line["character"], line["facing"]) for line in lines}) == len(lines) > 200
    assert {name for line in lines for _, name in line["runs"]} <= set(NAMES)
    assert all(count > 0 for line in lines for count, _ in line["runs"])


def test_every_role_can_be_labelled_and_a_mirror_swaps_sides() -> None:
    assert set().union(*PARTS.values()) == set(Role)
    assert (MIRRORED[MIRRORED] == np.arange(len(NAMES))).all()
    assert NAMES[MIRRORED[NAMES.index("near_arm")]] == "far_arm"
    assert NAMES[MIRRORED[NAMES.index("tail")]] == "tail"


def test_varied_stills_keep_their_labels_on_their_pixels(clip: PackClip, tmp_path: Path) -> None:
    (still,) = labelled([clip], _written(clip, _upper_and_lower(clip), tmp_path / "labels.jsonl"))
    rng = np.random.default_rng(0)
    for view in View:
        for _ in range(20):
            sample = varied(replace(still, view=view), Exchange([still]), rng)
            opaque = sample["rgba"][3] > -1
            assert (opaque == (sample["parts"] > 0)).all()
            assert 0.5 < opaque.sum() / (still.indices != 0).sum() < 2
            rows = torch.arange(len(opaque))[:, None].expand_as(opaque)
            heads = sample["parts"] == NAMES.index("head")
            assert heads.any()
            assert rows[heads].float().mean() < rows[opaque & ~heads].float().mean()


def test_the_parser_learns_what_is_labelled(clip: PackClip, tmp_path: Path) -> None:
    """Even what no puppet has: heads that reach to the hips."""
    torch.manual_seed(0)
    stills = labelled([clip], _written(clip, _upper_and_lower(clip), tmp_path / "labels.jsonl"))
    generator = Generator()
    load(generator, SHIPPED)
    before = _right(generator, stills[0])
    phase = ParsePhase(generator, 8, 0, workers=0, stills=stills)
    optimiser = torch.optim.AdamW(phase.parameters(), lr=1e-3)
    for _ in range(25):
        optimiser.zero_grad()
        phase.loss(torch.device("cpu"))[0].backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    assert before < 0.8
    assert _right(generator, stills[0]) > 0.9


@torch.no_grad()
def _right(generator: Generator, still: Labelled) -> float:
    picture = premultiplied(still.palette[still.indices])[None]
    parse = generator.parser(picture, torch.tensor([VIEWS.index(still.view)]))
    return float(agreement(parse, torch.from_numpy(still.parts.astype(np.int64))[None]))


def test_a_parse_is_scored_by_pack_and_by_part(clip: PackClip, tmp_path: Path) -> None:
    tool = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[2] / "tools" / "score_parse.py")))
    stills = labelled([clip], _written(clip, _upper_and_lower(clip), tmp_path / "labels.jsonl"))
    (seen,) = tool.parses(SHIPPED, stills)
    legs = stills[0].parts == NAMES.index("leg")
    seen.visible[:] = 0
    seen.visible[:, Role.FAR_LOWER_LEG] = 1  # every pixel a leg: right in the lower half
    seen.kind[:] = 0
    seen.kind[:, KINDS.index(Kind.BIRD)] = 1
    scores = tool.by_pack(stills, [seen])
    assert scores["drawn"] == scores["all"] == [(pytest.approx(legs.sum() / (stills[0].parts > 0).sum()), False)]
    parts = tool.by_part(stills, [seen])
    assert (parts["head"], parts["leg"]) == (0, 1)
    assert np.isnan(parts["tail"])
