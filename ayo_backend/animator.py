"""Animator: a sprite and an order in, a clip out, one frame at a time.

The only place where clips are made. `animate` is for one clip; `begin` and `step` let a caller run many at once and
hand out each frame as soon as it exists.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from ayo_backend import actions
from ayo_backend.clip import Clip, Loop
from ayo_backend.compose import Stage
from ayo_backend.errors import AyoError
from ayo_backend.model.generator import Generator
from ayo_backend.model.weights import load
from ayo_backend.order import Order as Order
from ayo_backend.refinement import Refinement
from ayo_backend.rig import Pose
from ayo_backend.sprite import Sprite
from ayo_backend.understanding import Understanding, plan, understand

Device = Literal["auto", "cpu", "cuda", "mps"]
SHIPPED = Path(__file__).parent / "weights" / "ayo-0.1.safetensors"
WHOLE = 0.78  # the least share of the still's opaque area that a frame shows
_REMEMBERED = 8  # sprites kept taken apart, so that the next action starts at once


@dataclass(frozen=True)
class Frame:
    """index: 0-based; rgba: uint8 [h, w, 4] on the rollout's canvas."""

    index: int
    rgba: NDArray[np.uint8]
    duration_ms: int


@dataclass
class Rollout:
    """One clip in the making. Everything but the pixels is known from the start."""

    figure: Understanding
    order: Order
    canvas: tuple[int, int, int, int]  # left, top, right, bottom in pixels of figure.sprite
    durations_ms: tuple[int, ...]
    loop: Loop
    stage: Stage
    refinement: Refinement
    phases: list[float]
    poses: list[Pose]
    pictures: list[NDArray[np.int32]] = field(default_factory=list)

    @property
    def facing(self) -> str:
        """The way the character looks, as told or recognised."""
        return self.figure.facing

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of every frame."""
        return self.canvas[2] - self.canvas[0], self.canvas[3] - self.canvas[1]

    @property
    def offset(self) -> tuple[int, int]:
        """Where the frames' top-left corner lies relative to the source's (zero or less)."""
        left = self.figure.sprite.size[0] - self.canvas[2] if self.figure.mirrored else self.canvas[0]
        return left, self.canvas[1]

    @property
    def pivot(self) -> tuple[float, float]:
        """The feet in frame pixels."""
        x, y = self.figure.sprite.pivot
        return (self.canvas[2] - x if self.figure.mirrored else x - self.canvas[0]), y - self.canvas[1]

    @property
    def frames(self) -> int:
        """How many frames the clip will have."""
        return len(self.poses)

    @property
    def done(self) -> bool:
        """All frames are made."""
        return len(self.pictures) == self.frames


class Animator:
    """Makes clips. Loads the generator once; use it for any number of clips, from one thread."""

    def __init__(self, weights: Path | None = None, device: Device = "auto") -> None:
        """weights: a file `ayo train` made, the shipped ones if None. Raises AyoError when they or the device are not
        to be had.
        """
        self.device = _device(device)
        self.generator = Generator()
        self.model: dict[str, Any] = load(self.generator, weights or SHIPPED)
        self.generator.to(self.device).eval()
        self._figures: OrderedDict[str, Understanding] = OrderedDict()

    @torch.inference_mode()
    def begin(self, sprite: Sprite, order: Order) -> Rollout:
        """Understand the sprite and plan the clip; raises AyoError for an order that can't be met."""
        action = actions.action_named(order.action)
        count = actions.frame_count(action, order.frames)
        figure = self._figure(sprite, actions.facing_named(order.facing))
        stage = Stage(figure.rig, figure.sprite.pivot)
        poses = plan(self.generator, figure, action, count, order.energy, order.seed)
        extents = np.array([(0, 0, *sprite.size), *(stage.extent(pose) for pose in poses)])
        left, top = extents[:, :2].min(0)
        right, bottom = extents[:, 2:].max(0)
        canvas = (int(left), int(top), int(right), int(bottom))
        return Rollout(
            figure,
            order,
            canvas,
            actions.durations(action, count),
            action.loop,
            stage,
            Refinement(self.generator, figure, action.name, canvas),
            actions.phases(action, count),
            poses,
        )

    @torch.inference_mode()
    def step(self, rollouts: Sequence[Rollout]) -> list[Frame]:
        """The next frame of each rollout, in their order. A rollout that is done must not be given."""
        frames = []
        for rollout in rollouts:
            index = len(rollout.pictures)
            composite = _composite(rollout, index)
            previous = rollout.pictures[-1] if rollout.pictures else None
            indices = rollout.refinement(composite, previous, index, rollout.phases[index])
            rollout.pictures.append(indices)
            rgba = rollout.figure.sprite.palette[indices[:, ::-1] if rollout.figure.mirrored else indices]
            frames.append(Frame(index, rgba, rollout.durations_ms[index]))
        return frames

    def animate(self, sprite: Sprite, order: Order, shown: Callable[[Frame], None] = lambda frame: None) -> Clip:
        """The whole clip at once; shown is called with each frame as soon as it exists."""
        rollout = self.begin(sprite, order)
        frames = []
        while not rollout.done:
            (frame,) = self.step([rollout])
            frames.append(frame.rgba)
            shown(frame)
        settings = asdict(order) | {
            "facing": rollout.facing,
            "frames": rollout.frames,
            "model": self.model.get("name", ""),
        }
        return Clip(
            np.stack(frames), rollout.durations_ms, rollout.loop, rollout.pivot, rollout.offset, order.action, settings
        )

    def _figure(self, sprite: Sprite, facing: str) -> Understanding:
        key = hashlib.sha256(sprite.rgba.tobytes() + f"{sprite.size} {sprite.pivot} {facing}".encode()).hexdigest()
        if key not in self._figures:
            self._figures[key] = understand(self.generator, sprite, facing, self.device)
            if len(self._figures) > _REMEMBERED:
                self._figures.popitem(last=False)
        self._figures.move_to_end(key)
        return self._figures[key]


def _composite(rollout: Rollout, index: int) -> NDArray[np.int32]:
    """The posed figure. Where a pose folds too much of it away it is taken back towards the still (not in a death)."""
    pose, enough = rollout.poses[index], WHOLE * rollout.figure.sprite.mask.sum()
    picture = rollout.stage.picture(pose, rollout.canvas).indices
    for share in (0.75, 0.5, 0.25):
        if rollout.order.action == "die" or (picture != 0).sum() >= enough:
            break
        picture = rollout.stage.picture(Pose(pose.parts * np.float32(share), pose.grounded), rollout.canvas).indices
    return picture


def _device(wanted: Device) -> torch.device:
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return torch.device(next(name for name in ("cuda", "mps", "cpu") if there[name]))
    if not there.get(wanted, False):
        known = ", ".join(name for name, here in there.items() if here)
        raise AyoError(
            "no_device", f"This computer has no {wanted} device that torch can use.", f"Use one of: auto, {known}."
        )
    return torch.device(wanted)
