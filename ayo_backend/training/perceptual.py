"""VGG19 perceptual distance, from the standard weight file of torchvision, which the user supplies.

Simonyan & Zisserman 2014, configuration E; the features after the last ReLU of each of the five blocks' depth as in
Johnson et al. 2016. The file is torchvision's vgg19-dcbb9e9d.pth or a safetensors copy (keys `features.N.weight`).
"""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from ayo_backend.errors import AyoError

BLOCKS = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))  # channels, convolutions
MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
PAPER = 0.5  # what lies behind transparent pixels
LEAST = 64  # px: smaller pictures are enlarged, or the fifth block would have nothing to look at


class VGG19(nn.Module):
    """The convolutions of VGG19, named as torchvision names them."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        self.ends: list[int] = []
        inside = 3
        for channels, count in BLOCKS:
            for _ in range(count):
                layers += [nn.Conv2d(inside, channels, 3, padding=1), nn.ReLU()]
                inside = channels
            self.ends.append(len(layers) - 1)
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers[:-1])

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """float [B, 3, H, W] in 0..1 -> the features at the end of each block, finest first."""
        mean, spread = (torch.tensor(v, device=pictures.device).view(3, 1, 1) for v in (MEAN, SPREAD))
        values = (pictures - mean) / spread
        found = []
        for index, layer in enumerate(self.features):
            values = layer(values)
            if index in self.ends:
                found.append(values)
        return found

    def features_distance(self, made: Tensor, true: Tensor) -> Tensor:
        """The same for training: pictures [B, 4, H, W], premultiplied RGBA in [-1, 1]; gradients reach `made`."""
        on_paper = [(p[:, :3] + 1) / 2 + PAPER * (1 - p[:, 3:]) / 2 for p in (made, true)]
        pairs = zip(self(on_paper[0]), self(on_paper[1]), strict=True)
        return torch.stack([F.mse_loss(a, b) for a, b in pairs]).mean()

    @torch.no_grad()
    def distance(self, made: NDArray[np.uint8], true: NDArray[np.uint8]) -> float:
        """Mean squared difference of features, averaged over blocks and frames; both uint8 [N, H, W, 4]."""
        per_block = []
        for a, b in zip(made, true, strict=True):
            features = self(torch.cat([_shown(a), _shown(b)]))
            per_block.append([float(F.mse_loss(block[0], block[1])) for block in features])
        return float(np.mean(per_block))


def load_vgg19(path: Path) -> VGG19:
    """VGG19 with the weights in the file. Raises AyoError (file_not_found, bad_weights)."""
    if not path.exists():
        raise AyoError(
            "file_not_found", f"There are no VGG19 weights at {path}.", "Give torchvision's vgg19-dcbb9e9d.pth."
        )
    network = VGG19()
    try:
        safe = path.suffix == ".safetensors"
        state = load_file(path) if safe else torch.load(path, map_location="cpu", weights_only=True)
        wanted = {key: value for key, value in state.items() if key.startswith("features.")}
        network.load_state_dict(wanted)
    except (RuntimeError, OSError, EOFError, AttributeError, pickle.UnpicklingError, SafetensorError):
        raise AyoError(
            "bad_weights", f"{path} does not hold VGG19's weights.", "Give torchvision's vgg19-dcbb9e9d.pth."
        ) from None
    return network.eval().requires_grad_(False)


def _shown(frame: NDArray[np.uint8]) -> Tensor:
    """float [1, 3, H, W] in 0..1 on grey paper, enlarged by a whole number to at least 64 px a side."""
    values = torch.from_numpy(frame).float().permute(2, 0, 1)[None] / 255
    picture = values[:, :3] * values[:, 3:] + PAPER * (1 - values[:, 3:])
    times = max(1, -(-LEAST // min(frame.shape[:2])))
    return picture.repeat_interleave(times, 2).repeat_interleave(times, 3)
