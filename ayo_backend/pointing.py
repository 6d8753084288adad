"""Pointing: the frames that the pointer draws, as indices into the sprite's palette, and how sure it is of them.

Where it is sure (a sprite drawn and moved like those of a pack it learned) its frames are those the pack's artists
would have drawn. A stranger's motion can't be known, nor what that pack never showed: there it hedges, and hedging
melts limbs. So the whole clip is pointed out, or none of it; then the puppet's parts move whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ayo_backend.actions import Action, phases
from ayo_backend.crumbs import smallest_piece, without_crumbs
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import VIEWS
from ayo_backend.model.pointer import FLOWS, UNTOLD, Pointed, corners
from ayo_backend.model.tensors import palette_tensor, premultiplied
from ayo_backend.planning import conditions
from ayo_backend.rig import Kind
from ayo_backend.trunk import Placement
from ayo_backend.understanding import Understanding

ENTRIES = 64  # palette entries the pointer chooses from; truecolour art offers it its most representative ones
SURE = 0.75  # how much of the change that it expects the pointer must be able to draw (docs/model.md)
FAMILIAR = 0.3  # the same for a sprite of a family
# Packs that move alike, and what they showed the pointer, in how many frames: who does anything else, it melts.
FAMILIES = {
    "antifarea": {"walk": 4},
    "antumdeluge": {"walk": 4},
    "last_guardian": {"walk": 2},
    "lpc_revised": {"idle": 3, "walk": 8, "run": 8, "jump": 6},  # its attacks are those of weapons that no still shows
    "superpowers_ninja": {"walk": 4, "jump": 2, "attack": 2},
}
KEY_POSES = 2  # so many frames are no movement: what lies between was never shown
WHOLE = (0.75, 1.2)  # of the still's opaque area: less has melted, more is the slash of a weapon nobody sees
ALIKE = 0.5  # of a frame's colours that the still has too: less is the flash of a hit, all white, and no drawing


@dataclass(frozen=True)
class Drawn:
    """The frames of a clip. pictures: int32 [N, h, w] indices; canvas: (left, top, right, bottom) in source pixels."""

    pictures: NDArray[np.int32]
    canvas: tuple[int, int, int, int]

    def __call__(self, index: int) -> NDArray[np.int32]:
        """The picture of that frame."""
        picture: NDArray[np.int32] = self.pictures[index]
        return picture


def pointed_out(generator: Generator, figure: Understanding, action: Action, count: int, pack: str) -> Drawn | None:
    """The clip as the pointer draws it, or None where it is not sure enough of it. pack: the one that the sprite looks
    like; a stranger is never the pointer's, for what it is sure of there can't be known: a frog flashed white when hit.

    A few frames tell what it does not know, which costs no more than those. The pointer is told the number of frames if
    that makes it surer: it knows the packs' own numbers, and any other only by the phase. Of a blob it is sure that
    little moves.
    """
    familiar = pack in FAMILIES
    if figure.placement.scale < 1 or (figure.rig.kind is Kind.BLOB and not familiar):
        return None
    sight = Sight(generator, figure)
    enough = FAMILIAR if familiar and figure.rig.kind is not Kind.QUADRUPED else SURE  # no two beasts' legs are alike
    probes = sorted({count // 4, count // 2, 3 * count // 4})
    told = sight.frames(action, count, probes, told=True)[1]
    if told < enough / 2:
        return None
    untold = sight.frames(action, count, probes, told=False)[1]
    if max(told, untold) < enough:
        return None
    pictures, sure = sight.frames(action, count, list(range(count)), told >= untold)
    drawn = _laid_back(pictures, figure)
    areas = (drawn.pictures != 0).sum((1, 2)) / figure.sprite.mask.sum()
    whole = WHOLE[0] <= areas.min() and areas.max() <= WHOLE[1]
    alike = all(shared(picture, figure.sprite.indices) >= ALIKE for picture in drawn.pictures)
    return drawn if sure >= enough and whole and alike else None


def shared(picture: NDArray[np.int32], still: NDArray[np.int32]) -> float:
    """The share of a picture's visible pixels that the still has as many of, entry for entry, if both were as large."""
    counts = (
        np.bincount(drawn[drawn > 0], minlength=1 + max(picture.max(), still.max())) for drawn in (picture, still)
    )
    ours, theirs = (count / max(1, count.sum()) for count in counts)
    return float(np.minimum(ours, theirs).sum())


class Sight:
    """A figure's still as the pointer sees it: once for all its frames."""

    def __init__(self, generator: Generator, figure: Understanding) -> None:
        self.pointer, self.figure = generator.pointer, figure
        sprite, device = figure.sprite, figure.kind.device
        entries = representative(sprite.palette, np.bincount(sprite.indices.ravel(), minlength=len(sprite.palette)))
        still = figure.placement.apply(sprite.indices)
        self.still = torch.from_numpy(still.astype(np.int64)).to(device)
        self.entries = torch.from_numpy(entries).to(device)
        self.looked = self.pointer.look(
            premultiplied(sprite.palette[still])[None].to(device),
            torch.tensor([VIEWS.index(figure.rig.view)], device=device),
            palette_tensor(sprite.palette, sprite.indices, entries)[None].to(device),
        )

    def frames(self, action: Action, count: int, some: list[int], told: bool) -> tuple[NDArray[np.int32], float]:
        """Some frames of a clip of `count`, int32 [N, 64, 64] on the trunk, and how sure the pointer is of them.

        told: whether it is told which frame of how many each is, or only the phase. Sure is how much of the change from
        the still that it expects it can draw, 0..1: who hedges expects much and leaves all as it was.
        """
        moments = phases(action, count)
        names, styles = [action.name] * len(some), [0] * len(some)
        order = conditions(self.figure, names, styles, some, [moments[index] for index in some])
        order["count"] = torch.full_like(order["frame"], count - 1)
        if not told:
            order["frame"] = order["count"] = torch.full_like(order["frame"], UNTOLD)
        pointed = self.pointer(self.looked.repeated(len(some)), order)
        pictures, chance, stays = chosen(pointed, self.still, self.entries)
        placed = (chance * (pictures != self.still)).sum() / (1 - stays).sum()
        return pictures.cpu().numpy().astype(np.int32), float(placed)


