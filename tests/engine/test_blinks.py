"""Blinks: what shows for one frame alone goes, what moves stays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from ayo_backend import Animator, Order
from ayo_backend.blinks import steadied
from ayo_backend.puppets.examples import FIGURES, example
from ayo_backend.training.metrics import popping

PICTURES = arrays(np.int32, (3, 9, 9), elements=st.integers(0, 3))


def _body(*spots: tuple[int, int], colour: int = 2) -> NDArray[np.int32]:
    picture = np.zeros((12, 12), np.int32)
    picture[2:10, 2:10] = 1
    for y, x in spots:
        picture[y, x] = colour
    return picture


def test_a_speck_that_shows_once_goes() -> None:
    still = _body()
    assert np.array_equal(steadied(still, _body((5, 5), (5, 6)), still), still)


def test_what_moves_by_a_pixel_stays_and_so_does_what_is_large() -> None:
    moved = _body((5, 5))
    assert np.array_equal(steadied(_body((5, 4)), moved, _body((5, 6))), moved)
    large = _body((5, 4), (5, 5), (5, 6), (6, 5))
    assert np.array_equal(steadied(_body(), large, _body()), large)


def test_the_outline_is_left_alone() -> None:
    for colour, at in ((1, (1, 5)), (0, (5, 5))):
        odd = _body(at, colour=colour)
        assert np.array_equal(steadied(_body(), odd, _body()), odd)


@given(PICTURES)
def test_only_what_both_neighbours_agree_on_changes(pictures: NDArray[np.int32]) -> None:
    before, here, after = pictures
    steady = steadied(before, here, after)
    changed = steady != here
    assert (before == after)[changed].all()
    assert (steady == before)[changed].all()
    assert np.array_equal(steady == 0, here == 0)


def test_hardly_a_pixel_blinks_in_a_clip(animator: Animator) -> None:
    for name in FIGURES:
        for action in ("run", "hurt"):
            clip = animator.animate(example(name, 64).sprite, Order(action, "right"))
            assert popping(clip.frames, clip.loop == "loop") < 0.01, (name, action)


def test_a_loop_of_two_frames_moves(animator: Animator) -> None:
    """Each frame is before and after the other."""
    clip = animator.animate(example("knight", 64).sprite, Order("run", "right", frames=2, energy=0.9))
    assert (clip.frames[0] != clip.frames[1]).any(-1).mean() > 0.02
