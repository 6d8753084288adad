"""Labelled stills that lend each other what they wear and hold."""

import numpy as np
import pytest

from ayo_backend.rig import Kind, View
from ayo_backend.training.exchange import Exchange
from ayo_backend.training.hand_labels import NAMES, Labelled

BOXES = {
    "head": (8, 26, 20, 38),
    "torso": (20, 26, 40, 38),
    "near_arm": (22, 38, 26, 46),
    "leg": (40, 28, 60, 36),
}
SWORD = (20, 46, 23, 60)


def _still(colour: int, **more: tuple[int, int, int, int]) -> Labelled:
    """A figure of one colour, a box for each part."""
    parts = np.zeros((64, 64), np.uint8)
    for name, (top, left, bottom, right) in (BOXES | more).items():
        parts[top:bottom, left:right] = NAMES.index(name)
    palette = np.array([(0, 0, 0, 0), (colour, colour, colour, 255)], np.uint8)
    return Labelled("drawn", f"of {colour}", (parts > 0).astype(np.int32), palette, parts, Kind.HUMANOID, View.SIDE)


def _lent(borrower: Labelled, *lenders: Labelled, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    exchange, rng = Exchange(lenders), np.random.default_rng(seed)
    return exchange.exchanged(borrower.palette[borrower.indices], borrower.parts, rng)


@pytest.mark.parametrize("seed", range(12))
def test_a_sword_is_lent_into_the_hand(seed: int) -> None:
    armed = _still(200, held=SWORD)
    rgba, parts = _lent(_still(90), *[armed] * 40, seed=seed)
    assert ((rgba[..., 3] > 0) == (parts > 0)).all()
    rows, columns = np.nonzero(parts == NAMES.index("held"))
    if len(rows):  # else the head was lent, which is the same head
        apart = np.hypot(rows - 24, columns - 46)
        assert apart.min() < 5, "the grip is at the arm's end"
        assert apart.max() > 6


def test_all_that_may_be_lent_is_and_labels_lie_on_their_pixels() -> None:
    rich = _still(200, held=SWORD, cape=(20, 16, 44, 26), tail=(38, 10, 42, 26), near_wing=(10, 4, 24, 24))
    seen = set()
    for seed in range(60):
        rgba, parts = _lent(_still(90), rich, seed=seed)
        assert ((rgba[..., 3] > 0) == (parts > 0)).all()
        seen |= {NAMES[part] for part in np.unique(parts)}
    assert {"held", "cape", "tail", "near_wing"} <= seen


def test_a_head_takes_the_place_of_another_unless_it_is_much_larger() -> None:
    """Its neck is where the other's was."""
    taller = _still(200, head=(4, 26, 20, 38))
    heads = [np.nonzero(_lent(_still(90), taller, seed=seed)[1] == NAMES.index("head"))[0] for seed in range(8)]
    assert {len(rows) for rows in heads} != {144}
    assert all(16 <= rows.max() <= 22 for rows in heads)
    wide = _still(200, head=(8, 8, 20, 56))
    borrower = _still(90)
    for seed in range(8):
        assert np.array_equal(_lent(borrower, wide, seed=seed)[1], borrower.parts)


def test_the_still_itself_stays_as_it_is() -> None:
    borrower = _still(90)
    before = borrower.parts.copy()
    for seed in range(8):
        _lent(borrower, _still(200, held=SWORD), seed=seed)
    assert np.array_equal(borrower.parts, before)


def test_who_has_nothing_to_lend_lends_nothing() -> None:
    bare = _still(90, head=(0, 0, 0, 0))
    rgba, parts = _lent(bare, bare)
    assert np.array_equal(parts, bare.parts)
    assert np.array_equal(rgba, bare.palette[bare.indices])
