"""What a humanoid does, seen from the side, and from the front or the back."""

from __future__ import annotations

import math

from ayo_backend.motion.curves import ROOT, Part, Script, both, bump, dragged, hit, keys, strike, wave
from ayo_backend.rig import Role as R  # noqa: N817

SWUNG = 0.1  # of a leg's length that its swing lifts a walker
SUNK = 0.018  # figure heights that one seen from ahead sinks
STEP = keys((0, 1), (0.15, 1), (0.3, 0), (0.4, 0), (0.5, 1), (0.65, 1), (0.8, 0), (0.9, 0), (1, 1))
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
SIDE: dict[str, Script] = {
    "walk": both(
        _WALK_LEGS | {R.NEAR_UPPER_ARM: {"swing": wave(-22, 0.03)}, R.NEAR_LOWER_ARM: {"swing": wave(-9, 0.1, mean=7)}},
        0.5,
    )
    | {
        R.TORSO: {"lean": wave(1.5, 0.1, times=2, mean=2.5)},
        R.HEAD: {"lean": wave(1, 0.2, times=2, mean=1)},
        R.HELD: {"lean": wave(4, 0.6)},
    }
    | _TRAILING,
    "run": both(
        _RUN_LEGS
        | {R.NEAR_UPPER_ARM: {"swing": wave(-44, 0.95)}, R.NEAR_LOWER_ARM: {"swing": wave(-14, 0.0, mean=38)}},
        0.5,
    )
    | {
        ROOT: {"dy": bump(-0.085, 0.37, 0.26, times=2)},
        R.TORSO: {"lean": wave(2, 0.1, times=2, mean=12)},
        R.HEAD: {"lean": wave(2, 0.2, times=2, mean=4)},
        R.HELD: {"lean": wave(8, 0.6)},
    }
    | _STREAMING,
    "jump": both(
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
        R.HEAD: {"lean": keys((0, 0), (0.16, 10), (0.32, -10), (0.5, 6), (0.7, 8), (0.86, 10), (1, 0))},
        R.CAPE: {"swing": keys((0, 0), (0.2, -4), (0.38, 10), (0.55, -10), (0.75, -38), (0.9, -16), (1, 0))},
        R.HAIR: {"swing": keys((0, 0), (0.2, -4), (0.38, 8), (0.55, -8), (0.75, -28), (0.9, -8), (1, 0))},
        R.SKIRT: {"sy": keys((0, 0), (0.16, -0.2), (0.32, 0.1), (0.5, -0.12), (0.7, -0.05), (0.86, -0.2), (1, 0))},
        R.TAIL: {"lean": keys((0, 0), (0.3, -14), (0.7, 22), (1, 0))},
    },
    "attack": {
        ROOT: {"dx": strike(-0.07, 0.26), "dy": strike(0, 0.03)},
        R.TORSO: {"lean": strike(-26, 28)},
        R.HEAD: {"lean": strike(-9, 12), "dx": strike(-0.04, 0.12)},
        R.FAR_UPPER_ARM: {"swing": strike(22, -34)},
        R.OFFHAND: {"lean": strike(22, -34)},  # a shield stays upright; for the arm that strikes see blow.py
        R.CAPE: {"swing": dragged(strike(6, -14))},
        R.HAIR: {"swing": dragged(strike(3, -5))},
        R.TAIL: {"lean": dragged(strike(-8, 12))},
    },
    "cast": {
        ROOT: {
            "dx": keys((0, 0), (0.3, -0.05), (0.45, -0.05), (0.55, 0.1), (0.75, 0.1), (1, 0)),
            "dy": keys((0, 0), (0.3, 0.02), (0.45, 0.02), (0.55, 0.05), (0.75, 0.05), (1, 0)),
        },
        R.TORSO: {"lean": keys((0, 0), (0.3, -14), (0.45, -14), (0.55, 14), (0.75, 12), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.3, -12), (0.45, -12), (0.55, 5), (0.75, 4), (1, 0))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 104), (0.55, 74), (0.75, 70), (1, 0))},
        R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, 34), (0.55, 6), (0.75, 4), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 88), (0.55, 84), (0.75, 78), (1, 0))},
        R.FAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, 30), (0.55, 4), (1, 0))},
        R.CAPE: {"swing": keys((0, 0), (0.35, 6), (0.6, -26), (0.8, -10), (1, 0))},
        R.HAIR: {"swing": keys((0, 0), (0.35, 5), (0.6, -18), (0.8, -6), (1, 0))},
    },
    "shoot": {
        ROOT: {"dx": keys((0, 0), (0.4, 0), (0.56, -0.045), (0.75, -0.02), (1, 0))},
        R.TORSO: {"lean": keys((0, 0), (0.35, 4), (0.5, 4), (0.58, -8), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.35, 5), (0.58, -10), (1, 0))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 70), (0.5, 60), (0.58, 78), (0.75, 64), (1, 0))},
        R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, 16), (0.5, 34), (0.58, 26), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 76), (0.5, 78), (0.58, 82), (0.75, 74), (1, 0))},
        R.FAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, 12), (0.58, 14), (1, 0))},
        R.CAPE: {"swing": keys((0, 0), (0.5, 0), (0.66, 12), (1, 0))},
        R.HAIR: {"swing": keys((0, 0), (0.5, 0), (0.66, 10), (1, 0))},
    },
    "hurt": {  # thrown back at once, the head most
        ROOT: {"dx": hit(-0.08, -0.06), "dy": hit(-0.08, 0)},
        R.TORSO: {"lean": hit(-32, -26)},
        R.HEAD: {"lean": hit(-13, -8), "dx": hit(-0.08, -0.05)},
        R.NEAR_UPPER_ARM: {"swing": hit(55, 40)},
        R.NEAR_LOWER_ARM: {"swing": hit(26, 20)},
        R.FAR_UPPER_ARM: {"swing": hit(64, 50)},
        R.HELD: {"lean": hit(20, 14)},
        R.CAPE: {"swing": dragged(hit(14, 6))},
        R.HAIR: {"swing": dragged(hit(5, 3))},
        R.TAIL: {"lean": dragged(hit(-12, -8))},
    },
    "die": {
        # struck, the knees give way, falls on the back where it stands, one small bounce, lies
        ROOT: {
            "lean": keys((0, 0), (0.2, -6), (0.4, -24), (0.68, -88), (0.76, -82), (0.86, -90), (1, -90)),
            "dx": keys((0, 0), (0.25, -0.03), (0.68, 0.36), (1, 0.36)),
        },
        R.TORSO: {"lean": keys((0, 0), (0.2, -16), (0.45, -8), (0.7, 0), (1, 0))},
        R.HEAD: {"lean": keys((0, 0), (0.2, -24), (0.45, -16), (0.72, -8), (1, -4))},
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.25, 46), (0.55, 70), (0.8, 10), (1, 6))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.25, 56), (0.55, 88), (0.8, 14), (1, 8))},
        R.NEAR_UPPER_LEG: {"swing": keys((0, 0), (0.3, 30), (0.55, 26), (0.85, 8), (1, 6))},
        R.NEAR_LOWER_LEG: {"swing": keys((0, 0), (0.3, -52), (0.55, -34), (0.85, -14), (1, -12))},
        R.FAR_UPPER_LEG: {"swing": keys((0, 0), (0.3, 16), (0.55, 34), (0.85, 2), (1, 0))},
        R.FAR_LOWER_LEG: {"swing": keys((0, 0), (0.3, -44), (0.55, -20), (0.85, 0), (1, 0))},
        R.CAPE: {"swing": keys((0, 0), (0.5, 30), (0.8, 4), (1, 0))},
        R.HAIR: {"swing": keys((0, 0), (0.5, 20), (0.8, 4), (1, 0))},
    },
}

