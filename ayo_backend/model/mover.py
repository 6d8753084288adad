"""The mover: what the authored motion leaves out.

One token a part, and one for the whole figure, look at each other; each gives a gain on the authored movement and a
residual. Both start at "leave it as authored", so doubt falls back to what an animator would do.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ayo_backend.actions import ACTIONS, MAX_FRAMES
from ayo_backend.model.parser import EMBEDDING, FEATURES, KINDS, ROLES, SIDE, VIEWS, Parse

STYLES = 32  # packs the motion was learned from; 0 = none in particular
WIDTH = 96
REACH = (40.0, 0.12, 0.12, 0.35, 0.35)  # the size of a movement: degrees, figure heights (2), log2 (2)
GIVE = (40.0, 0.12, 0.12, 0.08, 0.08)  # how far a residual goes; hardly in scale, or what is in doubt shrinks away

HOLD = 0.4  # how far a gain goes from 1: doubt may soften an authored movement, not still it

SURELY = 0.5  # how likely a pack must be to move as it does


class Mover(nn.Module):
    """Poses one frame after another: authored pose, last frame's pose, condition and source tokens in, pose out."""

    def __init__(self) -> None:
        super().__init__()
        self.role = nn.Embedding(ROLES + 1, WIDTH)
        self.action = nn.Embedding(len(ACTIONS), WIDTH)
        self.view = nn.Embedding(len(VIEWS), WIDTH)
        self.style = nn.Embedding(STYLES, WIDTH)
        self.frame = nn.Embedding(MAX_FRAMES, WIDTH)
        self.phase = nn.Linear(9, WIDTH)
        self.kind = nn.Linear(len(KINDS), WIDTH)
        self.embedding = nn.Linear(EMBEDDING, WIDTH)
        self.part = nn.Linear(FEATURES + 3 + 5 + 5, WIDTH)
        layer = nn.TransformerEncoderLayer(
            WIDTH, 4, 256, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.mix = nn.TransformerEncoder(layer, 3, enable_nested_tensor=False)
        self.out = nn.Linear(WIDTH, 10)
        self.start = nn.Linear(WIDTH, 1)
        self.pack = nn.Sequential(nn.Linear(EMBEDDING, WIDTH), nn.SiLU(), nn.Linear(WIDTH, STYLES))
        for last in (self.out, self.start):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
        self.register_buffer("reach", torch.tensor(REACH), persistent=False)
        self.register_buffer("give", torch.tensor(GIVE), persistent=False)
        self.reach: Tensor
        self.give: Tensor

    def tokens(self, parse: Parse, masks: Tensor, points: Tensor) -> Tensor:
        """What each part looks like: features pooled under its mask, joint, size. masks: [B, ROLES, 64, 64] -> [B,
        ROLES, FEATURES + 3].
        """
        small = F.avg_pool2d(masks, 2)
        area = small.sum((2, 3)).unsqueeze(-1)
        pooled = torch.einsum("bfhw,brhw->brf", parse.features.float(), small) / (area + 1)
        return torch.cat([pooled, points / (SIDE / 2) - 1, area.sqrt() / 16], -1)

    def recognised(self, embedding: Tensor) -> Tensor:
        """The style of the pack that a sprite seems to come from, [B] long; 0 where it looks like none."""
        chance, style = self.pack(embedding).softmax(-1).max(-1)
        return torch.where(chance > SURELY, style, 0)

    def shift(self, embedding: Tensor, condition: dict[str, Tensor]) -> Tensor:
        """Where in its cycle a loop starts, as these packs draw it: [B] in -0.5..0.5 cycles; 0 for what is no loop."""
        late: Tensor = self.start(torch.tanh(self._clip(embedding, condition))).squeeze(-1).tanh() * 0.5
        return late * condition["loop"]

    def _clip(self, embedding: Tensor, condition: dict[str, Tensor]) -> Tensor:
        """What stays the same through a clip: [B, WIDTH]."""
        named = self.action(condition["action"]) + self.view(condition["view"]) + self.style(condition["style"])
        out: Tensor = named + self.kind(condition["kind"]) + self.embedding(embedding)
        return out

    def forward(
        self, tokens: Tensor, embedding: Tensor, condition: dict[str, Tensor], prior: Tensor, previous: Tensor
    ) -> Tensor:
        """The pose of one frame.

        tokens: [B, ROLES, FEATURES + 3]; embedding: [B, EMBEDDING]; prior, previous: [B, ROLES + 1, 5] (see rig.Pose);
        condition: action, view, style, frame [B] long, kind [B, KINDS] probabilities, phase, armed, loop [B] float.
        Returns [B, ROLES + 1, 5].
        """
        wheel = 2 * torch.pi * condition["phase"][:, None] * torch.arange(1, 4, device=prior.device)
        scalars = torch.stack([condition["phase"], condition["armed"], condition["loop"]], 1)
        phase = self.phase(torch.cat([wheel.sin(), wheel.cos(), scalars], 1))
        shared = self._clip(embedding, condition) + self.frame(condition["frame"]) + phase
        whole = tokens.mean(1, keepdim=True)
        looks = torch.cat([torch.cat([whole, tokens], 1), prior / self.reach, previous / self.reach], -1)
        mixed = self.mix(self.part(looks) + self.role.weight + shared[:, None])
        gain, residual = self.out(mixed).chunk(2, -1)
        gain = gain.tanh() * HOLD
        pose: Tensor = prior * (1 + gain) + residual.tanh() * self.give
        return pose
