"""Where the command line gets its clips from: a backend that runs already, else an Animator in this process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ayo_backend.actions import MAX_FRAMES
from ayo_backend.clip import Clip
from ayo_backend.errors import AyoError
from ayo_backend.sprite import Sprite

if TYPE_CHECKING:
    from ayo_backend.animator import Animator, Device
    from ayo_backend.order import Order
    from ayo_backend.service.client import Client

ORDER_FAULTS = (  # the same wherever it is made
    "unknown_action",
    "unknown_facing",
    "unknown_creature",
    "bad_parts",
    "bad_pin",
    "bad_clip",
    "image_too_large",
    "image_too_small",
    "empty_image",
    "too_many_frames",
)

log = logging.getLogger(__name__)


class Maker:
    """Makes clips, wherever that is quickest; the bytes are the same.

    Nothing is loaded before the first one."""

    def __init__(self, device: Device = "auto", weights: Path | None = None) -> None:
        """A device or weights asked for are used here; otherwise a running backend does the work."""
        self._device, self._weights = device, weights
        self._animator: Animator | None = None
        self._backend: Client | None = None
        self._look_for_backend = device == "auto" and weights is None

    def make(self, sprite: Sprite, order: Order, shown: Callable[[int], None]) -> Clip:
        """The clip; shown is told how many frames there are so far."""
        if self._look_for_backend:
            self._look_for_backend = False
            self._backend = _running_backend()
        if self._backend is not None and _understands(self._backend, order):
            try:
                return _from_backend(self._backend, sprite, order, shown)
            except AyoError as error:
                if error.code in ORDER_FAULTS:
                    raise
                log.warning("The running backend gave up: %s The work goes on without it.", error.message)
                self.close()
        if self._animator is None:
            from ayo_backend.animator import Animator

            self._animator = Animator(self._weights, self._device)
        return self._animator.animate(sprite, order, lambda frame: shown(frame.index + 1))

    def close(self) -> None:
        """Leave the backend, if there is one; what it still does for us ends."""
        if self._backend is not None:
            self._backend.close()
            self._backend = None


def _running_backend() -> Client | None:
    from ayo_backend.service import discovery

    if discovery.find() is None:
        return None
    from ayo_backend.service.client import Client

    try:
        return Client.connect(name="ayo")
    except AyoError:
        return None  # its file is an old one, or it speaks another version: nothing a person has to know


def _understands(backend: Client, order: Order) -> bool:
    """What an older backend, or the wire, has no words for is made here."""
    like = order.like
    words = {
        "parts": order.parts is not None,
        "glow": not order.glow,
        "pins": bool(order.pins),
        "like": like is not None,
    }
    known = all(word in backend.welcome.features for word, needed in words.items() if needed)
    return known and (like is None or len(like.frames) <= MAX_FRAMES)


def _from_backend(backend: Client, sprite: Sprite, order: Order, shown: Callable[[int], None]) -> Clip:
    job = backend.submit(
        sprite.rgba,
        order.action,
        facing=order.facing,
        creature=order.creature,
        frames=order.frames,
        seed=order.seed,
        energy=order.energy,
        slash=order.slash,
        glow=order.glow,
        parts=None if order.parts is None else order.parts.rgba,
        pins=[(pin.frame, pin.picture.rgba) for pin in order.pins],
        like=order.like,
    )
    for picture in job:
        shown(picture.index + 1)
    clip = job.clip()
    model = backend.status().model
    return replace(clip, settings=clip.settings | {"model": model.name if model else ""})
