"""Consensus: pixels of one colour that lie near each other are likely of one part.

A fully connected conditional random field (Krähenbühl and Koltun, "Efficient Inference in Fully Connected CRFs with
Gaussian Edge Potentials", 2011), solved by mean field. Sprites are small, so its kernel is simply written out.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ayo_backend.patches import heard_whole

ALIKE, NEAR, HUE = 4.0, 5.0, 0.05  # how much pixels of like colour count; within how many pixels; how like, of 0..1
BESIDE = 1.0  # how much those right beside count, whatever their colour
SMALL, FEW = 0.4, 0.01  # how much louder small parts speak, lest the large talk them down; the share of the smallest
ROUNDS = 5
SPEAKERS = 4096  # pixels that the others hear, evenly spread; those of a drawing this small are all heard
FLOOR = 1e-3  # the parser is never quite sure


def agreed(chances: Tensor, rgba: Tensor, opaque: Tensor, scale: float = 1.0) -> Tensor:
    """The parts' chances after patches have spoken of what hands hold, and then every pixel has heard the others.

    chances: [ROLES, H, W]; rgba: [4, H, W] premultiplied, in [-1, 1]; opaque: bool [H, W]; scale: how many pixels wide
    one of the parser's is; something must be opaque. Returns [ROLES, H, W], 0 where nothing is.
    """
    y, x = opaque.nonzero(as_tuple=True)
    box = slice(int(y.min()), int(y.max()) + 1), slice(int(x.min()), int(x.max()) + 1)  # the rest is air
    chances, rgba, figure = chances[:, *box], rgba[:, *box], opaque[box]
    likely = chances.new_zeros(len(chances), *opaque.shape)
    likely[:, *box] = consensus(heard_whole(chances, rgba, figure), rgba, figure, scale)
    return likely


def consensus(chances: Tensor, rgba: Tensor, opaque: Tensor, scale: float = 1.0) -> Tensor:
    """The parts' chances after every pixel has heard the others, or as many of them as speak. See `agreed`."""
    y, x = opaque.nonzero(as_tuple=True)
    features = torch.stack([y / (NEAR * scale), x / (NEAR * scale), *(rgba[:3, y, x] / 2 / HUE)], 1)
    speakers = slice(None, None, max(1, math.ceil(len(y) / SPEAKERS)))
    alike = _kernel(features, features[speakers])
    alike[speakers].fill_diagonal_(0)  # nobody hears himself
    alike *= ALIKE / (alike.sum(1, keepdim=True) + 1)
    near = BESIDE / (_beside(opaque[None].float()) + FLOOR)
    share = (chances * opaque).sum((1, 2), keepdim=True) / opaque.sum().clamp(min=1)
    louder = chances / (share + FEW) ** SMALL
    seen = (louder / (louder.sum(0) + FLOOR) + FLOOR).log()
    likely = seen.softmax(0) * opaque
    for _ in range(ROUNDS):
        heard = seen + near * _beside(likely)
        heard[:, y, x] += likely[:, y[speakers], x[speakers]] @ alike.T
        likely = heard.softmax(0) * opaque
    return likely


def _kernel(hearing: Tensor, speaking: Tensor) -> Tensor:
    """Gaussian of every pair's distance: [pixels, features], [speakers, features] -> [pixels, speakers]."""
    a, b = hearing * 0.5**0.5, speaking * 0.5**0.5
    apart = torch.addmm(-(a**2).sum(1)[:, None] - (b**2).sum(1), a, b.T, alpha=2)
    return apart.clamp_(min=-30).exp_()  # clamped, for denormal numbers are slow


def _beside(maps: Tensor) -> Tensor:
    """The sum of the pixels beside each, weighed by a Gaussian of one pixel: [parts, H, W], the same shape."""
    line = torch.exp(-0.5 * torch.arange(-2.0, 3.0, device=maps.device) ** 2)
    weights = torch.outer(line, line)
    weights[2, 2] = 0
    return F.conv2d(maps[None], weights.expand(len(maps), 1, 5, 5), padding=2, groups=len(maps))[0]
