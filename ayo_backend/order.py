"""Order: what is asked of the animator. Knows nothing of how it is done, so that asking a backend loads no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """What is asked for. frames: 2..32, None for the action's own count. facing: the way the character in the picture
    looks.

    energy scales every movement (1 as learned). seed: another number, another take; 0 is the plain one. The same order
    on the same sprite gives the same bytes.
    """

    action: str
    facing: str = "auto"
    frames: int | None = None
    seed: int = 0
    energy: float = 1.0
