"""Order: what is asked of the animator. Knows nothing of how it is done, so that asking a backend loads no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ayo_backend.clip import Clip
from ayo_backend.errors import AyoError
from ayo_backend.sprite import MAX_SIDE, MIN_SIDE, Sprite


@dataclass(frozen=True)
class Pin:
    """A frame as the artist wants it. frame: counted from 1; picture: on the sprite's canvas, or on that of the frames
    that the same order has without pins, or with its other pins.
    """

    frame: int
    picture: Sprite


def bad_pin(frame: int, size: tuple[int, int], sprite: tuple[int, int], made: tuple[int, int] | None) -> AyoError:
    """A pinned picture of that (width, height) is neither as large as the sprite nor as Ayo's frames, if those are
    known.
    """
    (wide, high), (width, height) = size, sprite
    message = f"The picture for frame {frame} is {wide}×{high} px, the sprite {width}×{height} px."
    as_large = f", {made[0]}×{made[1]} px" if made else ""
    return AyoError("bad_pin", message, f"Draw it on the sprite's own canvas, or on a frame as Ayo makes it{as_large}.")


def check_pinned(frames: Sequence[int], count: int) -> None:
    """Raise AyoError bad_pin for numbers of frames that can't be pinned in a clip of `count` frames."""
    for number, frame in enumerate(frames):
        if not 1 <= frame <= count:
            message = f"There is no frame {frame} to pin: the clip has frames 1 to {count}."
            raise AyoError("bad_pin", message, "Choose a number in that range, or ask for more frames.")
        if frame in frames[:number]:
            raise AyoError("bad_pin", f"Frame {frame} is pinned twice.", "Pin it once.")


def check_clip(width: int, height: int) -> None:
    """Raise AyoError bad_clip for frames of a size that no motion is taken off."""
    if not MIN_SIDE <= min(width, height) <= max(width, height) <= MAX_SIDE:
        message = f"The frames of the clip to move like are {width}×{height} px."
        raise AyoError("bad_clip", message, f"Give a clip of {MIN_SIDE} to {MAX_SIDE} px a side.")


@dataclass(frozen=True)
class Order:
    """What is asked for. frames: 2..32, None for the action's own count. facing: the way the character in the picture
    looks; creature: how it is built, one of actions.CREATURES. "auto" lets Ayo see for itself.

    energy scales every movement (1 as learned). seed: another number, another take; 0 is the plain one. The same order
    on the same sprite gives the same bytes.

    slash: the puppet's blow leaves a crescent in the air (see slash.py); glow: its cast has a light (see glow.py), its
    shot a flash (see flash.py). Not where it moves like a clip, or as weights were taught that action.

    like: a clip of any character that looks the same way; its motion is taken on, and where frames is None its count.
    pins: frames that come out just as drawn, while the others follow.

    parts: a picture as large as the sprite that tells, in the colours of parts_picture.COLOURS, which part a pixel is;
    where it is transparent Ayo sees for itself.
    """

    action: str
    facing: str = "auto"
    frames: int | None = None
    seed: int = 0
    energy: float = 1.0
    slash: bool = True
    glow: bool = True
    creature: str = "auto"
    like: Clip | None = None
    pins: tuple[Pin, ...] = ()
    parts: Sprite | None = None
