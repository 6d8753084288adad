"""Size changes nothing: enlarged art moves on its own pixel grid, and native art is never taken for enlarged."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ayo_backend import Animator, Order, Sprite, puppets
from ayo_backend.sprite_io import read_sprite

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.png"))


def _enlarged(picture: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    """A picture [..., h, w, 4], each pixel a block."""
    return picture.repeat(times, -3).repeat(times, -2)


@pytest.mark.parametrize("times", [2, 3, 8])
@pytest.mark.parametrize(("action", "facing"), [("walk", "right"), ("jump", "left"), ("attack", "auto")])
def test_an_enlarged_sprite_makes_the_same_clip_enlarged(
    animator: Animator, times: int, action: str, facing: str
) -> None:
    rgba = puppets.draw(3, size=32).sprite.rgba
    order = Order(action, facing, 4)
    native = animator.animate(Sprite.from_rgba(rgba), order)
    large = animator.animate(Sprite.from_rgba(_enlarged(rgba, times)), order)
    assert np.array_equal(large.frames, _enlarged(native.frames, times))
    assert large.offset == (native.offset[0] * times, native.offset[1] * times)
    assert large.pivot == (native.pivot[0] * times, native.pivot[1] * times)


def test_a_canvas_need_not_be_a_whole_number_of_blocks(animator: Animator) -> None:
    rgba = puppets.draw(4, size=32).sprite.rgba
    cut = _enlarged(np.pad(rgba, ((1, 1), (1, 1), (0, 0))), 3)[2:-1, 1:-2]
    native, sprite = Sprite.from_rgba(np.pad(rgba, ((1, 1), (1, 1), (0, 0)))), Sprite.from_rgba(cut)
    assert np.array_equal(sprite.native().rgba, native.rgba)
    assert sprite.pivot == (native.pivot[0] * 3 - 1, native.pivot[1] * 3 - 2)
    for facing in ("right", "left"):
        made = animator.animate(native, Order("idle", facing, 2))
        large = animator.animate(sprite, Order("idle", facing, 2))
        assert np.array_equal(large.frames, _enlarged(made.frames, 3))
        assert large.offset == (made.offset[0] * 3 - 1, made.offset[1] * 3 - 2)
        assert np.add(large.pivot, large.offset) == pytest.approx(sprite.pivot)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1 << 30), st.integers(1, 9), st.integers(9, 24), st.integers(9, 24), st.data())
def test_the_blocks_are_found_wherever_they_begin(
    seed: int, times: int, width: int, height: int, data: st.DataObject
) -> None:
    rng = np.random.default_rng(seed)
    rgba = rng.integers(0, 256, (height, width, 4), dtype=np.uint8)
    rgba[..., 3] = 255
    left, top, right, bottom = (data.draw(st.integers(0, 2 * times)) for _ in range(4))
    sprite = Sprite.from_rgba(np.pad(_enlarged(rgba, times), ((top, bottom), (left, right), (0, 0))))
    assert sprite.grid.step == times
    inside = sprite.native().rgba[-(-top // times) :][:height, -(-left // times) :][:, :width]
    assert np.array_equal(inside, rgba)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_art_at_its_own_size_is_left_alone(path: Path) -> None:
    assert read_sprite(path).grid.step == 1


def test_one_pixel_off_the_grid_is_enough() -> None:
    rgba = _enlarged(puppets.draw(5, size=32).sprite.rgba, 4)
    rgba[50, 50] = (1, 2, 3, 255)
    assert Sprite.from_rgba(rgba).grid.step == 1


def test_a_block_cut_by_the_canvas_is_no_block() -> None:
    rgba = _enlarged(np.random.default_rng(1).integers(1, 256, (16, 16, 4), dtype=np.uint8), 4)
    assert Sprite.from_rgba(np.ascontiguousarray(rgba[1:])).grid.step == 1


@pytest.mark.parametrize(("side", "step"), [(64, 8), (32, 4), (16, 2), (8, 1), (20, 2)])
def test_flat_art_keeps_eight_blocks_a_side(side: int, step: int) -> None:
    """A plain square has edges only at the canvas's border: any divisor of its side would explain them."""
    assert Sprite.from_rgba(np.full((side, side, 4), 255, np.uint8)).grid.step == step


def test_a_flat_icon_is_animated(animator: Animator) -> None:
    rgba = np.zeros((16, 16, 4), np.uint8)
    rgba[4:16, 4:12] = (200, 40, 40, 255)
    rgba[4:8, 4:12] = (240, 200, 160, 255)
    assert Sprite.from_rgba(rgba).grid.step == 2
    assert len(animator.animate(Sprite.from_rgba(rgba), Order("walk", "right", 4)).frames) == 4
