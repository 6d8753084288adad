"""The trunk: where the network sees a sprite, and what it sees of a large one."""

import numpy as np
import pytest

from ayo_backend.trunk import trunk


def _figure(side: int, seed: int = 0) -> np.ndarray:
    """Of two colours, sprinkled: uint8 [side + 8, side + 8, 4]."""
    rgba = np.zeros((side + 8, side + 8, 4), np.uint8)
    rgba[4:-4, 4:-4] = (200, 60, 40, 255)
    sprinkled = np.random.default_rng(seed).random((side, side)) < 0.5
    rgba[4:-4, 4:-4][sprinkled] = (40, 120, 60, 255)
    return rgba


@pytest.mark.parametrize("side", [8, 40, 52, 60])
def test_what_is_hardly_reduced_is_seen_as_drawn(side: int) -> None:
    rgba = _figure(side)
    placement = trunk(rgba)
    assert np.array_equal(placement.seen(rgba), placement.apply(rgba))


@pytest.mark.parametrize("side", [104, 300])
def test_a_large_drawing_is_seen_as_its_mean(side: int) -> None:
    rgba = _figure(side)
    placement = trunk(rgba)
    seen, nearest = placement.seen(rgba), placement.apply(rgba)
    assert np.array_equal(seen[..., 3], nearest[..., 3]), "as opaque as it was"
    inside = seen[20:50, 20:50, :3].astype(float)
    assert inside.std() < nearest[20:50, 20:50, :3].std(), "its grain is gone"
    assert np.abs(inside.mean((0, 1)) - (120, 90, 50)).max() < 8
    edge = seen[placement.apply(rgba)[..., 3] > 0][:, :3]
    assert edge.min() >= 40, "nothing of the air's black runs into it"
