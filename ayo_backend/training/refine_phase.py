"""Third lesson: repair what the composite leaves open, frame after frame on one's own repairs."""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader

from ayo_backend.model.generator import Generator
from ayo_backend.model.refiner import expected, inputs, likelihood
from ayo_backend.training.refine_data import PuppetPairs


class RefinePhase:
    """Teaches the refiner by the likelihood of the true pixel, and of the true change between two frames."""

    def __init__(self, generator: Generator, batch: int, seed: int, workers: int = 1) -> None:
        self.refiner = generator.refiner
        self.loader = DataLoader(PuppetPairs(generator, seed), batch_size=batch, num_workers=workers, prefetch_factor=4)
        self.batches: Iterator[dict[str, Tensor]] = iter(self.loader)

    def parameters(self) -> list[torch.nn.Parameter]:
        """What this phase changes."""
        return list(self.refiner.parameters())

    def loss(self, device: torch.device) -> tuple[Tensor, dict[str, float]]:
        """The loss of one batch, and figures to show."""
        sample = {key: value.to(device, non_blocking=True) for key, value in next(self.batches).items()}
        style = torch.zeros_like(sample["action"])
        condition = self.refiner.condition(sample | {"style": style})
        colours = Colours(sample["palette"])
        source = colours(sample["source"])
        first, first_nll, _ = self._frame(sample, "before", "target_before", source, source, condition)
        second, second_nll, right = self._frame(sample, "composite", "target", source, first.detach(), condition)
        change = (second - first) - (colours(sample["target"]) - colours(sample["target_before"]))
        seen = _near(sample["composite"], sample["target"])
        temporal = (change.abs().mean(1) * seen).sum() / seen.sum()
        total = 0.5 * (first_nll + second_nll) + 0.25 * temporal
        kept = ((sample["composite"] == sample["target"]).float() * seen).sum() / seen.sum()
        return total, {
            "nll": float(second_nll.detach()),
            "temporal": float(temporal.detach()),
            "right": float(right.detach()),
            "composite right": float(kept),
        }

    def _frame(
        self,
        sample: dict[str, Tensor],
        composite: str,
        target: str,
        source: Tensor,
        previous: Tensor,
        condition: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Expected picture, mean negative log likelihood near the figure, share of pixels it would get right."""
        made, true, palette = sample[composite], sample[target], sample["palette"]
        picture = Colours(palette)(made)
        pictures, hole = inputs(picture, source, previous)
        with torch.autocast(made.device.type, torch.bfloat16):
            flow, choice, entries = self.refiner(pictures, hole, condition, palette)
        chance = likelihood(flow, choice, entries, made, true)
        seen = _near(made, true)
        nll = (-(chance + 1e-4).log() * seen).sum() / seen.sum()
        right = ((chance > 0.5).float() * seen).sum() / seen.sum()
        return expected(flow, choice, entries, picture, palette), nll, right


class Colours:
    """Palettes [B, K, 5] to look indices [B, 64, 64] up in: [B, 4, 64, 64]."""

    def __init__(self, palette: Tensor) -> None:
        self.table = palette[..., :4].nan_to_num(0.0)

    def __call__(self, indices: Tensor) -> Tensor:
        flat = indices.flatten(1)[..., None].expand(-1, -1, 4)
        return self.table.gather(1, flat).view(*indices.shape, 4).movedim(-1, 1)


def _near(*pictures: Tensor) -> Tensor:
    """Weight of each pixel: 1 on and next to the figure, 0.05 elsewhere. [B, 64, 64]."""
    seen = torch.stack([picture != 0 for picture in pictures]).any(0).float()
    return F.max_pool2d(seen[:, None], 3, 1, 1)[:, 0] * 0.95 + 0.05
