"""The arm that strikes and what it holds: where they are in a blow, wherever they rest."""

from __future__ import annotations

import math

from ayo_backend.motion.curves import Part, Script, keys, strike
from ayo_backend.rig import Role

DRAWN, AIMED = -75.0, 95.0  # degrees forward of up: where a weapon points, drawn back and at contact
LIFTED, STRUCK = (92.0, 44.0), (60.0, 20.0)  # degrees that the halves of an arm then swing that hangs ahead
BEHIND, BACK = 20.0, 115.0  # an arm so far behind is drawn on up to there, not past the chest
ELBOW, FIST, LEVEL = 60.0, 80.0, 85.0  # an empty hand punches: elbow back, fist at the chest, then level
OUT, ACROSS = (78.0, 46.0), (-8.0, -16.0)  # seen from the front: degrees that the halves of an arm swing outward
WIDE, CROSSING = -40.0, 106.0  # degrees clockwise of up, where a weapon then points
TURNED, MOST = 0.4, 0.3  # of the body's width, and figure heights: how far its shoulder comes as the body turns
SMEAR = keys((0, 0), (0.38, 0), (0.45, 0.28), (0.55, 0.28), (0.7, 0), (1, 0))  # log2 of how long its arm is drawn


def left_to(raised: float) -> float:
    """How much of its swing an arm has left that is raised by so many degrees: 0.3 at the least, over 1 behind."""
    return max(0.3, 1.0 - raised / 140.0)


def blow(arm: Role, weapon: Role | None, raised: float, aim: float, wide: float) -> Script:
    """What the upper arm `arm`, the lower one and the weapon do, seen from the side; None: there is none. raised, aim,
    wide: of the arm, the weapon and the figure, see motion.pose.
    """
    left, turned = min(1.0, left_to(raised)), min(MOST, TURNED * wide)
    if weapon is None:
        reach = {"sy" if abs(math.cos(math.radians(raised))) > math.sqrt(0.5) else "sx": SMEAR}
        return _arm(arm, (-ELBOW - raised, FIST), (LEVEL - raised, 0.0), turned, reach)
    if raised < -BEHIND:
        lifted, struck = (-BACK - raised, 0.0), (STRUCK[0] - raised, STRUCK[1])
    else:
        lifted, struck, turned = (LIFTED[0] * left, LIFTED[1] * left), (STRUCK[0] * left, STRUCK[1] * left), 0.0
    lean = strike(DRAWN - aim + sum(lifted), AIMED - aim + sum(struck))
    return _arm(arm, lifted, struck, turned, {}) | {weapon: {"lean": lean}}


def sweep(arm: Role, weapon: Role, raised: float, aim: float) -> Script:
    """The same seen from the front or the back, where the near hand strikes: out to its side, then across."""
    left = min(1.0, left_to(raised))
    lifted, struck = (OUT[0] * left, OUT[1] * left), (ACROSS[0] * left, ACROSS[1] * left)
    lean = strike(WIDE - aim - sum(lifted), CROSSING - aim - sum(struck))
    return _arm(arm, lifted, struck, 0.0, {}) | {weapon: {"lean": lean}}


def _arm(arm: Role, drawn: tuple[float, float], struck: tuple[float, float], turned: float, reach: Part) -> Script:
    """Both halves of the arm, as they are when drawn back and at contact."""
    return {
        arm: {"swing": strike(drawn[0], struck[0]), "dx": strike(0, turned)} | reach,
        Role(arm + 1): {"swing": strike(drawn[1], struck[1])} | reach,
    }
