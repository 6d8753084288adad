"""First lesson: see the parts of puppets, which are known, of true stills labelled by hand, and of guesses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import UNKNOWN_KIND, Parse
from ayo_backend.training.hand_labels import Labelled, agreement, label_loss
from ayo_backend.training.labelled_stills import LabelledStills
from ayo_backend.training.losses import guess_loss, parse_loss
from ayo_backend.training.precision import mixed
from ayo_backend.training.puppet_data import PuppetStills
from ayo_backend.training.self_labels import Guess, GuessedPictures

WEIGHTS = {"visible": 1.0, "whole": 0.25, "joints": 0.15, "kind": 0.15, "facing": 0.15}
WEIGHTS |= {"labels": 1.0, "kinds": 0.1, "guesses": 0.5}
LABELLED, GUESSED = 3 / 8, 3 / 8  # of each batch, where there are any: stills labelled by hand, and guesses

Sample = dict[str, Tensor]


class ParsePhase:
    """Draws puppets in a worker process and teaches the parser on them, and on labelled stills and guesses if there are
    any.
    """

    def __init__(
        self,
        generator: Generator,
        batch: int,
        seed: int,
        workers: int = 1,
        stills: Sequence[Labelled] = (),
        guesses: Sequence[Guess] = (),
    ) -> None:
        self.parser = generator.parser
        theirs, guessed = round(batch * LABELLED) if stills else 0, round(batch * GUESSED) if guesses else 0
        self.puppets = _batches(PuppetStills(seed), batch - theirs - guessed, workers)
        self.stills = _batches(LabelledStills(stills, seed), theirs, 0) if theirs else None
        self.guesses = _batches(GuessedPictures(guesses, seed), guessed, 0) if guessed else None

    def parameters(self) -> list[torch.nn.Parameter]:
        """What this phase changes."""
        return list(self.parser.parameters())

    def loss(self, device: torch.device) -> tuple[Tensor, dict[str, float]]:
        """The loss of one batch, and figures to show."""
        sample = _moved(next(self.puppets), device)
        parse = self._parse(sample)
        parts = parse_loss(parse, sample)
        opaque = (sample["rgba"][:, 3] > -1) & sample["parsed"][:, None, None]
        right = (parse.visible[:, 1:].argmax(1) + 1 == sample["visible"]) & opaque
        figures = {"pixels right": float(right.sum() / (opaque.sum() + 1))}
        if self.stills is not None:
            sample = _moved(next(self.stills), device)
            parse = self._parse(sample)
            parts |= label_loss(parse, sample)
            figures["labels right"] = float(agreement(parse, sample["parts"]).mean())
        if self.guesses is not None:
            sample = _moved(next(self.guesses), device)
            parts |= guess_loss(self._parse(sample), sample)
        total = sum((WEIGHTS[name] * value for name, value in parts.items()), torch.zeros((), device=device))
        return total, {name: float(value.detach()) for name, value in parts.items()} | figures

    def _parse(self, sample: Sample) -> Parse:
        with mixed(self.parser.view.weight.device):
            rgba = sample["rgba"].contiguous(memory_format=torch.channels_last)
            parse: Parse = self.parser(rgba, sample["view"], _sometimes(sample["kind"]))
        return parse


def _sometimes(kind: Tensor) -> Tensor:
    """The kinds, of which half are not told."""
    return torch.where(torch.rand(len(kind), device=kind.device) < 0.5, kind, UNKNOWN_KIND)


def _batches(samples: IterableDataset[Sample], batch: int, workers: int) -> Iterator[Sample]:
    return iter(DataLoader(samples, batch_size=batch, num_workers=workers, prefetch_factor=6 if workers else None))


def _moved(sample: Sample, device: torch.device) -> Sample:
    return {key: value.to(device, non_blocking=True) for key, value in sample.items()}
