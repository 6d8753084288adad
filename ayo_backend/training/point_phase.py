"""Third lesson: draw frames by pointing, as the packs' artists drew them.

Likelihood of the true pixel, and distance of the mean picture from the true one at three scales, so that a flow that is
off by more than a pixel still feels where it should point. Late, a small discriminator looks at the mean picture of two
neighbouring frames, and VGG19's features, where the user has its weights, do so too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ayo_backend.errors import AyoError
from ayo_backend.model.discriminator import Discriminator, hinge
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import SIDE
from ayo_backend.model.pointer import UNTOLD, expected, likelihood
from ayo_backend.model.tensors import palette_tensor, premultiplied
from ayo_backend.planning import ACTION_ROW
from ayo_backend.pointing import ENTRIES
from ayo_backend.training.augment import recoloured
from ayo_backend.training.data import PackClip
from ayo_backend.training.draw_lots import chances
from ayo_backend.training.perceptual import VGG19
from ayo_backend.training.point_data import Shown, shown_clips
from ayo_backend.training.precision import mixed

FRAMES = 4  # of each still in a batch: two neighbouring pairs
BLURRED, CHANGE = 0.5, 0.25
ADVERSARIAL, MATCHING, PERCEPTUAL = 0.02, 0.1, 0.05
ADVERSARY_AFTER = 5000  # steps: it judges details, so there must be some
IDLE = ACTION_ROW["idle"]
SILENT = 0.4  # how often frame index and count are not told
ALIKE = {  # packs whose characters move alike, so that pointing can be right; and one where it can't
    "lpc_revised": 4.5,
    "superpowers_ninja": 2.5,
    "antumdeluge": 3.0,
    "duelyst": 0.3,
}


class PointPhase:
    """Teaches the pointer on true clips, `batch` stills and FRAMES frames of each a step."""

    def __init__(
        self, generator: Generator, clips: Sequence[PackClip], batch: int, seed: int, vgg19: VGG19 | None = None
    ) -> None:
        self.pointer, self.batch, self.vgg19 = generator.pointer, batch, vgg19
        self.rng = np.random.default_rng(seed)
        self.clips = shown_clips(clips)
        if not self.clips:
            hint = "Give packs of pixel art, or leave that lesson out: --point-steps 0."
            raise AyoError("bad_pack", "The packs have no clips that teach pointing.", hint)
        self.chance = chances([(c.source, c.action) for c in self.clips], [_worth(c) for c in self.clips])
        self.discriminator = Discriminator()
        self.judging = torch.optim.AdamW(self.discriminator.parameters(), lr=2e-4, betas=(0.5, 0.98))
        self.step = 0

    def parameters(self) -> list[torch.nn.Parameter]:
        """What this phase changes."""
        return list(self.pointer.parameters())

    def loss(self, device: torch.device) -> tuple[Tensor, dict[str, float]]:
        """The loss of one batch, and figures to show."""
        picked = [self.clips[i] for i in self.rng.choice(len(self.clips), self.batch, p=self.chance)]
        sample = {key: value.to(device) for key, value in self._sample(picked).items()}
        source, palette = sample["source"], sample["palette"]
        with mixed(device):
            looked = self.pointer.look(source, sample["view"][::FRAMES], palette)
            pointed = self.pointer(looked.repeated(FRAMES), sample)
        still = sample["still"].repeat_interleave(FRAMES, 0)
        target, column = sample["target"], sample["column"]
        near = _near(still, target)
        chance = likelihood(pointed, still, target, column)
        nll = (-(chance + 1e-4).log() * near).sum() / near.sum()
        made = expected(pointed, source.repeat_interleave(FRAMES, 0), palette.repeat_interleave(FRAMES, 0))
        true = sample["true"]
        blurred = _blurred(made - true, near)
        first, second = (made - true)[::2], (made - true)[1::2]
        change = _blurred(second - first, torch.maximum(near[::2], near[1::2]))
        total = nll + BLURRED * blurred + CHANGE * change
        right = ((chance > 0.5).float() * near).sum() / near.sum()
        copied = ((still == target).float() * near).sum() / near.sum()
        figures = {"nll": nll, "blurred": blurred, "change": change, "right": right, "still right": copied}
        self.step += 1
        if self.step > ADVERSARY_AFTER:
            adversarial, figures["discriminator"] = self._judged(source.repeat_interleave(2, 0), made, true, sample)
            total = total + adversarial
        if self.vgg19 is not None:
            perceptual = self.vgg19.to(device).features_distance(made, true)
            total, figures["perceptual"] = total + PERCEPTUAL * perceptual, perceptual
        return total, {name: float(value.detach()) for name, value in figures.items()}

    def _judged(self, source: Tensor, made: Tensor, true: Tensor, sample: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Teach the discriminator a step; what it then holds against the pointer, and its own loss."""
        judge, action = self.discriminator.to(source.device), sample["action"][::2]
        made0, made1, true0, true1 = made[::2], made[1::2], true[::2], true[1::2]
        real, _ = judge(source, true0, true1, action)
        fake, _ = judge(source, made0.detach(), made1.detach(), action)
        doubt = hinge(real, True) + hinge(fake, False)
        self.judging.zero_grad(set_to_none=True)
        doubt.backward()  # type: ignore[no-untyped-call]
        self.judging.step()
        for parameter in judge.parameters():
            parameter.requires_grad_(False)
        verdict, features = judge(source, made0, made1, action)
        with torch.no_grad():
            _, wanted = judge(source, true0, true1, action)
        for parameter in judge.parameters():
            parameter.requires_grad_(True)
        matching = torch.stack([F.l1_loss(a, b) for a, b in zip(features, wanted, strict=True)]).mean()
        return MATCHING * matching - ADVERSARIAL * verdict.mean(), doubt

    def _sample(self, picked: Sequence[Shown]) -> dict[str, Tensor]:
        """A batch: stills [B, ...] and FRAMES frames of each [B * FRAMES, ...]."""
        stills, sources, palettes, targets, trues, columns = [], [], [], [], [], []
        told: dict[str, list[float]] = {key: [] for key in ("action", "view", "frame", "count", "phase", "loop")}
        for clip in picked:
            palette = recoloured(clip.still.palette, self.rng) if self.rng.random() < 0.8 else clip.still.palette
            shift = tuple(self.rng.integers(-3, 4, 2).tolist()) if self.rng.random() < 0.7 else (0, 0)
            still, frames = _moved(clip.still.indices, shift), _moved(clip.frames, shift)
            column = np.full(len(palette), -1, np.int64)
            column[clip.still.entries] = np.arange(len(clip.still.entries))
            chosen = self._moments(len(frames), clip.loop)
            stills.append(still)
            sources.append(palette[still])
            table = palette_tensor(palette, still.astype(np.int32), clip.still.entries)
            palettes.append(F.pad(table, (0, 0, 0, ENTRIES - len(table)), value=float("nan")))
            targets.append(frames[chosen])
            trues.append(palette[frames[chosen]])
            columns.append(column[frames[chosen]])
            untold = self.rng.random() < SILENT
            for index in chosen:
                blur = self.rng.uniform(-0.45, 0.45) / len(frames) if untold else 0.0
                told["action"].append(clip.action)
                told["view"].append(clip.still.view)
                told["frame"].append(UNTOLD if untold else index)
                told["count"].append(UNTOLD if untold else len(frames) - 1)
                told["phase"].append((clip.phases[index] + blur) % 1.0 if clip.loop else clip.phases[index] + blur)
                told["loop"].append(float(clip.loop))
        floats = ("phase", "loop")
        return {
            "still": torch.from_numpy(np.stack(stills).astype(np.int64)),
            "source": premultiplied(np.stack(sources)),
            "palette": torch.stack(palettes),
            "target": torch.from_numpy(np.concatenate(targets).astype(np.int64)),
            "true": premultiplied(np.concatenate(trues)),
            "column": torch.from_numpy(np.concatenate(columns)),
        } | {key: torch.tensor(v, dtype=torch.float32 if key in floats else torch.long) for key, v in told.items()}

    def _moments(self, count: int, loop: bool) -> list[int]:
        """FRAMES frames of a clip: neighbouring pairs, which may be the last and the first of a loop."""
        chosen = []
        for _ in range(FRAMES // 2):
            first = int(self.rng.integers(count if loop else count - 1))
            chosen += [first, (first + 1) % count]
        return chosen


def _worth(clip: Shown) -> float:
    """An idle is soon learned; a clip with a weapon that the still does not show is hardly worth looking at."""
    kind = 0.05 if clip.prop_change else 0.4 if clip.action == IDLE else 1.0
    return kind * ALIKE.get(clip.source, 1.0)


def _moved(pictures: NDArray[np.uint8], shift: Sequence[int]) -> NDArray[np.uint8]:
    """Pictures [..., 64, 64] shifted by (x, y) pixels, 0 where nothing comes in."""
    x, y = shift
    padded = np.pad(pictures, [(0, 0)] * (pictures.ndim - 2) + [(3, 3), (3, 3)])
    moved: NDArray[np.uint8] = padded[..., 3 - y : 3 - y + SIDE, 3 - x : 3 - x + SIDE]
    return moved


def _near(*pictures: Tensor) -> Tensor:
    """Weight of each pixel: 1 on and next to the figure, 0.05 elsewhere. [B, 64, 64]."""
    seen = torch.stack([picture != 0 for picture in pictures]).any(0).float()
    return F.max_pool2d(seen[:, None], 5, 1, 2)[:, 0] * 0.95 + 0.05


def _blurred(difference: Tensor, weight: Tensor) -> Tensor:
    """Mean distance at half, quarter and eighth scale, [B, 4, 64, 64], near the figure."""
    difference = difference * weight[:, None]
    total = torch.zeros((), device=difference.device)
    for _ in range(3):
        difference = F.avg_pool2d(difference, 2)
        total = total + difference.abs().sum() / (weight.sum() / 64**2)
    return total / 64**2
