"""The figures say what they are said to say: known clips get known figures, and faults are seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from ayo_backend.training import metrics

RED, BLUE = (200, 0, 0, 255), (0, 0, 200, 255)


def body(x: int = 6, y: int = 4, side: int = 20, colour: tuple[int, int, int, int] = RED) -> NDArray[np.uint8]:
    """A 4 by 10 px character with its top-left corner at (x, y)."""
    picture = np.zeros((side, side, 4), np.uint8)
    picture[y : y + 10, x : x + 4] = colour
    return picture


def clip(*pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.stack(pictures)


def test_a_clip_is_right_against_itself() -> None:
    frames = clip(body(), body(7), body(8))
    figures = metrics.fidelity(frames, frames)
    assert figures == {"l1": 0, "mse": 0, "exact": 1, "union_l1": 0, "iou": 1, "change_mse": 0}
    assert metrics.energy(frames, frames, loop=True) == 1


def test_wrong_colour_right_shape() -> None:
    figures = metrics.fidelity(clip(body(colour=BLUE)), clip(body()))
    assert figures["exact"] == 0
    assert figures["iou"] == 1
    change = 2 * 200 / 255 * 2 / 4  # two of four channels, on a scale of two
    assert figures["union_l1"] == pytest.approx(change)
    assert figures["l1"] == pytest.approx(change * 40 / 400)


def test_a_shift_by_half_a_body() -> None:
    figures = metrics.fidelity(clip(body(8)), clip(body(6)))
    assert figures["iou"] == pytest.approx(20 / 60)
    assert figures["exact"] == pytest.approx(20 / 60)


def test_colour_under_transparency_does_not_count() -> None:
    hidden = body()
    hidden[hidden[..., 3] == 0] = (9, 9, 9, 0)
    figures = metrics.fidelity(clip(hidden), clip(body()))
    assert (figures["l1"], figures["exact"]) == (0, 1)
    assert metrics.identity(clip(hidden), body())["colours"] == 0


def test_energy_compares_change() -> None:
    true, still = clip(body(6), body(8)), clip(body(6), body(6))
    assert metrics.energy(still, true, loop=True) == 0
    assert metrics.energy(clip(body(6), body(7)), true, loop=True) == pytest.approx(0.5)
    assert np.isnan(metrics.energy(true, still, loop=True))


def test_laid_crops_and_pads() -> None:
    frames = clip(body())
    padded = metrics.laid(frames, (-3, 2), (30, 25))
    assert padded.shape == (1, 25, 30, 4)
    assert (padded[0] == metrics.laid(clip(body(3, 6)), (0, 0), (30, 25))[0]).all()
    assert not metrics.laid(frames, (100, 0), (30, 25)).any()


def test_identity_sees_every_fault() -> None:
    rest = body()
    half, apart, soft = body(), body(), body()
    half[9:] = 0
    apart[17:19, 15:17] = BLUE
    soft[4, 6] = (200, 0, 0, 128)
    good = metrics.identity(clip(rest, body(9)), rest)
    assert good == {"area": 1, "area_min": 1, "histogram": 1, "pieces": 0, "colours": 0, "alphas": 0}
    assert metrics.identity(clip(rest, half), rest)["area_min"] == 0.5
    assert metrics.identity(clip(rest, half), rest)["area"] == 0.75
    figures = metrics.identity(clip(apart, apart), rest)
    assert (figures["pieces"], figures["colours"], figures["alphas"]) == (1, 1, 0)
    assert figures["histogram"] == pytest.approx(40 / 44)
    figures = metrics.identity(clip(soft), rest)
    assert (figures["colours"], figures["alphas"]) == (1, 1)
    assert metrics.identity(clip(np.zeros_like(rest)), rest)["histogram"] == 0


def test_foot_and_torso_drift_in_pixels() -> None:
    rest = body()
    figures = metrics.steadiness(clip(rest, body(9, 8)), rest, (0, 0), loop=True)
    assert figures["foot"] == pytest.approx((0 + 5) / 2)  # 3 aside, 4 down
    kicking = body()
    kicking[15:18, 12:15] = BLUE  # lower than the feet, which stand still
    assert metrics.steadiness(clip(rest, kicking), rest, (0, 0), loop=True)["foot"] == 0
    assert figures["torso"] == pytest.approx((0 + 3) / 2)
    grown = metrics.laid(clip(rest, rest), (5, 9), (40, 40))
    figures = metrics.steadiness(grown, rest, (-5, -9), loop=True)
    assert (figures["foot"], figures["torso"]) == (0, 0)


def test_closure_is_one_for_an_even_loop_and_large_for_a_jerk() -> None:
    even = clip(body(6), body(7), body(8), body(7))
    assert metrics.steadiness(even, body(), (0, 0), loop=True)["closure"] == pytest.approx(1)
    jerk = clip(body(2), body(3), body(4), body(5), body(6))
    assert metrics.steadiness(jerk, body(), (0, 0), loop=True)["closure"] > 1.5
    assert np.isnan(metrics.steadiness(jerk, body(), (0, 0), loop=False)["closure"])


def test_popping_is_a_speck_not_a_limb() -> None:
    speck = body()
    speck[7, 7] = BLUE
    assert metrics.popping(clip(body(), speck, body()), loop=False) == pytest.approx(1 / 120)
    assert metrics.popping(clip(body(), body(7), body()), loop=False) == 0
    assert metrics.popping(clip(body(), body(12), body()), loop=False) == 0
    assert metrics.popping(clip(speck, speck, speck), loop=True) == 0


clips = hnp.arrays(np.uint8, st.tuples(st.integers(2, 4), st.integers(8, 12), st.integers(8, 12), st.just(4)))


@settings(max_examples=40, deadline=None)
@given(clips)
def test_figures_stay_in_their_ranges(frames: NDArray[np.uint8]) -> None:
    frames[:, 3, 3] = 255
    rest = frames[0]
    figures = metrics.fidelity(frames[::-1], frames)
    assert 0 <= figures["exact"] <= figures["iou"] <= 1
    assert 0 <= figures["l1"] <= 2
    figures = metrics.identity(frames, rest)
    assert 0 <= figures["histogram"] <= 1 + 1e-9
    assert figures["area_min"] <= figures["area"]
    assert 0 <= figures["colours"] <= 400
    assert metrics.identity(rest[None], rest)["colours"] == 0
