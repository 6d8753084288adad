"""Authored motion: what an animator knows about nine actions, as curves over the phase of the action.

A curve gives one channel of one part at phase 0..1. Channels:
  swing  degrees a limb swings forward (the way the character looks; seen from the front, outward)
  lean   degrees a part tips forward (clockwise on screen when looking right)
  dx dy  shift in figure heights, y down        sx sy  log2 of the scale along x and y
Row ROOT is the whole figure; its dy lifts a grounded figure off the ground line.
Used to animate puppets and as the generator's prior: a residual of zero is already a sound animation.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from ayo_backend.rig import Kind, Pose, Role, View

Curve = Callable[[float], float]
Part = dict[str, Curve]
Script = dict[int, Part]

ROOT = 0
R = Role
_NEAR_TO_FAR = {
    R.NEAR_UPPER_ARM: R.FAR_UPPER_ARM,
    R.NEAR_LOWER_ARM: R.FAR_LOWER_ARM,
    R.NEAR_UPPER_LEG: R.FAR_UPPER_LEG,
    R.NEAR_LOWER_LEG: R.FAR_LOWER_LEG,
    R.NEAR_WING: R.FAR_WING,
}
_NEAR_ARM, _FAR_ARM = (R.NEAR_UPPER_ARM, R.NEAR_LOWER_ARM), (R.FAR_UPPER_ARM, R.FAR_LOWER_ARM)


def pose(
    action: str,
    kind: Kind,
    view: View,
    phase: float,
    *,
    height: int = 64,
    armed: bool = False,
    legless: bool = False,
    raised: tuple[float, float] = (0.0, 0.0),
) -> Pose:
    """The authored pose of an action at a phase (0..1), as a change from how the figure stands at rest.

    height: the figure's in pixels; the smallest motions are kept at a whole pixel. armed: holds something in the near
    hand, which then swings less in a gait. legless: no leg shows, so a gait rocks and bobs the whole figure instead.
    raised: how many degrees the near and the far arm are lifted at rest (0 hanging, 90 level, 180 up): an arm that is
    already up has less far to go.
    """
    script = _script(action, kind, view, max(0.03, 0.6 / height))
    result = Pose.rest(grounded=kind is not Kind.FLOATER)
    for row, part in script.items():
        angle = part.get("lean", _still)(phase)
        swing = part.get("swing", _still)(phase) * _room(row, raised, kind)
        if armed and action in ("walk", "run") and row in (R.NEAR_UPPER_ARM, R.NEAR_LOWER_ARM):
            swing *= 0.4
        shifts = (part.get(channel, _still)(phase) for channel in ("dx", "dy", "sx", "sy"))
        result.parts[row] = (angle - _outward(row, view) * swing, *shifts)
    if action == "die" and kind is Kind.HUMANOID:  # a raised arm falls to the side
        for side, role in enumerate((R.NEAR_UPPER_ARM, R.FAR_UPPER_ARM)):
            result.parts[role, 0] += _outward(role, view) * raised[side] * keys((0, 0), (0.45, 0), (0.75, 1))(phase)
    if legless and action in _WADDLE and kind not in (Kind.BLOB, Kind.FLOATER):
        for channel, curve in _WADDLE[action].items():
            result.parts[ROOT, _COLUMNS[channel]] += curve(phase)
    return result


def _room(row: int, raised: tuple[float, float], kind: Kind) -> float:
    """How much of an arm's authored swing is left to a raised arm."""
    if kind is not Kind.HUMANOID or row not in (*_NEAR_ARM, *_FAR_ARM):
        return 1.0
    return max(0.3, 1.0 - raised[row in _FAR_ARM] / 140.0)


def _outward(row: int, view: View) -> float:
    """+1 where swinging forward turns counter-clockwise on screen. Seen from the front the left limb swings outward
    clockwise.
    """
    left = row in _NEAR_TO_FAR
    return -1.0 if view is not View.SIDE and left else 1.0


_COLUMNS = {"lean": 0, "dx": 1, "dy": 2}


def _still(_phase: float) -> float:
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


def _both(near: Script, offset: float) -> Script:
    """The near side's parts, and the far side's doing the same `offset` of a cycle later."""
    script = dict(near)
    for role, part in near.items():
        if role in _NEAR_TO_FAR:
            script[_NEAR_TO_FAR[Role(role)]] = {channel: _late(curve, offset) for channel, curve in part.items()}
    return script


def _late(curve: Curve, offset: float) -> Curve:
    return lambda p: curve((p - offset) % 1.0)


def _script(action: str, kind: Kind, view: View, breath: float) -> Script:
    if kind in (Kind.BLOB, Kind.FLOATER):
        table = _BLOB if kind is Kind.BLOB else _FLOATER
        return table[action]
    if action == "idle":
        return _breathing(kind, breath)
    if kind is Kind.HUMANOID:
        return (_HUMANOID_SIDE if view is View.SIDE else _HUMANOID_FRONT)[action]
    return {Kind.QUADRUPED: _QUADRUPED, Kind.BIRD: _BIRD, Kind.SPIDER: _SPIDER}[kind][action]


