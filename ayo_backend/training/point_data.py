"""True clips as the pointer learns from them: a still's palette, and every frame as indices into it.

Only sprites that the trunk shows at their own size or enlarged by a whole number: their pixels can be pointed at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ayo_backend.actions import ACTIONS, FACINGS, MAX_FRAMES
from ayo_backend.actions import phases as moments
from ayo_backend.errors import AyoError
from ayo_backend.model.parser import VIEWS
from ayo_backend.planning import ACTION_ROW
from ayo_backend.pointing import ENTRIES, representative
from ayo_backend.sprite import Sprite
from ayo_backend.training.data import PackClip
from ayo_backend.training.metrics import canvas, packed
from ayo_backend.trunk import trunk
from ayo_backend.understanding import VIEW_OF_FACING

COLOURS = 255  # more are truecolour art, which has no palette to point into


@dataclass(frozen=True)
class Still:
    """A character as it stands. indices: uint8 [64, 64] on the trunk; palette: uint8 [K, 4]; entries: what can be
    pointed at, int64 [E], E at most ENTRIES; view: row of VIEWS."""

    indices: NDArray[np.uint8]
    palette: NDArray[np.uint8]
    entries: NDArray[np.int64]
    view: int


@dataclass(frozen=True)
class Shown:
    """One true clip of a still. frames: uint8 [N, 64, 64], the still's palette entries (the nearest where the artist
    used another colour); phases: N moments of the action."""

    still: Still
    source: str
    action: int
    loop: bool
    frames: NDArray[np.uint8]
    phases: tuple[float, ...]
    prop_change: bool


def shown_clips(clips: Sequence[PackClip]) -> list[Shown]:
    """The clips that can teach pointing, in their order."""
    stills: dict[tuple[str, str, str, int], tuple[Still, Sprite] | None] = {}
    found = []
    for clip in clips:
        if clip.action not in ACTIONS or clip.facing not in FACINGS or clip.rest_cel is None:
            continue
        if not 2 <= clip.n_frames <= MAX_FRAMES:
            continue
        rest = clip.rest()
        key = (clip.source, clip.character, clip.facing, hash(rest.tobytes()))
        if key not in stills:
            stills[key] = _still(rest, clip.facing)
        known = stills[key]
        if known is not None:
            still, sprite = known
            frames = _pointed_out(clip, sprite)
            phases = tuple(moments(ACTIONS[clip.action], clip.n_frames))
            found.append(
                Shown(still, clip.source, ACTION_ROW[clip.action], clip.loop, frames, phases, clip.prop_change)
            )
    return found


def _still(rest: NDArray[np.uint8], facing: str) -> tuple[Still, Sprite] | None:
    try:
        sprite = Sprite.from_rgba(rest)
    except AyoError:
        return None
    sprite = sprite.mirrored() if facing == "left" else sprite
    place = trunk(sprite.rgba)
    if place.scale < 1 or len(sprite.palette) > COLOURS:
        return None
    counts = np.bincount(sprite.indices.ravel(), minlength=len(sprite.palette))
    entries = representative(sprite.palette, counts)
    view = VIEWS.index(VIEW_OF_FACING[facing])
    return Still(place.apply(sprite.indices).astype(np.uint8), sprite.palette, entries, view), sprite


def _pointed_out(clip: PackClip, sprite: Sprite) -> NDArray[np.uint8]:
    """Each frame on the trunk, in the still's own palette."""
    place = trunk(sprite.rgba)
    flip = slice(None, None, -1) if clip.facing == "left" else slice(None)
    frames = np.stack([place.apply(np.ascontiguousarray(frame[:, flip])) for frame in clip.frames()])
    colours, where = np.unique(packed(frames), return_inverse=True)
    wanted = canvas(np.ascontiguousarray(colours.astype(np.uint32)).view(np.uint8).reshape(-1, 4))
    distance = np.square(wanted[:, None] - canvas(sprite.palette)[None]).sum(-1)
    nearest = np.where(colours == 0, 0, distance.argmin(1))
    return nearest[where].reshape(frames.shape[:3]).astype(np.uint8)


assert ENTRIES <= COLOURS
