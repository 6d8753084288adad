"""The pointer: draws a frame by pointing at the still, for sprites whose way of moving it knows.

Every pixel of its frame is either a pixel of the still, found by one of a few flows, or an entry of the sprite's own
palette, chosen by how well the pixel's feature matches the entry's key (Vinyals et al. 2015, pointer networks):

    p(pixel = k) = sum over m of w_m * [the still at pixel + flow_m has entry k] + w_p * softmax(feature . key_k)

It looks at the still once and then draws any frame of any action from that. It says how sure it is; where it is not,
nobody should look at what it draws (see `ayo_backend.pointing`).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ayo_backend.actions import ACTIONS, MAX_FRAMES
from ayo_backend.model.blocks import Attention, FilmBlock
from ayo_backend.model.parser import SIDE, VIEWS

FLOWS = 4
KEY = 24
REACH = 40.0  # trunk pixels that a flow can go
UNTOLD = MAX_FRAMES  # the frame index and the count of a clip whose number of frames is its own
CONDITION = 128
WIDTHS = (64, 112, 160)


@dataclass(frozen=True)
class Looked:
    """What the pointer keeps of a still: features at half, quarter and eighth resolution, and the entries' keys."""

    half: Tensor  # [B, 64, 32, 32]
    quarter: Tensor  # [B, 112, 16, 16]
    deep: Tensor  # [B, 160, 8, 8]
    keys: Tensor  # [B, K, KEY]
    absent: Tensor  # [B, K] bool: padding of the palette

    def repeated(self, times: int) -> Looked:
        """Each still `times` times in a row."""
        return Looked(
            *(
                value.repeat_interleave(times, 0)
                for value in (self.half, self.quarter, self.deep, self.keys, self.absent)
            )
        )


@dataclass(frozen=True)
class Pointed:
    """Where each pixel of a frame points. flow: [B, FLOWS, 2, 64, 64] (x, y) in trunk pixels, from the frame's pixel to
    the still's; weight: [B, FLOWS + 1, 64, 64], how much each flow and, last, the palette counts; entry: [B, K, 64,
    64], the probability of each entry where the palette counts."""

    flow: Tensor
    weight: Tensor
    entry: Tensor


