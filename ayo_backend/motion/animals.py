"""What beasts, birds and spiders do."""

from __future__ import annotations

from ayo_backend.motion.curves import ROOT, Script, both, bump, dragged, hit, keys, scaled, strike, wave
from ayo_backend.rig import Role as R  # noqa: N817


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


def _lunge(lean: float, nod: float) -> Script:
    """Reared up, then a bite or a peck that is held. lean: degrees; nod: of these, how far the head then tips."""
    return {
        ROOT: {"dx": strike(-0.1, 0.34), "dy": strike(0.02, 0.03)},
        R.TORSO: {"lean": strike(-1.6 * lean, lean), "sy": strike(0.2, 0)},
        R.HEAD: {
            "lean": strike(-1.4 * lean, nod * lean),
            "dx": strike(-0.1, 0.16),
            "dy": strike(-0.1, 0.05 * nod),
        },
        R.TAIL: {"lean": dragged(strike(-12, 16))},
        R.NEAR_WING: {"swing": strike(50, -20)},
        R.FAR_WING: {"swing": strike(50, -20)},
    }


def _rear(lean: float) -> Script:
    """Gathers itself, rises on the hind legs, then drops: how an animal casts or spits."""
    return {
        R.TORSO: {
            "lean": keys((0, 0), (0.3, -lean), (0.55, lean * 0.6), (0.75, lean * 0.5), (1, 0)),
            "sy": keys((0, 0), (0.16, -0.14), (0.34, 0.12), (0.55, -0.1), (0.75, -0.07), (1, 0)),
        },
        R.HEAD: {
            "lean": keys((0, 0), (0.3, -lean * 2), (0.55, lean * 1.4), (0.75, lean * 1.1), (1, 0)),
            "dx": keys((0, 0), (0.3, -0.02), (0.55, 0.05), (1, 0)),
        },
        R.NEAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 34), (0.55, 8), (1, 0))},
        R.FAR_UPPER_ARM: {"swing": keys((0, 0), (0.3, 42), (0.55, 10), (1, 0))},
        R.TAIL: {"lean": keys((0, 0), (0.3, -16), (0.6, 16), (1, 0))},
        R.NEAR_WING: {"swing": keys((0, 0), (0.3, 45), (0.55, -12), (1, 0))},
        R.FAR_WING: {"swing": keys((0, 0), (0.3, 45), (0.55, -12), (1, 0))},
    }


_FLINCH: Script = {
    ROOT: {"dx": hit(-0.08, -0.06), "dy": hit(-0.08, 0)},
    R.TORSO: {"lean": hit(-17, -13)},
    R.HEAD: {"lean": hit(-14, -8), "dx": hit(-0.15, -0.1)},
    R.TAIL: {"lean": dragged(hit(14, 10))},
    R.NEAR_WING: {"swing": hit(30, 16)},
    R.FAR_WING: {"swing": hit(30, 16)},
}
_TOPPLE: Script = {
    ROOT: {
        "lean": keys((0, 0), (0.25, -10), (0.6, -168), (0.72, -186), (0.85, -180), (1, -180)),
        "dx": keys((0, 0), (0.25, 0.05), (0.42, 0.4), (0.6, 0.08), (0.72, 0), (1, 0)),
        "dy": keys((0, 0), (0.25, -0.04), (0.42, -0.3), (0.66, 0), (1, 0)),
        "sy": keys((0, 0), (0.45, 0), (0.66, -0.7), (0.78, -0.5), (0.9, -0.7), (1, -0.7)),
    },
    R.HEAD: {"lean": keys((0, 0), (0.3, -12), (0.7, 10), (1, 8))},
    R.TAIL: {"lean": keys((0, 0), (0.5, 20), (1, 6))},
}
_COLLAPSE: Script = {  # the legs give way
    ROOT: {
        "dx": keys((0, 0), (0.2, -0.05), (1, -0.05)),
        "dy": keys((0, 0), (0.2, -0.03), (0.35, 0.05), (0.6, 0.5), (1, 0.5)),
    },
    R.TORSO: {
        "lean": keys((0, 0), (0.25, -8), (0.5, 5), (0.65, 0), (1, 0)),
        "sy": keys((0, 0), (0.5, 0), (0.68, -0.5), (0.78, -0.36), (0.88, -0.5), (1, -0.5)),
    },
    R.HEAD: {
        "lean": keys((0, 0), (0.25, -16), (0.5, 6), (0.7, 38), (0.8, 32), (0.9, 38), (1, 38)),
        "dy": keys((0, 0), (0.25, -0.03), (0.55, 0), (0.7, 0.16), (0.8, 0.14), (0.9, 0.16), (1, 0.16)),
        "dx": keys((0, 0), (0.5, 0), (0.7, 0.05), (1, 0.05)),
    },
    R.TAIL: {"lean": keys((0, 0), (0.3, 20), (0.7, -12), (1, -15))},
    R.NEAR_WING: {"swing": keys((0, 0), (0.3, 30), (0.7, -20), (1, -24))},
    R.FAR_WING: {"swing": keys((0, 0), (0.3, 30), (0.7, -20), (1, -24))},
}
QUADRUPED: dict[str, Script] = {
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
    "attack": _lunge(13, 1.0),
    "cast": _rear(14),
    "shoot": _rear(9),
    "hurt": _FLINCH,
    "die": _COLLAPSE,
}
FLAP: Script = {R.NEAR_WING: {"swing": wave(-42, 0.0, mean=10)}, R.FAR_WING: {"swing": wave(-42, 0.04, mean=10)}}
BIRD: dict[str, Script] = {
    "walk": both({R.NEAR_UPPER_LEG: {"swing": wave(26, 0)}, R.NEAR_LOWER_LEG: {"swing": bump(-30, 0.72, 0.5)}}, 0.5)
    | {
        R.HEAD: {"dx": wave(0.03, 0.3, times=2), "lean": wave(3, 0.3, times=2)},
        R.TORSO: {"lean": wave(2, 0.1, times=2)},
        R.TAIL: {"lean": wave(5, 0.3, times=2)},
    },
    "run": both({R.NEAR_UPPER_LEG: {"swing": wave(40, 0)}, R.NEAR_LOWER_LEG: {"swing": bump(-50, 0.72, 0.5)}}, 0.5)
    | {
        ROOT: {"dy": bump(-0.06, 0.4, 0.4, times=2)},
        R.TORSO: {"lean": wave(3, 0.1, times=2, mean=8)},
        R.HEAD: {"dx": wave(0.025, 0.3, times=2)},
    }
    | FLAP,
    "jump": _leap(0.5, 10),
    "attack": _lunge(14, 1.6),
    "cast": _rear(16),
    "shoot": _rear(10),
    "hurt": _FLINCH,
    "die": _COLLAPSE,
}
_CREEP: Script = both(
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
    return {row: {channel: scaled(curve, factor) for channel, curve in part.items()} for row, part in script.items()}


SPIDER: dict[str, Script] = {
    "walk": _CREEP | {R.TORSO: {"dy": wave(0.012, 0, times=2)}},
    "run": _more(_CREEP, 1.6) | {R.TORSO: {"dy": wave(0.025, 0, times=2), "lean": wave(2, 0.1)}},
    "jump": _leap(0.5, 10),
    "attack": _lunge(13, 1.6) | {R.TORSO: {"lean": strike(-13, 13)}},  # on so many legs none can rear and stand
    "cast": _rear(12),
    "shoot": _rear(9),
    "hurt": _FLINCH,
    "die": _TOPPLE,
}
