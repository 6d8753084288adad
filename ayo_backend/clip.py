"""Clip: the frames of one action, with their timing and the point the character stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Loop = Literal["loop", "once", "ping-pong"]


@dataclass(frozen=True, eq=False)
class Clip:
    """One animation. Equal to itself only.

    frames: uint8 [N, h, w, 4], RGBA with straight alpha, all on one canvas.
    durations_ms: N whole milliseconds.
    pivot: (x, y) of the feet in canvas pixels; the same in every frame.
    offset: (dx, dy) of the canvas's top-left corner from the source sprite's, in pixels (zero or less).
    tag: the name of the animation, usually its action.
    settings: what made it (action, facing, seed, energy, model...), JSON values only.
    """

    frames: NDArray[np.uint8]
    durations_ms: tuple[int, ...]
    loop: Loop
    pivot: tuple[float, float]
    offset: tuple[int, int]
    tag: str
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.frames.ndim != 4 or self.frames.shape[3] != 4 or len(self.frames) != len(self.durations_ms):
            raise ValueError(
                f"a clip needs N frames [N, h, w, 4] and N durations, not {self.frames.shape}, {len(self.durations_ms)}"
            )

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of every frame in pixels."""
        return self.frames.shape[2], self.frames.shape[1]