class Pointer(nn.Module):
    """U-Net whose encoder sees the still and whose decoder is told the frame. See `look` and `forward`."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c = WIDTHS
        self.view = nn.Embedding(len(VIEWS), 32)
        self.stem = nn.Conv2d(4 * 6, a, 3, padding=1)
        self.down = nn.ModuleList([FilmBlock(a, a, 32), FilmBlock(b, b, 32), FilmBlock(c, c, 32)])
        self.shrink = nn.ModuleList([nn.Conv2d(a, b, 3, stride=2, padding=1), nn.Conv2d(b, c, 3, stride=2, padding=1)])
        self.keys = nn.Sequential(nn.Linear(5, 48), nn.SiLU(), nn.Linear(48, KEY))
        self.action = nn.Embedding(len(ACTIONS), CONDITION)
        self.seen_from = nn.Embedding(len(VIEWS), CONDITION)
        self.frame = nn.Embedding(UNTOLD + 1, CONDITION)
        self.count = nn.Embedding(UNTOLD + 1, CONDITION)
        self.phase = nn.Linear(9, CONDITION)
        self.mix = nn.Sequential(nn.SiLU(), nn.Linear(CONDITION, CONDITION), nn.SiLU())
        self.bottom = nn.ModuleList([FilmBlock(c, c, CONDITION) for _ in range(3)])
        self.attention = Attention(c)
        self.grow = nn.ModuleList([nn.Conv2d(c, b, 1), nn.Conv2d(b, a, 1)])
        self.middle = nn.ModuleList([FilmBlock(2 * b, b, CONDITION), FilmBlock(b, b, CONDITION)])
        self.top = nn.ModuleList([FilmBlock(2 * a, a, CONDITION), FilmBlock(a, a, CONDITION)])
        self.head = nn.Conv2d(a, 4 * (3 * FLOWS + 1 + KEY), 3, padding=1)
        for embedding in (self.action, self.seen_from, self.frame, self.count):
            nn.init.normal_(embedding.weight, std=0.5)

    def look(self, rgba: Tensor, view: Tensor, palette: Tensor) -> Looked:
        """See the still. rgba: [B, 4, 64, 64] premultiplied, in [-1, 1]; view: [B] row of VIEWS; palette: [B, K, 5],
        premultiplied RGBA in [-1, 1] and the root of the entry's share of the sprite, NaN past its end.
        """
        ramp = torch.linspace(-1, 1, SIDE, device=rgba.device, dtype=rgba.dtype)
        x = ramp.expand(len(rgba), 1, SIDE, SIDE)
        told = self.view(view)
        half = self.down[0](self.stem(F.pixel_unshuffle(torch.cat([rgba, x, x.transpose(2, 3)], 1), 2)), told)
        quarter = self.down[1](self.shrink[0](half), told)
        deep = self.down[2](self.shrink[1](quarter), told)
        return Looked(half, quarter, deep, self.keys(palette.nan_to_num(0.0)), palette[..., 0].isnan())

    def forward(self, looked: Looked, told: dict[str, Tensor]) -> Pointed:
        """One frame of each still. told: action, view, frame, count [B] long (frame and count may be UNTOLD), phase,
        loop [B] float.
        """
        wheel = 2 * torch.pi * told["phase"][:, None] * torch.arange(1, 5, device=looked.deep.device)
        shared = self.phase(torch.cat([wheel.sin(), wheel.cos(), told["loop"][:, None]], 1))
        shared = shared + self.action(told["action"]) + self.seen_from(told["view"])
        shared = self.mix(shared + self.frame(told["frame"]) + self.count(told["count"]))
        deep = self.bottom[0](looked.deep, shared)
        for block in self.bottom[1:]:
            deep = block(self.attention(deep), shared)
        rise = torch.cat([F.interpolate(self.grow[0](deep), scale_factor=2.0), looked.quarter], 1)
        for block in self.middle:
            rise = block(rise, shared)
        rise = torch.cat([F.interpolate(self.grow[1](rise), scale_factor=2.0), looked.half], 1)
        for block in self.top:
            rise = block(rise, shared)
        maps = F.pixel_shuffle(self.head(F.silu(rise)), 2)
        flow, weight, feature = maps[:, : 2 * FLOWS], maps[:, 2 * FLOWS : -KEY], maps[:, -KEY:]
        flow = (flow.float() * 4).clamp(-REACH, REACH).view(len(maps), FLOWS, 2, SIDE, SIDE)
        match = torch.einsum("bchw,bkc->bkhw", feature, looked.keys).float() / KEY**0.5
        entry = match.masked_fill(looked.absent[:, :, None, None], float("-inf")).softmax(1)
        return Pointed(flow, weight.float().softmax(1), entry)


def likelihood(pointed: Pointed, still: Tensor, target: Tensor, column: Tensor) -> Tensor:
    """Probability of the target at each pixel: [B, 64, 64].

    still, target: [B, 64, 64] long palette indices; column: [B, 64, 64] long, the target's place among the entries that
    can be pointed at, -1 where it has none. No palette-sized picture is warped: four comparisons a flow do.
    """
    known = column >= 0
    chosen = pointed.entry.gather(1, column.clamp(min=0)[:, None]).squeeze(1) * known
    total = pointed.weight[:, FLOWS] * chosen
    flat = still.flatten(1)
    for m in range(FLOWS):
        match = torch.zeros_like(total)
        for weight, place in corners(pointed.flow[:, m]):
            match = match + weight * (flat.gather(1, place.flatten(1)).view_as(target) == target)
        total = total + pointed.weight[:, m] * match
    return total


def corners(flow: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The four pixels of the still that a flow [B, 2, 64, 64] lies between: (bilinear weight, place), each [B, 64, 64];
    place counts row by row, and points beyond the edge are held at it."""
    ramp = torch.arange(SIDE, device=flow.device)
    x, y = flow[:, 0] + ramp, flow[:, 1] + ramp[:, None]
    x0, y0 = x.detach().floor(), y.detach().floor()
    found = []
    for dx in (0, 1):
        for dy in (0, 1):
            weight = (1 - (x - x0 - dx).abs()) * (1 - (y - y0 - dy).abs())
            row, line = (y0 + dy).long().clamp(0, SIDE - 1), (x0 + dx).long().clamp(0, SIDE - 1)
            found.append((weight, row * SIDE + line))
    return found


def expected(pointed: Pointed, still: Tensor, palette: Tensor) -> Tensor:
    """The mean picture, [B, 4, 64, 64] premultiplied in [-1, 1]. still: the same kind of picture; palette: as in
    `Pointer.look`."""
    ramp = (torch.arange(SIDE, device=still.device) + 0.5) / (SIDE / 2) - 1
    base = torch.stack([ramp.expand(SIDE, SIDE), ramp[:, None].expand(SIDE, SIDE)], -1)
    grid = base + pointed.flow.movedim(2, -1) / (SIDE / 2)  # [B, FLOWS, 64, 64, 2]
    shifted = F.grid_sample(still, grid.flatten(1, 2), align_corners=False, padding_mode="border")
    copied = (shifted.view(*still.shape[:2], FLOWS, SIDE, SIDE) * pointed.weight[:, None, :FLOWS]).sum(2)
    pointed_out = torch.einsum("bkhw,bkc->bchw", pointed.entry, palette[..., :4].nan_to_num(0.0))
    mean: Tensor = copied + pointed.weight[:, FLOWS:] * pointed_out
    return mean
