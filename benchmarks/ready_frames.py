"""An engine that has its frames ready: what a round trip through the service then takes is the service's own time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ayo_backend import actions
from ayo_backend.gradual import Gradual
from ayo_backend.order import Order
from ayo_backend.sprite import Sprite


@dataclass
class Rollout:
    rgba: Any
    frames: int
    durations_ms: tuple[int, ...]
    size: tuple[int, int]
    pivot: tuple[float, float]
    loop: str = "loop"
    facing: str = "right"
    creature: str = "humanoid"
    offset: tuple[int, int] = (0, 0)
    made: int = 0

    @property
    def done(self) -> bool:
        return self.made == self.frames


@dataclass
class Frame:
    index: int
    rgba: Any
    duration_ms: int


class Animator:
    device = "cpu"

    def __init__(self, device: str = "auto") -> None:
        self.model = {"name": "ready frames", "sha256": "", "licence": "MIT"}

    def beginning(self, sprite: Sprite, order: Order) -> Gradual[Rollout]:
        yield from ()
        action = actions.action_named(order.action)
        frames = actions.frame_count(action, order.frames)
        return Rollout(sprite.rgba, frames, actions.durations(action, frames), sprite.size, sprite.pivot)

    def step(self, rollouts: Sequence[Rollout]) -> list[Frame]:
        frames = []
        for rollout in rollouts:
            frames.append(Frame(rollout.made, rollout.rgba, rollout.durations_ms[rollout.made]))
            rollout.made += 1
        return frames
