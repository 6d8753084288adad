"""Building blocks: convolution, condition, attention."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class FilmBlock(nn.Module):
    """Two 3×3 convolutions with a skip, scaled and shifted by a condition vector (FiLM, Perez et al. 2018)."""

    def __init__(self, inputs: int, outputs: int, condition: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, inputs), nn.GroupNorm(8, outputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.film = nn.Linear(condition, 2 * outputs)
        self.skip: nn.Module = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.film.weight)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """[B, inputs, H, W], [B, condition] -> [B, outputs, H, W]."""
        scale, shift = self.film(condition)[:, :, None, None].chunk(2, 1)
        hidden = self.conv1(F.silu(self.norm1(x)))
        hidden = self.norm2(hidden) * (1 + scale) + shift
        out: Tensor = self.skip(x) + self.conv2(F.silu(hidden))
        return out


class Attention(nn.Module):
    """Self-attention over the pixels of a small feature map."""

    def __init__(self, channels: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(8, channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, H, W] -> the same shape."""
        batch, channels, height, width = x.shape
        q, k, v = (
            self.qkv(self.norm(x))
            .reshape(batch, 3, self.heads, channels // self.heads, height * width)
            .transpose(-1, -2)
            .unbind(1)
        )
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(-1, -2).reshape(batch, channels, height, width)
        out: Tensor = x + self.out(mixed)
        return out


class UNet(nn.Module):
    """A U-Net at half, quarter and eighth of the input's resolution, with attention at the bottom.

    Elementwise work at full resolution is what costs on a CPU, so the first step folds 2×2 pixels into channels and the
    last unfolds.
    """

    def __init__(self, inputs: int, outputs: int, condition: int, widths: tuple[int, int, int] = (48, 96, 160)) -> None:
        super().__init__()
        a, b, c = widths
        self.stem = nn.Conv2d(4 * inputs, a, 3, padding=1)
        self.down = nn.ModuleList(
            [
                FilmBlock(a, a, condition),
                FilmBlock(b, b, condition),
                FilmBlock(c, c, condition),
                FilmBlock(c, c, condition),
            ]
        )
        self.shrink = nn.ModuleList([nn.Conv2d(a, b, 3, stride=2, padding=1), nn.Conv2d(b, c, 3, stride=2, padding=1)])
        self.attention = Attention(c)
        self.grow = nn.ModuleList([nn.Conv2d(c, b, 1), nn.Conv2d(b, a, 1)])
        self.up = nn.ModuleList([FilmBlock(2 * b, b, condition), FilmBlock(2 * a, a, condition)])
        self.head = nn.Conv2d(a, 4 * outputs, 3, padding=1)

    def forward(self, x: Tensor, condition: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """[B, inputs, H, W], [B, condition] -> output [B, outputs, H, W], features [B, a, H/2, W/2], embedding [B, c,
        H/8, W/8].
        """
        half = self.down[0](self.stem(F.pixel_unshuffle(x, 2)), condition)
        quarter = self.down[1](self.shrink[0](half), condition)
        deep = self.down[2](self.shrink[1](quarter), condition)
        deep = self.down[3](self.attention(deep), condition)
        rise = self.up[0](torch.cat([F.interpolate(self.grow[0](deep), scale_factor=2.0), quarter], 1), condition)
        rise = self.up[1](torch.cat([F.interpolate(self.grow[1](rise), scale_factor=2.0), half], 1), condition)
        return F.pixel_shuffle(self.head(F.silu(rise)), 2), rise, deep