def _breathing(kind: Kind, breath: float) -> Script:
    """The chest sinks and rises by a pixel, the head a beat later, the hands later still; the feet stay."""
    sink = keys((0, 0), (0.2, 0), (0.45, breath), (0.75, breath), (1, 0))
    script: Script = {
        R.TORSO: {"dy": sink},
        R.HAIR: {"swing": wave(2.5, 0.7)},
        R.CAPE: {"swing": wave(2.5, 0.65, mean=-1.5)},
        R.TAIL: {"lean": wave(9, 0.2)},
        R.HELD: {"lean": wave(2.5, 0.6)},
        R.NEAR_WING: {"swing": wave(-3, 0.55)},
        R.FAR_WING: {"swing": wave(-3, 0.55)},
    }
    if kind is Kind.HUMANOID:
        script[R.HEAD] = {"dy": keys((0, 0), (0.35, 0), (0.55, breath * 0.6), (0.8, 0), (1, 0))}
        script |= _both({R.NEAR_LOWER_ARM: {"swing": wave(3, 0.6)}}, 0.05)
    elif kind is not Kind.SPIDER:
        script[R.HEAD] = {"dy": keys((0, 0), (0.3, 0), (0.55, breath), (0.8, breath), (1, 0)), "lean": wave(2, 0.6)}
    return script


