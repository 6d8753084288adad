"""Ways to get a clip for a still: Ayo's own, and the trivial ones that it has to beat.

Every method is a function from the true clip, of which it may look at the rest picture, the action, the facing and the
number of frames only, to what it makes of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ayo_backend.animator import Animator, Order
from ayo_backend.sprite import Sprite, bounds
from ayo_backend.training.data import PackClip
from ayo_backend.training.metrics import canvas
from ayo_backend.trunk import trunk

THUMBNAIL = 16  # px a side: enough to tell kinds, builds and colours of characters apart


class Made(NamedTuple):
    """frames: uint8 [N, h, w, 4]; offset: (x, y) of their canvas's top-left corner on the rest picture's canvas."""

    frames: NDArray[np.uint8]
    offset: tuple[int, int]


Method = Callable[[PackClip], Made]


def true(clip: PackClip) -> Made:
    """The true clip itself: what the figures are for the artist's own work."""
    return Made(clip.frames(), (0, 0))


def still(clip: PackClip) -> Made:
    """The rest picture, again and again."""
    return Made(np.repeat(clip.rest()[None], clip.n_frames, axis=0), (0, 0))


def animated(animator: Animator) -> Method:
    """Ayo's clip."""

    def make(clip: PackClip) -> Made:
        order = Order(clip.action, clip.facing, clip.n_frames)
        made = animator.animate(Sprite.from_rgba(clip.rest()), order)
        return Made(made.frames, made.offset)

    return make


def nearest(known: Iterable[PackClip]) -> Method:
    """The clip of the known character that looks most like the still, for the same action and facing, laid on its feet.

    Its size is fitted to the still's; with no such clip the still is repeated.
    """
    shelves: dict[tuple[str, str], list[PackClip]] = defaultdict(list)
    for clip in known:
        if clip.rest_cel is not None and clip.n_frames > 1:
            shelves[clip.action, clip.facing].append(clip)
    thumbnails: dict[tuple[str, str], NDArray[np.float32]] = {}

    def make(clip: PackClip) -> Made:
        key = clip.action, clip.facing
        shelf = shelves.get(key)
        if not shelf:
            return still(clip)
        if key not in thumbnails:
            thumbnails[key] = np.stack([_thumbnail(other.rest()) for other in shelf])
        distances = np.square(thumbnails[key] - _thumbnail(clip.rest())).sum((1, 2, 3))
        return _pasted(shelf[int(distances.argmin())], clip)

    return make


def _thumbnail(rest: NDArray[np.uint8]) -> NDArray[np.float32]:
    view = canvas(trunk(rest).apply(rest))
    side = view.shape[0] // THUMBNAIL
    small: NDArray[np.float32] = view.reshape(THUMBNAIL, side, THUMBNAIL, side, 4).mean((1, 3))
    return small


def _pasted(other: PackClip, clip: PackClip) -> Made:
    """The other's frames at the clip's phases, at the still's height, feet on feet, on the still's canvas."""
    rest, model = clip.rest(), other.rest()
    left, top, right, bottom = bounds(rest[..., 3] > 0)
    other_left, other_top, other_right, other_bottom = bounds(model[..., 3] > 0)
    zoom = (bottom - top) / (other_bottom - other_top)
    rows = np.floor((np.arange(rest.shape[0]) + 0.5 - bottom) / zoom + other_bottom).astype(int)
    centre, other_centre = (left + right) / 2, (other_left + other_right) / 2
    columns = np.floor((np.arange(rest.shape[1]) + 0.5 - centre) / zoom + other_centre).astype(int)
    frames = other.frames()
    times = np.array([np.abs(np.array(other.phases()) - phase).argmin() for phase in clip.phases()])
    inside = ((rows >= 0) & (rows < frames.shape[1]))[:, None] & ((columns >= 0) & (columns < frames.shape[2]))[None]
    rows, columns = rows.clip(0, frames.shape[1] - 1), columns.clip(0, frames.shape[2] - 1)
    pasted = frames[times[:, None, None], rows[None, :, None], columns[None, None]]
    pasted[:, ~inside] = 0
    return Made(pasted, (0, 0))
