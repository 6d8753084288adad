"""First lesson: see the parts of puppets, whose parts are known."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from ayo_backend.model.generator import Generator
from ayo_backend.training.losses import parse_loss
from ayo_backend.training.precision import mixed
from ayo_backend.training.puppet_data import PuppetStills

WEIGHTS = {"visible": 1.0, "whole": 0.25, "joints": 0.15, "kind": 0.15, "facing": 0.15}


class ParsePhase:
    """Draws puppets in a worker process and teaches the parser on them."""

    def __init__(self, generator: Generator, batch: int, seed: int, workers: int = 1) -> None:
        self.parser = generator.parser
        self.loader = DataLoader(
            PuppetStills(seed), batch_size=batch, num_workers=workers, prefetch_factor=6 if workers else None
        )
        self.batches: Iterator[dict[str, Tensor]] = iter(self.loader)

    def parameters(self) -> list[torch.nn.Parameter]:
        """What this phase changes."""
        return list(self.parser.parameters())

    def loss(self, device: torch.device) -> tuple[Tensor, dict[str, float]]:
        """The loss of one batch, and figures to show."""
        sample = {key: value.to(device, non_blocking=True) for key, value in next(self.batches).items()}
        with mixed(device):
            parse = self.parser(sample["rgba"].contiguous(memory_format=torch.channels_last), sample["view"])
        parts = parse_loss(parse, sample)
        total = sum((WEIGHTS[name] * value for name, value in parts.items()), torch.zeros((), device=device))
        opaque = (sample["rgba"][:, 3] > -1) & sample["parsed"][:, None, None]
        right = (parse.visible[:, 1:].argmax(1) + 1 == sample["visible"]) & opaque
        figures = {name: float(value.detach()) for name, value in parts.items()}
        return total, figures | {"pixels right": float(right.sum() / (opaque.sum() + 1))}
