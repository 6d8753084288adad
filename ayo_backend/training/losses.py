"""What the generator is told it did wrong."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ayo_backend.model.parser import SIDE, Parse


def parse_loss(parse: Parse, sample: dict[str, Tensor]) -> dict[str, Tensor]:
    """Parts, hidden parts, joints, kind and facing against a puppet's true ones. Each a scalar."""
    opaque = sample["rgba"][:, 3] > -1
    parsed = sample["parsed"]
    seen = (opaque & parsed[:, None, None]).float()
    whole = F.binary_cross_entropy_with_logits(parse.whole.float(), sample["whole"].float(), reduction="none").sum(1)
    area = seen.sum() + 1
    return {
        "visible": _roles_loss(parse, sample["visible"], seen),
        "whole": (whole * seen).sum() / area,
        "joints": _joint_loss(parse.joints.float(), sample["joints"], parsed),
        "kind": F.cross_entropy(parse.kind.float(), sample["kind"]),
        "facing": F.cross_entropy(parse.facing.float(), sample["facing"]),
    }


def guess_loss(parse: Parse, sample: dict[str, Tensor]) -> dict[str, Tensor]:
    """Parts against those guessed, each pixel as far as its guess is sure."""
    return {"guesses": _roles_loss(parse, sample["roles"], sample["weight"])}


def _roles_loss(parse: Parse, roles: Tensor, weight: Tensor) -> Tensor:
    missed = F.cross_entropy(parse.visible.float(), roles, reduction="none")
    return (missed * small_louder(roles, parse.visible.shape[1], weight) * weight).sum() / (weight.sum() + 1)


def small_louder(parts: Tensor, count: int, weight: Tensor) -> Tensor:
    """How much each pixel counts, for small parts would else be drowned: [B, H, W], of long parts of that shape."""
    share = F.one_hot(parts, count).float().mul(weight[..., None]).mean((1, 2))
    return (0.03 / (share + 0.01)).clamp(0.5, 3).gather(1, parts.flatten(1)).view_as(weight)


def _joint_loss(logits: Tensor, joints: Tensor, parsed: Tensor) -> Tensor:
    """Cross-entropy with a Gaussian of one and a half pixels around each joint that exists."""
    known = (~joints.isnan().any(-1)) & parsed[:, None]
    at = torch.arange(SIDE // 2, device=joints.device) * 2 + 1.0
    near = joints.nan_to_num(0.0)
    x = (-((at - near[..., :1]) ** 2) / (2 * 1.5**2)).softmax(-1)
    y = (-((at - near[..., 1:]) ** 2) / (2 * 1.5**2)).softmax(-1)
    target = (y.unsqueeze(-1) * x.unsqueeze(-2)).flatten(2)
    loss = -(target * logits.flatten(2).log_softmax(-1)).sum(-1)
    return (loss * known).sum() / (known.sum() + 1)
