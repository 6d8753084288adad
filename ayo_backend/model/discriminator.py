"""The discriminator: is this a frame, and a step from the frame before, as artists draw them of this source?"""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ayo_backend.actions import ACTIONS


class Discriminator(nn.Module):
    """A small PatchGAN (Isola et al. 2017) over source, last frame and frame, conditioned on the action by projection
    (Miyato & Koyama 2018); spectral normalisation keeps it gentle."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        sizes = (12, width, 2 * width, 4 * width)
        self.layers = nn.ModuleList(
            nn.utils.parametrizations.spectral_norm(nn.Conv2d(a, b, 4, stride=2, padding=1)) for a, b in pairwise(sizes)
        )
        self.verdict = nn.utils.parametrizations.spectral_norm(nn.Conv2d(4 * width, 1, 3, padding=1))
        self.action = nn.Embedding(len(ACTIONS), 4 * width)

    def forward(self, source: Tensor, before: Tensor, frame: Tensor, action: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Pictures [B, 4, 64, 64] premultiplied in [-1, 1], action [B] -> verdicts [B, 8, 8], and features of each
        layer.
        """
        x = torch.cat([source, before, frame], 1)
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
        told = (x * self.action(action)[:, :, None, None]).sum(1) / x.shape[1] ** 0.5
        return self.verdict(x).squeeze(1) + told, features


def hinge(verdict: Tensor, real: bool) -> Tensor:
    """The discriminator's loss on pictures that are real, or made (Lim & Ye 2017)."""
    return F.relu(1 - verdict if real else 1 + verdict).mean()
