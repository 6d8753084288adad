"""Make clips share what a format needs them to share: one canvas, or frames played straight through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ayo_backend.clip import Clip


def on_one_canvas(clips: Sequence[Clip]) -> list[Clip]:
    """The clips with the smallest canvas that holds them all, each where its offset puts it, so that no tag hops."""
    left = min(clip.offset[0] for clip in clips)
    top = min(clip.offset[1] for clip in clips)
    right = max(clip.offset[0] + clip.size[0] for clip in clips)
    bottom = max(clip.offset[1] + clip.size[1] for clip in clips)
    return [_on_canvas(clip, left, top, right, bottom) for clip in clips]


def _on_canvas(clip: Clip, left: int, top: int, right: int, bottom: int) -> Clip:
    x, y = clip.offset[0] - left, clip.offset[1] - top
    width, height = clip.size
    frames = np.zeros((len(clip.frames), bottom - top, right - left, 4), np.uint8)
    frames[:, y : y + height, x : x + width] = clip.frames
    return replace(clip, frames=frames, offset=(left, top), pivot=(clip.pivot[0] + x, clip.pivot[1] + y))


def baked(clip: Clip) -> Clip:
    """The clip without ping-pong: there and back, both ends shown once, as a loop."""
    if clip.loop != "ping-pong":
        return clip
    order = [*range(len(clip.frames)), *range(len(clip.frames) - 2, 0, -1)]
    durations = tuple(clip.durations_ms[i] for i in order)
    return replace(clip, frames=clip.frames[order], durations_ms=durations, loop="loop")
