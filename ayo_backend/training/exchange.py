"""Exchange: a labelled still with a weapon, a head, a cape, a tail or wings of another.

What a weapon looks like is learned apart from who carries it (Ghiasi et al., "Simple Copy-Paste is a Strong Data
Augmentation Method for Instance Segmentation", 2021): few of the labelled stills carry one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ayo_backend.training.augment import perhaps_recoloured
from ayo_backend.training.hand_labels import NAMES, Labelled

# What is exchanged together, how often, and how often it lies over what is there.
GROUPS = {
    ("held",): (3, 0.9),
    ("offhand",): (1, 0.9),
    ("head", "hair"): (2, 0.9),
    ("cape",): (1, 0.3),
    ("tail",): (1, 0.3),
    ("near_wing", "far_wing"): (1, 0.3),
}
LEAST = 6  # pixels that a part has that is worth lending
HEADS = 1.33  # times as wide as another that a head may be that takes its place
TURNED, SCALED, ASIDE = 0.6, 0.2, 1.0  # a weapon: radians, log of its size; pixels that anything lies off its place
ALREADY = 0.4  # how often a weapon joins one that is there, instead of taking its place
_ARMS = [NAMES.index(name) for name in ("near_arm", "far_arm", "arm")]

Picture = NDArray[np.uint8]  # [64, 64, 4] straight alpha
Parts = NDArray[np.uint8]  # [64, 64] into NAMES
Point = NDArray[np.float64]  # row, column


@dataclass(frozen=True)
class _Loan:
    """What a still lends: its parts of a group, which lie about `place`."""

    still: Labelled
    shown: NDArray[np.bool_]
    place: Point


class Exchange:
    """Labelled stills that lend each other parts."""

    def __init__(self, stills: Sequence[Labelled]) -> None:
        self.loans = {group: [loan for still in stills if (loan := _loan(still, group))] for group in GROUPS}
        self.groups = [group for group, loans in self.loans.items() if loans]
        often = np.array([GROUPS[group][0] for group in self.groups], float)
        self.often = often / often.sum()

    def exchanged(self, rgba: Picture, parts: Parts, rng: np.random.Generator) -> tuple[Picture, Parts]:
        """The still with something lent, if there is something for it."""
        if not self.groups:
            return rgba, parts
        group = self.groups[rng.choice(len(self.groups), p=self.often)]
        loan = self.loans[group][rng.integers(len(self.loans[group]))]
        own = _of(parts, group)
        place = _place(parts, group, own)
        if place is None or (group[0] == "head" and not _fits(own, loan.shown)):
            return rgba, parts
        rgba, parts = rgba.copy(), parts.copy()
        if group[0] == "head" or rng.random() > ALREADY:
            rgba[own], parts[own] = 0, 0
        shown, at = _moved(loan, place, group[0] == "held", rng)
        over = rng.random() < GROUPS[group][1]
        shown &= over | (rgba[..., 3] == 0)
        palette = perhaps_recoloured(loan.still.palette, rng)
        rgba[shown] = palette[loan.still.indices[at]][shown]
        parts[shown] = loan.still.parts[at][shown]
        return rgba, parts


def _loan(still: Labelled, group: tuple[str, ...]) -> _Loan | None:
    shown = _of(still.parts, group)
    place = _place(still.parts, group, shown)
    return _Loan(still, shown, place) if shown.sum() >= LEAST and place is not None else None


def _of(parts: Parts, group: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.isin(parts, [NAMES.index(name) for name in group])


def _place(parts: Parts, group: tuple[str, ...], own: NDArray[np.bool_]) -> Point | None:
    """Where such parts belong on a still, which may have its own: in the hand, on the neck, about the torso."""
    if group[0] in ("held", "offhand"):
        return _hand(parts, own)
    if group[0] == "head":
        rows, columns = np.nonzero(own)
        return np.array([rows.max(), columns.mean()]) if len(rows) else None
    rows, columns = np.nonzero(parts == NAMES.index("torso"))
    return np.array([rows.mean(), columns.mean()]) if len(rows) else None


def _hand(parts: Parts, held: NDArray[np.bool_]) -> Point | None:
    """Where an arm meets what is held, or else the arm's pixel that is farthest from the torso."""
    arm, things, torso = (np.argwhere(mask) for mask in (np.isin(parts, _ARMS), held, parts == NAMES.index("torso")))
    if not len(arm):
        return None
    if len(things):
        apart = np.square(arm[:, None] - things).sum(-1)
        near, far = np.unravel_index(apart.argmin(), apart.shape)
        grip: Point = (arm[near] + things[far]) / 2
        return grip
    middle = torso.mean(0) if len(torso) else np.array(parts.shape) / 2
    end: Point = arm[np.square(arm - middle).sum(1).argmax()].astype(np.float64)
    return end


def _fits(own: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    wide, wider = sorted(np.ptp(np.nonzero(head)[1]) + 1 for head in (own, other))
    return bool(wider <= HEADS * wide)


def _moved(
    loan: _Loan, place: Point, turning: bool, rng: np.random.Generator
) -> tuple[NDArray[np.bool_], tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Where the loan shows when it lies there, and from which row and column of its still each pixel comes."""
    turn, size = (rng.normal(0, TURNED), np.exp(rng.normal(0, SCALED))) if turning else (0.0, 1.0)
    cos, sin = np.cos(turn) / size, np.sin(turn) / size
    away = np.indices(loan.shown.shape) - (place + rng.normal(0, ASIDE, 2))[:, None, None].round()
    source = np.tensordot([[cos, -sin], [sin, cos]], away, 1) + loan.place[:, None, None].round()
    row, column = np.rint(source).astype(np.intp)
    height, width = loan.shown.shape
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    at = row.clip(0, height - 1), column.clip(0, width - 1)
    return loan.shown[at] & inside, at
