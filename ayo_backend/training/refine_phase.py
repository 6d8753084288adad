"""Third lesson: repair what the composite leaves open, frame after frame on one's own repairs."""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader

from ayo_backend.model.discriminator import Discriminator, hinge
from ayo_backend.model.generator import Generator
from ayo_backend.model.refiner import expected, inputs, likelihood
from ayo_backend.training.perceptual import VGG19
from ayo_backend.training.refine_data import PuppetPairs

ADVERSARY_AFTER = 400  # steps: it judges repairs, so there must be some
ADVERSARIAL, MATCHING, PERCEPTUAL = 0.02, 0.1, 0.05


class RefinePhase:
    """Teaches the refiner by the likelihood of the true pixel and of the true change between two frames; later a small
    discriminator adds what a likelihood can't see, and VGG19's features, where the user has its weights, do so too."""

    def __init__(
        self, generator: Generator, batch: int, seed: int, vgg19: VGG19 | None = None, workers: int = 1
    ) -> None:
        self.refiner, self.vgg19 = generator.refiner, vgg19
        self.discriminator = Discriminator()
        self.judging = torch.optim.AdamW(self.discriminator.parameters(), lr=2e-4, betas=(0.5, 0.98))
        self.step = 0
        self.loader = DataLoader(PuppetPairs(generator, seed), batch_size=batch, num_workers=workers, prefetch_factor=4)
        self.batches: Iterator[dict[str, Tensor]] = iter(self.loader)

    def parameters(self) -> list[torch.nn.Parameter]:
        """What this phase changes."""
        return list(self.refiner.parameters())

    def loss(self, device: torch.device) -> tuple[Tensor, dict[str, float]]:
        """The loss of one batch, and figures to show."""
        sample = {key: value.to(device, non_blocking=True) for key, value in next(self.batches).items()}
        condition = self.refiner.condition(sample | {"style": torch.zeros_like(sample["action"])})
        colours = Colours(sample["palette"])
        source, true_before, true = (colours(sample[key]) for key in ("source", "target_before", "target"))
        first, first_nll, _ = self._frame(sample, "before", "target_before", source, source, condition)
        second, second_nll, right = self._frame(sample, "composite", "target", source, first.detach(), condition)
        seen = _near(sample["composite"], sample["target"])
        temporal = (((second - first) - (true - true_before)).abs().mean(1) * seen).sum() / seen.sum()
        total = 0.5 * (first_nll + second_nll) + 0.25 * temporal
        figures = {"nll": second_nll, "temporal": temporal, "right": right}
        figures["composite right"] = ((sample["composite"] == sample["target"]).float() * seen).sum() / seen.sum()
        self.step += 1
        if self.step > ADVERSARY_AFTER:
            adversarial, figures["discriminator"] = self._judged(source, (first, second), (true_before, true), sample)
            total = total + adversarial
        if self.vgg19 is not None:
            perceptual = self.vgg19.to(device).features_distance(second, true)
            total, figures["perceptual"] = total + PERCEPTUAL * perceptual, perceptual
        return total, {name: float(value.detach()) for name, value in figures.items()}

    def _judged(
        self, source: Tensor, made: tuple[Tensor, Tensor], true: tuple[Tensor, Tensor], sample: dict[str, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Teach the discriminator a step; what it then holds against the refiner, and its own loss."""
        judge, action = self.discriminator.to(source.device), sample["action"]
        real, _ = judge(source, *true, action)
        fake, _ = judge(source, made[0].detach(), made[1].detach(), action)
        doubt = hinge(real, True) + hinge(fake, False)
        self.judging.zero_grad(set_to_none=True)
        doubt.backward()  # type: ignore[no-untyped-call]
        self.judging.step()
        for parameter in judge.parameters():
            parameter.requires_grad_(False)
        verdict, features = judge(source, *made, action)
        with torch.no_grad():
            _, wanted = judge(source, *true, action)
        for parameter in judge.parameters():
            parameter.requires_grad_(True)
        matching = torch.stack([F.l1_loss(a, b) for a, b in zip(features, wanted, strict=True)]).mean()
        return MATCHING * matching - ADVERSARIAL * verdict.mean(), doubt

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
