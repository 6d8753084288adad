"""The parser: sees a puppet in a still picture."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ayo_backend.model.blocks import UNet
from ayo_backend.rig import Kind, Role, View

SIDE = 64  # the trunk's canvas in pixels
ROLES = len(Role)
KINDS, VIEWS = tuple(Kind), tuple(View)
FEATURES, EMBEDDING = 48, 160
UNKNOWN_VIEW, UNKNOWN_KIND = len(VIEWS), len(KINDS)


@dataclass(frozen=True)
class Parse:
    """What the parser sees, on the 64×64 trunk canvas.

    visible: [B, ROLES + 1, 64, 64] logits of the part seen at a pixel (0 = none). whole: [B, ROLES, 64, 64] logits of a
    part being there, seen or hidden. joints: [B, ROLES, 32, 32] logits of where a part hangs on its parent. kind: [B,
    KINDS] logits. facing: [B, 4] logits (right, left, down, up). features: [B, FEATURES, 32, 32]. embedding: [B,
    EMBEDDING].
    """

    visible: Tensor
    whole: Tensor
    joints: Tensor
    kind: Tensor
    facing: Tensor
    features: Tensor
    embedding: Tensor

    def joint_points(self) -> Tensor:
        """The expected joints: [B, ROLES, 2] as (x, y) in trunk pixels."""
        heat = self.joints.float().flatten(2).softmax(-1).view_as(self.joints)
        at = torch.arange(SIDE // 2, device=heat.device) * 2 + 1.0
        return torch.stack([(heat.sum(2) * at).sum(-1), (heat.sum(3) * at).sum(-1)], -1)


class Parser(nn.Module):
    """U-Net over RGBA in [-1, 1] and position; conditioned on the view and the kind where they are known."""

    def __init__(self) -> None:
        super().__init__()
        self.view = nn.Embedding(len(VIEWS) + 1, 32)
        self.net = UNet(6, 2 * ROLES + 1, 32 + len(KINDS), (FEATURES, 96, EMBEDDING))
        self.joints = nn.Conv2d(FEATURES, ROLES, 3, padding=1)
        self.kind = nn.Sequential(nn.Linear(EMBEDDING, 96), nn.SiLU(), nn.Linear(96, len(KINDS)))
        self.facing = nn.Sequential(nn.Linear(EMBEDDING, 96), nn.SiLU(), nn.Linear(96, 4))

    def forward(self, rgba: Tensor, view: Tensor, kind: Tensor | None = None) -> Parse:
        """rgba: [B, 4, 64, 64] premultiplied, in [-1, 1]; view: [B] index into VIEWS or UNKNOWN_VIEW; kind: [B] index
        into KINDS or UNKNOWN_KIND, None where none is known.
        """
        ramp = torch.linspace(-1, 1, SIDE, device=rgba.device, dtype=rgba.dtype)
        x = ramp.expand(len(rgba), 1, SIDE, SIDE)
        kind = torch.full_like(view, UNKNOWN_KIND) if kind is None else kind
        told = F.one_hot(kind, len(KINDS) + 1)[:, :UNKNOWN_KIND].to(rgba.dtype)
        condition = torch.cat([self.view(view), told], 1)
        maps, features, deep = self.net(torch.cat([rgba, x, x.transpose(2, 3)], 1), condition)
        embedding = deep.mean((2, 3))
        return Parse(
            visible=maps[:, : ROLES + 1],
            whole=maps[:, ROLES + 1 :],
            joints=self.joints(features),
            kind=self.kind(embedding),
            facing=self.facing(embedding),
            features=features,
            embedding=embedding,
        )
