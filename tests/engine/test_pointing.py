"""Pointing: only the sprite's own pixels, whole clips or none, and at the sprite's own resolution."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from ayo_backend import Animator, Order, Sprite, pointing, puppets
from ayo_backend.actions import ACTIONS
from ayo_backend.model.parser import SIDE
from ayo_backend.model.pointer import FLOWS, Pointed, expected, likelihood
from ayo_backend.pointing import ENTRIES, Drawn, Sight, chosen, pointed_out, representative, shared
from ayo_backend.posing import Posed
from ayo_backend.rig import Kind, View
from ayo_backend.understanding import Understanding, understand


def _pointed(flow: torch.Tensor, weight: torch.Tensor, entries: int) -> Pointed:
    """The same everywhere. flow: [FLOWS, 2]; weight: [FLOWS + 1]."""
    return Pointed(
        flow.view(1, FLOWS, 2, 1, 1).expand(1, FLOWS, 2, SIDE, SIDE),
        weight.view(1, FLOWS + 1, 1, 1).expand(1, FLOWS + 1, SIDE, SIDE),
        torch.full((1, entries, SIDE, SIDE), 1 / entries),
    )


def _picture(seed: int, colours: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).integers(0, colours, (SIDE, SIDE)))


def test_a_whole_flow_copies_the_still_from_where_it_points() -> None:
    still = _picture(0, 7)
    flow, weight = torch.zeros(FLOWS, 2), torch.zeros(FLOWS + 1)
    flow[1], weight[1] = torch.tensor([3.0, -2.0]), 1.0
    picture, chance, _ = chosen(_pointed(flow, weight, 7), still, torch.arange(7))
    assert torch.equal(picture[0, 2:, :-3], still[:-2, 3:])
    assert chance.min() == 1


def test_votes_for_one_entry_are_added_up() -> None:
    """Two flows that agree beat one that is likelier than each."""
    still = torch.zeros(SIDE, SIDE, dtype=torch.long)
    still[:, SIDE // 2 :] = 1
    flow = torch.zeros(FLOWS, 2)
    flow[0], flow[1], flow[2] = torch.tensor([-32.0, 0]), torch.tensor([0.0, 0]), torch.tensor([1.0, 0])
    weight = torch.zeros(FLOWS + 1)
    weight[:3] = torch.tensor([0.4, 0.3, 0.3])
    picture, chance, _ = chosen(_pointed(flow, weight, 2), still, torch.arange(2))
    assert (picture[0, :, 40:60] == 1).all()
    assert torch.allclose(chance[0, :, 40:60], torch.tensor(0.6))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1 << 30), st.integers(2, 9))
def test_the_likelihoods_of_all_entries_sum_to_one(seed: int, colours: int) -> None:
    torch.manual_seed(seed)
    still = _picture(seed, colours)[None]
    pointed = Pointed(
        torch.randn(1, FLOWS, 2, SIDE, SIDE) * 9,
        torch.randn(1, FLOWS + 1, SIDE, SIDE).softmax(1),
        torch.randn(1, colours, SIDE, SIDE).softmax(1),
    )
    total = torch.zeros(1, SIDE, SIDE)
    for entry in range(colours):
        target = torch.full_like(still, entry)
        total += likelihood(pointed, still, target, target)
    assert torch.allclose(total, torch.ones_like(total), atol=1e-4)
    picture, chance, _ = chosen(pointed, still[0], torch.arange(colours))
    assert torch.allclose(likelihood(pointed, still, picture, picture), chance, atol=1e-4)


def test_the_mean_picture_of_a_sure_pointer_is_its_frame() -> None:
    still = torch.rand(1, 4, SIDE, SIDE) * 2 - 1
    flow, weight = torch.zeros(FLOWS, 2), torch.zeros(FLOWS + 1)
    flow[0], weight[0] = torch.tensor([2.0, 1.0]), 1.0
    mean = expected(_pointed(flow, weight, 2), still, torch.zeros(1, 2, 5))
    assert torch.allclose(mean[..., :-1, :-2], still[..., 1:, 2:], atol=1e-4)


def _knows(monkeypatch: pytest.MonkeyPatch, pack: str) -> None:
    """Tell the pointer that every sprite is of that family and that it is sure enough of it, whatever it draws."""
    monkeypatch.setattr(Animator, "_pack", lambda *_: pack)
    monkeypatch.setattr(pointing, "FAMILIAR", 0.0)
    monkeypatch.setattr(pointing, "WHOLE", (0.0, 9.0))
    monkeypatch.setattr(pointing, "ALIKE", 0.0)


@pytest.mark.parametrize("side", [12, 20, 40, 64])
def test_what_it_points_at_is_the_sprites_own_at_the_sprites_own_size(
    animator: Animator, monkeypatch: pytest.MonkeyPatch, side: int
) -> None:
    """Told that it knows the sprite's pack and is always sure, it draws a puppet, and only with what is there."""
    _knows(monkeypatch, "superpowers_ninja")
    sprite = puppets.draw(3, kind=Kind.HUMANOID, view=View.SIDE, size=side).sprite
    clip = animator.animate(sprite, Order("walk", "right", 4))
    own = {tuple(colour) for colour in sprite.palette}
    assert {tuple(colour) for colour in clip.frames.reshape(-1, 4)} <= own
    assert clip.size[0] >= sprite.size[0]
    assert clip.size[1] >= sprite.size[1]
    x, y = -clip.offset[0], -clip.offset[1]
    where = (clip.frames[:, y : y + sprite.size[1], x : x + sprite.size[0], 3] > 0).mean(0)
    assert (where[sprite.mask].mean()) > (where[~sprite.mask].mean() if (~sprite.mask).any() else 0), (
        "it stays in place"
    )