# Who casts with empty hands, seen from the side, holds them ahead: raised like a staff they would cover the face.
EMPTY_HANDS: Script = {
    R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 88), (0.55, 74), (0.75, 70), (1, 0))},
    R.NEAR_LOWER_ARM: {"swing": keys((0, 0), (0.3, 16), (0.55, 6), (0.75, 4), (1, 0))},
}

# Without a leg to be seen, a robe or the body itself does the walking.
WADDLE: dict[str, Part] = {
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
FRONT: dict[str, Script] = {
    "walk": both(_LIFT, 0.5)
    | {
        ROOT: {"dx": wave(0.012, 0.75)},
        R.TORSO: {"dy": keys((0, SUNK), (0.25, 0), (0.5, SUNK), (0.75, 0), (1, SUNK))},
        R.HEAD: {"dx": wave(-0.006, 0.75)},
        R.HAIR: {"lean": wave(3, 0.9)},
        R.CAPE: {"lean": wave(3, 0.9)},
        R.SKIRT: {"lean": wave(3, 0.85)},
        R.TAIL: {"lean": wave(12, 0.1)},
    },
    "run": both(_RUN_LIFT, 0.5)
    | {
        ROOT: {"dx": wave(0.015, 0.75), "dy": bump(-0.05, 0.25, 0.4, times=2)},
        R.TORSO: {"dy": keys((0, 0.03), (0.25, 0), (0.5, 0.03), (0.75, 0), (1, 0.03)), "lean": wave(2.5, 0.75)},
        R.HEAD: {"dx": wave(-0.006, 0.75)},
        R.HAIR: {"lean": wave(6, 0.9), "sy": wave(0.06, 0.1, times=2)},
        R.CAPE: {"lean": wave(6, 0.9), "sy": wave(0.08, 0.1, times=2, mean=-0.08)},
        R.SKIRT: {"lean": wave(5, 0.85)},
        R.TAIL: {"lean": wave(16, 0.1)},
    },
    "jump": both(
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
        ROOT: {"dx": strike(0.03, -0.06)},
        R.TORSO: {"lean": strike(7, -8)},
        R.HEAD: {"lean": strike(4, -5), "dy": strike(-0.01, 0.03)},
        R.FAR_UPPER_ARM: {"swing": strike(8, 30)},
        R.CAPE: {"lean": dragged(strike(4, -7))},
    },
    "cast": both(
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
        R.HEAD: {"lean": keys((0, 0), (0.35, 3), (0.58, -6), (1, 0))},
        ROOT: {"dx": keys((0, 0), (0.5, 0), (0.58, -0.025), (1, 0))},
    },
    "hurt": {
        ROOT: {"dx": hit(-0.05, -0.03), "dy": hit(-0.07, 0)},
        R.TORSO: {"lean": hit(-14, -8)},
        R.HEAD: {"lean": hit(-16, -6), "dx": hit(-0.03, -0.02), "dy": hit(-0.01, 0.02)},
        R.NEAR_UPPER_ARM: {"swing": hit(40, 30)},
        R.FAR_UPPER_ARM: {"swing": hit(46, 34)},
    },
    "die": both(  # who is seen from ahead would topple to the side like a cut-out: it falls into a heap
        {
            R.NEAR_UPPER_LEG: {"sy": keys((0, 0), (0.15, -0.1), (0.4, -1.0), (0.7, -2.2), (1, -2.2))},
            R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.2, 50), (0.45, 30), (0.75, 72), (1, 72))},
        },
        0.0,
    )
    | {
        R.TORSO: {
            "sy": keys((0, 0), (0.15, 0.06), (0.4, -0.1), (0.7, -1.1), (0.78, -0.9), (0.88, -1.1), (1, -1.1)),
            "sx": keys((0, 0), (0.4, 0), (0.7, 0.2), (1, 0.2)),
        },
        R.HEAD: {
            "lean": keys((0, 0), (0.2, -14), (0.45, 10), (0.7, 28), (1, 28)),
            "dy": keys((0, 0), (0.2, -0.02), (0.45, 0.05), (0.7, 0.24), (0.78, 0.2), (0.88, 0.24), (1, 0.24)),
        },
        R.SKIRT: {"sy": keys((0, 0), (0.4, -0.7), (0.7, -1.6), (1, -1.6))},
        R.CAPE: {"sy": keys((0, 0), (0.4, -0.3), (0.7, -1.0), (1, -1.0))},
    },
}
