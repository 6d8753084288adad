"""What the backend sends back: frames and clips, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Frame:
    """One picture of a clip.

    rgba: width * height * 4 bytes, straight alpha, top row first.
    offset: (dx, dy) of its top-left corner from the source sprite's, in pixels (zero or less).
    """

    index: int
    width: int
    height: int
    offset: tuple[int, int]
    duration_ms: int
    rgba: bytes


@dataclass(frozen=True)
class Clip:
    """A finished animation: every frame has one size and one offset.

    pivot: (x, y) in frame pixels from the top-left corner: where the character stands.
    loop: "loop", "once" or "ping-pong".
    settings: what made it, as the backend reports it.
    parts: where they were asked for, the picture of the sprite's parts: RGBA of the sprite's size.
    """

    tag: str
    frames: tuple[Frame, ...]
    loop: str
    pivot: tuple[float, float]
    settings: dict[str, Any] = field(default_factory=dict)
    parts: bytes | None = None

    @property
    def size(self) -> tuple[int, int]:
        return self.frames[0].width, self.frames[0].height

    @property
    def offset(self) -> tuple[int, int]:
        return self.frames[0].offset

    @property
    def durations_ms(self) -> tuple[int, ...]:
        return tuple(frame.duration_ms for frame in self.frames)
