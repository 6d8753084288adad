"""What slimes and floating things do."""

from __future__ import annotations

from ayo_backend.motion.animals import FLAP
from ayo_backend.motion.curves import ROOT, Curve, Part, Script, hit, keys, strike, wave
from ayo_backend.rig import Role as R  # noqa: N817


def _squash(*knots: tuple[float, float]) -> Part:
    """Squash (negative) and stretch (positive) that keeps the volume: as tall as it gets, so thin."""
    curve = keys(*knots)
    return {"sy": curve, "sx": lambda p: -curve(p) * 0.7}


SPRING = strike(0.22, -0.25)  # an attack of what has no legs to give way: it rises, then shoots forward, low
BLOB: dict[str, Script] = {
    "idle": {ROOT: {"sy": keys((0, 0), (0.06, 0), (0.2, -0.06), (0.34, -0.13), (0.5, -0.06), (0.66, 0), (1, 0))}},
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
    "attack": {ROOT: {"dx": strike(-0.25, 0.5), "sy": SPRING}},
    "cast": {ROOT: _squash((0, 0), (0.3, 0.36), (0.55, -0.36), (0.75, -0.24), (0.9, 0.08), (1, 0))},
    "shoot": {
        ROOT: _squash((0, 0), (0.35, 0.3), (0.52, -0.32), (0.7, 0.06), (1, 0))
        | {"dx": keys((0, 0), (0.35, 0.04), (0.56, -0.1), (1, 0))}
    },
    "hurt": {ROOT: {"dx": hit(-0.25, -0.18), "dy": hit(-0.08, 0), "sy": hit(-0.18, 0.06)}},
    "die": {ROOT: _squash((0, 0), (0.2, 0.24), (0.5, -0.7), (0.62, -0.5), (0.8, -1.0), (1, -1.0))},
}
HOVER = 0.045  # figure heights that a floater rises and sinks
_HOVER: Script = FLAP | {
    ROOT: {"dy": wave(-HOVER, 0.4)},
    R.TAIL: {"lean": wave(10, 0.3)},
    R.HAIR: {"swing": wave(5, 0.6)},
    R.CAPE: {"swing": wave(6, 0.6)},
    R.SKIRT: {"swing": wave(6, 0.6)},
    R.NEAR_UPPER_ARM: {"swing": wave(7, 0.55)},
    R.FAR_UPPER_ARM: {"swing": wave(7, 0.65)},
}


def _hovering(**root: Curve) -> Script:
    return _HOVER | {ROOT: root}


FLOATER: dict[str, Script] = {
    "idle": _HOVER,
    "walk": _hovering(dy=wave(-HOVER, 0.4), lean=wave(2, 0.1, mean=7)),
    "run": _hovering(dy=wave(-0.05, 0.4), lean=wave(3, 0.1, mean=14)),
    "jump": _hovering(dy=keys((0, 0), (0.16, 0.07), (0.5, -0.42), (0.84, 0.05), (1, 0))),
    "attack": _hovering(dx=strike(-0.06, 0.14), dy=strike(-0.06, 0.06), lean=strike(-12, 18)),
    "cast": _hovering(
        dy=keys((0, 0), (0.3, -0.12), (0.55, 0.03), (1, 0)), lean=keys((0, 0), (0.3, -9), (0.55, 9), (1, 0))
    ),
    "shoot": _hovering(
        dx=keys((0, 0), (0.4, 0.02), (0.56, -0.08), (1, 0)), lean=keys((0, 0), (0.4, 5), (0.56, -8), (1, 0))
    ),
    "hurt": _hovering(dx=hit(-0.08, -0.05), lean=hit(-18, -10)),
    "die": {
        ROOT: {
            "dy": keys((0, 0), (0.2, -0.06), (0.7, 0.18), (0.8, 0.15), (1, 0.18)),
            "lean": keys((0, 0), (0.3, -14), (0.7, 8), (1, 0)),
            "sy": keys((0, 0), (0.5, 0.1), (0.7, -0.9), (0.8, -0.7), (1, -0.9)),
        },
        R.NEAR_WING: {"swing": keys((0, 0), (0.5, 50), (1, 20))},
        R.FAR_WING: {"swing": keys((0, 0), (0.5, 50), (1, 20))},
    },
}
