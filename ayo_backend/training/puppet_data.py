"""Puppets as training samples: a still with its true parts, joints, kind and facing, drawn afresh without end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ayo_backend import motion, puppets
from ayo_backend.actions import ACTIONS
from ayo_backend.compose import Stage
from ayo_backend.model.parser import KINDS, ROLES, SIDE, UNKNOWN_VIEW, VIEWS
from ayo_backend.model.tensors import premultiplied
from ayo_backend.rig import Rig, View
from ayo_backend.training.augment import perhaps_recoloured
from ayo_backend.trunk import trunk

FACING_OF_VIEW = {View.SIDE: 0, View.FRONT: 2, View.BACK: 3}


class PuppetStills(IterableDataset[dict[str, Tensor]]):
    """An endless stream of single samples; every worker draws others. See `still` for the keys."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        worker = get_worker_info()
        rng = np.random.default_rng((self.seed, worker.id if worker else 0))
        while True:
            yield still(int(rng.integers(1 << 31)), rng)


def still(seed: int, rng: np.random.Generator) -> dict[str, Tensor]:
    """One puppet, standing or caught in the middle of an action.

    rgba float [4, 64, 64] premultiplied in [-1, 1]; visible long [64, 64]; whole bool [ROLES, 64, 64]; joints float
    [ROLES, 2] in trunk pixels, NaN where there is no such part; kind, view, facing long; parsed bool: False for a
    mirrored one, which teaches facing alone.
    """
    puppet = puppets.draw(seed)
    rig = puppet.rig
    if rng.random() < 0.35:
        action, phase = str(rng.choice(list(ACTIONS))), float(rng.uniform(0, 0.6))
        armed, left = rig.weapon is not None, rig.left_handed
        pose = motion.pose(action, rig.kind, rig.view, phase, height=rig.height, armed=armed, left_handed=left)
        pose.parts[:] *= rng.uniform(0.3, 1)
        stage = Stage(rig, puppet.pivot)
        rig = stage.posed(pose, stage.extent(pose))
    mirror = rig.view is View.SIDE and rng.random() < 0.15
    sample = labels(rig, perhaps_recoloured(puppet.palette, rng))
    facing = FACING_OF_VIEW[rig.view]
    if mirror:
        sample["rgba"] = sample["rgba"].flip(-1)
        facing = 1
    view = UNKNOWN_VIEW if mirror or rng.random() < 0.3 else VIEWS.index(rig.view)
    return sample | {"view": torch.tensor(view), "facing": torch.tensor(facing), "parsed": torch.tensor(not mirror)}


def labels(rig: Rig, palette: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> dict[str, Tensor]:
    """The picture of a rig on the trunk, with its true parts and joints (see `still`)."""
    shape = rig.layers[0].indices.shape
    flat = np.zeros(shape, np.int32)
    visible = np.zeros(shape, np.int64)
    whole = np.zeros((*shape, ROLES), bool)
    joints = np.full((ROLES, 2), np.nan, np.float32)
    for layer in rig.layers:
        drawn = layer.indices != 0
        flat[drawn], visible[drawn] = layer.indices[drawn], layer.role
        whole[drawn, layer.role - 1] = True
    placement = trunk(palette[flat])
    for layer in reversed(rig.layers):
        if layer.indices.any():
            joints[layer.role - 1] = (np.asarray(layer.joint) - (placement.left, placement.top)) * placement.scale
    return {
        "rgba": premultiplied(placement.apply(palette[flat])),
        "visible": torch.from_numpy(np.ascontiguousarray(placement.apply(visible))),
        "whole": torch.from_numpy(np.ascontiguousarray(placement.apply(whole).transpose(2, 0, 1))),
        "joints": torch.from_numpy(joints.clip(0, SIDE)),
        "kind": torch.tensor(KINDS.index(rig.kind)),
    }
