"""The real engine, which tells its own time: every frame's duration_ms is the microseconds spent on it.

The first frame's includes the planning. A round trip less the sum of them is what the service itself took.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ayo_backend import animator
from ayo_backend.animator import Frame, Rollout
from ayo_backend.gradual import Gradual
from ayo_backend.order import Order
from ayo_backend.sprite import Sprite


class Animator(animator.Animator):
    """As the one it stands for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._taken: dict[int, float] = {}

    def beginning(self, sprite: Sprite, order: Order) -> Gradual[Rollout]:
        began = time.perf_counter()
        rollout = yield from super().beginning(sprite, order)
        self._taken[id(rollout)] = time.perf_counter() - began
        return rollout

    def step(self, rollouts: Sequence[Rollout]) -> list[Frame]:
        began = time.perf_counter()
        frames = super().step(rollouts)
        each = (time.perf_counter() - began) / len(rollouts)
        return [
            replace(frame, duration_ms=round((each + self._taken.pop(id(rollout), 0.0)) * 1e6))
            for frame, rollout in zip(frames, rollouts, strict=True)
        ]