_WALK_LEGS: Script = {
    # contact at 0 (leg ahead), down at 0.1, passing at 0.25, push-off at 0.5, knee highest at 0.7
    R.NEAR_UPPER_LEG: {"swing": wave(25, 0.0, mean=2)},
    R.NEAR_LOWER_LEG: {"swing": lambda p: -bump(46, 0.72, 0.55)(p) - bump(12, 0.12, 0.25)(p)},
}
_RUN_LEGS: Script = {
    R.NEAR_UPPER_LEG: {"swing": lambda p: 9 + 42 * math.cos(2 * math.pi * (p - 0.95))},
    R.NEAR_LOWER_LEG: {"swing": lambda p: -bump(88, 0.66, 0.62)(p) - bump(24, 0.14, 0.3)(p)},
}
_TRAILING: Script = {  # what hangs follows a beat late and streams behind
    R.HAIR: {"swing": wave(6, 0.15, times=2, mean=-6)},
    R.CAPE: {"swing": wave(5, 0.2, times=2, mean=-9)},
    R.TAIL: {"lean": wave(8, 0.2, times=1)},
    R.SKIRT: {"swing": wave(4, 0.05)},
}
_STREAMING: Script = {
    R.HAIR: {"swing": wave(9, 0.15, times=2, mean=-18)},
    R.CAPE: {"swing": wave(8, 0.2, times=2, mean=-24)},
    R.TAIL: {"lean": wave(12, 0.2, mean=6)},
    R.SKIRT: {"swing": wave(7, 0.05, mean=-3)},
}
_HUMANOID_SIDE: dict[str, Script] = {
    "walk": _both(
        _WALK_LEGS | {R.NEAR_UPPER_ARM: {"swing": wave(-22, 0.03)}, R.NEAR_LOWER_ARM: {"swing": wave(-9, 0.1, mean=7)}},
        0.5,
    )
    | {
        R.TORSO: {"lean": wave(1.5, 0.1, times=2, mean=2.5)},
        R.HEAD: {"lean": wave(-1.5, 0.15, times=2, mean=-1.5)},
        R.HELD: {"lean": wave(4, 0.6)},
    }
    | _TRAILING,
    "run": _both(
        _RUN_LEGS
        | {R.NEAR_UPPER_ARM: {"swing": wave(-44, 0.95)}, R.NEAR_LOWER_ARM: {"swing": wave(-14, 0.0, mean=38)}},
        0.5,
    )
    | {
        ROOT: {"dy": bump(-0.085, 0.37, 0.26, times=2)},
        R.TORSO: {"lean": wave(2, 0.1, times=2, mean=12)},
        R.HEAD: {"lean": wave(-2, 0.15, times=2, mean=-8)},
        R.HELD: {"lean": wave(8, 0.6)},
    }
    | _STREAMING,
    "jump": _both(
        {
            R.NEAR_UPPER_LEG: {
                "swing": keys((0, 0), (0.16, 42), (0.3, -12), (0.5, 44), (0.68, 16), (0.84, 40), (1, 0))
            },
            R.NEAR_LOWER_LEG: {
                "swing": keys((0, 0), (0.16, -78), (0.3, 0), (0.5, -80), (0.68, -18), (0.84, -74), (1, 0))
            },
            R.NEAR_UPPER_ARM: {
                "swing": keys((0, 0), (0.16, -38), (0.32, 70), (0.5, 50), (0.7, 82), (0.86, -12), (1, 0))
            },
            R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.16, 12), (0.32, 30), (0.5, 22), (0.7, 34), (0.86, 16), (1, 0))},
        },
        0.0,
    )
    | {
        R.FAR_UPPER_LEG: {"swing": keys((0, 0), (0.16, 42), (0.3, -20), (0.5, 14), (0.68, -6), (0.84, 40), (1, 0))},
        R.FAR_LOWER_LEG: {"swing": keys((0, 0), (0.16, -78), (0.3, -8), (0.5, -58), (0.68, -30), (0.84, -74), (1, 0))},
        ROOT: {"dy": keys((0, 0), (0.2, 0), (0.32, -0.16), (0.5, -0.42), (0.68, -0.18), (0.8, 0), (1, 0))},
        R.TORSO: {"lean": keys((0, 0), (0.16, 18), (0.32, -3), (0.5, 6), (0.7, 2), (0.86, 18), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.16, -8), (0.32, -8), (0.5, 2), (0.7, 8), (0.86, -8), (1, 0))},
        R.CAPE: {"swing": keys((0, 0), (0.2, -4), (0.38, 10), (0.55, -10), (0.75, -38), (0.9, -16), (1, 0))},
        R.HAIR: {"swing": keys((0, 0), (0.2, -4), (0.38, 8), (0.55, -8), (0.75, -28), (0.9, -8), (1, 0))},
        R.SKIRT: {"sy": keys((0, 0), (0.16, -0.2), (0.32, 0.1), (0.5, -0.12), (0.7, -0.05), (0.86, -0.2), (1, 0))},
        R.TAIL: {"lean": keys((0, 0), (0.3, -14), (0.7, 22), (1, 0))},
    },
    "attack": {
        # anticipation drawn back by 0.22, contact at 0.42 and held, recovery
        ROOT: {"dx": keys((0, 0), (0.22, -0.05), (0.4, 0.12), (0.62, 0.12), (1, 0))},
        R.TORSO: {"lean": keys((0, 0), (0.22, -13), (0.4, 17), (0.62, 14), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.22, 7), (0.4, -9), (0.62, -8), (1, 0))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.22, 68), (0.4, 42), (0.55, 20), (0.7, 12), (1, 0))},
        R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.22, 44), (0.4, 24), (0.6, 8), (1, 0))},
        R.HELD: {"lean": keys((0, 0), (0.22, -34), (0.4, 74), (0.6, 88), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.22, 22), (0.4, -34), (0.62, -28), (1, 0))},
        R.NEAR_UPPER_LEG: {"swing": keys((0, 0), (0.22, -6), (0.4, -22), (0.62, -22), (1, 0))},
        R.NEAR_LOWER_LEG: {"swing": keys((0, 0), (0.22, -10), (0.4, -4), (0.62, -4), (1, 0))},
        R.FAR_UPPER_LEG: {"swing": keys((0, 0), (0.22, 10), (0.4, 32), (0.62, 30), (1, 0))},
        R.FAR_LOWER_LEG: {"swing": keys((0, 0), (0.22, -18), (0.4, -30), (0.62, -28), (1, 0))},
        R.CAPE: {"swing": keys((0, 0), (0.3, 8), (0.5, -20), (0.7, -8), (1, 0))},
        R.HAIR: {"swing": keys((0, 0), (0.3, 6), (0.5, -16), (0.7, -5), (1, 0))},
        R.TAIL: {"lean": keys((0, 0), (0.3, -10), (0.5, 18), (1, 0))},
    },
    "cast": {
        ROOT: {"dx": keys((0, 0), (0.3, -0.03), (0.55, 0.05), (0.75, 0.05), (1, 0))},
        R.TORSO: {"lean": keys((0, 0), (0.3, -10), (0.55, 9), (0.75, 7), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.3, -4), (0.55, -4), (1, 0))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 104), (0.55, 74), (0.75, 70), (1, 0))},
        R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, 34), (0.55, 6), (0.75, 4), (1, 0))},
        R.HELD: {"lean": keys((0, 0), (0.3, -4), (0.55, 34), (0.75, 30), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 88), (0.55, 84), (0.75, 78), (1, 0))},
        R.FAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, 30), (0.55, 4), (1, 0))},
        R.NEAR_UPPER_LEG: {"swing": keys((0, 0), (0.3, 6), (0.55, -14), (0.75, -12), (1, 0))},
        R.FAR_UPPER_LEG: {"swing": keys((0, 0), (0.3, -4), (0.55, 16), (0.75, 14), (1, 0))},
        R.FAR_LOWER_LEG: {"swing": keys((0, 0), (0.3, -8), (0.55, -18), (0.75, -16), (1, 0))},
        R.CAPE: {"swing": keys((0, 0), (0.35, 6), (0.6, -26), (0.8, -10), (1, 0))},
        R.HAIR: {"swing": keys((0, 0), (0.35, 5), (0.6, -18), (0.8, -6), (1, 0))},
        R.SKIRT: {"swing": keys((0, 0), (0.35, 2), (0.6, -6), (1, 0))},
    },
    "shoot": {
        ROOT: {"dx": keys((0, 0), (0.4, 0), (0.56, -0.045), (0.75, -0.02), (1, 0))},
        R.TORSO: {"lean": keys((0, 0), (0.35, 4), (0.5, 4), (0.58, -8), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.35, 3), (0.58, -5), (1, 0))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 70), (0.5, 60), (0.58, 78), (0.75, 64), (1, 0))},
        R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, 16), (0.5, 34), (0.58, 26), (1, 0))},
        R.HELD: {"lean": keys((0, 0), (0.3, 62), (0.5, 62), (0.58, 48), (0.75, 60), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 76), (0.5, 78), (0.58, 82), (0.75, 74), (1, 0))},
        R.FAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, 12), (0.58, 14), (1, 0))},
        R.OFFHAND: {"lean": keys((0, 0), (0.3, 82), (0.5, 84), (0.75, 82), (1, 0))},
        R.NEAR_UPPER_LEG: {"swing": keys((0, 0), (0.3, -9), (0.6, -11), (1, 0))},
        R.FAR_UPPER_LEG: {"swing": keys((0, 0), (0.3, 10), (0.6, 8), (1, 0))},
        R.CAPE: {"swing": keys((0, 0), (0.5, 0), (0.66, 12), (1, 0))},
        R.HAIR: {"swing": keys((0, 0), (0.5, 0), (0.66, 10), (1, 0))},
    },
    "hurt": {
        ROOT: {"dx": keys((0, 0), (0.34, -0.09), (0.6, -0.06), (1, 0))},
        R.TORSO: {"lean": keys((0, 0), (0.34, -19), (0.6, -12), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.34, -15), (0.66, 10), (1, 0))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.34, 44), (1, 0))},
        R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.34, 26), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.34, 56), (1, 0))},
        R.NEAR_UPPER_LEG: {"swing": keys((0, 0), (0.34, 20), (1, 0))},
        R.NEAR_LOWER_LEG: {"swing": keys((0, 0), (0.34, -26), (1, 0))},
        R.FAR_UPPER_LEG: {"swing": keys((0, 0), (0.34, -8), (1, 0))},
        R.HELD: {"lean": keys((0, 0), (0.34, 20), (1, 0))},
        R.CAPE: {"swing": keys((0, 0), (0.34, 18), (0.7, -6), (1, 0))},
        R.HAIR: {"swing": keys((0, 0), (0.34, 16), (0.7, -6), (1, 0))},
        R.TAIL: {"lean": keys((0, 0), (0.34, -16), (1, 0))},
    },
    "die": {
        # struck, the knees give way, falls on the back, one small bounce, lies
        ROOT: {
            "lean": keys((0, 0), (0.2, -6), (0.4, -24), (0.68, -88), (0.76, -82), (0.86, -90), (1, -90)),
            "dx": keys((0, 0), (0.3, -0.06), (0.68, -0.1), (1, -0.1)),
        },
        R.TORSO: {"lean": keys((0, 0), (0.2, -16), (0.45, -8), (0.7, 0), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.2, -12), (0.45, 16), (0.72, -8), (1, -4))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.25, 46), (0.55, 70), (0.8, 24), (1, 22))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.25, 56), (0.55, 88), (0.8, 30), (1, 26))},
        R.NEAR_UPPER_LEG: {"swing": keys((0, 0), (0.3, 30), (0.55, 26), (0.85, 8), (1, 6))},
        R.NEAR_LOWER_LEG: {"swing": keys((0, 0), (0.3, -52), (0.55, -34), (0.85, -14), (1, -12))},
        R.FAR_UPPER_LEG: {"swing": keys((0, 0), (0.3, 16), (0.55, 34), (0.85, 2), (1, 0))},
        R.FAR_LOWER_LEG: {"swing": keys((0, 0), (0.3, -44), (0.55, -20), (0.85, 0), (1, 0))},
        R.CAPE: {"swing": keys((0, 0), (0.5, 30), (0.8, 4), (1, 0))},
        R.HAIR: {"swing": keys((0, 0), (0.5, 20), (0.8, 4), (1, 0))},
    },
}

