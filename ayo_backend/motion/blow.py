"""The arm that strikes and what it holds: where they are in a blow, wherever they rest."""

from __future__ import annotations

import math

from ayo_backend.motion.curves import Part, Script, keys, strike
from ayo_backend.rig import Role, View

Two = tuple[float, float]  # an arm's halves; drawn back and at contact

POINTS: Two = (-75.0, 95.0)  # degrees clockwise of up, where a weapon points: behind, then ahead
LIFTED, STRUCK = (92.0, 44.0), (60.0, 20.0)  # degrees that the halves of an arm then swing that hangs ahead
BEHIND, BACK = 20.0, 115.0  # an arm so far behind is drawn on up to there, not past the chest
ELBOW, FIST, LEVEL = 60.0, 80.0, 85.0  # an empty hand punches: elbow back, fist at the chest, then level
TURNED, MOST = 0.4, 0.3  # of the body's width, and figure heights: how far its shoulder comes as the body turns
SMEAR = keys((0, 0), (0.38, 0), (0.45, 0.28), (0.55, 0.28), (0.7, 0), (1, 0))  # log2 of how long its arm is drawn
CROSSES: Two = (-40.0, 106.0)  # seen from the front or the back a weapon points out to its side, then across
OUT, ACROSS = (78.0, 46.0), (-8.0, -16.0)  # degrees that the halves of its arm then swing outward
HOOKED: Two = (-10.0, -60.0)  # and those of an empty one: the fist is before the belly


def left_to(raised: float, most: float = 1.0) -> float:
    """How much of its swing an arm has left that is raised by so many degrees, 0.3..most: one held behind has more."""
    return min(most, max(0.3, 1.0 - raised / 140.0))


def shoulder_ahead(wide: float) -> float:
    """How many figure heights the near shoulder of one so wide comes ahead as the body turns."""
    return min(MOST, TURNED * wide)


def blow(arm: Role, weapon: Role | None, view: View, raised: float, aim: float, wide: float) -> Script:
    """What the upper arm `arm`, the lower one and the weapon do; None: the hand is empty. raised, aim, wide: of the
    arm, the weapon and the figure, see motion.pose.
    """
    side = view is View.SIDE
    turning: Part = {"dx": strike(0, shoulder_ahead(wide))}
    if side and weapon is None:
        longer: Part = {"sy" if abs(math.cos(math.radians(raised))) > math.sqrt(0.5) else "sx": SMEAR}
        return _arm(arm, (-ELBOW - raised, FIST), (LEVEL - raised, 0.0), turning | longer, longer)
    if behind := side and raised < -BEHIND:
        drawn, struck = (-BACK - raised, 0.0), (STRUCK[0] - raised, STRUCK[1])
    else:
        lands = STRUCK if side else ACROSS if weapon else HOOKED
        drawn, struck = (_times(left_to(raised), swing) for swing in (LIFTED if side else OUT, lands))
    script = _arm(arm, drawn, struck, turning if behind else {}, {})
    if weapon is not None:
        points, turned = (POINTS, -1) if side else (CROSSES, 1)  # swinging ahead turns against the clock, out with it
        back, ahead = (at - aim - turned * sum(swing) for at, swing in zip(points, (drawn, struck), strict=True))
        script[weapon] = {"lean": strike(back, ahead)}
    return script


def _arm(arm: Role, drawn: Two, struck: Two, upper: Part, lower: Part) -> Script:
    """Both halves of the arm swung as they are when drawn back and at contact, and what else they do."""
    return {
        arm: {"swing": strike(drawn[0], struck[0])} | upper,
        Role(arm + 1): {"swing": strike(drawn[1], struck[1])} | lower,
    }


def _times(factor: float, two: Two) -> Two:
    return factor * two[0], factor * two[1]
