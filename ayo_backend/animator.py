"""Animator: a sprite and an order in, a clip out, one frame at a time.

The only place where clips are made. `animate` is for one clip; `begin` and `step` let a caller run many at once and hand out
each frame as soon as it exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from ayo_backend import actions, motion
from ayo_backend.clip import Clip, Loop
from ayo_backend.compose import Stage
from ayo_backend.rig import Kind, Layer, Pose, Rig, Role, View
from ayo_backend.sprite import Sprite


@dataclass(frozen=True)
class Order:
    """What is asked for. frames: 2..32, None for the action's own count. facing: the way the character in the picture looks.

    energy scales every movement (1 as learned); the same order on the same sprite gives the same bytes.
    """

    action: str
    facing: str = "auto"
    frames: int | None = None
    seed: int = 0
    energy: float = 1.0


@dataclass(frozen=True)
class Frame:
    """index: 0-based; rgba: uint8 [h, w, 4] on the rollout's canvas."""

    index: int
    rgba: NDArray[np.uint8]
    duration_ms: int


@dataclass
class Rollout:
    """One clip in the making. Everything but the frames is known from the start."""

    sprite: Sprite
    order: Order
    facing: str
    canvas: tuple[int, int, int, int]  # left, top, right, bottom in source pixels
    durations_ms: tuple[int, ...]
    loop: Loop
    stage: Stage
    poses: list[Pose]
    pictures: list[NDArray[np.int32]] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of every frame."""
        return self.canvas[2] - self.canvas[0], self.canvas[3] - self.canvas[1]

    @property
    def offset(self) -> tuple[int, int]:
        """Where the frames' top-left corner lies relative to the source's (zero or less)."""
        return self.canvas[0], self.canvas[1]

    @property
    def pivot(self) -> tuple[float, float]:
        """The feet in frame pixels."""
        return self.sprite.pivot[0] - self.canvas[0], self.sprite.pivot[1] - self.canvas[1]

    @property
    def frames(self) -> int:
        """How many frames the clip will have."""
        return len(self.poses)

    @property
    def done(self) -> bool:
        """All frames are made."""
        return len(self.pictures) == self.frames


class Animator:
    """Makes clips. Loads the generator once; safe to use for any number of clips, from one thread."""

    def begin(self, sprite: Sprite, order: Order) -> Rollout:
        """Understand the sprite and plan the clip; raises AyoError for an order that can't be met."""
        action = actions.action_named(order.action)
        facing = actions.facing_named(order.facing)
        count = actions.frame_count(action, order.frames)
        facing = "right" if facing == "auto" else facing
        rig = Rig(Kind.BLOB, View.SIDE, (Layer(Role.TORSO, sprite.indices, sprite.pivot),))
        stage = Stage(rig, sprite.pivot)
        poses = [
            motion.pose(action.name, rig.kind, rig.view, phase, height=rig.height, energy=order.energy)
            for phase in actions.phases(action, count)
        ]
        extents = np.array([(0, 0, *sprite.size), *(stage.extent(pose) for pose in poses)])
        left, top = extents[:, :2].min(0)
        right, bottom = extents[:, 2:].max(0)
        canvas = (int(left), int(top), int(right), int(bottom))
        return Rollout(sprite, order, facing, canvas, actions.durations(action, count), action.loop, stage, poses)

    def step(self, rollouts: Sequence[Rollout]) -> list[Frame]:
        """The next frame of each rollout, in their order. A rollout that is done must not be given."""
        frames = []
        for rollout in rollouts:
            index = len(rollout.pictures)
            indices = rollout.stage.picture(rollout.poses[index], rollout.canvas).indices
            rollout.pictures.append(indices)
            frames.append(Frame(index, rollout.sprite.palette[indices], rollout.durations_ms[index]))
        return frames

    def animate(self, sprite: Sprite, order: Order) -> Clip:
        """The whole clip at once."""
        rollout = self.begin(sprite, order)
        frames = [self.step([rollout])[0].rgba for _ in range(rollout.frames)]
        settings = asdict(order) | {"facing": rollout.facing, "frames": rollout.frames}
        return Clip(np.stack(frames), rollout.durations_ms, rollout.loop, rollout.pivot, rollout.offset, order.action, settings)
