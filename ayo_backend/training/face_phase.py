"""Between the first lesson and the second: which way true characters look, as their packs tell.

Puppets teach the parser's parts well but its facing badly: a real face is drawn in ways that puppets have not. Some
stay in the lesson, for what the packs lack (who is drawn half from the front in a side view). Only the small head on
the embedding learns, so nothing changes in how a sprite is taken apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ayo_backend.actions import FACINGS, MIRRORED
from ayo_backend.errors import AyoError
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import UNKNOWN_VIEW
from ayo_backend.sprite import Sprite
from ayo_backend.training.data import PackClip
from ayo_backend.training.puppet_data import still
from ayo_backend.understanding import parsed

PUPPETS, THEIR_SHARE = 1500, 0.25  # how many, and how much of the lesson is theirs
NOISE, SMOOTHING = 0.3, 0.1  # on the embeddings and in what is told, for there are few packs
LOOKS_LEFT = 0.15  # how much a mirrored still counts: side art mostly looks right, and doubt should say so


class FacePhase:
    """Teaches the facing head on the stills of true characters and their mirror images."""

    def __init__(self, generator: Generator, clips: Sequence[PackClip], batch: int, seed: int) -> None:
        self.parser, self.batch = generator.parser, batch
        self.draws = torch.Generator().manual_seed(seed)
        stills = {(c.source, c.character, c.facing): c for c in clips if c.facing in FACINGS and c.rest_cel}
        embeddings, facings, sources = [], [], []
        for (source, _, facing), clip in stills.items():
            pair = _embeddings(generator, clip)
            if pair is not None:
                embeddings.append(pair)
                facings.append(FACINGS.index(facing))
                sources.append(source)
        sizes = Counter(sources)
        straight = torch.tensor([sizes[source] ** -0.5 for source in sources])
        told = torch.tensor(facings, dtype=torch.long)
        drawn, looks = _puppets(generator, seed)
        self.embeddings = torch.cat([torch.cat(embeddings, 1).flatten(0, 1), drawn])
        self.facings = torch.cat([told, torch.tensor(MIRRORED)[told], looks])
        true = torch.cat([straight, straight * LOOKS_LEFT])
        theirs = torch.full((PUPPETS,), float(true.sum()) * THEIR_SHARE / (1 - THEIR_SHARE) / PUPPETS)
        self.chance = torch.cat([true, theirs])

    def parameters(self) -> list[torch.nn.Parameter]:
        """What this phase changes."""
        return list(self.parser.facing.parameters())

    def loss(self, device: torch.device) -> tuple[Tensor, dict[str, float]]:
        """The loss of one batch, and figures to show."""
        drawn = torch.multinomial(self.chance, self.batch, replacement=True, generator=self.draws)
        seen = self.embeddings[drawn]
        seen = seen + torch.randn(seen.shape, generator=self.draws) * NOISE
        told = self.facings[drawn].to(device)
        guess = self.parser.facing(seen.to(device))
        right = float((guess.argmax(1) == told).float().mean())
        loss = F.cross_entropy(guess, told, label_smoothing=SMOOTHING)
        return loss, {"facing": float(loss.detach()), "right": right}


@torch.no_grad()
def _embeddings(generator: Generator, clip: PackClip) -> Tensor | None:
    """[2, 1, EMBEDDING] of the clip's still and its mirror image; None where it is no sprite."""
    try:
        sprite = Sprite.from_rgba(clip.rest()).native()
    except AyoError:
        return None
    device = next(generator.parameters()).device
    both = (parsed(generator, picture, UNKNOWN_VIEW, device).embedding for picture in (sprite, sprite.mirrored()))
    return torch.stack([embedding.float().cpu() for embedding in both])


@torch.no_grad()
def _puppets(generator: Generator, seed: int) -> tuple[Tensor, Tensor]:
    """Embeddings [PUPPETS, EMBEDDING] and facings [PUPPETS] of puppets."""
    rng, device = np.random.default_rng(seed), next(generator.parameters()).device
    embeddings, facings = [], []
    for number in range(PUPPETS):
        sample = still(number, rng)
        view = torch.tensor([UNKNOWN_VIEW], device=device)
        embeddings.append(generator.parser(sample["rgba"][None].to(device), view).embedding.float().cpu())
        facings.append(sample["facing"])
    return torch.cat(embeddings), torch.stack(facings)
