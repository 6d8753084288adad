"""Patches: what a hand holds is seen as a whole.

A blade, a staff or a shield is one run of like colours, and the parser is less sure of each of its pixels than that it
is there. So a small patch of like colours speaks with one voice of what hands hold, as regions do in "Robust Higher
Order Potentials for Enforcing Label Consistency" (Kohli, Ladický and Torr, 2009), and what is of one colour is held
whole or not at all.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor

from ayo_backend.model.tensors import numpy
from ayo_backend.rig import WEAPONS, Role

HELD = list(WEAPONS)  # to index with
ALIKE = 0.12  # how far a channel, 0..1, goes from a pixel to the next of a patch
LEAST, MOST = 4, 0.1  # pixels of a patch that has a voice; the share of the figure that is too large for a thing
LOUDER = 1.3  # how much more a patch's voice counts than a pixel's own
BESIDE = ((0, 1), (1, 0))  # half of a pixel's neighbours; outlines are not one along these, for they have corners
AROUND = (*BESIDE, (1, 1), (1, -1))


def heard_whole(chances: Tensor, rgba: Tensor, opaque: Tensor) -> Tensor:
    """The parts' chances where what hands hold is at least as likely as in the mean of its patch.

    chances: [ROLES, H, W]; rgba: [4, H, W] premultiplied, in [-1, 1]; opaque: bool [H, W]. Returns [ROLES, H, W], of
    sum 1 wherever it is opaque, 0 elsewhere.
    """
    numbers = _patches(numpy(rgba[:3]).transpose(1, 2, 0) / 2, opaque.cpu().numpy(), ALIKE, AROUND)
    patch = torch.from_numpy(numbers).to(chances.device)
    sizes = patch.flatten().bincount()
    thing = ((sizes >= LEAST) & (sizes <= MOST * opaque.sum()))[patch]
    heard = chances.clone()
    for role in WEAPONS:
        own = chances[role - 1]
        voice = LOUDER * patch.flatten().bincount(own.flatten()) / sizes
        heard[role - 1] = torch.where(thing, own.maximum(voice.to(own.dtype)[patch]), own)
    return heard / heard.sum(0).clamp(min=1e-6) * opaque


def held_whole(labels: NDArray[np.int32], rgba: NDArray[np.uint8]) -> NDArray[np.int32]:
    """The parts where hands hold all of a small patch of one colour if they hold most of it, and else none of it.

    labels: int32 [H, W] of Role, 0 where nothing is opaque; rgba: uint8 [H, W, 4].
    """
    held = np.isin(labels, WEAPONS)
    patch = _patches(rgba[..., :3].astype(np.float32), labels > 0, 0, BESIDE)
    touched = np.unique(patch[held])
    within = np.isin(patch, touched)
    which, roles = np.searchsorted(touched, patch[within]), labels[within]
    counts = np.zeros((len(touched), len(Role) + 1), np.int64)
    np.add.at(counts, (which, roles), 1)
    sizes, in_hand = counts.sum(1), counts[:, HELD]
    most, thing = in_hand.sum(1) * 2 >= sizes, sizes <= MOST * (labels > 0).sum()
    counts[:, HELD] = 0
    winner = np.where(most, np.array(WEAPONS)[in_hand.argmax(1)], counts.argmax(1))
    result = labels.copy()
    result[within] = np.where(thing[which] & (most[which] | held[within]), winner[which], roles)
    return result


def _patches(
    colours: NDArray[np.floating], opaque: NDArray[np.bool_], alike: float, steps: tuple[tuple[int, int], ...]
) -> NDArray[np.int64]:
    """The number of each pixel's patch, int64 [H, W]; what is not opaque is alone. colours: [H, W, 3]; alike: how far
    they may be from one pixel to the next; steps: rows and columns to the next.
    """
    height, width = opaque.shape
    numbers = np.arange(opaque.size).reshape(opaque.shape)
    ends: list[NDArray[np.int64]] = []
    for down, across in steps:
        here = np.s_[: height - down, max(0, -across) : width - max(0, across)]
        there = np.s_[down:, max(0, across) : width + min(0, across)]
        one = np.abs(colours[here] - colours[there]).max(-1) <= alike
        one &= opaque[here] & opaque[there]
        ends.append(np.stack([numbers[here][one], numbers[there][one]]))
    pairs = np.concatenate(ends, 1)
    graph = coo_array((np.ones(pairs.shape[1], bool), (pairs[0], pairs[1])), shape=(opaque.size, opaque.size))
    found: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return found.reshape(opaque.shape).astype(np.int64)