_WADDLE: dict[str, Part] = {
    "walk": {"lean": wave(4, 0.0), "dy": bump(-0.035, 0.25, 0.5, times=2)},
    "run": {"lean": wave(6, 0.0, mean=5), "dy": bump(-0.08, 0.25, 0.5, times=2)},
}

# Seen from the front or the back a stride is a leg that shortens as it lifts while the other carries the weight.
_LIFT: Script = {
    R.NEAR_UPPER_LEG: {"sy": bump(-0.35, 0.25, 0.5)},
    R.NEAR_LOWER_LEG: {"sy": bump(-0.3, 0.25, 0.5), "dy": bump(-0.02, 0.25, 0.5)},
    R.NEAR_UPPER_ARM: {"sy": bump(-0.22, 0.75, 0.5)},
    R.NEAR_LOWER_ARM: {"sy": bump(-0.22, 0.75, 0.5), "dy": bump(-0.012, 0.75, 0.5)},
}
_RUN_LIFT: Script = {
    R.NEAR_UPPER_LEG: {"sy": bump(-0.6, 0.25, 0.55)},
    R.NEAR_LOWER_LEG: {"sy": bump(-0.5, 0.25, 0.55), "dy": bump(-0.03, 0.25, 0.55)},
    R.NEAR_UPPER_ARM: {"sy": bump(-0.35, 0.75, 0.55), "swing": wave(0, 0, mean=8)},
    R.NEAR_LOWER_ARM: {"sy": bump(-0.35, 0.75, 0.55), "dy": bump(-0.03, 0.75, 0.55)},
}
_HUMANOID_FRONT: dict[str, Script] = {
    "walk": _both(_LIFT, 0.5)
    | {
        ROOT: {"dx": wave(0.012, 0.75)},
        R.TORSO: {"dy": keys((0, 0.018), (0.25, 0), (0.5, 0.018), (0.75, 0), (1, 0.018))},
        R.HEAD: {"dx": wave(-0.006, 0.75)},
        R.HAIR: {"lean": wave(3, 0.9)},
        R.CAPE: {"lean": wave(3, 0.9)},
        R.SKIRT: {"lean": wave(3, 0.85)},
        R.TAIL: {"lean": wave(12, 0.1)},
    },
    "run": _both(_RUN_LIFT, 0.5)
    | {
        ROOT: {"dx": wave(0.015, 0.75), "dy": bump(-0.05, 0.25, 0.4, times=2)},
        R.TORSO: {"dy": keys((0, 0.03), (0.25, 0), (0.5, 0.03), (0.75, 0), (1, 0.03)), "lean": wave(2.5, 0.75)},
        R.HEAD: {"lean": wave(-2.5, 0.75)},
        R.HAIR: {"lean": wave(6, 0.9), "sy": wave(0.06, 0.1, times=2)},
        R.CAPE: {"lean": wave(6, 0.9), "sy": wave(0.08, 0.1, times=2, mean=-0.08)},
        R.SKIRT: {"lean": wave(5, 0.85)},
        R.TAIL: {"lean": wave(16, 0.1)},
    },
    "jump": _both(
        {
            R.NEAR_UPPER_LEG: {
                "sy": keys((0, 0), (0.16, -0.6), (0.3, 0.06), (0.5, -0.5), (0.68, 0), (0.84, -0.6), (1, 0))
            },
            R.NEAR_LOWER_LEG: {
                "sy": keys((0, 0), (0.16, -0.4), (0.3, 0.06), (0.5, -0.4), (0.68, 0), (0.84, -0.4), (1, 0))
            },
            R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.16, -4), (0.32, 42), (0.5, 30), (0.7, 58), (0.86, 6), (1, 0))},
            R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.16, -4), (0.32, 14), (0.7, 20), (0.86, 0), (1, 0))},
        },
        0.0,
    )
    | {
        ROOT: {"dy": keys((0, 0), (0.2, 0), (0.32, -0.16), (0.5, -0.4), (0.68, -0.18), (0.8, 0), (1, 0))},
        R.TORSO: {"dy": keys((0, 0), (0.16, 0.03), (0.32, -0.01), (0.7, 0), (0.86, 0.03), (1, 0))},
        R.CAPE: {"sy": keys((0, 0), (0.32, 0.08), (0.7, -0.3), (1, 0))},
        R.HAIR: {"sy": keys((0, 0), (0.32, 0.08), (0.7, -0.25), (1, 0))},
        R.SKIRT: {"sy": keys((0, 0), (0.16, -0.25), (0.32, 0.06), (0.7, -0.1), (0.86, -0.25), (1, 0))},
    },
    "attack": {
        ROOT: {"dx": keys((0, 0), (0.22, -0.02), (0.42, 0.03), (1, 0))},
        R.TORSO: {
            "lean": keys((0, 0), (0.22, -9), (0.42, 10), (0.62, 8), (1, 0)),
            "dy": keys((0, 0), (0.22, -0.01), (0.42, 0.04), (0.62, 0.04), (1, 0)),
        },
        R.HEAD: {"lean": keys((0, 0), (0.22, 6), (0.42, -7), (1, 0)), "dy": keys((0, 0), (0.42, 0.015), (1, 0))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.22, 78), (0.42, -8), (0.62, -12), (1, 0))},
        R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.22, 46), (0.42, -16), (0.62, -18), (1, 0))},
        R.HELD: {"lean": keys((0, 0), (0.22, 16), (0.42, -48), (0.62, -56), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.22, 8), (0.42, 30), (0.62, 26), (1, 0))},
        R.NEAR_UPPER_LEG: {
            "sy": keys((0, 0), (0.42, 0.05), (0.62, 0.05), (1, 0)),
            "swing": keys((0, 0), (0.42, 8), (0.62, 8), (1, 0)),
        },
        R.FAR_UPPER_LEG: {"swing": keys((0, 0), (0.42, 8), (0.62, 8), (1, 0))},
        R.CAPE: {"lean": keys((0, 0), (0.3, 4), (0.5, -7), (1, 0))},
        R.SKIRT: {"lean": keys((0, 0), (0.3, 3), (0.5, -5), (1, 0))},
    },
    "cast": _both(
        {
            R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 82), (0.55, 64), (0.75, 60), (1, 0))},
            R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, 44), (0.55, 18), (0.75, 16), (1, 0))},
        },
        0.0,
    )
    | {
        R.TORSO: {"dy": keys((0, 0), (0.3, -0.02), (0.55, 0.03), (0.75, 0.03), (1, 0))},
        R.HEAD: {"dy": keys((0, 0), (0.3, -0.01), (0.6, 0.01), (1, 0))},
        R.CAPE: {"sy": keys((0, 0), (0.3, 0.04), (0.6, -0.12), (1, 0))},
    },
    "shoot": {
        R.TORSO: {"lean": keys((0, 0), (0.35, 3), (0.58, -6), (1, 0))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 62), (0.5, 66), (0.58, 54), (1, 0))},
        R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, -40), (0.5, -54), (0.58, -30), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 78), (0.58, 84), (0.75, 76), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.35, 2), (0.58, -3), (1, 0))},
        ROOT: {"dx": keys((0, 0), (0.5, 0), (0.58, -0.025), (1, 0))},
    },
    "hurt": {
        ROOT: {"dx": keys((0, 0), (0.34, -0.04), (0.66, 0.02), (1, 0))},
        R.TORSO: {"lean": keys((0, 0), (0.34, -12), (0.66, 5), (1, 0)), "dy": keys((0, 0), (0.34, 0.03), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.34, -9), (0.66, 5), (1, 0))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.34, 36), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.34, 42), (1, 0))},
        R.NEAR_UPPER_LEG: {"sy": keys((0, 0), (0.34, -0.12), (1, 0))},
        R.FAR_UPPER_LEG: {"sy": keys((0, 0), (0.34, -0.12), (1, 0))},
    },
    "die": {
        ROOT: {"lean": keys((0, 0), (0.3, -6), (0.5, -20), (0.74, -88), (0.82, -84), (0.9, -90), (1, -90))},
        R.TORSO: {
            "lean": keys((0, 0), (0.2, -9), (0.5, 6), (0.8, 0), (1, 0)),
            "dy": keys((0, 0), (0.3, 0.04), (0.8, 0), (1, 0)),
        },
        R.HEAD: {"lean": keys((0, 0), (0.2, -8), (0.5, 12), (0.8, -3), (1, -3))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 40), (0.8, 16), (1, 14))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 46), (0.8, 18), (1, 16))},
        R.NEAR_UPPER_LEG: {"sy": keys((0, 0), (0.4, -0.4), (0.8, 0), (1, 0))},
        R.FAR_UPPER_LEG: {"sy": keys((0, 0), (0.4, -0.4), (0.8, 0), (1, 0))},
    },
}


