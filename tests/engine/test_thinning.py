"""What is squashed keeps what is thin, in its order; what is not squashed is drawn as it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayo_backend.thinning import REACH, thinned


def _places(count: int, height: int) -> np.ndarray:
    return (np.arange(count) + 0.5) * height / count


@given(st.integers(1, 40), st.integers(1, 60), st.integers(0, 1000), st.integers(-9, 9))
def test_rows_keep_their_order_and_are_about_where_they_were(height: int, count: int, seed: int, shift: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 3, (height, 5)).astype(np.int32)
    places = _places(count, height) + shift
    rows = thinned(picture, places)
    nearest = np.floor(places + 1e-6)
    assert (np.diff(rows) >= 0).all()
    assert np.abs(rows - nearest).max() <= REACH
    outside = (nearest < 0) | (nearest >= height)
    np.testing.assert_array_equal(rows[outside], nearest[outside])
    assert ((rows[~outside] >= 0) & (rows[~outside] < height)).all()


@given(st.integers(1, 40), st.integers(0, 1000), st.floats(-9, 9))
def test_what_is_only_shifted_is_drawn_as_it_is(height: int, seed: int, shift: float) -> None:
    picture = np.random.default_rng(seed).integers(0, 9, (height, 5)).astype(np.int32)
    places = np.arange(-5, height + 5) + 0.5 + shift
    np.testing.assert_array_equal(thinned(picture, places), np.floor(places + 1e-6))


@pytest.mark.parametrize("mouth", range(4, 20))
@pytest.mark.parametrize("count", [18, 20, 22])
def test_a_mouth_of_one_row_is_not_lost(mouth: int, count: int) -> None:
    picture = np.ones((24, 12), np.int32)
    picture[mouth, 3:9] = 2
    assert mouth in thinned(picture, _places(count, 24))


@pytest.mark.parametrize("count", range(25, 31))
def test_no_outline_gets_thick(count: int) -> None:
    picture = np.full((24, 12), 2, np.int32)
    picture[[0, -1]] = 1
    rows = thinned(picture, _places(count, 24))
    assert (rows == 0).sum() == (rows == 23).sum() == 1
