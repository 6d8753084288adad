"""Slash: an attack leaves a crescent in one of the sprite's own colours, where the figure is not hidden by it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from ayo_backend import Animator, Order, Sprite
from ayo_backend.clip import Clip
from ayo_backend.sprite_io import read_sprite

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(autouse=True)
def strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The puppet moves all of these, whatever the pointer thinks of them."""
    monkeypatch.setattr("ayo_backend.animator.pointed_out", lambda *_: None)


def _both(animator: Animator, name: str, facing: str, frames: int = 8) -> tuple[Sprite, Clip, Clip]:
    """The sprite, its attack with the slash and without."""
    sprite = read_sprite(EXAMPLES / f"{name}.png")
    order = Order("attack", facing, frames)
    return (
        sprite,
        animator.animate(sprite, order),
        animator.animate(sprite, Order("attack", facing, frames, slash=False)),
    )


def _laid(clip: Clip, like: Clip) -> np.ndarray:
    """The clip on the other's larger canvas."""
    x, y = clip.offset[0] - like.offset[0], clip.offset[1] - like.offset[1]
    laid = np.zeros_like(like.frames)
    laid[:, y : y + clip.frames.shape[1], x : x + clip.frames.shape[2]] = clip.frames
    return laid


@pytest.mark.parametrize("frames", [4, 8, 20])
@pytest.mark.parametrize("name", ["knight_64", "mage_32", "archer_16"])
def test_the_arc_lies_behind_the_figure_in_a_colour_of_its_own(animator: Animator, name: str, frames: int) -> None:
    sprite, clip, plain = _both(animator, name, "right", frames)
    without = _laid(plain, clip)
    arc = (clip.frames != without).any(-1)
    shown = np.flatnonzero(arc.any((1, 2)))
    assert 1 <= len(shown) <= 1 + max(1, frames // 5)
    assert np.array_equal(shown, np.arange(shown[0], shown[-1] + 1)), "one blow"
    assert (without[arc][:, 3] == 0).all(), "the figure itself stays as it was"
    colours = np.unique(clip.frames[arc], axis=0)
    assert len(colours) == 1
    assert (colours[0] == sprite.palette).all(1).any()
    assert arc[shown[0]].sum() > 0.1 * sprite.mask.sum()
    assert arc[shown[0]].sum() > 1.5 * arc[shown[-1]].sum(), "a thin rest is left"
    own = (without == colours[0]).all(-1)
    assert not (arc & ndimage.binary_dilation(own, np.ones((1, 3, 3)))).any(), "nor does it run into its own colour"


def test_a_blow_faces_the_way_of_the_figure(animator: Animator) -> None:
    _, right, plain = _both(animator, "knight_64", "right")
    mirrored = read_sprite(EXAMPLES / "knight_64.png").mirrored()
    left = animator.animate(mirrored, Order("attack", "left", 8))
    assert np.array_equal(left.frames[:, :, ::-1], right.frames)
    arc = (right.frames != _laid(plain, right)).any(-1).any((0, 1))
    assert np.flatnonzero(arc).mean() + right.offset[0] > mirrored.size[0] - mirrored.pivot[0], "before it"


@pytest.mark.parametrize(
    "order",
    [Order("walk", "right"), Order("cast", "right"), Order("attack", "right", energy=0.0)],
    ids=["walk", "cast", "still"],
)
def test_nothing_else_leaves_one(animator: Animator, order: Order) -> None:
    sprite = read_sprite(EXAMPLES / "knight_64.png")
    without = Order(order.action, order.facing, energy=order.energy, slash=False)
    assert np.array_equal(animator.animate(sprite, order).frames, animator.animate(sprite, without).frames)


@pytest.mark.parametrize("name", ["wolf_64", "wolf_32", "bird_64", "bird_16"])
def test_a_beast_bites_ahead_of_its_mouth(animator: Animator, name: str) -> None:
    sprite, clip, plain = _both(animator, name, "right")
    without = _laid(plain, clip)
    arc = (clip.frames != without).any(-1)
    bite = int(arc.any((1, 2)).argmax())
    mouth = np.flatnonzero((without[bite, ..., 3] > 0).any(0)).max()
    assert 0.1 * sprite.mask.sum() < arc[bite].sum() < 0.4 * sprite.mask.sum()
    assert np.nonzero(arc[bite])[1].mean() > mouth


@pytest.mark.parametrize(("name", "facing"), [("wolf_64", "down"), ("slime_64", "right")])
def test_no_beast_bites_from_the_front_nor_a_slime(animator: Animator, name: str, facing: str) -> None:
    _, clip, plain = _both(animator, name, facing)
    assert np.array_equal(clip.frames, plain.frames)


@pytest.mark.parametrize("name", ["wolf_64", "wolf_32"])
def test_a_beast_rears_before_it_bites(animator: Animator, name: str) -> None:
    sprite, _, plain = _both(animator, name, "right")
    drawn = plain.frames[..., 3] > 0
    tops = drawn.any(2).argmax(1)
    ahead = plain.frames.shape[2] - 1 - drawn.any(1)[:, ::-1].argmax(1)
    high, far = int(tops.argmin()), int(ahead.argmax())
    assert high < far
    assert tops[0] - tops[high] > 0.1 * sprite.size[1]
    assert ahead[far] - ahead[0] > 0.2 * sprite.size[1]


def test_who_moves_like_a_clip_leaves_none(animator: Animator) -> None:
    sprite, _, plain = _both(animator, "knight_64", "right", 4)
    like = Order("attack", "right", 4, like=plain)
    without = Order("attack", "right", 4, like=plain, slash=False)
    assert np.array_equal(animator.animate(sprite, like).frames, animator.animate(sprite, without).frames)


def test_who_was_taught_attacks_leaves_what_the_teacher_drew(
    animator: Animator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(animator.model, "learned", ["attack", "walk"])
    _, clip, plain = _both(animator, "knight_64", "right")
    assert np.array_equal(clip.frames, plain.frames)
