"""Gait: what the walk or the run of a stranger must have, whatever the mover makes of it.

Of a stranger's limbs the mover can't know when which one is where; it hedges by hardly moving them, so that the figure
slides. It limps, for it expects now this step and now that one, and hangs in the air by the mean of many flights.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ayo_backend.actions import Action
from ayo_backend.motion import PIXEL
from ayo_backend.motion.curves import NEAR_TO_FAR, ROOT
from ayo_backend.rig import Kind, Role, View
from ayo_backend.understanding import WINGS, Understanding

GAITS = ("walk", "run")
STRIDE = 0.65  # how far a stranger's limbs go back to what was authored
TWO_BOUNCES = 6  # the least frames of a run that has room for two; in fewer artists draw a hop
SHORT = 0.25  # figure heights: on shorter legs a run shows by its bounce, which is as authored
LONG, FURTHER = 0.3, 1.5  # figure heights of legs that swing as authored; how many times as far short ones may
SMALL = 32  # pixels: in a figure that is smaller a step of one pixel is seen
TWO_STEPS = 4  # the least frames of a gait that has room for two
SWING = 1.6  # times as far as the mover has it: how far a free arm swings
LIMBS = [role for pair in NEAR_TO_FAR.items() for role in pair if role not in WINGS]
CARRIES = {
    Role.NEAR_UPPER_ARM: Role.HELD,
    Role.NEAR_LOWER_ARM: Role.HELD,
    Role.FAR_UPPER_ARM: Role.OFFHAND,
    Role.FAR_LOWER_ARM: Role.OFFHAND,
}
_BODY = [ROOT, Role.TORSO, Role.HEAD]
_THIGHS = [Role.NEAR_UPPER_LEG, Role.FAR_UPPER_LEG]
_SHOULDERS = [Role.NEAR_UPPER_ARM, Role.FAR_UPPER_ARM]
_ANGLE, _DY = 0, 2  # columns of the parts


def mended(
    planned: NDArray[np.float32], known: NDArray[np.float32], figure: Understanding, action: Action
) -> NDArray[np.float32]:
    """A stranger's planned gait, mended by what was authored (known). Both float32 [frames, rows, 5]."""
    result = planned.copy()
    person = figure.rig.kind is Kind.HUMANOID
    if figure.rig.view is View.SIDE:
        _stride(result, known, figure)
    runs = action.name == "run" and len(result) >= TWO_BOUNCES
    if person and runs and figure.legs < SHORT * figure.rig.height:
        result[:, _BODY, _DY] = known[:, _BODY, _DY]
    elif person and (runs or action.name == "walk"):
        _bounce_alike(result)
    _stand(result, figure, walks=action.name == "walk")
    if figure.legless:
        _nod(result, figure)
    return result


def further(legs: float) -> float:
    """How many times as far short legs swing, for a step that is nearly as long. legs: figure heights, 0 for none."""
    return min(FURTHER, max(1.0, LONG / legs)) if legs else 1.0


def _stride(parts: NDArray[np.float32], known: NDArray[np.float32], figure: Understanding) -> None:
    """Limbs go most of the way back to what was authored, but for an arm that carries something, and a person's swing
    further yet. In place.
    """
    carried = {layer.role for layer in figure.rig.layers}
    free = [limb for limb in LIMBS if CARRIES.get(limb) not in carried]
    parts[:, free] += STRIDE * (known[:, free] - parts[:, free])
    if figure.rig.kind is Kind.HUMANOID:
        parts[:, _THIGHS, _ANGLE] *= further(figure.legs / figure.rig.height)
        parts[:, [arm for arm in _SHOULDERS if arm in free], _ANGLE] *= SWING


def _bounce_alike(parts: NDArray[np.float32]) -> None:
    """The body rises and falls alike at both steps: what does so once a cycle is taken away. In place."""
    waves = np.fft.rfft(parts[:, _BODY, _DY], axis=0)
    waves[1::2] = 0.0
    parts[:, _BODY, _DY] = np.fft.irfft(waves, len(parts), axis=0)


def _stand(parts: NDArray[np.float32], figure: Understanding, walks: bool) -> None:
    """The soles touch the ground once a cycle at least and never sink into it, and who walks never leaves it: on legs
    the body rises and sinks by itself. In place.
    """
    down = parts[:, ROOT, _DY]
    down -= min(0.0, down.max())
    if not (figure.legless or figure.stiff):
        itself = down.copy() if walks else down.clip(0.0)
        parts[:, Role.TORSO, _DY] += itself
        down -= itself


def _nod(parts: NDArray[np.float32], figure: Understanding) -> None:
    """Who has no legs, and is so small as to stand still, sinks the head by a pixel at each step; what has no head hops
    by one. In place.
    """
    rise = np.round(parts[:, ROOT, _DY] * figure.rig.height)
    if figure.rig.height < SMALL and np.ptp(rise) == 0:
        steps = 2 if len(parts) >= TWO_STEPS else 1
        stepping = np.arange(len(parts)) * steps / len(parts) % 1 >= 0.5
        headed = any(layer.role is Role.HEAD for layer in figure.rig.layers)
        parts[:, ROOT, _DY] = 0
        parts[:, Role.HEAD if headed else ROOT, _DY] = stepping * (PIXEL if headed else -PIXEL) / figure.rig.height