def _trot(swing: float, bend: float, lead: float) -> Script:
    """Four legs: near fore with far hind (lead 0.5), or the two pairs in turn (a gallop's smaller lead)."""
    script: Script = {}
    for upper, lower, at in (
        (R.NEAR_UPPER_ARM, R.NEAR_LOWER_ARM, 0.0),
        (R.FAR_UPPER_ARM, R.FAR_LOWER_ARM, lead),
        (R.NEAR_UPPER_LEG, R.NEAR_LOWER_LEG, 0.5),
        (R.FAR_UPPER_LEG, R.FAR_LOWER_LEG, 0.5 + lead),
    ):
        script[upper] = {"swing": wave(swing, at)}
        script[lower] = {"swing": bump(-bend, 0.72 + at, 0.55)}
    return script


def _leap(air: float, lean: float) -> Script:
    """Crouch, push off, fly, land: shared by animals."""
    tuck = keys((0, 0), (0.16, -0.35), (0.3, 0.08), (0.5, -0.2), (0.7, 0.04), (0.84, -0.35), (1, 0))
    legs: Script = {
        role: {
            "sy": tuck,
            "swing": keys((0, 0), (0.16, 0), (0.35, side * 26), (0.5, side * 12), (0.7, -side * 14), (0.84, 0), (1, 0)),
        }
        for role, side in (
            (R.NEAR_UPPER_ARM, 1),
            (R.FAR_UPPER_ARM, 1),
            (R.NEAR_UPPER_LEG, -1),
            (R.FAR_UPPER_LEG, -1),
        )
    }
    return legs | {
        ROOT: {"dy": keys((0, 0), (0.2, 0), (0.32, -air * 0.4), (0.5, -air), (0.68, -air * 0.45), (0.8, 0), (1, 0))},
        R.TORSO: {
            "lean": keys((0, 0), (0.16, lean * 0.4), (0.34, -lean), (0.5, 0), (0.7, lean), (0.86, lean * 0.3), (1, 0))
        },
        R.TAIL: {"lean": keys((0, 0), (0.3, -20), (0.7, 24), (1, 0))},
        R.NEAR_WING: {"swing": keys((0, 0), (0.16, -10), (0.32, 50), (0.5, -20), (0.7, 40), (0.86, 0), (1, 0))},
        R.FAR_WING: {"swing": keys((0, 0), (0.16, -10), (0.32, 50), (0.5, -20), (0.7, 40), (0.86, 0), (1, 0))},
    }


