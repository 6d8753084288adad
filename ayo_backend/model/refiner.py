"""The refiner: small repairs on a composite, pointing into pictures and the palette instead of painting.

Every pixel of its output is one of: the composite at a few pixels' distance, the source at a few pixels' distance, or
an entry of the sprite's own palette, chosen by how well a pixel's feature matches the entry's key (Vinyals et al. 2015,
pointer networks).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ayo_backend.actions import ACTIONS, MAX_FRAMES
from ayo_backend.model.blocks import UNet
from ayo_backend.model.mover import STYLES
from ayo_backend.model.parser import SIDE, VIEWS

KEY = 24
REACH = 3.0  # trunk pixels that a residual flow can go
CONDITION = 96


class Refiner(nn.Module):
    """U-Net over composite, source and previous frame. See `forward`."""

    def __init__(self) -> None:
        super().__init__()
        self.action = nn.Embedding(len(ACTIONS), CONDITION)
        self.view = nn.Embedding(len(VIEWS), CONDITION)
        self.style = nn.Embedding(STYLES, CONDITION)
        self.frame = nn.Embedding(MAX_FRAMES, CONDITION)
        self.phase = nn.Linear(6, CONDITION)
        self.net = UNet(15, 2 + 2 + 1 + KEY, CONDITION, (40, 64, 96))
        self.keys = nn.Sequential(nn.Linear(5, 48), nn.SiLU(), nn.Linear(48, KEY))

    def condition(self, condition: dict[str, Tensor]) -> Tensor:
        """[B, CONDITION] of action, view, style, frame (long) and phase (float), each [B]."""
        wheel = 2 * torch.pi * condition["phase"][:, None] * torch.arange(1, 4, device=condition["phase"].device)
        out: Tensor = (
            self.action(condition["action"]) + self.view(condition["view"]) + self.style(condition["style"])
            + self.frame(condition["frame"]) + self.phase(torch.cat([wheel.sin(), wheel.cos()], 1))
        )  # fmt: skip
        return out

    def forward(
        self, pictures: Tensor, hole: Tensor, condition: Tensor, palette: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Where each pixel points.

        pictures, hole: see `inputs`; condition: see `condition`; palette: [B, K, 5], premultiplied RGBA in [-1, 1] and
        the root of the entry's share of the sprite, padded with NaN. Returns flow [B, 2, 64, 64] in pixels, choice
        logits [B, 3, 64, 64] (keep, shifted composite, palette) and entry logits [B, K, 64, 64].
        """
        maps, _, _ = self.net(torch.cat([pictures, hole], 1), condition)
        flow = maps[:, :2].float().tanh() * REACH
        keep = torch.full_like(maps[:, :1], 2.0)
        choice = torch.cat([keep, maps[:, 2:4]], 1).float()
        keys = self.keys(palette.nan_to_num(0.0).to(maps.dtype))
        entries = torch.einsum("bchw,bkc->bkhw", maps[:, 5:], keys).float() / KEY**0.5
        return flow, choice, entries.masked_fill(palette[..., 0].isnan()[:, :, None, None], float("-inf"))


def inputs(composite: Tensor, source: Tensor, previous: Tensor) -> tuple[Tensor, Tensor]:
    """The refiner's first two inputs from three pictures [B, 4, 64, 64], premultiplied RGBA in [-1, 1].

    The second is opaque, edge and gap (transparent, but closed in by the figure): [B, 3, 64, 64] of 0 and 1.
    """
    opaque = (composite[:, 3:] > -1).float()
    edge = opaque - (1 - F.max_pool2d(1 - opaque, 3, 1, 1))
    gap = 1 - F.max_pool2d(1 - F.max_pool2d(opaque, 5, 1, 2), 5, 1, 2) - opaque
    return torch.cat([composite, source, previous], 1), torch.cat([opaque, edge, gap.clamp(0, 1)], 1)


def shifted_match(indices: Tensor, flow: Tensor, target: Tensor) -> Tensor:
    """Probability that the pixel a flow points at (bilinear over four corners) has the target's palette index.

    indices, target: [B, 64, 64] long; flow: [B, 2, 64, 64] pixels. No palette-sized picture is warped: four comparisons
    do.
    """
    batch = torch.arange(len(indices), device=indices.device)[:, None, None]
    ramp = torch.arange(SIDE, device=indices.device)
    x, y = flow[:, 0] + ramp, flow[:, 1] + ramp[:, None]
    x0, y0 = x.floor(), y.floor()
    out = torch.zeros_like(x)
    for dx in (0, 1):
        for dy in (0, 1):
            weight = (1 - (x - x0 - dx).abs()) * (1 - (y - y0 - dy).abs())
            found = indices[batch, (y0 + dy).long().clamp(0, SIDE - 1), (x0 + dx).long().clamp(0, SIDE - 1)]
            out = out + weight * (found == target)
    return out


def likelihood(flow: Tensor, choice: Tensor, entries: Tensor, composite: Tensor, target: Tensor) -> Tensor:
    """Probability of the target index at each pixel: [B, 64, 64]."""
    weight = choice.softmax(1)
    pointed = entries.softmax(1).gather(1, target[:, None]).squeeze(1)
    kept = (composite == target).float()
    return weight[:, 0] * kept + weight[:, 1] * shifted_match(composite, flow, target) + weight[:, 2] * pointed


def expected(flow: Tensor, choice: Tensor, entries: Tensor, composite: Tensor, palette: Tensor) -> Tensor:
    """The mean picture, [B, 4, 64, 64] premultiplied in [-1, 1], for the discriminator. composite: the same kind of
    picture.
    """
    weight = choice.softmax(1)
    ramp = (torch.arange(SIDE, device=flow.device) + 0.5) / (SIDE / 2) - 1
    base = torch.stack([ramp.expand(SIDE, SIDE), ramp[:, None].expand(SIDE, SIDE)], -1)
    grid = base + flow.movedim(1, -1) / (SIDE / 2)
    shifted = F.grid_sample(composite, grid, align_corners=False, padding_mode="border")
    pointed = torch.einsum("bkhw,bkc->bchw", entries.softmax(1), palette[..., :4].nan_to_num(0.0))
    return weight[:, :1] * composite + weight[:, 1:2] * shifted + weight[:, 2:] * pointed
