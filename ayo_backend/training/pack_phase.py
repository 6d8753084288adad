"""After the lesson in moving: which pack a sprite is drawn like, and whether like any.

Told the packs alone, the small head on the embedding takes every stranger for the pack that is least unlike it, and
the stranger is then moved and drawn as that pack's artists would. Puppets are the strangers of this lesson: whatever
their drawer can think of, no pack moves like that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ayo_backend.errors import AyoError
from ayo_backend.model.generator import Generator
from ayo_backend.model.mover import STYLES
from ayo_backend.model.parser import UNKNOWN_VIEW, VIEWS
from ayo_backend.sprite import Sprite
from ayo_backend.training.augment import recoloured
from ayo_backend.training.data import PackClip
from ayo_backend.training.puppet_data import still
from ayo_backend.understanding import VIEW_OF_FACING, parsed

STRANGERS, THEIR_SHARE = 3000, 1 / 3  # how many puppets, and how much of the lesson is theirs
COLOURINGS = 3  # of each still
NOISE, SMOOTHING = 0.3, 0.02


class PackPhase:
    """Teaches the pack head on the stills of true characters, seen as they are at use, and on puppets."""

    def __init__(
        self, generator: Generator, clips: Sequence[PackClip], styles: Sequence[str], batch: int, seed: int
    ) -> None:
        self.pack, self.batch = generator.mover.pack, batch
        self.draws, rng = torch.Generator().manual_seed(seed), np.random.default_rng(seed)
        rows = {name: 1 + row for row, name in enumerate(styles[: STYLES - 1])}
        stills = {(c.source, c.character, c.facing): c for c in clips if c.facing in VIEW_OF_FACING and c.rest_cel}
        embeddings, packs = [], []
        for (source, _, _), clip in stills.items():
            for embedding in _embeddings(generator, clip, rng):
                embeddings.append(embedding)
                packs.append(rows.get(source, 0))
        sizes = Counter(packs)
        drawn = _strangers(generator, rng)
        self.embeddings = torch.cat([*embeddings, drawn])
        self.packs = torch.tensor(packs + [0] * STRANGERS)
        true = torch.tensor([sizes[pack] ** -0.5 for pack in packs])
        theirs = torch.full((STRANGERS,), float(true.sum()) * THEIR_SHARE / (1 - THEIR_SHARE) / STRANGERS)
        self.chance = torch.cat([true, theirs])

    def parameters(self) -> list[torch.nn.Parameter]:
        """What this phase changes."""
        return list(self.pack.parameters())

    def loss(self, device: torch.device) -> tuple[Tensor, dict[str, float]]:
        """The loss of one batch, and figures to show."""
        drawn = torch.multinomial(self.chance, self.batch, replacement=True, generator=self.draws)
        seen = self.embeddings[drawn]
        seen = seen + torch.randn(seen.shape, generator=self.draws) * NOISE
        told = self.packs[drawn].to(device)
        guess = self.pack(seen.to(device))
        right = float((guess.argmax(1) == told).float().mean())
        loss = F.cross_entropy(guess, told, label_smoothing=SMOOTHING)
        return loss, {"pack": float(loss.detach()), "right": right}


@torch.no_grad()
def _embeddings(generator: Generator, clip: PackClip, rng: np.random.Generator) -> list[Tensor]:
    """COLOURINGS of [1, EMBEDDING] of the clip's still, the first in its own; none where it is no sprite."""
    try:
        sprite = Sprite.from_rgba(clip.rest()).native()
    except AyoError:
        return []
    sprite = sprite.mirrored() if clip.facing == "left" else sprite
    view, device = VIEWS.index(VIEW_OF_FACING[clip.facing]), next(generator.parameters()).device
    palettes = [sprite.palette] + [recoloured(sprite.palette, rng) for _ in range(COLOURINGS - 1)]
    seen = (Sprite(palette, sprite.indices, sprite.pivot) for palette in palettes)
    return [parsed(generator, other, view, device).embedding.float().cpu() for other in seen]


@torch.no_grad()
def _strangers(generator: Generator, rng: np.random.Generator) -> Tensor:
    """Embeddings [STRANGERS, EMBEDDING] of puppets whose view is told."""
    device = next(generator.parameters()).device
    embeddings: list[Tensor] = []
    while len(embeddings) < STRANGERS:
        sample = still(int(rng.integers(1 << 31)), rng)
        if int(sample["view"]) != UNKNOWN_VIEW:
            rgba, view = sample["rgba"][None].to(device), sample["view"][None].to(device)
            embeddings.append(generator.parser(rgba, view).embedding.float().cpu())
    return torch.cat(embeddings)