def chosen(pointed: Pointed, still: Tensor, entries: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The palette entry of every pixel, its probability and that of the still's entry, each [B, 64, 64].

    still: [64, 64] long indices; entries: [K] long, what can be pointed at. Each corner of each flow and the likeliest
    entry stand for election; equal ones are added up. How many pixels are opaque is settled first, by how many are
    expected to be: the votes for a limb are split over its colours, and nothing would win against them by being one.
    """
    column = torch.full((int(torch.maximum(still.max(), entries.max())) + 1,), -1, device=still.device)
    column[entries] = torch.arange(len(entries), device=still.device)
    found, votes = [], []
    for m in range(FLOWS):
        for weight, place in corners(pointed.flow[:, m]):
            found.append(still.flatten()[place])
            votes.append(weight * pointed.weight[:, m])
    opaque = entries[1 + pointed.entry[:, 1:].argmax(1)]
    candidates = torch.stack([*found, opaque, torch.zeros_like(opaque), still.expand_as(opaque)])
    known = column[candidates]
    chance = pointed.entry.gather(1, known.clamp(min=0).movedim(0, 1)).movedim(1, 0) * (known >= 0)
    total = chance * pointed.weight[:, FLOWS]
    for value, vote in zip(found, votes, strict=True):
        total = total + vote * (candidates == value)
    nothing, stays = total[-2], total[-1]
    best = total.masked_fill(candidates == 0, -1).max(0)
    drawn = _likeliest(1 - nothing)
    picture = torch.where(drawn, candidates.gather(0, best.indices[None])[0], 0)
    return picture, torch.where(drawn, best.values, nothing), stays


def _likeliest(chance: Tensor) -> Tensor:
    """As many of the likeliest pixels as are expected in all: bool [B, 64, 64]."""
    flat = chance.flatten(1)
    count = flat.sum(1).round().long().clamp(1, flat.shape[1])
    least = flat.sort(1, descending=True).values.gather(1, count[:, None] - 1)
    return (flat >= least).view_as(chance)


def _laid_back(trunk: NDArray[np.int32], figure: Understanding) -> Drawn:
    """Frames [N, 64, 64] of the trunk at the sprite's own resolution, on a canvas that holds them and the still."""
    place, (width, height) = figure.placement, figure.sprite.size
    side = int(place.size / place.scale)
    left, top = int(np.floor(place.left)), int(np.floor(place.top))
    canvas = (min(0, left), min(0, top), max(width, left + side + 1), max(height, top + side + 1))
    size = max(canvas[2] - canvas[0], canvas[3] - canvas[1])
    x, y = (canvas[0] - place.left) * place.scale, (canvas[1] - place.top) * place.scale
    back = Placement(1 / place.scale, x, y, size)
    smallest = smallest_piece(figure.sprite.mask)
    laid = np.stack([without_crumbs(back.apply(frame), smallest) for frame in trunk])
    laid = laid[:, : canvas[3] - canvas[1], : canvas[2] - canvas[0]]
    rows, columns = np.flatnonzero(laid.any((0, 2))), np.flatnonzero(laid.any((0, 1)))
    top, bottom = min(-canvas[1], int(rows[0])), max(height - canvas[1], int(rows[-1]) + 1)
    left, right = min(-canvas[0], int(columns[0])), max(width - canvas[0], int(columns[-1]) + 1)
    cut = (left + canvas[0], top + canvas[1], right + canvas[0], bottom + canvas[1])
    return Drawn(np.ascontiguousarray(laid[:, top:bottom, left:right]), cut)


def representative(palette: NDArray[np.uint8], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most ENTRIES palette entries that stand for all: entry 0 and, past that many, those nearest to a median
    cut's.
    """
    if len(palette) <= ENTRIES:
        return np.arange(len(palette))
    pixels = np.repeat(palette[1:, :3], np.minimum(counts[1:], 64), 0)[None]
    cut = Image.fromarray(pixels).quantize(ENTRIES - 1, Image.Quantize.MEDIANCUT)
    centres = np.asarray(cut.getpalette()[: 3 * (ENTRIES - 1)], np.float32).reshape(-1, 3)  # type: ignore[index]
    solid = np.flatnonzero(palette[:, 3] >= palette[1:, 3].max())
    distance = ((centres[:, None] - palette[solid, :3].astype(np.float32)) ** 2).sum(-1)
    return np.unique(np.concatenate([[0], solid[distance.argmin(1)]]))
