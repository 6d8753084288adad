"""Figures are summed up as the scoreboard says, and a whole table can be made from a small pack."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ayo_backend.training.scoreboard import Column, Measured, markdown, summed_up


def measured(character: str, method: str = "ayo", **figures: float) -> Measured:
    return Measured(method, "pack", character, "walk", "right", figures)


def test_means_medians_and_extremes() -> None:
    clips = [measured("a", x=1), measured("a", x=2), measured("b", x=9), measured("b", x=math.nan)]
    assert summed_up(clips, Column("x", "mean", 2)).value == 4
    assert summed_up(clips, Column("x", "median", 2)).value == 2
    assert summed_up(clips, Column("x", "least", 2)).value == 1
    assert summed_up(clips, Column("x", "most", 2)).value == 9
    assert math.isnan(summed_up(clips, Column("y", "mean", 2)).value)


def test_the_interval_is_over_characters_not_clips() -> None:
    rng = np.random.default_rng(1)
    levels = rng.normal(0, 1, 20)
    clips = [measured(str(i), x=level) for i, level in enumerate(levels) for _ in range(50)]
    cell = summed_up(clips, Column("x", "mean", 2))
    error = levels.std() / math.sqrt(20)
    assert cell.high - cell.low == pytest.approx(2 * 1.96 * error, rel=0.15)
    assert cell.low < cell.value < cell.high
    assert math.isnan(summed_up(clips[:50], Column("x", "mean", 2)).low)


def test_every_method_has_its_row_by_source_and_by_action() -> None:
    table = markdown([measured("a", l1=0.25), measured("a", "still", l1=0.5)])
    for group in ("all", "pack", "walk:"):
        assert f"| {group} | ayo | 1 | 0.2500 |" in table
        assert f"| {group} | still | 1 | 0.5000 |" in table
