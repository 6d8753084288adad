"""Pinned frames: the artist fixes some, the others follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from ayo_backend.errors import AyoError
from ayo_backend.figure import lay_out
from ayo_backend.fitting import Attempt, fit, roomy, seen
from ayo_backend.order import Pin
from ayo_backend.rig import Pose
from ayo_backend.understanding import Understanding


def check(pins: Sequence[Pin], count: int, size: tuple[int, int]) -> None:
    """Raise AyoError bad_pin for pins that a clip of `count` frames of a sprite of that size can't have."""
    for number, pin in enumerate(pins):
        if not 1 <= pin.frame <= count:
            message = f"There is no frame {pin.frame} to pin: the clip has frames 1 to {count}."
            raise AyoError("bad_pin", message, "Choose a number in that range, or ask for more frames.")
        if any(pin.frame == other.frame for other in pins[:number]):
            raise AyoError("bad_pin", f"Frame {pin.frame} is pinned twice.", "Pin it once.")
        if pin.picture.size != size:
            (width, height), (wide, high) = pin.picture.size, size
            message = f"The picture for frame {pin.frame} is {width}×{height} px, the sprite {wide}×{high} px."
            raise AyoError("bad_pin", message, "Draw it on the sprite's own canvas.")


def follow(
    figure: Understanding, poses: Sequence[Pose], pins: Sequence[Pin], durations_ms: Sequence[int], loop: bool
) -> list[Pose]:
    """The poses, moved towards those that the pins show: the more, the nearer in time, and never past them."""
    planned = np.stack([pose.parts for pose in poses])
    moved = planned.copy()
    for pin, share in zip(pins, shares([pin.frame - 1 for pin in pins], durations_ms, loop), strict=True):
        fitted = _fitted(figure, planned, poses[0].planted, pin)
        step, whole = share[:, None, None] * (fitted - planned[pin.frame - 1]), fitted - planned
        moved += step.clip(np.minimum(whole, 0), np.maximum(whole, 0)).astype(np.float32)
    return [replace(pose, parts=parts) for parts, pose in zip(moved, poses, strict=True)]


@torch.inference_mode(False)
@torch.enable_grad()
def _fitted(figure: Understanding, planned: NDArray[np.float32], planted: bool, pin: Pin) -> NDArray[np.float32]:
    """The pose that looks like the pin, starting from any of those planned, or from rest: [ROLES + 1, 5]."""
    picture = (pin.picture.mirrored() if figure.mirrored else pin.picture).rgba[None]
    laid = lay_out(figure, roomy(figure, picture))
    true = seen(laid, picture)
    starts = [planned[pin.frame - 1], np.zeros_like(planned[0]), *planned]
    tensors = [torch.from_numpy(start.copy())[None] for start in starts]
    attempts = [Attempt(laid, true, start, start, planted) for start in tensors]
    fitted: NDArray[np.float32] = fit(attempts, False).poses[0].numpy()
    return fitted


def shares(pinned: Sequence[int], durations_ms: Sequence[int], loop: bool) -> NDArray[np.float64]:
    """How much of what each pin wants each frame does, [pins, frames] in 0..1: all of it at the pin, none half a clip
    away or at another pin. In a loop time goes round.
    """
    begins, total = np.concatenate([[0], np.cumsum(durations_ms)[:-1]]), float(sum(durations_ms))
    share = np.zeros((len(pinned), len(durations_ms)))
    for row, pin in enumerate(pinned):
        for frame, begin in enumerate(begins):
            away = begin - begins[pin]
            if loop:
                away = (away + total / 2) % total - total / 2
            side = -1 if away < 0 else 1
            others = [side * (begins[other] - begins[pin]) for other in pinned if other != pin]
            others = [way % total for way in others] if loop else [way for way in others if way > 0]
            share[row, frame] = 0.5 + 0.5 * np.cos(np.pi * min(1.0, abs(away) / min([total / 2, *others])))
    return share
