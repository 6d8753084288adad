"""Fit a mover onto another parser than the one it was taught on, so that it need not be taught again.

A mover reads what the parser sees through linear layers. What the new parser sees is mapped to what the old one saw, by
least squares over true stills and puppets, and the map becomes part of those layers, and of the one that recognises a
sprite's pack.

python tools/refit_mover.py OLD NEW --data PACK... --out FILE: the weights NEW with the mover of OLD
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import torch.nn.functional as F
import typer
from rich.console import Console
from torch import Tensor, nn

from ayo_backend.model.generator import Generator
from ayo_backend.model.mover import Mover
from ayo_backend.model.parser import FEATURES, Parse
from ayo_backend.model.weights import load, save
from ayo_backend.training.data import PackClip, read_pack
from ayo_backend.training.hand_labels import labelled
from ayo_backend.training.labelled_stills import LabelledStills
from ayo_backend.training.puppet_data import still
from ayo_backend.training.self_labels import GuessedPictures, guesses

BATCH, RIDGE, FLOOR = 25, 1e-3, 1e-9
SEEN = 1.0  # pixels of half the trunk's side that a part has that tells


class LeastSquares:
    """The linear map that takes one kind of vectors to another with the least squared error; offset: with one."""

    def __init__(self, offset: bool) -> None:
        self.one = float(offset)
        self.given: list[Tensor] = []
        self.wanted: list[Tensor] = []

    def add(self, given: Tensor, wanted: Tensor) -> None:
        """Pairs of vectors, [N, a] and [N, b]."""
        self.given.append(given.double())
        self.wanted.append(wanted.double())

    def solved(self) -> tuple[Tensor, Tensor, float]:
        """The map [a, b], the offset [b], and the share of the variance that they explain."""
        wanted = torch.cat(self.wanted)
        given = F.pad(torch.cat(self.given), (0, 1), value=self.one)
        square = given.T @ given
        held = square + RIDGE * torch.diag(torch.diagonal(square) + FLOOR)
        found = torch.linalg.solve(held, given.T @ wanted)
        missed = (given @ found - wanted).square().sum() / (wanted - wanted.mean(0)).square().sum()
        return found[:-1].float(), found[-1].float(), 1 - float(missed)


def tokens(mover: Mover, parse: Parse, masks: Tensor) -> Tensor:
    """What each part looks like to a mover, but for where it is and how large: [B, ROLES, FEATURES]."""
    return mover.tokens(parse, masks, parse.joint_points())[..., :FEATURES]


def read_through(layer: nn.Linear, matrix: Tensor, offset: Tensor, columns: int) -> None:
    """Have the layer read its first inputs, so many columns, through the map."""
    with torch.no_grad():
        weight = layer.weight[:, :columns].clone()
        layer.weight[:, :columns] = weight @ matrix.T
        layer.bias.add_(weight @ offset)


@torch.no_grad()
def refitted(old: Generator, new: Generator, samples: Iterator[dict[str, Tensor]], count: int) -> dict[str, float]:
    """Give `new` the mover of `old`, fitted on `count` samples (rgba, view).

    Returns how much of what the old parser saw the maps explain.
    """
    parts, whole = LeastSquares(offset=False), LeastSquares(offset=True)  # a token fades with its area
    for _ in range(count // BATCH):
        batch = [next(samples) for _ in range(BATCH)]
        rgba, view = (torch.stack([sample[key] for sample in batch]) for key in ("rgba", "view"))
        before, after = old.parser(rgba, view), new.parser(rgba, view)
        masks = after.visible.softmax(1)[:, 1:] * (rgba[:, 3:] > -1)
        seen = F.avg_pool2d(masks, 2).sum((2, 3)) > SEEN
        parts.add(tokens(new.mover, after, masks)[seen], tokens(old.mover, before, masks)[seen])
        whole.add(after.embedding, before.embedding)
    new.mover = copy.deepcopy(old.mover)
    matrix, offset, parts_explained = parts.solved()
    read_through(new.mover.part, matrix, offset, FEATURES)
    matrix, offset, whole_explained = whole.solved()
    for layer in (new.mover.embedding, new.mover.pack[0]):
        assert isinstance(layer, nn.Linear)
        read_through(layer, matrix, offset, layer.in_features)
    return {"parts": parts_explained, "embedding": whole_explained}


def pictures(generator: Generator, clips: Sequence[PackClip], seed: int) -> Iterator[dict[str, Tensor]]:
    """Labelled stills, others, and puppets in turn."""
    rng = np.random.default_rng(seed)
    known = labelled(clips)
    true = [iter(LabelledStills(known, seed)), iter(GuessedPictures(guesses(generator, clips, known, seed), seed))]
    while True:
        for stream in true:
            yield next(stream)
            yield next(stream)
        yield still(int(rng.integers(1 << 31)), rng)


def main(
    old: Path,
    new: Path,
    data: Annotated[list[Path], typer.Option()],
    out: Annotated[Path, typer.Option()],
    count: int = 3000,
) -> None:
    """Write the weights NEW with the mover of OLD."""
    was, now = Generator(), Generator()
    load(was, old)
    facts = load(now, new)
    clips = [clip for pack in data for clip in read_pack(pack) if clip.split == "train"]
    explained = refitted(was, now, pictures(now, clips, 0), count)
    save(now, out, {name: value for name, value in facts.items() if name not in ("sha256", "format")})
    Console().print(" ".join(f"{name} {share:.3f}" for name, share in explained.items()))


if __name__ == "__main__":
    typer.run(main)
