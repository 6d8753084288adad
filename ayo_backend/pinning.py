"""Pinned frames: the artist fixes some, the others follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from ayo_backend.figure import composite, lay_out
from ayo_backend.fitting import Attempt, fit, roomy, seen
from ayo_backend.gradual import Gradual
from ayo_backend.order import Order, bad_pin
from ayo_backend.rig import PARENT, Pose, Role
from ayo_backend.sprite import Sprite
from ayo_backend.understanding import Understanding

Picture = NDArray[np.uint8]  # [H, W, 4], straight alpha
Parts = NDArray[np.float32]  # [..., len(Role) + 1, 5], see rig.Pose


def placed(sprite: Sprite, order: Order, size: tuple[int, int], place: tuple[int, int]) -> tuple[Sprite, Order]:
    """The sprite and all pictures of the order as they are if all pins are on the sprite's canvas; else on that of the
    frames without pins: size, and where the sprite lies on it. Raises AyoError bad_pin for a pin that is on neither.
    """
    if all(pin.picture.size == sprite.size for pin in order.pins):
        return sprite, order
    for pin in order.pins:
        if pin.picture.size not in (sprite.size, size):
            raise bad_pin(pin.frame, pin.picture.size, sprite.size, size)

    def laid(picture: Sprite) -> Sprite:
        return picture if picture.size == size else picture.laid_on(size, place)

    pins = tuple(replace(pin, picture=laid(pin.picture)) for pin in order.pins)
    parts = None if order.parts is None else laid(order.parts)
    return laid(sprite), replace(order, pins=pins, parts=parts)


def follow(
    figure: Understanding,
    poses: Sequence[Pose],
    pins: Mapping[int, tuple[Picture, Picture]],
    durations_ms: Sequence[int],
    loop: bool,
) -> Gradual[list[Pose]]:
    """The poses, moved towards those that the pins show: the more, the nearer in time, and never past them.

    pins: by the number of their frame, counted from 0, the picture pinned and what Ayo makes of that frame without it,
    both as the figure's sprite lies. A pin takes seconds; see fitting.fit.
    """
    planned = np.stack([pose.parts for pose in poses])
    before = _as_seen(planned)
    moved = before.copy()
    for frame, share in zip(pins, shares([*pins], durations_ms, loop), strict=True):
        fitted = _as_seen((yield from _fitted(figure, planned, frame, poses[0].planted, *pins[frame])))
        step, whole = share[:, None, None] * (fitted - before[frame]), fitted - before
        moved += step.clip(np.minimum(whole, 0), np.maximum(whole, 0)).astype(np.float32)
    return [replace(pose, parts=parts) for parts, pose in zip(_as_posed(moved), poses, strict=True)]


def _as_seen(parts: Parts) -> Parts:
    """The poses with each part's angle as it is seen, with those of all that it hangs on: a sword turned by its own
    angle alone points anywhere where the arm does not go along.
    """
    seen: Parts = parts.copy()
    for role in Role:
        parent = PARENT[role]
        while parent is not None:
            seen[..., role, 0] += parts[..., parent, 0]
            parent = PARENT[parent]
    return seen


def _as_posed(seen: Parts) -> Parts:
    """The opposite of _as_seen."""
    parts: Parts = seen.copy()
    for role, parent in PARENT.items():
        if parent is not None:
            parts[..., role, 0] -= seen[..., parent, 0]
    return parts


@torch.inference_mode(False)
@torch.enable_grad()
def _fitted(
    figure: Understanding, planned: Parts, frame: int, planted: bool, picture: Picture, own: Picture
) -> Gradual[Parts]:
    """The pose that looks like the picture, starting from any of those planned, or from rest: [ROLES + 1, 5].

    Where it is as Ayo makes the frame itself, the figure is to stay as planned: who corrects a hand does not mean the
    sword, nor the slash that lies about it.
    """
    laid = lay_out(figure, roomy(figure, np.stack([picture, own])))
    as_it_is: Parts = planned[frame]
    if np.array_equal(picture, own):
        return as_it_is
    true, unchanged = seen(laid, np.stack([picture, own]))
    starts = [torch.from_numpy(start.copy())[None] for start in (as_it_is, 0 * as_it_is, *planned)]
    as_planned = composite([laid], starts[0][None], [planted], torch.device("cpu"))[0]
    true = torch.where((true != unchanged).any(0), true, as_planned)
    best = yield from fit([Attempt(laid, true, start, start, planted) for start in starts], False)
    fitted: Parts = best.poses[0].numpy()
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
