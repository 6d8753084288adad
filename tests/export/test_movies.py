"""What goes into a movie comes out of it: every frame, duration, loop and alpha."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray
from PIL import Image

from ayo_backend.clip import Clip
from ayo_backend.export.movie import apng_bytes, gif_bytes, gif_delays, webp_bytes

from .clips import clips, played, walker

quick = settings(max_examples=60, deadline=None, derandomize=True)


def read_back(data: bytes) -> tuple[NDArray[np.uint8], list[int], int | None]:
    """Frames, milliseconds and the number of loops (None: not said)."""
    frames, durations = [], []
    with Image.open(io.BytesIO(data)) as image:
        loops = image.info.get("loop")
        for i in range(getattr(image, "n_frames", 1)):
            image.seek(i)
            frames.append(np.array(image.convert("RGBA")))
            durations.append(round(image.info["duration"]))
    return np.stack(frames), durations, loops


def seen(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.where(frames[..., 3:] == 0, np.uint8(0), frames)


@quick
@given(clip=clips())
@pytest.mark.parametrize("encode", [apng_bytes, webp_bytes])
def test_apng_and_webp_read_back_equal(encode: object, clip: Clip) -> None:
    frames, durations = played(clip)
    got, got_durations, loops = read_back(encode(clip))  # type: ignore[operator]
    assert np.array_equal(got, frames)
    assert got_durations == durations
    assert loops == (1 if clip.loop == "once" else 0)


@quick
@given(clip=clips(hard_alpha=True))
def test_gif_reads_back_equal_but_for_tens_of_milliseconds(clip: Clip) -> None:
    frames, durations = played(clip)
    got, got_durations, loops = read_back(gif_bytes(clip))
    assert np.array_equal(seen(got), frames)
    assert len(got_durations) == len(durations)
    assert (loops is None) == (clip.loop == "once")
    if all(ms >= 20 for ms in durations):
        so_far = np.abs(np.cumsum(got_durations) - np.cumsum(durations))
        assert so_far.max() <= 5, "rounding must not add up"


def test_gif_says_nothing_shorter_than_browsers_play() -> None:
    assert list(gif_delays((10, 10, 10, 10, 100))) == [2, 2, 2, 2, 6]
    assert list(gif_delays((83, 83, 83, 83, 83, 85))) == [8, 9, 8, 8, 9, 8]


def test_gif_whose_frames_need_palettes_of_their_own() -> None:
    """Up to 225 colours a frame, about 600 in all: every one comes back."""
    frames = np.random.default_rng(5).integers(0, 256, (3, 15, 15, 4), np.uint8)
    frames[..., 3] = np.where(frames[..., 3] < 40, 0, 255)
    frames = seen(frames)
    got, _, _ = read_back(gif_bytes(Clip(frames, (100,) * 3, "loop", (7.0, 15.0), (0, 0), "walk")))
    assert np.array_equal(seen(got), frames)


def test_gif_of_many_colours_keeps_to_the_sprites_own(caplog: pytest.LogCaptureFixture) -> None:
    frame = np.full((20, 20, 4), 255, np.uint8)
    frame[..., 0], frame[..., 1] = np.mgrid[0:20, 0:20] * 12
    clip = Clip(frame[None], (100,), "loop", (10.0, 20.0), (0, 0), "walk")
    got, _, _ = read_back(gif_bytes(clip))
    own = {tuple(colour) for colour in frame.reshape(-1, 4).tolist()}
    assert {tuple(colour) for colour in got.reshape(-1, 4).tolist()} <= own
    assert "400 colours" in caplog.text


def test_gif_makes_half_transparent_pixels_opaque_or_clear_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    frame = np.full((1, 1, 2, 4), (10, 20, 30, 200), np.uint8)
    frame[0, 0, 1, 3] = 60
    got, _, _ = read_back(gif_bytes(Clip(frame, (100,), "loop", (1.0, 1.0), (0, 0), "walk")))
    assert got[0, 0].tolist() == [[10, 20, 30, 255], [0, 0, 0, 0]]
    assert "soft edges" in caplog.text


@pytest.mark.parametrize("encode", [apng_bytes, webp_bytes, gif_bytes])
def test_the_same_clip_gives_the_same_bytes(encode: object) -> None:
    assert encode(walker()) == encode(walker())  # type: ignore[operator]
