"""The quality benchmark calls a wanted figure met when it is, and not when it isn't."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType

import pytest

from ayo_backend.training.scoreboard import Measured

PERFECT = {
    "l1": 0.01, "exact": 0.95, "energy": 1.0, "named": 1.0, "area": 1.0, "area_min": 0.9, "histogram": 0.95,
    "colours": 0.0, "alphas": 0.0, "closure": 1.0, "popping": 0.0, "foot": 0.0,
}  # fmt: skip
STILL = PERFECT | {"l1": 0.1, "energy": 0.0, "named": 0.0, "histogram": 1.0}
NEAREST = PERFECT | {"histogram": 0.2}


@pytest.fixture(scope="module")
def quality() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "quality.py"
    spec = importlib.util.spec_from_file_location("quality", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["quality"] = module
    spec.loader.exec_module(module)
    return module


def table(quality: ModuleType, **spoilt: float) -> list[Measured]:
    sources = ("lpc_revised", "superpowers_ninja", "antumdeluge", *quality.UNKNOWN_PACKS)
    methods = {"ayo": PERFECT | spoilt, "artist": PERFECT, "still": STILL, "nearest": NEAREST}
    return [
        Measured(method, source, "hero", action, "right", figures)
        for source in sources
        for action in ("idle", "walk", "run", "attack")
        for method, figures in methods.items()
    ]


def test_a_perfect_table_meets_every_wish(quality: ModuleType) -> None:
    goals = quality.goals(quality.Figures(table(quality)))
    assert len(goals) > 50
    assert [goal.name for goal in goals if not goal.met] == []


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ({"l1": 0.09}, "L1"),
        ({"exact": 0.5}, "exact"),
        ({"energy": 0.3}, "energy"),
        ({"named": 0.5}, "named"),
        ({"area": 0.7}, "area"),
        ({"area_min": 0.5}, "least area"),
        ({"histogram": 0.1}, "identity"),
        ({"colours": 1.0}, "colours"),
        ({"closure": 2.0}, "closure"),
        ({"popping": 0.02}, "popping"),
        ({"foot": 2.0}, "foot"),
        ({"exact": math.nan}, "exact"),
    ],
)
def test_each_failing_is_told(quality: ModuleType, spoilt: dict[str, float], words: str) -> None:
    goals = quality.goals(quality.Figures(table(quality, **spoilt)))
    assert any(words in goal.name for goal in goals if not goal.met)
