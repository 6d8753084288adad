"""An engine with the interface of ayo_backend.animator, without torch, that can be told to fail in every way.

What it draws depends on the sprite and the order alone. A seed above 1000 orders a failure, and these variables of
the environment set the pace: AYO_TEST_LOAD_S, AYO_TEST_BEGIN_S, AYO_TEST_STEP_S (for each sequence of a step).
AYO_TEST_LOAD_GATE names a file the loading waits for; AYO_TEST_STEP_GATE the same for the third frame of every job.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ayo_backend import actions
from ayo_backend.errors import AyoError
from ayo_backend.gradual import Gradual
from ayo_backend.order import Order, bad_pin
from ayo_backend.sprite import Sprite

PIECES, PIECE_S = 20, 0.05  # what it takes to follow a pin, or a clip
CRASH_AT_BEGIN, CRASH_AT_STEP, HANG, RAISE, RAISE_AYO = range(1001, 1006)


@dataclass(frozen=True)
class Frame:
    index: int
    rgba: NDArray[np.uint8]
    duration_ms: int


class Rollout:
    def __init__(self, sprite: Sprite, order: Order) -> None:
        self.sprite, self.order = sprite, order
        action = actions.action_named(order.action)
        like = order.like
        self.frames = actions.frame_count(action, order.frames or (len(like.frames) if like else None))
        own = actions.durations(action, self.frames)
        self.durations_ms = like.durations_ms if like and len(like.frames) == self.frames else own
        self.loop = action.loop
        self.facing = "right" if order.facing == "auto" else order.facing
        self.creature = "blob" if order.creature == "auto" else order.creature
        self.offset = (-2, -1)
        self.size = (sprite.size[0] + 4, sprite.size[1] + 1)
        self.pivot = (sprite.pivot[0] + 2, sprite.pivot[1] + 1)
        self.parts = np.where(sprite.mask, 1 if order.parts is None else 2, 0).astype(np.int32)
        self.made = 0

    @property
    def done(self) -> bool:
        return self.made == self.frames


class Animator:
    device = "cpu"

    def __init__(self, device: str = "auto") -> None:
        if os.environ.get("AYO_TEST_CANNOT_LOAD"):
            raise AyoError("weights_missing", "There are no weights.", "Install Ayo again.")
        if os.environ.get("AYO_TEST_CRASH_AT_LOAD"):
            print("the ship is sinking", flush=True)
            os._exit(3)
        time.sleep(float(os.environ.get("AYO_TEST_LOAD_S", "0")))
        _wait_for(os.environ.get("AYO_TEST_LOAD_GATE"))
        self.model = {"name": "test", "sha256": "0" * 64, "licence": "MIT"}

    def beginning(self, sprite: Sprite, order: Order) -> Gradual[Rollout]:
        if order.seed == CRASH_AT_BEGIN:
            os._exit(9)
        time.sleep(float(os.environ.get("AYO_TEST_BEGIN_S", "0")))
        for pin in order.pins:
            if pin.picture.size != sprite.size:
                raise bad_pin(pin.frame, pin.picture.size, sprite.size, None)
        for _ in (*order.pins, *([order.like] if order.like else [])):
            for _ in range(PIECES):
                time.sleep(PIECE_S)
                yield
        return Rollout(sprite, order)

    def step(self, rollouts: Sequence[Rollout]) -> list[Frame]:
        time.sleep(float(os.environ.get("AYO_TEST_STEP_S", "0")) * len(rollouts))
        return [_next(rollout) for rollout in rollouts]


def expected(rgba: NDArray[np.uint8], order: Order) -> NDArray[np.uint8]:
    """What a client must get: uint8 [N, h, w, 4]."""
    rollout = Rollout(Sprite.from_rgba(rgba), order)
    return np.stack([_draw(rollout, index) for index in range(rollout.frames)])


def _next(rollout: Rollout) -> Frame:
    seed, index = rollout.order.seed, rollout.made
    if seed == CRASH_AT_STEP and index == 1:
        os._exit(9)
    if seed == HANG and index == 1:
        time.sleep(1000)
    if seed == RAISE and index == 1:
        raise ZeroDivisionError("seven by nought")
    if seed == RAISE_AYO:
        raise AyoError("empty_image", "There is nothing to move.", "Draw something.")
    if index == 2:
        _wait_for(os.environ.get("AYO_TEST_STEP_GATE"))
    rollout.made += 1
    return Frame(index, _draw(rollout, index), rollout.durations_ms[index])


def _draw(rollout: Rollout, index: int) -> NDArray[np.uint8]:
    width, height = rollout.size
    picture = np.zeros((height, width, 4), np.uint8)
    if pinned := [pin.picture for pin in rollout.order.pins if pin.frame == index + 1]:
        picture[1:, 2:-2] = pinned[0].rgba
        return picture
    picture[1:, 2:-2] = np.roll(rollout.sprite.rgba, (index, rollout.order.seed % 7), (0, 1))
    picture[0, :, :3] = (index, rollout.order.seed % 251, len(rollout.order.action))
    picture[0, :, 3] = 255
    if like := rollout.order.like:  # whatever its margins are, its colours are to be found
        picture[1, 0] = like.frames[index % len(like.frames)].sum((0, 1)) % 251
    return picture


def _wait_for(path: str | None) -> None:
    while path and not Path(path).exists():
        time.sleep(0.01)
