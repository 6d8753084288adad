"""The arm that strikes, seen from the side, and what it holds: where they are in a blow, wherever they rest."""

from __future__ import annotations

from ayo_backend.motion.curves import Script, strike
from ayo_backend.rig import Role

LIFTED, STRUCK = (92.0, 44.0), (60.0, 20.0)  # degrees that a hanging arm's halves swing, drawn back and at contact
DRAWN, AIMED = -75.0, 95.0  # degrees forward of up: where a weapon points then
BEHIND, BACK = 20.0, 115.0  # an arm so far behind is drawn on up to there, not past the chest
TURNED = 0.14  # figure heights that its shoulder comes forward as the body turns into the blow


def blow(arm: Role, weapon: Role, raised: float, room: float, aim: float) -> Script:
    """What the upper arm `arm`, the lower one and the weapon do. raised, aim: see motion.pose; room: of what the arm
    swings, and so what it is multiplied with there.
    """
    lifted, struck, turned = LIFTED, STRUCK, 0.0
    if raised < -BEHIND:
        lifted, struck, turned = (-BACK - raised, 0.0), (STRUCK[0] - raised, STRUCK[1]), TURNED
    return {
        arm: {"swing": strike(lifted[0], struck[0]), "dx": strike(0, turned)},
        Role(arm + 1): {"swing": strike(lifted[1], struck[1])},
        weapon: {"lean": strike(DRAWN - aim + room * sum(lifted), AIMED - aim + room * sum(struck))},
    }
