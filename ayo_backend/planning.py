"""Planning: the poses of a clip, as authored for the figure and as the mover would have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ayo_backend import gait, motion
from ayo_backend.actions import ACTIONS, Action, phases
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import VIEWS
from ayo_backend.model.tensors import numpy
from ayo_backend.motion.curves import NEAR_TO_FAR
from ayo_backend.rig import Kind, Pose, Role
from ayo_backend.understanding import Understanding

LEARNED = ("walk", "run", "jump")  # what many packs teach well, the rest is authored (docs/model.md tells why)
STEADY = (1.0, 1.0, 1.0, 0.5)  # how much is left of each harmonic that the mover adds to a loop; quicker ones tremble
ACTION_ROW = {name: row for row, name in enumerate(ACTIONS)}


def recognised(generator: Generator, figure: Understanding) -> int:
    """The style of the pack that the figure seems to come from; 0 where it looks like none, or was mistaken."""
    return 0 if figure.mistaken else int(generator.mover.recognised(figure.embedding))


def plan(
    generator: Generator,
    figure: Understanding,
    action: Action,
    count: int,
    energy: float,
    seed: int,
    learned: Sequence[str] = LEARNED,
    familiar: bool = True,
) -> list[Pose]:
    """The poses of a clip, one after another, each with the one before it as context. learned: the actions that follow
    the mover, not what was authored. familiar: its pack moves alike, so its gait can be known; see gait.py. The
    flight of others is authored: the mover has seen little of it.
    """
    scale = amplitude(action, energy, seed)
    mover, moments = generator.mover, phases(action, count)
    if action.name not in learned or (figure.rig.kind is Kind.FLOATER and not familiar):
        return [_scaled(authored(figure, action, phase), scale) for phase in moments]
    style = recognised(generator, figure)
    shift = 0.0
    previous = torch.zeros(1, len(Role) + 1, 5, device=figure.kind.device)
    priors, planned = [], []
    for index, phase in enumerate(moments):
        condition = conditions(figure, [action.name], [style], [index], [phase])
        if index == 0:
            shift = float(mover.shift(figure.embedding, condition))
        prior = authored(figure, action, phase + shift)
        parts = torch.from_numpy(prior.parts)[None].to(figure.kind.device)
        previous = mover(figure.tokens, figure.embedding, condition, parts, previous)
        priors.append(prior)
        planned.append(numpy(previous[0]))
    movement, known = np.stack(planned), np.stack([prior.parts for prior in priors])
    if action.loop == "loop":
        movement = steadied(movement, known)
    if not familiar and action.name in gait.GAITS:
        movement = gait.mended(movement, known, figure, action)
    return [_scaled(replace(prior, parts=parts), scale) for prior, parts in zip(priors, movement, strict=True)]


def steadied(planned: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.float32]:
    """A loop's planned parts without their trembling. planned, known (what was authored): float32 [frames, rows, 5].

    The mover gives frame after frame. What it adds to the authored movement and takes back within a frame or two is its
    doubt, not a movement: a large head then shakes by a pixel or two.
    """
    waves = np.fft.rfft(planned - known, axis=0)
    share = np.zeros(len(waves))
    share[: len(STEADY)] = STEADY[: len(waves)]
    added = np.fft.irfft(waves * share[:, None, None], len(planned), axis=0)
    return known + added.astype(np.float32)


def _scaled(pose: Pose, scale: NDArray[np.float32]) -> Pose:
    return replace(pose, parts=pose.parts * scale)


def amplitude(action: Action, energy: float, seed: int) -> NDArray[np.float32]:
    """What every part's movement is multiplied by, float32 [len(Role) + 1, 1]. The dying fall as deep as ever."""
    return take(seed) * np.float32(energy if action.name != "die" else 1.0)


def take(seed: int) -> NDArray[np.float32]:
    """How far each part moves in this take, float32 [len(Role) + 1, 1]: 1 for seed 0, for others about a fifth more or
    less, alike for both of a pair of limbs. The figure as a whole keeps to what was planned."""
    if seed == 0:
        return np.ones((len(Role) + 1, 1), np.float32)
    scale = np.random.default_rng(seed).normal(1.0, 0.2, (len(Role) + 1, 1)).clip(0.6, 1.4)
    scale[0] = 1.0
    for near, far in NEAR_TO_FAR.items():
        scale[far] = scale[near]
    return scale.astype(np.float32)


def authored(figure: Understanding, action: Action, phase: float) -> Pose:
    """The authored pose for this figure; a loop's phase may lie outside 0..1."""
    if action.loop == "loop":
        phase %= 1.0
    rig = figure.rig
    return motion.pose(action.name, rig.kind, rig.view, phase, height=rig.height, **figure.build)


def conditions(
    figure: Understanding, action: Sequence[str], style: Sequence[int], frame: Sequence[int], phase: Sequence[float]
) -> dict[str, Tensor]:
    """The mover's and the pointer's condition for one figure's frames."""
    device, count = figure.kind.device, len(action)

    def same(value: float) -> Tensor:
        return torch.full((count,), value, device=device)

    return {
        "action": torch.tensor([ACTION_ROW[name] for name in action], device=device),
        "view": torch.full((count,), VIEWS.index(figure.rig.view), device=device),
        "style": torch.tensor(style, device=device),
        "frame": torch.tensor(frame, device=device),
        "phase": torch.tensor(phase, dtype=torch.float32, device=device),
        "armed": same(float(figure.armed)),
        "loop": torch.tensor([float(ACTIONS[name].loop == "loop") for name in action], device=device),
        "kind": figure.kind.expand(count, -1),
    }
