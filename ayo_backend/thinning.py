"""Thinning: which rows of a picture are left out, or drawn twice, where it is squashed or stretched.

The nearest ones would do, but lose a mouth of one row, or double an outline. A row or two off there is often one that
is like its neighbours, whose loss does not show: seam carving (Avidan and Shamir 2007) with straight seams.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

REACH = 2  # rows that a choice may be off
FAITHFUL = 0.4  # what a row that is one off costs, beside the pixels that are lost or doubled; squared in how far


def thinned(picture: NDArray[np.int32], places: NDArray[np.float64]) -> NDArray[np.intp]:
    """The rows of the picture [H, W] that are drawn, from the top down, for these places in it, float [n], 0.5 the
    middle of the first row. Their order is kept, and what lies outside of the picture stays so.
    """
    rows = np.floor(places + 1e-6).astype(np.intp)
    within = np.flatnonzero((rows >= 0) & (rows < len(picture)))
    if len(within) > 1 and (np.diff(rows[within]) != 1).any():
        rows[within] = _cheapest(_thin(picture), rows[within], places[within])
    return rows


def _thin(picture: NDArray[np.int32]) -> NDArray[np.int_]:
    """How many pixels of each row are unlike the one above and the one below: what is lost with it, or gets thick."""
    padded = np.pad(picture, ((1, 1), (0, 0)), constant_values=-1)
    counts: NDArray[np.int_] = ((picture != padded[:-2]) & (picture != padded[2:])).sum(1)
    return counts


def _cheapest(thin: NDArray[np.int_], rows: NDArray[np.intp], places: NDArray[np.float64]) -> NDArray[np.intp]:
    """The cheapest way down, by dynamic programming: each of `rows`, or one as near as REACH."""
    until = np.concatenate([[0], np.cumsum(thin)])
    choices = (rows[:, None] + np.arange(-REACH, REACH + 1)).clip(0, len(thin) - 1)
    off = FAITHFUL * np.square(choices + 0.5 - places[:, None])
    before, here = choices[:-1, :, None], choices[1:, None]
    passed = np.where(here > before, until[here] - until[(before + 1).clip(max=len(thin))], thin[here])
    steps = np.where(here < before, np.inf, passed)
    cost, came = off[0], np.zeros(choices.shape, np.intp)
    for index, step in enumerate(steps, 1):
        ways = cost[:, None] + step
        came[index] = ways.argmin(0)
        cost = ways.min(0) + off[index]
    picked = [int(cost.argmin())]
    for back in came[:0:-1]:
        picked.append(int(back[picked[-1]]))
    return choices[np.arange(len(rows)), picked[::-1]]
