"""Second lesson: move as the packs move. Each character is taken apart as it will be at use; only the mover learns.

A whole clip is rolled out on the mover's own poses; a few neighbouring frames of it are composited and compared,
blurred at four scales so that a part that is off by more than a pixel still feels where it should be.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Unpack

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ayo_backend import motion
from ayo_backend.actions import ACTIONS
from ayo_backend.actions import phases as moments
from ayo_backend.errors import AyoError
from ayo_backend.figure import Figure, composite, lay_out, neighbourhood, pyramid_loss
from ayo_backend.model.generator import Generator
from ayo_backend.model.mover import STYLES
from ayo_backend.model.parser import ROLES
from ayo_backend.model.tensors import premultiplied
from ayo_backend.planning import conditions
from ayo_backend.rig import Kind, View
from ayo_backend.sprite import Sprite
from ayo_backend.training.data import PackClip
from ayo_backend.training.draw_lots import chances
from ayo_backend.understanding import Build, understand

LONGEST = 12  # frames of a clip that are rolled out; longer clips are thinned
SHOWN = 3  # neighbouring frames that are composited
STEPS = 64  # phases at which the authored motion is tabulated


class Figures:
    """Characters taken apart by the parser as it stands, remembered."""

    def __init__(self, generator: Generator, device: torch.device, remembered: int = 6000) -> None:
        self.generator, self.device, self.remembered = generator, device, remembered
        self.known: OrderedDict[tuple[str, str, str, int], Figure | None] = OrderedDict()

    def of(self, clip: PackClip) -> Figure | None:
        """The clip's character, or None where its rest picture is no sprite."""
        rest = clip.rest()
        key = (clip.source, clip.character, clip.facing, hash(rest.tobytes()))
        if key not in self.known:
            self.known[key] = self._take_apart(rest, clip.facing)
            if len(self.known) > self.remembered:
                self.known.popitem(last=False)
        return self.known[key]

    @torch.no_grad()
    def _take_apart(self, rest: NDArray[np.uint8], facing: str) -> Figure | None:
        try:
            sprite = Sprite.from_rgba(rest)
        except AyoError:
            return None
        understood = understand(self.generator, sprite, facing, self.device)
        return lay_out(understood, understood.placement)


@lru_cache(maxsize=4096)
def authored_table(action: str, kind: Kind, view: View, height: int, **build: Unpack[Build]) -> Tensor:
    """The authored poses at STEPS + 1 phases: float32 [STEPS + 1, ROLES + 1, 5]."""
    poses = [motion.pose(action, kind, view, i / STEPS, height=height, **build) for i in range(STEPS + 1)]
    return torch.from_numpy(np.stack([pose.parts for pose in poses]))


def looked_up(table: Tensor, phase: Tensor) -> Tensor:
    """Poses at phases 0..1 between the table's: [B, STEPS + 1, ...], [B] -> [B, ...]; gradients reach the phase."""
    at = phase * STEPS
    low = at.floor().clamp(0, STEPS - 1)
    part = (at - low)[:, None, None]
    rows = torch.arange(len(phase))
    return table[rows, low.long()] * (1 - part) + table[rows, low.long() + 1] * part


