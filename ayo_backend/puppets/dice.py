"""Dice: chance that falls the same on every machine and Python."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from one seed; uses nothing but Random.random, the one method whose sequence Python promises to keep."""

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return self._next() < p

    def span(self, low: float, high: float) -> float:
        """Even between low and high."""
        return low + (high - low) * self._next()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._next() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of them, evenly."""
        return options[int(self._next() * len(options))]

    def weigh(self, options: Mapping[T, float]) -> T:
        """One of them by weight."""
        rest = self._next() * sum(options.values())
        for option, weight in options.items():
            rest -= weight
            if rest < 0:
                return option
        return next(iter(options))
