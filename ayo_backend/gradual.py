"""Long work that is done a little at a time, so that other work gets its turn in between."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Gradual: TypeAlias = Generator[None, None, T]  # yields between the pieces, returns the result


def at_once(work: Gradual[T]) -> T:
    """The result, all pieces done in one go."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
