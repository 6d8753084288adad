"""Clips to write: small by hand, or any at all by hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from ayo_backend.clip import Clip

LOOPS = ("loop", "once", "ping-pong")


@st.composite
def clips(draw: st.DrawFn, tag: str = "walk", hard_alpha: bool = False) -> Clip:
    """Any clip, often with equal frames in a row, empty frames, and odd durations."""
    width, height, count = draw(st.integers(1, 12)), draw(st.integers(1, 12)), draw(st.integers(1, 5))
    pictures = draw(arrays(np.uint8, (draw(st.integers(1, count)), height, width, 4)))
    if hard_alpha:
        pictures[..., 3] = np.where(pictures[..., 3] < 128, 0, 255)
    pictures = np.where(pictures[..., 3:] == 0, np.uint8(0), pictures)
    frames = pictures[draw(st.lists(st.integers(0, len(pictures) - 1), min_size=count, max_size=count))]
    durations = tuple(draw(st.lists(st.integers(10, 1200), min_size=count, max_size=count)))
    offset = (-draw(st.integers(0, 5)), -draw(st.integers(0, 5)))
    pivot = (draw(st.integers(0, 2 * width)) / 2, float(height))
    return Clip(frames, durations, draw(st.sampled_from(LOOPS)), pivot, offset, tag, {"action": tag, "seed": 3})


def walker(count: int = 4, loop: str = "loop", tag: str = "walk", offset: tuple[int, int] = (0, 0)) -> Clip:
    """A block that goes one pixel to the right a frame; frames 1 and 2 are alike."""
    frames = np.zeros((count, 10, 8, 4), np.uint8)
    for i in range(count):
        x = 1 if i == 2 else i % 6
        frames[i, 3:10, x : x + 2] = (200, 40, 40, 255)
    durations = tuple([100, 70, 250, 100, 90, 110][i % 6] for i in range(count))
    return Clip(frames, durations, loop, (4.0, 10.0), offset, tag, {"action": tag, "facing": "right"})  # type: ignore[arg-type]


def played(clip: Clip) -> tuple[NDArray[np.uint8], list[int]]:
    """Frames and durations as a viewer sees them once through: a ping-pong there and back."""
    if clip.loop != "ping-pong":
        return clip.frames, list(clip.durations_ms)
    back = clip.frames[1:-1][::-1]
    return np.concatenate([clip.frames, back]), [*clip.durations_ms, *clip.durations_ms[1:-1][::-1]]
