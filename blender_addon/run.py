"""A run: one press of the button, from the sprite's pixels to the clips. Main thread only; its job has a thread."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import bpy

from . import session, source
from .backend.clip import Clip, Frame
from .backend.errors import BackendError
from .backend.job import Arrived, Ended, Event, Failed, Finished, Job, Like, Request, Waiting
from .preview import Preview
from .record import Region

REASONS = {
    "loading": "Ayo is loading its model…",
    "asleep": "Ayo is loading its model…",
    "busy": "Ayo is busy, waiting…",
}


class Run:
    """Begins when made. Call `tick` until `outcome` is set (done, cancelled or failed), then `close`."""

    def __init__(
        self,
        sprite: bpy.types.Image,
        region: Region,
        requests: Sequence[Request],
        shown: bpy.types.Image | None,
        parts: bpy.types.Image | None,
        pins: Sequence[tuple[int, bpy.types.Image | None]],
        likes: Mapping[str, Like],
    ) -> None:
        """shown: the image in the editor, which shows the frames meanwhile; None: they are of no interest.
        parts: the picture of the sprite's parts that Ayo is told, if any; pins: the numbers and pictures of frames that
        are drawn already; likes: the clips to move like, by action. Raises `source.UnusableError`.
        """
        picture = source.read_picture(sprite, region, parts, pins, likes)
        self.sprite_name = sprite.name
        self.sha256 = hashlib.sha256(b"".join(picture.blobs)).hexdigest()
        self.requests = tuple(requests)
        self.clips: dict[Request, Clip] = {}
        self.errors: list[BackendError] = []
        self.outcome: str | None = None
        self.text = "Connecting…"
        self._frames: list[list[Frame]] = [[] for _ in requests]
        self._totals = [0 for _ in requests]
        self._preview = Preview(shown) if shown else None
        self._job = Job(session.address().connect, picture, list(requests))
        self._job.start()
        session.current.animated = sprite.name

    @property
    def factor(self) -> float:
        """How much is done, 0..1."""
        return self._arrived / self._total if self._total else 0.0

    @property
    def _arrived(self) -> int:
        return sum(map(len, self._frames))

    @property
    def _total(self) -> int:
        """Of all clips; one that has not begun is thought to be as long as the others."""
        begun = [total for total in self._totals if total]
        return round(sum(begun) / len(begun) * len(self._totals)) if begun else 0

    @property
    def model(self) -> str:
        """Name and hash of the weights, known when the run has ended."""
        return f"{self._job.model.get('name', '')} {self._job.model.get('sha256', '')}".strip()

    def tick(self, timeout: float = 0.0) -> None:
        """Take in what has happened; waits up to `timeout` seconds for it."""
        events = list(self._job.events(timeout))
        for event in events:
            self._take(event)
        if self._preview and any(isinstance(event, Arrived) for event in events):
            self._preview.draw(self._frames, [max(total, 1) for total in self._totals])

    def cancel(self) -> None:
        """Ask for the end; `outcome` tells when it has come."""
        self.text = "Cancelling…"
        self._job.cancel()

    def close(self, final: bpy.types.Image | None = None) -> None:
        """Give the editors their image back, or `final` instead."""
        if self._preview:
            self._preview.close(final)

    def abandon(self) -> None:
        """Let go at once, without waiting for the backend's word and without touching data that may be gone."""
        self._job.cancel()
        session.current.run = None

    def _take(self, event: Event) -> None:
        if isinstance(event, Waiting):
            ahead = (
                f"Waiting for {event.position} other{'s' if event.position > 1 else ''}…"
                if event.position
                else "Thinking…"
            )
            self.text = REASONS.get(event.reason, ahead)
        elif isinstance(event, Arrived):
            self._frames[event.clip].append(event.frame)
            self._totals[event.clip] = event.total
            self.text = f"Frame {self._arrived} of {self._total}"
        elif isinstance(event, Finished):
            self.clips[self.requests[event.clip]] = event.result
        elif isinstance(event, Failed):
            self.errors.append(event.error)
        elif isinstance(event, Ended):
            self.outcome = event.outcome
