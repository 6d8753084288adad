"""Labelled stills as training samples: in other colours, bent, and with what others wear and hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ayo_backend.model.parser import KINDS, UNKNOWN_VIEW, VIEWS
from ayo_backend.model.tensors import premultiplied
from ayo_backend.rig import View
from ayo_backend.training.augment import perhaps_recoloured
from ayo_backend.training.exchange import Exchange
from ayo_backend.training.hand_labels import MIRRORED, Labelled

EXCHANGED, TWICE = 0.5, 0.3  # of the stills have something of another; of those, something else besides
BENT = 0.75  # of the stills
TURNED, STRETCHED, ASIDE = 0.08, 0.1, 3  # radians; log of the scale, and slope; pixels

Grid = tuple[NDArray[np.intp], NDArray[np.intp]]


class LabelledStills(IterableDataset[dict[str, Tensor]]):
    """An endless stream of labelled stills, varied. rgba, kind and view as of puppets (see puppet_data.still); parts
    long [64, 64] into NAMES.
    """

    def __init__(self, stills: Sequence[Labelled], seed: int) -> None:
        self.stills, self.exchange, self.seed = stills, Exchange(stills), seed

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        worker = get_worker_info()
        rng = np.random.default_rng((self.seed, worker.id if worker else 0))
        while True:
            yield varied(self.stills[int(rng.integers(len(self.stills)))], self.exchange, rng)


def varied(still: Labelled, exchange: Exchange, rng: np.random.Generator) -> dict[str, Tensor]:
    """The still in other colours, perhaps with something of another, and a little bent; a front or back view perhaps in
    a mirror.
    """
    palette = perhaps_recoloured(still.palette, rng)
    indices, parts = still.indices, still.parts
    if still.view is not View.SIDE and rng.random() < 0.5:
        indices, parts = indices[:, ::-1], MIRRORED[parts[:, ::-1]]
    rgba = palette[indices]
    if rng.random() < EXCHANGED:
        rgba, parts = exchange.exchanged(rgba, parts, rng)
        if rng.random() < TWICE:
            rgba, parts = exchange.exchanged(rgba, parts, rng)
    at = bent(indices.shape, rng)
    return {
        "rgba": premultiplied(rgba[at]),
        "parts": torch.from_numpy(parts[at].astype(np.int64)),
        "kind": torch.tensor(KINDS.index(still.kind)),
        "view": seen_from(still.view, rng),
    }


def seen_from(view: View, rng: np.random.Generator) -> Tensor:
    """The view as the parser is told it: not always."""
    return torch.tensor(UNKNOWN_VIEW if rng.random() < 0.3 else VIEWS.index(view))


def bent(shape: tuple[int, ...], rng: np.random.Generator) -> Grid:
    """From which row and column each pixel comes where the picture is stretched, sheared, turned and shifted, as most
    are.
    """
    if rng.random() > BENT:
        row, column = np.indices(shape)
        return row, column
    turn, shear, *stretch = rng.normal(0, (TURNED, STRETCHED, STRETCHED, STRETCHED))
    cos, sin = np.cos(turn), np.sin(turn)
    linear = np.array([[cos, -sin], [sin, cos]]) @ [[1, shear], [0, 1]] @ np.diag(np.exp(stretch))
    middle = np.array(shape)[:, None, None] / 2
    away = np.indices(shape) + 0.5 - middle + rng.uniform(-ASIDE, ASIDE, (2, 1, 1))
    row, column = np.tensordot(linear, away, 1) + middle
    return row.clip(0, shape[0] - 1).astype(np.intp), column.clip(0, shape[1] - 1).astype(np.intp)
