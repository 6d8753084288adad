"""Puppets taken apart as a user's sprite would be, posed, and shown beside the truth: what the refiner learns from.

The parser's parts are moved exactly as the true ones are, so what differs is what the refiner is for: seams, and what
was hidden. The true motion of a stranger's sprite can't be known, and a repairer taught on it learns to erase what it
doubts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ayo_backend import motion, puppets
from ayo_backend.actions import ACTIONS, FACINGS, phases
from ayo_backend.compose import Stage
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import VIEWS
from ayo_backend.model.tensors import palette_tensor
from ayo_backend.repair import ENTRIES
from ayo_backend.rig import Pose, Rig
from ayo_backend.training.augment import recoloured
from ayo_backend.training.puppet_data import FACING_OF_VIEW
from ayo_backend.trunk import Placement
from ayo_backend.understanding import ACTION_ROW, Understanding, understand


class PuppetPairs(IterableDataset[dict[str, Tensor]]):
    """An endless stream of two neighbouring frames of a puppet's clip. See `pair` for the keys."""

    def __init__(self, generator: Generator, seed: int) -> None:
        self.generator, self.seed = generator, seed

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        torch.set_num_threads(1)
        worker = get_worker_info()
        rng = np.random.default_rng((self.seed, worker.id if worker else 0))
        while True:
            yield from pairs(self.generator, int(rng.integers(1 << 31)), rng)


@torch.no_grad()
def pairs(generator: Generator, seed: int, rng: np.random.Generator, count: int = 3) -> list[dict[str, Tensor]]:
    """Pairs of frames of one puppet.

    source, composite, before (the composite a frame earlier), target, target_before: long [64, 64] palette indices;
    palette: float [ENTRIES, 5] (see refiner), NaN past its end; action, view, frame: long; phase: float.
    """
    puppet = puppets.draw(seed)
    sprite = replace(puppet.sprite, palette=recoloured(puppet.sprite.palette, rng))
    if len(sprite.palette) > ENTRIES:
        return []
    figure = understand(generator, sprite, FACINGS[FACING_OF_VIEW[puppet.rig.view]], torch.device("cpu"))
    true_stage = Stage(puppet.rig, puppet.pivot)
    seen_stage = Stage(_with_true_joints(figure.rig, puppet.rig), puppet.pivot)
    lookup = _nearest_entries(puppet.palette, puppet.sprite.palette)
    found = []
    for name in rng.choice(list(ACTIONS), count):
        action = ACTIONS[str(name)]
        steps = phases(action, action.frames)
        index = int(rng.integers(1, len(steps)))
        poses = [
            motion.pose(
                action.name, puppet.rig.kind, puppet.rig.view, steps[i], height=puppet.rig.height, **figure.build
            )
            for i in (index - 1, index)
        ]
        before, now = (_trunk_pair(true_stage, seen_stage, pose, figure, lookup) for pose in poses)
        found.append(
            {
                "source": _index_tensor(figure.placement.apply(sprite.indices)),
                "composite": _index_tensor(now[1]),
                "before": _index_tensor(before[1]),
                "target": _index_tensor(now[0]),
                "target_before": _index_tensor(before[0]),
                "palette": padded(palette_tensor(sprite.palette, sprite.indices, np.arange(len(sprite.palette)))),
                "action": torch.tensor(ACTION_ROW[action.name]),
                "view": torch.tensor(VIEWS.index(puppet.rig.view)),
                "frame": torch.tensor(index),
                "phase": torch.tensor(steps[index]),
            }
        )
    return found


def padded(table: Tensor) -> Tensor:
    """[K, 5] -> [ENTRIES, 5], NaN past the end."""
    return torch.nn.functional.pad(table, (0, 0, 0, ENTRIES - len(table)), value=float("nan"))


def _with_true_joints(seen: Rig, true: Rig) -> Rig:
    """The parsed layers hung on the true joints, where both know the part."""
    joints = {layer.role: layer.joint for layer in reversed(true.layers)}
    return replace(
        seen, layers=tuple(replace(layer, joint=joints.get(layer.role, layer.joint)) for layer in seen.layers)
    )


def _trunk_pair(
    true: Stage, seen: Stage, pose: Pose, figure: Understanding, lookup: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The true picture and the composite of one pose, as the trunk sees them."""
    a, b = np.array(true.extent(pose)), np.array(seen.extent(pose))
    canvas = (*np.minimum(a, b)[:2].tolist(), *np.maximum(a, b)[2:].tolist())
    place = figure.placement
    place = Placement(place.scale, place.left - canvas[0], place.top - canvas[1], place.size)
    return place.apply(lookup[true.picture(pose, canvas).indices].astype(np.int32)), place.apply(
        seen.picture(pose, canvas).indices
    )


def _nearest_entries(puppet: NDArray[np.uint8], sprite: NDArray[np.uint8]) -> NDArray[np.int64]:
    """For each of the puppet's colours the sprite's nearest: a hidden part may have one the still never shows."""
    distance = ((puppet[:, None].astype(np.float32) - sprite[None, 1:].astype(np.float32)) ** 2).sum(-1)
    nearest: NDArray[np.int64] = distance.argmin(1) + 1
    nearest[0] = 0
    return nearest


def _index_tensor(picture: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture).astype(np.int64))
