"""Whatever goes in, no colour and no softness comes out that was not in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ayo_backend import Animator, Order
from ayo_backend.actions import ACTIONS
from ayo_backend.sprite_io import read_sprite


@pytest.fixture(scope="module")
def animator() -> Animator:
    return Animator(device="cpu")


@settings(max_examples=24, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.tuples(st.integers(16, 96), st.integers(16, 96)) | st.sampled_from([(512, 384), (200, 512)]),
    mode=st.sampled_from(["RGBA", "LA", "L", "RGB", "P", "1"]),
    colours=st.integers(2, 2000),
    action=st.sampled_from(sorted(ACTIONS)),
    frames=st.integers(2, 4),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_pixel_is_one_of_the_sprites_own(
    animator: Animator,
    tmp_path: Path,
    size: tuple[int, int],
    mode: str,
    colours: int,
    action: str,
    frames: int,
    seed: int,
) -> None:
    """Random blots, some soft at the edge: colour and alpha of every pixel in a clip are together in the source."""
    random = np.random.default_rng(seed)
    width, height = size
    palette = random.integers(0, 256, (colours, 4), np.uint8)
    rgba = palette[random.integers(0, colours, (height, width))]
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    rgba[down**2 + across**2 * random.uniform(1, 4) > 0.9] = 0
    rgba[height // 2, width // 2, 3] = 255
    Image.fromarray(rgba).convert(mode).save(tmp_path / "a.png")
    sprite = read_sprite(tmp_path / "a.png")
    clip = animator.animate(sprite, Order(action, frames=frames, seed=seed))
    known = np.unique(np.append(np.ascontiguousarray(sprite.rgba).view(np.uint32), np.uint32(0)))
    assert np.isin(np.ascontiguousarray(clip.frames).view(np.uint32), known).all()
    assert len(clip.frames) == frames
    assert clip.size[0] >= width
    assert clip.size[1] >= height
