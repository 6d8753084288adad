"""Curves: one channel of one part over the phase of an action, and the words to write them with."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from ayo_backend.rig import Role as R  # noqa: N817

Curve = Callable[[float], float]
Part = dict[str, Curve]
Script = dict[int, Part]

ROOT = 0  # the row of the whole figure
NEAR_TO_FAR = {
    R.NEAR_UPPER_ARM: R.FAR_UPPER_ARM,
    R.NEAR_LOWER_ARM: R.FAR_LOWER_ARM,
    R.NEAR_UPPER_LEG: R.FAR_UPPER_LEG,
    R.NEAR_LOWER_LEG: R.FAR_LOWER_LEG,
    R.NEAR_WING: R.FAR_WING,
}


def still(_phase: float) -> float:
    """No movement."""
    return 0.0


def wave(amplitude: float, at: float = 0.0, times: int = 1, mean: float = 0.0) -> Curve:
    """A cosine that peaks at phase `at`, `times` times a cycle."""
    return lambda p: mean + amplitude * math.cos(2 * math.pi * times * (p - at))


def bump(amplitude: float, at: float, width: float = 0.5, times: int = 1) -> Curve:
    """A smooth hill of the given width that peaks at phase `at`, zero elsewhere; `times` evenly spaced ones a cycle."""

    def curve(p: float) -> float:
        distance = abs((p - at + 0.5 / times) % (1 / times) - 0.5 / times) / (width / 2)
        return amplitude * (0.5 + 0.5 * math.cos(math.pi * distance)) if distance < 1 else 0.0

    return curve


def keys(*knots: tuple[float, float]) -> Curve:
    """Key poses with slow-in and slow-out between them (cosine ease, no overshoot)."""

    def curve(p: float) -> float:
        for (a, x), (b, y) in pairwise(knots):
            if p <= b:
                t = (p - a) / (b - a) if b > a else 1.0
                return x + (y - x) * (0.5 - 0.5 * math.cos(math.pi * min(max(t, 0.0), 1.0)))
        return knots[-1][1]

    return curve


def strike(drawn: float, struck: float) -> Curve:
    """An attack's timing: drawn back and held, through in one frame, sinking from where it struck, back to rest."""
    return keys((0, 0), (0.22, drawn), (0.38, drawn), (0.45, struck), (0.55, struck), (0.76, 0.75 * struck), (1, 0))


def hit(thrown: float, held: float) -> Curve:
    """Being hit: thrown at once, sinking into it, back to rest."""
    return keys((0, 0), (0.28, thrown), (0.6, held), (1, 0))


def scaled(curve: Curve, factor: float) -> Curve:
    """The same movement, so many times as large."""
    return lambda p: factor * curve(p)


def dragged(curve: Curve) -> Curve:
    """What hangs follows a beat late, but begins and ends with the rest."""
    return lambda p: curve(p - 0.07 * math.sin(math.pi * p))


def both(near: Script, offset: float) -> Script:
    """The near side's parts, and the far side's doing the same `offset` of a cycle later."""
    script = dict(near)
    for role, part in near.items():
        if role in NEAR_TO_FAR:
            script[NEAR_TO_FAR[R(role)]] = {channel: late(curve, offset) for channel, curve in part.items()}
    return script


def late(curve: Curve, offset: float) -> Curve:
    """The curve, `offset` of a cycle later."""
    return lambda p: curve((p - offset) % 1.0 if offset else p)