def test_a_stranger_is_not_pointed_out(animator: Animator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can know how puppets drawn here would have been animated by a pack's artist, however sure one is."""
    monkeypatch.setattr(pointing, "SURE", 0.0)
    monkeypatch.setattr(pointing, "FAMILIAR", 0.0)
    monkeypatch.setattr(pointing, "WHOLE", (0.0, 9.0))
    monkeypatch.setattr(pointing, "ALIKE", 0.0)
    for seed in range(6):
        sprite = puppets.draw(seed, kind=Kind.QUADRUPED, view=View.SIDE, size=48).sprite
        assert isinstance(animator.begin(sprite, Order("attack", "right", 6)).drawing, Posed)


def test_what_a_pack_never_showed_is_the_puppets(animator: Animator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pointer was sure enough of it, and melted whoever looked like lpc_revised's and was hurt."""
    _knows(monkeypatch, "lpc_revised")
    sprite = puppets.draw(3, kind=Kind.HUMANOID, view=View.SIDE, size=40).sprite
    drawn = {action for action in ACTIONS if isinstance(animator.begin(sprite, Order(action, "right")).drawing, Drawn)}
    assert drawn == {"idle", "walk", "run", "jump"}
    monkeypatch.setattr(Animator, "_pack", lambda *_: "last_guardian")
    for frames, drawer in ((2, Drawn), (8, Posed)):
        drawing = animator.begin(sprite, Order("walk", "right", frames)).drawing
        assert isinstance(drawing, drawer), "of two key poses nothing tells what lies between"
    monkeypatch.setattr(Animator, "_pack", lambda *_: "mine")
    monkeypatch.setattr(pointing, "SURE", 0.0)
    monkeypatch.setitem(animator.model, "pointed", {"mine": {"hurt": 4}})
    assert isinstance(animator.begin(sprite, Order("hurt", "right")).drawing, Drawn)
    assert isinstance(animator.begin(sprite, Order("walk", "right")).drawing, Posed)


@pytest.mark.parametrize(("kind", "drawer"), [(Kind.HUMANOID, Drawn), (Kind.QUADRUPED, Posed)])
def test_of_the_beasts_of_a_family_it_must_be_as_sure_as_of_others(
    animator: Animator, monkeypatch: pytest.MonkeyPatch, kind: Kind, drawer: type
) -> None:
    """The legs of a deer were smeared where those of its pack's people were not."""
    _knows(monkeypatch, "antumdeluge")
    monkeypatch.setattr(pointing, "SURE", 1.01)
    sprite = puppets.draw(3, kind=kind, view=View.SIDE, size=40).sprite
    assert isinstance(animator.begin(sprite, Order("walk", "right", creature=kind.value)).drawing, drawer)


def test_energy_and_takes_are_the_puppets(animator: Animator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pointer knows one way to move; who asks for more of it, or for another take, gets it."""
    _knows(monkeypatch, "superpowers_ninja")
    sprite = puppets.draw(3, kind=Kind.HUMANOID, view=View.SIDE, size=40).sprite
    plain = animator.animate(sprite, Order("walk", "right", 4)).frames
    for order in (Order("walk", "right", 4, energy=1.4), Order("walk", "right", 4, seed=3)):
        other = animator.animate(sprite, order).frames
        assert other.shape != plain.shape or not np.array_equal(other, plain)


def test_a_flash_shares_little_with_the_still() -> None:
    still = np.repeat([[0, 1, 2, 2, 3]], 4, 0).astype(np.int32)
    assert shared(still, still) == 1
    assert shared(still[:, ::-1], still) == 1
    assert shared(np.where(still > 0, 3, 0).astype(np.int32), still) == 0.25
    assert shared(np.where(still > 0, 4, 0).astype(np.int32), still) == 0
    assert shared(np.zeros_like(still), still) == 0


def test_the_flash_of_a_hit_is_left_to_the_puppet(animator: Animator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Animator, "_pack", lambda *_: "superpowers_ninja")
    monkeypatch.setattr(pointing, "FAMILIAR", 0.0)
    monkeypatch.setattr(pointing, "WHOLE", (0.0, 9.0))
    sprite = puppets.draw(3, kind=Kind.HUMANOID, view=View.SIDE, size=40).sprite
    laid_back = pointing._laid_back
    lightest = int(sprite.palette.sum(1).argmax())
    for flashes in (False, True):

        def laid(trunk: NDArray[np.int32], figure: Understanding, flashes: bool = flashes) -> Drawn:
            drawn = laid_back(np.repeat(figure.placement.apply(figure.sprite.indices)[None], len(trunk), 0), figure)
            drawn.pictures[-1][(drawn.pictures[-1] > 0) & flashes] = lightest
            return drawn

        monkeypatch.setattr(pointing, "_laid_back", laid)
        drawing = animator.begin(sprite, Order("walk", "right", 6)).drawing
        assert isinstance(drawing, Posed if flashes else Drawn)


def test_who_leaves_all_as_it_was_is_not_sure(animator: Animator) -> None:
    sprite = puppets.draw(1, size=40).sprite
    figure = understand(animator.generator, sprite, "right", animator.device)
    with torch.inference_mode():
        sight = Sight(animator.generator, figure)
        pictures, sure = sight.frames(ACTIONS["run"], 8, [0, 3], told=True)
    assert pictures.shape == (2, SIDE, SIDE)
    assert 0 <= sure <= 1
    assert (sure == 0) == bool((pictures == sight.still.numpy()).all())


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 3000), st.integers(0, 1 << 30))
def test_the_entries_on_offer_are_few_and_real(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    palette = np.concatenate(
        [np.zeros((1, 4)), np.column_stack([rng.integers(0, 256, (count, 3)), np.full(count, 255)])]
    )
    entries = representative(palette.astype(np.uint8), rng.integers(1, 50, count + 1))
    assert entries[0] == 0
    assert len(entries) <= ENTRIES
    assert entries.max() <= count


def test_large_art_is_left_to_the_puppet(animator: Animator) -> None:
    """Its pixels lie closer than the trunk can point."""
    rgba = np.zeros((120, 120, 4), np.uint8)
    rgba[10:110, 40:80] = (90, 60, 40, 255)
    rgba[10:110:2, 40] = 0  # not an enlargement
    figure = understand(animator.generator, Sprite.from_rgba(rgba), "right", animator.device)
    with torch.inference_mode():
        assert pointed_out(animator.generator, figure, ACTIONS["walk"], 4, "lpc_revised") is None


@pytest.mark.parametrize("name", ["viking", "king"])
@pytest.mark.parametrize("action", ["walk", "run", "jump", "hurt"])
def test_a_stranger_is_left_to_the_puppet(animator: Animator, name: str, action: str) -> None:
    """Once these two were taken for lpc_revised's, and melted."""
    drawn = Image.open(Path(__file__).parents[2] / f"godot_plugin/demo/{name}.png").convert("RGBA")
    rollout = animator.begin(Sprite.from_rgba(np.asarray(drawn)), Order(action, "right"))
    assert not isinstance(rollout.drawing, Drawn)