class MovePhase:
    """Teaches the mover on true clips. weights: how often each source is drawn."""

    def __init__(
        self, generator: Generator, clips: Sequence[PackClip], styles: Sequence[str], batch: int, seed: int
    ) -> None:
        self.generator, self.batch = generator, batch
        self.rng = np.random.default_rng(seed)
        self.clips = [
            c for c in clips if c.action in ACTIONS and c.n_frames > 1 and c.facing in ("right", "left", "down", "up")
        ]
        self.styles = {name: 1 + row for row, name in enumerate(styles[: STYLES - 1])}
        worth = [0.3 if clip.prop_change else 1.0 for clip in self.clips]
        self.chance = chances([(clip.source, clip.action) for clip in self.clips], worth)
        self.figures = Figures(generator, torch.device("cpu"))

    def parameters(self) -> list[torch.nn.Parameter]:
        """What this phase changes."""
        return list(self.generator.mover.parameters())

    def loss(self, device: torch.device) -> tuple[Tensor, dict[str, float]]:
        """The loss of one batch, and figures to show."""
        drawn = self._draw()
        figures = [figure for _, figure in drawn]
        clips = [clip for clip, _ in drawn]
        frames = max(min(clip.n_frames, LONGEST) for clip in clips)
        phases, indices = zip(*(_thinned(clip, frames) for clip in clips), strict=True)
        poses, residual = self._rollout(clips, figures, torch.tensor(phases), device)
        first = [int(self.rng.integers(max(1, min(clip.n_frames, LONGEST) - SHOWN + 1))) for clip in clips]
        shown = [
            [min(f + k, min(c.n_frames, LONGEST) - 1) for k in range(SHOWN)] for f, c in zip(first, clips, strict=True)
        ]
        rows = torch.arange(len(clips))[:, None]
        chosen = poses[rows, torch.tensor(shown)]
        planted = [motion.planted(clip.action, figure.understood.rig.kind) for clip, figure in drawn]
        made = composite(figures, chosen, planted, device)
        true = torch.stack(
            [
                _target(c, f, [i[s] for s in picks])
                for c, f, i, picks in zip(clips, figures, indices, shown, strict=True)
            ]
        )
        true = (true.to(device) + 1) / 2
        still = torch.stack([premultiplied(f.understood.placement.apply(f.understood.sprite.rgba)) for f in figures])
        near = neighbourhood(true, ((still.to(device) + 1) / 2)[:, None])
        space = pyramid_loss(made, true, near)
        change = pyramid_loss(made[:, 1:] - made[:, :-1], true[:, 1:] - true[:, :-1], near)
        liveliness = _liveliness(made, true)
        embedding = torch.cat([figure.understood.embedding for figure in figures]).to(device)
        packs = torch.tensor([self.styles.get(clip.source, 0) for clip in clips], device=device)
        packed = F.cross_entropy(self.generator.mover.pack(embedding), packs)
        total = space + 0.5 * change + 0.1 * liveliness + 0.02 * residual + 0.1 * packed
        copy = pyramid_loss(((still.to(device) + 1) / 2)[:, None].expand_as(true), true, near)
        return total, {
            "space": float(space.detach()),
            "of still": float(space.detach() / copy),
            "change": float(change.detach()),
            "lively": float(liveliness.detach()),
            "residual": float(residual.detach()),
            "pack": float(packed.detach()),
        }

    def _draw(self) -> list[tuple[PackClip, Figure]]:
        drawn: list[tuple[PackClip, Figure]] = []
        while len(drawn) < self.batch:
            clip = self.clips[int(self.rng.choice(len(self.clips), p=self.chance))]
            figure = self.figures.of(clip)
            if figure is not None:
                drawn.append((clip, figure))
        return drawn

    def _rollout(
        self, clips: Sequence[PackClip], figures: Sequence[Figure], phases: Tensor, device: torch.device
    ) -> tuple[Tensor, Tensor]:
        """All poses, each made from the one before: [B, frames, ROLES + 1, 5]; and how far they are from the authored
        ones.
        """
        understood = [figure.understood for figure in figures]
        style = [self.styles.get(c.source, 0) if self.rng.random() < 0.7 else 0 for c in clips]
        parts = [conditions(u, [c.action], [s], [0], [0.0]) for u, c, s in zip(understood, clips, style, strict=True)]
        shared = {key: torch.cat([part[key] for part in parts]).to(device) for key in parts[0]}
        tokens = torch.cat([u.tokens for u in understood]).to(device)
        tokens = tokens + torch.randn_like(tokens) * 0.1
        embedding = torch.cat([u.embedding for u in understood]).to(device)
        embedding = embedding + torch.randn_like(embedding) * 0.1
        table = torch.stack(
            [
                authored_table(c.action, u.rig.kind, u.rig.view, u.rig.height, **u.build)
                for u, c in zip(understood, clips, strict=True)
            ]
        ).to(device)
        mover = self.generator.mover
        shift = mover.shift(embedding, shared)
        previous = torch.zeros(len(clips), ROLES + 1, 5, device=device)
        poses, strays = [], []
        for index in range(phases.shape[1]):
            phase = phases[:, index].to(device)
            moved = torch.where(shared["loop"] > 0, (phase + shift) % 1.0, phase)
            prior = looked_up(table, moved)
            condition = shared | {"phase": phase, "frame": torch.full_like(shared["action"], index)}
            previous = mover(tokens, embedding, condition, prior, previous)
            poses.append(previous)
            strays.append((((previous - prior) / mover.reach) ** 2).mean())
        return torch.stack(poses, 1), torch.stack(strays).mean()


def _thinned(clip: PackClip, frames: int) -> tuple[list[float], list[int]]:
    """Phases and indices of at most LONGEST frames, repeated at the end to `frames`."""
    count = min(clip.n_frames, LONGEST)
    indices = [
        round(i * (clip.n_frames - (0 if clip.loop else 1)) / (count if clip.loop else max(count - 1, 1)))
        for i in range(count)
    ]
    indices = [min(i, clip.n_frames - 1) for i in indices]
    phases = moments(ACTIONS[clip.action], clip.n_frames)
    padded = indices + [indices[-1]] * (frames - count)
    return [phases[i] for i in padded], padded


def _target(clip: PackClip, figure: Figure, indices: Sequence[int]) -> Tensor:
    frames = clip.frames()
    place = figure.understood.placement
    flip = slice(None, None, -1) if figure.understood.mirrored else slice(None)
    return torch.stack([premultiplied(place.apply(np.ascontiguousarray(frames[i][:, flip]))) for i in indices])


def _liveliness(made: Tensor, true: Tensor) -> Tensor:
    """How much less the made frames change than the true ones (log ratio, never rewarded for more)."""

    def change(frames: Tensor) -> Tensor:
        return (
            F.avg_pool2d((frames[:, 1:] - frames[:, :-1]).flatten(0, 1), 2)
            .abs()
            .mean((1, 2, 3))
            .view(len(frames), -1)
            .mean(1)
        )

    return F.relu(torch.log((change(true) + 1e-3) / (change(made) + 1e-3))).mean()
