"""What beasts do, seen from the front or from behind: their side view's curves, turned.

Going ahead is going down the picture, from behind up; who leans back rises, and hardly tilts. Legs that swing to and
fro in the side view shorten as they lift. Who is hit is thrown aside, and who falls turns over, as from the side.
"""

from __future__ import annotations

from ayo_backend.motion.curves import ROOT, Part, Script, both, bump, scaled, still
from ayo_backend.rig import Kind, View
from ayo_backend.rig import Role as R  # noqa: N817

DEPTH, TILT = 0.4, 0.35  # how much is seen of going ahead, and of leaning
RISE = 0.004  # figure heights that a degree of leaning back raises a part
THROWN = {"dx": 0.4, "lean": 0.6}  # how much of being thrown is left
_BULK = (R.TORSO, R.HEAD)
_LIMBS = tuple(R(row) for row in range(R.NEAR_UPPER_ARM, R.FAR_LOWER_LEG + 1))


def _stepping(lift: float) -> Script:
    """Legs lift in turn, fore and hind ones of a side by turns. lift: log2 of how much a leg shortens."""
    return both(
        {
            R.NEAR_UPPER_ARM: {"sy": bump(-lift, 0.25)},
            R.NEAR_LOWER_ARM: {"sy": bump(-lift, 0.25), "dy": bump(-0.06 * lift, 0.25)},
            R.NEAR_UPPER_LEG: {"sy": bump(-lift, 0.75)},
            R.NEAR_LOWER_LEG: {"sy": bump(-lift, 0.75), "dy": bump(-0.06 * lift, 0.75)},
        },
        0.5,
    )


GAITS = {"walk": _stepping(0.4), "run": _stepping(0.65)}


def from_the_front(script: Script, action: str, kind: Kind, view: View) -> Script:
    """The script of an action, written for the side view of this kind of creature, as it looks from there."""
    if action == "hurt":
        return {row: _thrown(part) for row, part in script.items()}
    ahead = DEPTH if view is View.FRONT else -DEPTH
    turned = {row: _turned(part, row, ahead) for row, part in script.items()}
    if action == "die":
        turned[ROOT] = script[ROOT]
    if kind is not Kind.SPIDER:  # whose legs are splayed, and go to and fro from every side
        for limb in turned.keys() & _LIMBS:
            turned[limb] = {channel: curve for channel, curve in turned[limb].items() if channel != "swing"}
        turned |= GAITS.get(action, {}) if kind in (Kind.QUADRUPED, Kind.BIRD) else {}
    return turned


def _thrown(part: Part) -> Part:
    return {channel: scaled(curve, THROWN.get(channel, 1.0)) for channel, curve in part.items()}


def _turned(part: Part, row: int, ahead: float) -> Part:
    forward, down, lean = (part.get(channel, still) for channel in ("dx", "dy", "lean"))
    rise = RISE if row in _BULK else 0.0
    return part | {
        "dx": still,
        "dy": lambda p: down(p) + ahead * forward(p) + rise * lean(p),
        "lean": scaled(lean, TILT),
    }