def _lunge(dx: float, lean: float) -> Script:
    """Drawn back, then a bite or a peck that is held."""
    return {
        ROOT: {"dx": keys((0, 0), (0.24, -0.07), (0.42, dx), (0.6, dx), (1, 0))},
        R.TORSO: {"lean": keys((0, 0), (0.24, -lean), (0.42, lean), (0.6, lean * 0.8), (1, 0))},
        R.HEAD: {
            "lean": keys((0, 0), (0.24, -lean), (0.42, lean * 1.2), (0.6, lean), (1, 0)),
            "dx": keys((0, 0), (0.42, 0.04), (0.6, 0.04), (1, 0)),
        },
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.24, 14), (0.42, 32), (0.6, 28), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.24, 4), (0.42, 22), (0.6, 20), (1, 0))},
        R.NEAR_UPPER_LEG: {"swing": keys((0, 0), (0.24, 6), (0.42, -20), (0.6, -18), (1, 0))},
        R.FAR_UPPER_LEG: {"swing": keys((0, 0), (0.24, 8), (0.42, -16), (0.6, -14), (1, 0))},
        R.TAIL: {"lean": keys((0, 0), (0.3, -18), (0.5, 20), (1, 0))},
        R.NEAR_WING: {"swing": keys((0, 0), (0.24, 40), (0.42, -14), (0.6, -10), (1, 0))},
        R.FAR_WING: {"swing": keys((0, 0), (0.24, 40), (0.42, -14), (0.6, -10), (1, 0))},
    }


def _rear(lean: float) -> Script:
    """Rises on the hind legs, then drops: how an animal casts or spits."""
    return {
        R.TORSO: {"lean": keys((0, 0), (0.3, -lean), (0.55, lean * 0.6), (0.75, lean * 0.5), (1, 0))},
        R.HEAD: {
            "lean": keys((0, 0), (0.3, -lean), (0.55, lean * 0.8), (0.75, lean * 0.6), (1, 0)),
            "dx": keys((0, 0), (0.3, -0.02), (0.55, 0.05), (1, 0)),
        },
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 34), (0.55, 8), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 42), (0.55, 10), (1, 0))},
        R.TAIL: {"lean": keys((0, 0), (0.3, -16), (0.6, 16), (1, 0))},
        R.NEAR_WING: {"swing": keys((0, 0), (0.3, 45), (0.55, -12), (1, 0))},
        R.FAR_WING: {"swing": keys((0, 0), (0.3, 45), (0.55, -12), (1, 0))},
    }


