"""Fit a figure's poses to given pictures: move its parts through the soft composite until they land on them.

The pictures decide only as far as they are clear: poses are held near where they started, and smooth in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ayo_backend.figure import Figure, composite, neighbourhood, premultiplied_on, pyramid_loss
from ayo_backend.gradual import Gradual
from ayo_backend.model import stage
from ayo_backend.model.parser import ROLES, SIDE
from ayo_backend.rig import Kind, Role
from ayo_backend.sprite import bounds
from ayo_backend.trunk import Placement
from ayo_backend.understanding import Understanding

ROUNDS = ((16, 0, 6), (16, 20, 3), (32, 30, 1), (64, 25, 1))  # side of the pictures, steps, how many attempts go on
PACE = 0.04
NEAR, SMOOTH = 0.08, 0.1  # weights of a pose's way from its start, and of its jerk from frame to frame
LIMB, TRUNK = 75.0, 25.0  # degrees from the start that a limb, and the head or body, can turn
FARTHEST = 0.6  # of the usual scale: how small a figure is looked at to have room for all its frames


@dataclass(frozen=True)
class Attempt:
    """A figure that is to look like `true` ([N, 4, 64, 64], premultiplied in [0, 1]).

    start, poses: [N, ROLES + 1, 5], where it began and how far it came; planted: see rig.Pose; loss: how unlike it is
    still.
    """

    figure: Figure
    true: Tensor
    start: Tensor
    poses: Tensor
    planted: bool
    loss: float = 0.0


def seen(figure: Figure, frames: NDArray[np.uint8]) -> Tensor:
    """Pictures on the sprite's canvas, uint8 [N, H, W, 4], as the figure's trunk shows them: [N, 4, 64, 64]."""
    return premultiplied_on(torch.from_numpy(np.stack([figure.placement.apply(frame) for frame in frames])))


def roomy(understood: Understanding, frames: NDArray[np.uint8]) -> Placement:
    """The figure's placement, farther away where its frames [N, H, W, 4] need more room."""
    left, top, right, _ = bounds(frames[..., 3].max(0) > 0)
    usual, ground = understood.placement.scale, understood.rig.ground
    scale = min(usual, (stage.GROUND - 2) / max(ground - top, 1), (SIDE - 2) / (right - left))
    scale = max(scale, FARTHEST * usual)
    return Placement(scale, (left + right) / 2 - SIDE / 2 / scale, ground - stage.GROUND / scale)


def fit(attempts: Sequence[Attempt], loop: bool) -> Gradual[Attempt]:
    """The attempt that comes nearest: all have a coarse look, the better ones go on to finer ones.

    Takes seconds, in pieces of some hundredths of one.
    """
    for side, steps, kept in ROUNDS:
        improved = []
        for attempt in attempts:
            improved.append((yield from _improved(attempt, loop, side, steps)))
        attempts = sorted(improved, key=lambda a: a.loss)[:kept]
    return attempts[0]


def _improved(attempt: Attempt, loop: bool, side: int, steps: int) -> Gradual[Attempt]:
    reach = _reach(attempt.figure.understood.rig.kind)
    true = F.avg_pool2d(attempt.true, SIDE // side)[None]
    way = ((attempt.poses - attempt.start) / reach).clamp(-0.95, 0.95).atanh().requires_grad_()
    optimiser = torch.optim.Adam([way], PACE, betas=(0.9, 0.98))

    def loss() -> Tensor:
        moved = way.tanh()
        unlike = _distance(attempt, attempt.start + moved * reach, true)
        return unlike + NEAR * (moved**2).sum((1, 2)).mean() + SMOOTH * _jerk(moved, loop)

    for step in range(steps):
        optimiser.param_groups[0]["lr"] = PACE * (1 - 0.8 * step / steps)
        optimiser.zero_grad()
        loss().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        yield
    with torch.no_grad():
        fitted = replace(attempt, poses=attempt.start + way.tanh() * reach, loss=float(loss()))
    yield
    return fitted


def _reach(kind: Kind) -> Tensor:
    """How far from its start each part can go: [ROLES + 1, 5]. Hardly in scale, but for a blob, which squashes."""
    reach = torch.tensor((LIMB, 0.05, 0.05, 0.06, 0.06)).repeat(ROLES + 1, 1)
    reach[[0, Role.TORSO, Role.HEAD], 0] = TRUNK
    reach[[Role.TORSO, Role.HEAD], 1:3] = 0.08
    reach[0, 1:3] = 0.25
    if kind is Kind.BLOB:
        reach[Role.TORSO, 3:] = 0.35
    return reach


def _distance(attempt: Attempt, poses: Tensor, true: Tensor) -> Tensor:
    made = composite([attempt.figure], poses[None], [attempt.planted], torch.device("cpu"), true.shape[-1])
    return pyramid_loss(made, true, neighbourhood(true, made.detach())) / (true[:, :, 3].mean() + 1e-3)


def _jerk(moved: Tensor, loop: bool) -> Tensor:
    """How little the way of each pose is between its neighbours' ways."""
    if len(moved) < 3:
        return torch.zeros(())
    row = torch.cat([moved[-1:], moved, moved[:1]]) if loop else moved
    return ((row[2:] - 2 * row[1:-1] + row[:-2]) ** 2).sum((1, 2)).mean()
