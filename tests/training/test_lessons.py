"""`ayo train` from end to end on a pack drawn here: three lessons, a checkpoint, a resume, weights that animate."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ayo_backend import Animator, Order, Sprite, motion, puppets
from ayo_backend.actions import ACTIONS, FACINGS, phases
from ayo_backend.animator import SHIPPED
from ayo_backend.cli import main
from ayo_backend.compose import Stage
from ayo_backend.figure import composite
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import KINDS, ROLES
from ayo_backend.model.weights import load
from ayo_backend.puppets.examples import FIGURES, example
from ayo_backend.rig import Kind, View
from ayo_backend.training import face_phase, pack_phase
from ayo_backend.training.augment import recoloured
from ayo_backend.training.data import read_pack
from ayo_backend.training.face_phase import FacePhase
from ayo_backend.training.move_phase import Figures
from ayo_backend.training.pack_phase import PackPhase
from ayo_backend.training.puppet_data import still
from ayo_backend.training.recipe import FACE_STEPS, PACK_STEPS
from ayo_backend.understanding import UNKNOWN_VIEW, parsed, understand


def _pack(folder: Path) -> Path:
    """Two puppets that walk, as strips with their index."""
    rows = []
    for seed in (1, 2):
        puppet = puppets.draw(seed, kind=Kind.HUMANOID, view=View.SIDE, size=48)
        stage = Stage(puppet.rig, puppet.pivot)
        poses = [
            motion.pose("walk", Kind.HUMANOID, View.SIDE, p, height=puppet.rig.height)
            for p in phases(ACTIONS["walk"], 4)
        ]
        canvas = (-8, -8, 56, 56)
        frames = [puppet.palette[stage.picture(pose, canvas).indices] for pose in poses]
        rest = np.zeros_like(frames[0])
        rest[8:56, 8:56] = puppet.sprite.rgba
        Image.fromarray(np.concatenate(frames, 1)).save(folder / f"walk{seed}.png")
        Image.fromarray(rest).save(folder / f"rest{seed}.png")
        rows.append(
            {
                "path": f"walk{seed}.png", "source": "drawn", "character": f"puppet{seed}", "action": "walk",
                "facing": "right", "view": "side", "frames": 4, "width": 64, "height": 64, "loop": True,
                "rest_path": f"rest{seed}.png", "rest_index": 0, "split": "train" if seed == 1 else "val",
                "license": "CC0-1.0", "author": "Ayo", "url": "",
            }
        )  # fmt: skip
    (folder / "clips.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return folder


def test_training_makes_weights_that_animate_and_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_phase, "PUPPETS", 100)
    monkeypatch.setattr(pack_phase, "STRANGERS", 100)
    pack, out = _pack(tmp_path), tmp_path / "run"
    steps = ["--parse-steps", "2", "--move-steps", "3", "--point-steps", "2"]
    assert main(["train", "--data", str(pack), "--out", str(out), *steps]) == 0
    assert {"ayo.safetensors", "checkpoint.pt", "CREDITS.md", "rollouts.png"} <= {path.name for path in out.iterdir()}
    assert "Ayo" in (out / "CREDITS.md").read_text()
    first = torch.load(out / "checkpoint.pt", weights_only=True)
    assert first["done"] == {"parse": 2, "guess": 1, "face": FACE_STEPS, "move": 3, "pack": PACK_STEPS, "point": 2}

    assert main(["train", "--data", str(pack), "--out", str(out), *steps]) == 2, (
        "a checkpoint is not overwritten unasked"
    )
    more = ["--parse-steps", "2", "--move-steps", "4", "--point-steps", "2"]
    assert main(["train", "--data", str(pack), "--out", str(out), "--resume", *more]) == 0
    assert torch.load(out / "checkpoint.pt", weights_only=True)["done"]["move"] == 4

    animator = Animator(out / "ayo.safetensors", device="cpu")
    assert animator.model["sources"] == ["drawn"]
    assert animator.model["pointed"] == {"drawn": {"walk": 4}}
    assert len(animator.animate(puppets.draw(2, size=48).sprite, Order("walk", "right", 4)).frames) == 4


def test_adapting_keeps_the_styles_that_are_known_and_adds_the_new_pack(tmp_path: Path) -> None:
    """A new pack that took the row of another would unlearn it. And what it shows is no longer moved as authored."""
    pack, out = _pack(tmp_path), tmp_path / "run"
    index = pack / "clips.jsonl"
    index.write_text(index.read_text().replace('"action": "walk"', '"action": "attack"'))
    steps = ["--parse-steps", "0", "--move-steps", "2", "--point-steps", "0"]
    assert main(["train", "--data", str(pack), "--out", str(out), "--start", str(SHIPPED), *steps]) == 0
    known = Animator(SHIPPED, device="cpu").model["sources"]
    for more in ([], ["--resume", "--move-steps", "3"]):
        if more:
            assert main(["train", "--data", str(pack), "--out", str(out), *steps, *more]) == 0
        facts = Animator(out / "ayo.safetensors", device="cpu").model
        assert facts["sources"] == [*known, "drawn"]
        assert facts["learned"] == ["attack", "jump", "run", "walk"]


def test_which_way_true_characters_look_is_learned_without_touching_the_parse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_phase, "PUPPETS", 300)
    clips = read_pack(_pack(tmp_path))
    clips = [replace(clip, facing=facing) for clip, facing in zip(clips, ("left", "up"), strict=True)]
    generator = Generator()
    load(generator, SHIPPED)
    before = {name: value.clone() for name, value in generator.state_dict().items()}
    phase = FacePhase(generator, clips, 32, 0)
    optimiser = torch.optim.AdamW(phase.parameters(), lr=3e-3)
    for _ in range(100):
        optimiser.zero_grad()
        phase.loss(torch.device("cpu"))[0].backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        sprites = [Sprite.from_rgba(clip.rest()) for clip in clips]
        told = [parsed(generator, s, UNKNOWN_VIEW, torch.device("cpu")).facing.argmax().item() for s in sprites]
    assert [FACINGS[int(index)] for index in told] == ["left", "up"]
    changed = [name for name, value in generator.state_dict().items() if not torch.equal(value, before[name])]
    assert changed
    assert all(name.startswith("parser.facing") for name in changed)


def test_a_pack_is_recognised_and_a_stranger_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_phase, "STRANGERS", 200)
    clips, generator, device = read_pack(_pack(tmp_path)), Generator(), torch.device("cpu")
    load(generator, SHIPPED)
    before = {name: value.clone() for name, value in generator.state_dict().items()}
    phase = PackPhase(generator, clips, ["drawn"], 64, 0)
    optimiser = torch.optim.AdamW(phase.parameters(), lr=3e-3)
    for _ in range(300):
        optimiser.zero_grad()
        phase.loss(device)[0].backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        own = [understand(generator, Sprite.from_rgba(clip.rest()), "right", device) for clip in clips]
        strangers = [understand(generator, example(name, 64).sprite, "right", device) for name in FIGURES]
        assert [int(generator.mover.recognised(figure.embedding)) for figure in own] == [1, 1]
        assert not any(int(generator.mover.recognised(figure.embedding)) for figure in strangers)
    changed = [name for name, value in generator.state_dict().items() if not torch.equal(value, before[name])]
    assert changed
    assert all(name.startswith("mover.pack") for name in changed)


def test_a_pack_without_clips_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clips.jsonl").write_text("")
    assert main(["train", "--data", str(tmp_path), "--out", str(tmp_path / "run")]) == 2


@pytest.mark.parametrize(("action", "phase"), [("jump", 0.5), ("attack", 0.5), ("hurt", 0.3)])
def test_the_soft_composite_agrees_with_the_one_users_get(tmp_path: Path, action: str, phase: float) -> None:
    """Training moves parts as the compositor does, up to its whole-pixel rounding."""
    clip = read_pack(_pack(tmp_path))[0]
    generator = Generator().eval()
    load(generator, SHIPPED)
    figure = Figures(generator, torch.device("cpu")).of(clip)
    assert figure is not None
    rig = figure.understood.rig
    pose = motion.pose(action, rig.kind, rig.view, phase, height=rig.height)
    parts = torch.from_numpy(pose.parts)[None, None]
    soft = composite([figure], parts, [pose.planted], torch.device("cpu"))[0, 0, 3]
    place = figure.understood.placement
    canvas = (-40, -40, 104, 104)
    hard = Stage(rig, figure.understood.sprite.pivot).picture(pose, canvas).indices
    shifted = type(place)(place.scale, place.left + 40, place.top + 40, place.size).apply(hard != 0)
    overlap = torch.from_numpy(shifted) & (soft > 0.5)
    union = torch.from_numpy(shifted) | (soft > 0.5)
    assert overlap.sum() / union.sum() > 0.85


def test_puppet_samples_are_true() -> None:
    rng = np.random.default_rng(0)
    for seed in range(25):
        sample = still(seed, rng)
        opaque = sample["rgba"][3] > -1
        if sample["parsed"]:
            assert ((sample["visible"] > 0) == opaque).all()
            seen = torch.nn.functional.one_hot(sample["visible"], ROLES + 1)[..., 1:].movedim(-1, 0).bool()
            assert (sample["whole"] | ~seen).all(), "a part that is seen is there"
        assert 0 <= int(sample["kind"]) < len(KINDS)


def test_recolouring_keeps_alpha_and_nothing() -> None:
    palette = np.array([[0, 0, 0, 0], [200, 10, 40, 255], [9, 9, 9, 120]], np.uint8)
    changed = recoloured(palette, np.random.default_rng(3))
    assert np.array_equal(changed[:, 3], palette[:, 3])
    assert not changed[0].any()