_FLINCH: Script = {
    ROOT: {"dx": keys((0, 0), (0.34, -0.09), (0.6, -0.05), (1, 0))},
    R.TORSO: {"lean": keys((0, 0), (0.34, -10), (1, 0))},
    R.HEAD: {"lean": keys((0, 0), (0.34, -14), (0.7, 6), (1, 0))},
    R.TAIL: {"lean": keys((0, 0), (0.34, 20), (1, 0))},
    R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.34, 18), (1, 0))},
    R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.34, 22), (1, 0))},
    R.NEAR_WING: {"swing": keys((0, 0), (0.34, 30), (1, 0))},
    R.FAR_WING: {"swing": keys((0, 0), (0.34, 30), (1, 0))},
}
_TOPPLE: Script = {
    ROOT: {
        "lean": keys((0, 0), (0.25, -10), (0.6, -168), (0.72, -186), (0.85, -180), (1, -180)),
        "dy": keys((0, 0), (0.25, -0.04), (0.42, -0.3), (0.66, 0), (1, 0)),
    },
    R.HEAD: {"lean": keys((0, 0), (0.3, -12), (0.7, 10), (1, 8))},
    R.TAIL: {"lean": keys((0, 0), (0.5, 20), (1, 6))},
}
_COLLAPSE: Script = {  # the legs give way
    ROOT: {"dx": keys((0, 0), (0.2, -0.05), (1, -0.05))},
    R.TORSO: {
        "lean": keys((0, 0), (0.25, -8), (0.6, 6), (1, 5)),
        "dy": keys((0, 0), (0.25, -0.02), (0.6, 0.02), (1, 0.02)),
    },
    R.HEAD: {
        "lean": keys((0, 0), (0.25, -16), (0.62, 34), (0.75, 28), (1, 32)),
        "dy": keys((0, 0), (0.3, 0), (0.65, 0.1), (1, 0.1)),
    },
    R.TAIL: {"lean": keys((0, 0), (0.3, 20), (0.7, -30), (1, -34))},
} | {
    role: {"swing": keys((0, 0), (0.25, side * 8), (0.65, side * 66), (1, side * 66))}
    for role, side in ((R.NEAR_UPPER_ARM, 1), (R.FAR_UPPER_ARM, 1), (R.NEAR_UPPER_LEG, -1), (R.FAR_UPPER_LEG, -1))
}
_QUADRUPED: dict[str, Script] = {
    "walk": _trot(21, 30, 0.5)
    | {
        R.TORSO: {"lean": wave(1.2, 0.1, times=2)},
        R.HEAD: {"lean": wave(3, 0.2, times=2)},
        R.TAIL: {"lean": wave(10, 0.2)},
    },
    "run": _trot(38, 52, 0.14)
    | {
        ROOT: {"dy": bump(-0.11, 0.35, 0.5)},
        R.TORSO: {"lean": wave(7, 0.62)},
        R.HEAD: {"lean": wave(-6, 0.66)},
        R.TAIL: {"lean": wave(16, 0.2, mean=8)},
    },
    "jump": _leap(0.45, 14),
    "attack": _lunge(0.2, 10),
    "cast": _rear(14),
    "shoot": _rear(9),
    "hurt": _FLINCH,
    "die": _COLLAPSE,
}
_FLAP: Script = {R.NEAR_WING: {"swing": wave(-42, 0.0, mean=10)}, R.FAR_WING: {"swing": wave(-42, 0.04, mean=10)}}
_BIRD: dict[str, Script] = {
    "walk": _both({R.NEAR_UPPER_LEG: {"swing": wave(26, 0)}, R.NEAR_LOWER_LEG: {"swing": bump(-30, 0.72, 0.5)}}, 0.5)
    | {
        R.HEAD: {"dx": wave(0.03, 0.3, times=2), "lean": wave(3, 0.3, times=2)},
        R.TORSO: {"lean": wave(2, 0.1, times=2)},
        R.TAIL: {"lean": wave(5, 0.3, times=2)},
    },
    "run": _both({R.NEAR_UPPER_LEG: {"swing": wave(40, 0)}, R.NEAR_LOWER_LEG: {"swing": bump(-50, 0.72, 0.5)}}, 0.5)
    | {
        ROOT: {"dy": bump(-0.06, 0.4, 0.4, times=2)},
        R.TORSO: {"lean": wave(3, 0.1, times=2, mean=8)},
        R.HEAD: {"dx": wave(0.025, 0.3, times=2)},
    }
    | _FLAP,
    "jump": _leap(0.5, 10),
    "attack": _lunge(0.18, 14),
    "cast": _rear(16),
    "shoot": _rear(10),
    "hurt": _FLINCH,
    "die": _TOPPLE,
}
_CREEP: Script = _both(
    {
        R.NEAR_UPPER_ARM: {"swing": wave(13, 0), "dy": bump(-0.05, 0.75, 0.45)},
        R.NEAR_UPPER_LEG: {"swing": wave(13, 0.5), "dy": bump(-0.05, 0.25, 0.45)},
        R.NEAR_LOWER_ARM: {"swing": wave(6, 0.1)},
        R.NEAR_LOWER_LEG: {"swing": wave(6, 0.6)},
    },
    0.5,
)


def _more(script: Script, factor: float) -> Script:
    """The same movements, larger."""

    def larger(curve: Curve) -> Curve:
        return lambda p: factor * curve(p)

    return {row: {channel: larger(curve) for channel, curve in part.items()} for row, part in script.items()}


_SPIDER: dict[str, Script] = {
    "walk": _CREEP | {R.TORSO: {"dy": wave(0.012, 0, times=2)}},
    "run": _more(_CREEP, 1.6) | {R.TORSO: {"dy": wave(0.025, 0, times=2), "lean": wave(2, 0.1)}},
    "jump": _leap(0.5, 10),
    "attack": _lunge(0.2, 12),
    "cast": _rear(12),
    "shoot": _rear(9),
    "hurt": _FLINCH,
    "die": _TOPPLE,
}


