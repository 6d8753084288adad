"""Self-labels: what the parser sees in true stills and frames that nobody labelled, as a lesson for itself.

Its guesses are agreed on by their pixels (consensus.py) and count by how sure they are (Xie et al., "Self-training with
Noisy Student improves ImageNet classification", 2020). In the frames of a character whose still is labelled by hand,
colours tell most: a sword that is drawn back is as grey as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset

from ayo_backend.consensus import agreed
from ayo_backend.errors import AyoError
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import KINDS, ROLES, UNKNOWN_KIND, VIEWS
from ayo_backend.model.tensors import premultiplied
from ayo_backend.rig import View
from ayo_backend.training.augment import perhaps_recoloured
from ayo_backend.training.data import PackClip
from ayo_backend.training.hand_labels import MAY_BE, NAMES, Labelled, on_trunk
from ayo_backend.training.labelled_stills import bent, seen_from
from ayo_backend.understanding import VIEW_OF_FACING

FRAMES = 5  # of a labelled character
LEAST = 40  # pixels of a picture worth a guess
AREA, OWN = (0.8, 1.25), 0.97  # a frame's area over the still's, and the share of its pixels in the still's colours
TELLING, DOUBT = 0.7, 0.04  # how much a colour's parts count against what is seen; how much any other part is likely
UNSURE, SURE = 0.4, 0.9  # a pixel counts from the one chance of its part up to the other


@dataclass(frozen=True)
class Guess:
    """A picture on the trunk. indices: int32 [64, 64] into palette (uint8 [K, 4]); roles, sure: uint8 [64, 64], 0..255
    for a chance of 0..1; kind: its number, UNKNOWN_KIND where nobody told.
    """

    indices: NDArray[np.int32]
    palette: NDArray[np.uint8]
    roles: NDArray[np.uint8]
    sure: NDArray[np.uint8]
    view: View
    kind: int


@torch.no_grad()
def guesses(generator: Generator, clips: Sequence[PackClip], known: Sequence[Labelled], seed: int) -> list[Guess]:
    """A guess for every still of the clips that is not labelled, and for a few frames of those that are."""
    rng = np.random.default_rng(seed)
    labels = {(still.source, still.character, still.view): still for still in known}
    kinds = {(still.source, still.character): KINDS.index(still.kind) for still in known}
    shelves: dict[tuple[str, str, View], list[PackClip]] = defaultdict(list)
    for clip in clips:
        if clip.rest_cel is not None and clip.facing in VIEW_OF_FACING:
            shelves[clip.source, clip.character, VIEW_OF_FACING[clip.facing]].append(clip)
    found: list[Guess] = []
    for (source, character, view), shelf in shelves.items():
        label, kind = labels.get((source, character, view)), kinds.get((source, character), UNKNOWN_KIND)
        pictures = [shelf[0].rest()] if label is None else _frames(shelf, rng)
        for rgba in pictures:
            guess = _guess(generator, rgba, shelf[0].facing == "left", view, kind, label)
            if guess is not None:
                found.append(guess)
    return found


def _frames(shelf: Sequence[PackClip], rng: np.random.Generator) -> list[NDArray[np.uint8]]:
    """A few frames that are no stills, of clips that look the same way; their areas are like the still's."""
    alike = [clip for clip in shelf if clip.facing == shelf[0].facing]
    cels = [(clip, index) for clip in alike for index in range(clip.n_frames)]
    rest = shelf[0].rest()
    found: list[NDArray[np.uint8]] = []
    for place in rng.permutation(len(cels)):
        clip, index = cels[place]
        frame = clip.frames()[index]
        area = (frame[..., 3] > 0).sum() / (rest[..., 3] > 0).sum()
        if AREA[0] < area < AREA[1] and not np.array_equal(frame, rest):
            found.append(frame)
        if len(found) == FRAMES:
            break
    return found


def _guess(
    generator: Generator, rgba: NDArray[np.uint8], mirrored: bool, view: View, kind: int, label: Labelled | None
) -> Guess | None:
    """None where the picture is no sprite, too small, or in other colours than the labelled still."""
    try:
        sprite, place = on_trunk(rgba, mirrored)
    except AyoError:
        return None
    indices = place.apply(sprite.indices)
    opaque = indices != 0
    told = None if label is None else _told_by_colour(sprite.palette, label)
    if opaque.sum() < LEAST or (told is not None and np.mean(told[indices[opaque]].sum(1) > 0) < OWN):
        return None
    device = next(generator.parameters()).device
    picture = premultiplied(sprite.palette[indices]).to(device)
    parse = generator.parser(picture[None], *torch.tensor([[VIEWS.index(view)], [kind]], device=device))
    chances = parse.visible[0].float().softmax(0)[1:]
    if told is not None:
        likely = torch.from_numpy(told[indices].transpose(2, 0, 1)).to(device)
        chances = chances * (likely + DOUBT) ** TELLING
        chances = chances / chances.sum(0)
    best = agreed(chances, picture, torch.from_numpy(opaque).to(device)).cpu().max(0)
    roles = np.where(opaque, best.indices.numpy() + 1, 0).astype(np.uint8)
    return Guess(indices, sprite.palette, roles, (best.values.numpy() * 255).astype(np.uint8), view, kind)


def _told_by_colour(palette: NDArray[np.uint8], label: Labelled) -> NDArray[np.float32]:
    """How likely each role is for each entry of the palette, as the labelled still has them: [K, ROLES]; 0 for colours
    that it does not have.
    """
    shares = (MAY_BE / MAY_BE.sum(1, keepdim=True).clamp(min=1)).numpy()
    told = np.zeros((len(palette), ROLES), np.float32)
    for entry, colour in enumerate(palette):
        same = (label.palette[label.indices] == colour).all(-1) & (label.parts > 0)
        if same.any():
            told[entry] = (np.bincount(label.parts[same], minlength=len(NAMES)) @ shares)[1:] / same.sum()
    return told


class GuessedPictures(IterableDataset[dict[str, Tensor]]):
    """An endless stream of guesses, recoloured and bent. rgba, kind, view as of puppets; roles long and weight float
    [64, 64].
    """

    def __init__(self, found: Sequence[Guess], seed: int) -> None:
        self.found, self.seed = found, seed

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        rng = np.random.default_rng(self.seed)
        while True:
            guess = self.found[int(rng.integers(len(self.found)))]
            palette = perhaps_recoloured(guess.palette, rng)
            at = bent(guess.indices.shape, rng)
            sure = (guess.sure[at].astype(np.float32) / 255 - UNSURE) / (SURE - UNSURE)
            yield {
                "rgba": premultiplied(palette[guess.indices[at]]),
                "roles": torch.from_numpy(guess.roles[at].astype(np.int64)),
                "weight": torch.from_numpy(sure.clip(0, 1) * (guess.roles[at] > 0)),
                "kind": torch.tensor(guess.kind),
                "view": seen_from(guess.view, rng),
            }
