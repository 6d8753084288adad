"""Clips as users get them: the promises that hold for every sprite."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ayo_backend import Animator, AyoError, Order, Sprite, puppets
from ayo_backend.actions import ACTIONS, CREATURES, FACINGS
from ayo_backend.rig import Kind, View
from ayo_backend.sprite import bounds


def _random_sprite(seed: int, width: int, height: int, colours: int, soft: bool) -> NDArray[np.uint8]:
    """Anything a user may throw at it: noise, few or many colours, hard or soft alpha, crumbs."""
    rng = np.random.default_rng(seed)
    palette = rng.integers(0, 256, (colours, 4), dtype=np.uint8)
    palette[:, 3] = rng.choice([64, 128, 255], colours) if soft else 255
    rgba = palette[rng.integers(0, colours, (height, width))]
    y, x = np.mgrid[:height, :width]
    inside = ((x - width / 2) / (0.4 * width)) ** 2 + ((y - height / 2) / (0.45 * height)) ** 2 < 1
    rgba[~inside] = 0
    rgba[0, 0] = palette[0]
    return rgba


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 1 << 30),
    st.integers(8, 120),
    st.integers(8, 120),
    st.sampled_from([1, 5, 60, 3000]),
    st.booleans(),
    st.sampled_from(sorted(ACTIONS)),
    st.sampled_from((*FACINGS, "auto")),
    st.sampled_from((*CREATURES, "auto")),
)
def test_no_colour_and_no_alpha_that_was_not_there(
    animator: Animator,
    seed: int,
    width: int,
    height: int,
    colours: int,
    soft: bool,
    action: str,
    facing: str,
    creature: str,
) -> None:
    rgba = _random_sprite(seed, width, height, colours, soft)
    clip = animator.animate(Sprite.from_rgba(rgba), Order(action, facing, 3, creature=creature))
    seen = {tuple(colour) for colour in rgba.reshape(-1, 4) if colour[3]}
    for frame in clip.frames:
        assert {tuple(colour) for colour in frame.reshape(-1, 4) if colour[3]} <= seen
        assert not frame[frame[..., 3] == 0].any()


@pytest.mark.parametrize("side", [16, 256, 512])
def test_sizes(animator: Animator, side: int) -> None:
    rgba = _random_sprite(1, side, side, 30, False)
    clip = animator.animate(Sprite.from_rgba(rgba), Order("walk", "right", 2))
    assert clip.frames.shape[0] == 2
    assert clip.size[0] >= side


@pytest.mark.parametrize("kind", [Kind.HUMANOID, Kind.QUADRUPED, Kind.BIRD])
@pytest.mark.parametrize("action", ["idle", "walk", "run", "jump", "attack", "cast", "shoot"])
def test_nobody_melts_and_errors_do_not_compound(animator: Animator, kind: Kind, action: str) -> None:
    """The opaque area stays near the source's, and no less at the end of a long clip than at its start.

    A limb that passes before the body hides some of it, so one frame of one figure may have less than the mean.
    """
    figures = []
    for seed in (5, 6, 7, 8):
        sprite = puppets.draw(seed, kind=kind, view=View.SIDE, size=64).sprite
        frames = animator.animate(sprite, Order(action, "right", 16, slash=False)).frames
        figures.append((frames[..., 3] > 0).sum((1, 2)) / sprite.mask.sum())
    areas = np.stack(figures)
    assert areas.min() >= 0.7
    assert 0.85 <= areas.mean() <= 1.15
    assert areas[:, -4:].mean() >= min(1.0, areas[:, :4].mean()) - 0.05


def test_the_same_order_gives_the_same_bytes_alone_or_beside_others(animator: Animator) -> None:
    sprites = [puppets.draw(seed, size=size).sprite for seed, size in ((1, 32), (2, 64), (3, 100))]
    orders = [Order("walk", frames=4), Order("attack", "left", 4), Order("idle", frames=4)]
    alone = [animator.animate(s, o).frames for s, o in zip(sprites, orders, strict=True)]
    rollouts = [animator.begin(s, o) for s, o in zip(sprites, orders, strict=True)]
    together = list(zip(*([frame.rgba for frame in animator.step(rollouts)] for _ in range(4)), strict=True))
    again = [Animator(device="cpu").animate(s, o).frames for s, o in zip(sprites, orders, strict=True)]
    for one, batch, fresh in zip(alone, together, again, strict=True):
        assert np.array_equal(one, np.stack(batch))
        assert np.array_equal(one, fresh)


def test_the_pivot_stays_on_the_feet_when_the_canvas_grows(animator: Animator) -> None:
    drawn = puppets.draw(4, kind=Kind.HUMANOID, view=View.SIDE, size=64).sprite
    left, top, right, bottom = bounds(drawn.mask)
    sprite = Sprite.from_rgba(np.ascontiguousarray(drawn.rgba[top:bottom, left:right]))
    clip = animator.animate(sprite, Order("jump", "right"))
    assert clip.offset[1] < 0, "a jump needs room above"
    assert clip.pivot == (sprite.pivot[0] - clip.offset[0], sprite.pivot[1] - clip.offset[1])
    left, top = -clip.offset[0], -clip.offset[1]
    still = clip.frames[0][top : top + sprite.size[1], left : left + sprite.size[0]]
    assert (still[..., 3] > 0).sum() == pytest.approx(sprite.mask.sum(), rel=0.1)


def test_looking_left_is_looking_right_in_a_mirror(animator: Animator) -> None:
    sprite = puppets.draw(7, kind=Kind.HUMANOID, view=View.SIDE, size=48).sprite
    right = animator.animate(sprite, Order("run", "right", 4))
    left = animator.animate(sprite.mirrored(), Order("run", "left", 4))
    assert np.array_equal(right.frames, left.frames[:, :, ::-1])
    assert left.pivot[0] == left.size[0] - right.pivot[0]


def test_energy_moves_more(animator: Animator) -> None:
    sprite = puppets.draw(8, kind=Kind.HUMANOID, view=View.SIDE, size=64).sprite

    def change(energy: float) -> float:
        clip = animator.animate(sprite, Order("walk", "right", 8, energy=energy))
        return float(np.abs(np.diff(clip.frames.astype(int), axis=0)).mean())

    assert change(0.4) < change(1.0) < change(1.6)


def test_another_seed_is_another_take(animator: Animator) -> None:
    sprite = puppets.draw(8, kind=Kind.HUMANOID, view=View.SIDE, size=64).sprite
    first, again, other = (animator.animate(sprite, Order("attack", "right", seed=s)).frames for s in (3, 3, 4))
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("rgba", "code"),
    [
        (np.zeros((32, 32, 4), np.uint8), "empty_image"),
        (np.full((4, 32, 4), 255, np.uint8), "image_too_small"),
        (np.full((1025, 10, 4), 255, np.uint8), "image_too_large"),
        (np.full((32, 32, 3), 255, np.uint8), "bad_image"),
    ],
)
def test_what_is_no_sprite_is_refused_with_a_sentence(rgba: NDArray[np.uint8], code: str) -> None:
    with pytest.raises(AyoError) as refusal:
        Sprite.from_rgba(rgba)
    assert refusal.value.code == code
    assert refusal.value.hint


def test_a_hairline_is_refused_with_a_sentence(animator: Animator) -> None:
    rgba = np.zeros((16, 1000, 4), np.uint8)
    rgba[7, 5:995] = (200, 30, 40, 255)
    with pytest.raises(AyoError, match="990×1 px, too thin to be a character") as refusal:
        animator.begin(Sprite.from_rgba(rgba), Order("walk"))
    assert refusal.value.code == "image_too_small"


def test_weights_that_are_not_whole_are_refused(tmp_path: Path) -> None:
    from ayo_backend.animator import SHIPPED

    with pytest.raises(AyoError, match="no weights"):
        Animator(tmp_path / "none.safetensors")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(SHIPPED.read_bytes()[:100_000])
    with pytest.raises(AyoError, match="not a whole set"):
        Animator(broken)


def test_weights_from_before_kinds_were_told_still_work(tmp_path: Path, animator: Animator) -> None:
    """Somebody's own, taught on his art by an earlier Ayo, must not be lost."""
    from ayo_backend.model import weights

    state = animator.generator.state_dict()
    narrow = [name for name in state if name.startswith("parser.") and name.endswith("film.weight")]
    assert narrow
    old = torch.nn.Module()
    old.state_dict = lambda: state | {name: state[name][:, :32] for name in narrow}  # type: ignore[assignment,return-value]
    weights.save(old, tmp_path / "old.safetensors", {"format": 1, "sources": animator.model["sources"]})
    sprite, order = puppets.draw(3).sprite, Order("walk", "right", 3)
    made = Animator(tmp_path / "old.safetensors", "cpu").animate(sprite, order).frames
    assert np.array_equal(made, animator.animate(sprite, order).frames)


def test_newer_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ayo_backend.model import weights
    from ayo_backend.model.generator import Generator

    monkeypatch.setattr(weights, "FORMAT", 99)
    weights.save(Generator(), tmp_path / "new.safetensors", {})
    monkeypatch.undo()
    with pytest.raises(AyoError, match="newer"):
        Animator(tmp_path / "new.safetensors")


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)  # where there is one, it can't be pulled out
    with pytest.raises(AyoError, match="no cuda"):
        Animator(device="cuda")


def test_an_unfinished_order_changes_nothing(animator: Animator) -> None:
    sprite = puppets.draw(9).sprite
    for order in (
        Order("moonwalk"),
        Order("walk", "north"),
        Order("walk", frames=1),
        Order("walk", frames=33),
        Order("walk", creature="dragon"),
    ):
        with pytest.raises(AyoError):
            animator.begin(sprite, order)
    assert animator.animate(sprite, replace(Order("walk"), frames=2)).frames.shape[0] == 2