def _squash(*knots: tuple[float, float]) -> Part:
    """Squash (negative) and stretch (positive) that keeps the volume: as tall as it gets, so thin."""
    curve = keys(*knots)
    return {"sy": curve, "sx": lambda p: -curve(p) * 0.7}


_BLOB: dict[str, Script] = {
    "idle": {ROOT: _squash((0, 0), (0.25, -0.1), (0.5, 0), (0.75, 0.08), (1, 0)), R.HEAD: {"dy": wave(0.015, 0.35)}},
    "walk": {
        ROOT: _squash((0, -0.12), (0.12, -0.26), (0.3, 0.2), (0.5, 0.02), (0.7, 0.14), (0.85, -0.3), (1, -0.12))
        | {"dy": keys((0, 0), (0.18, 0), (0.5, -0.16), (0.8, 0), (1, 0))}
    },
    "run": {
        ROOT: _squash((0, -0.16), (0.12, -0.34), (0.3, 0.3), (0.5, 0.04), (0.7, 0.2), (0.85, -0.36), (1, -0.16))
        | {
            "dy": keys((0, 0), (0.16, 0), (0.5, -0.3), (0.82, 0), (1, 0)),
            "lean": keys((0, 0), (0.3, 8), (0.6, 4), (0.85, 0), (1, 0)),
        }
    },
    "jump": {
        ROOT: _squash((0, 0), (0.16, -0.5), (0.32, 0.42), (0.5, -0.06), (0.7, 0.3), (0.84, -0.55), (0.93, 0.1), (1, 0))
        | {"dy": keys((0, 0), (0.2, 0), (0.34, -0.3), (0.5, -0.62), (0.68, -0.3), (0.8, 0), (1, 0))}
    },
    "attack": {
        ROOT: _squash((0, 0), (0.24, -0.35), (0.42, 0.24), (0.6, 0.1), (0.8, -0.12), (1, 0))
        | {
            "dx": keys((0, 0), (0.24, -0.12), (0.42, 0.34), (0.6, 0.3), (1, 0)),
            "lean": keys((0, 0), (0.24, -10), (0.42, 16), (0.6, 10), (1, 0)),
        }
    },
    "cast": {ROOT: _squash((0, 0), (0.3, 0.36), (0.55, -0.36), (0.75, -0.24), (0.9, 0.08), (1, 0))},
    "shoot": {
        ROOT: _squash((0, 0), (0.35, 0.3), (0.52, -0.32), (0.7, 0.06), (1, 0))
        | {"dx": keys((0, 0), (0.35, 0.04), (0.56, -0.1), (1, 0))}
    },
    "hurt": {ROOT: _squash((0, 0), (0.34, -0.34), (0.66, 0.14), (1, 0)) | {"dx": keys((0, 0), (0.34, -0.12), (1, 0))}},
    "die": {ROOT: _squash((0, 0), (0.2, 0.24), (0.5, -0.7), (0.62, -0.5), (0.8, -1.0), (1, -1.0))},
}
_HOVER: Script = _FLAP | {
    ROOT: {"dy": wave(-0.045, 0.4)},
    R.TAIL: {"lean": wave(10, 0.3)},
    R.HAIR: {"swing": wave(5, 0.6)},
    R.CAPE: {"swing": wave(6, 0.6)},
    R.SKIRT: {"swing": wave(6, 0.6)},
    R.NEAR_UPPER_ARM: {"swing": wave(7, 0.55)},
    R.FAR_UPPER_ARM: {"swing": wave(7, 0.65)},
}


def _hovering(**root: Curve) -> Script:
    return _HOVER | {ROOT: root}


_FLOATER: dict[str, Script] = {
    "idle": _HOVER,
    "walk": _hovering(dy=wave(-0.06, 0.4), lean=wave(2, 0.1, mean=7)),
    "run": _hovering(dy=wave(-0.09, 0.4), lean=wave(3, 0.1, mean=14)),
    "jump": _hovering(dy=keys((0, 0), (0.16, 0.07), (0.5, -0.42), (0.84, 0.05), (1, 0))),
    "attack": _hovering(
        dx=keys((0, 0), (0.24, -0.12), (0.42, 0.32), (0.6, 0.28), (1, 0)),
        dy=keys((0, 0), (0.24, -0.06), (0.42, 0.06), (1, 0)),
        lean=keys((0, 0), (0.24, -12), (0.42, 18), (0.6, 12), (1, 0)),
    ),
    "cast": _hovering(
        dy=keys((0, 0), (0.3, -0.12), (0.55, 0.03), (1, 0)), lean=keys((0, 0), (0.3, -9), (0.55, 9), (1, 0))
    ),
    "shoot": _hovering(
        dx=keys((0, 0), (0.4, 0.02), (0.56, -0.08), (1, 0)), lean=keys((0, 0), (0.4, 5), (0.56, -8), (1, 0))
    ),
    "hurt": _hovering(dx=keys((0, 0), (0.34, -0.12), (1, 0)), lean=keys((0, 0), (0.34, -16), (1, 0))),
    "die": {
        ROOT: {
            "dy": keys((0, 0), (0.2, -0.06), (0.7, 0.3), (0.8, 0.26), (1, 0.3)),
            "lean": keys((0, 0), (0.3, -14), (0.75, -82), (1, -90)),
        },
        R.NEAR_WING: {"swing": keys((0, 0), (0.5, 50), (1, 20))},
        R.FAR_WING: {"swing": keys((0, 0), (0.5, 50), (1, 20))},
    },
}
