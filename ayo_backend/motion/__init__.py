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
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ayo_backend.motion.animals import BIRD, QUADRUPED, SPIDER
from ayo_backend.motion.blow import BEHIND, blow, left_to, shoulder_ahead
from ayo_backend.motion.curves import NEAR_TO_FAR, ROOT, Script, both, keys, still, wave
from ayo_backend.motion.front import from_the_front
from ayo_backend.motion.humanoid import EMPTY_HANDS, FRONT, SIDE, STEP, SUNK, SWUNG, WADDLE
from ayo_backend.motion.soft import BLOB, FLOATER, HOVER, SPRING
from ayo_backend.rig import Kind, Pose, View
from ayo_backend.rig import Role as R  # noqa: N817

PLANTED = ("idle", "attack", "cast", "shoot")  # done on the spot
FLUNG = 0.5  # of what an arm is thrown ahead by a hit, how far one is thrown back that is held behind
STEADY = 0.4  # of an arm's swing in a gait, how much one makes that holds a weapon
LOW, FLAT = 0.6, 0.7  # figure heights that who has toppled should lie high, and the least of its width left for that
DYING = (0, 0.84, 1), (0, 0.68, 1)  # phase of a death and of its curves: it has fallen late, as nearly all drawn ones
FALLEN = keys((0, 0), (0.45, 0), (0.75, 1))  # how far who dies has fallen
ROBED, UNARMED = 0.5, 0.65  # of how far others lunge and lean: how far one in a robe does, and one who punches
PIXEL = 0.85  # what surely shows as one, whatever it is added to
THROWN = 0.6  # of how far a hit throws back a head: how far one on a body without a waist
OTHER_HAND: dict[int, int] = {
    near: far for near, far in NEAR_TO_FAR.items() if near in (R.NEAR_UPPER_ARM, R.NEAR_LOWER_ARM)
} | {R.HELD: R.OFFHAND}
OTHER_HAND |= {far: near for near, far in OTHER_HAND.items()}
_NEAR_ARM, _FAR_ARM = (R.NEAR_UPPER_ARM, R.NEAR_LOWER_ARM), (R.FAR_UPPER_ARM, R.FAR_LOWER_ARM)
ARMS = (*_NEAR_ARM, R.HELD), (*_FAR_ARM, R.OFFHAND)  # and what they carry
CONJURING = keys((0, 0), (0.3, 5), (0.45, 5), (0.55, 55), (0.75, 50), (1, 0))  # degrees forward of up: where it points
REACHING = keys((0, 0), (0.3, 0.6), (0.5, 1), (0.75, 1), (1, 0))  # how far the shoulder of an empty hand has come
AIMING = keys((0, 90), (0.52, 90), (0.58, 74), (0.75, 88), (1, 90))  # and who shoots


def pose(
    action: str,
    kind: Kind,
    view: View,
    phase: float,
    *,
    height: int = 64,
    armed: bool = False,
    left_handed: bool = False,
    legless: bool = False,
    stiff: bool = False,
    sinking: float = 0.0,
    raised: tuple[float, float] = (0.0, 0.0),
    ahead: tuple[bool, bool] = (False, False),
    aim: float = 45.0,
    upright: tuple[float, float] = (0.0, 0.0),
    amid: bool = False,
    wide: float = 0.5,
) -> Pose:
    """The authored pose of an action at a phase (0..1), as a change from how the figure stands at rest.

    height: the figure's in pixels; see `breath`. armed: holds something in the near hand, which then swings less in
    a gait. left_handed: strikes with the far hand, which does so then. legless: no leg shows, so a gait rocks and bobs
    the whole figure instead. stiff: its torso stands, so it has no legs that could give way. sinking: see `sinking`.
    raised: how many degrees the near and the far arm are lifted at rest (0 hanging, 90 level, 180 up; behind, seen
    from the side, is negative): an arm that is already up has less far to go. ahead: whether the near and the far
    wing lie ahead of where they hang, and so rise the other way round. aim: where the weapon points at rest, in
    degrees from up, forward: a blow is drawn back, and ends, at angles that are the same wherever that is.
    upright: how many degrees, clockwise, what the near and the far hand hold must turn to stand along the body.
    amid: the weapon is held amid its length, as a bow. wide: the body's width in its heights.
    """
    if action == "die":
        phase = float(np.interp(phase, *DYING))
    script = _script(action, kind, view, breath(height))
    if left_handed and action == "attack":
        script = {OTHER_HAND.get(row, row): part for row, part in script.items()}
    weapon, arm = (R.OFFHAND, R.FAR_UPPER_ARM) if left_handed else (R.HELD, R.NEAR_UPPER_ARM)
    empty = not (armed or left_handed)
    bare = empty and kind is Kind.HUMANOID and view is View.SIDE
    if action == "cast" and bare:
        script = script | EMPTY_HANDS
    striking: Script = {}
    if action == "attack" and kind is Kind.HUMANOID:
        striking = blow(arm, None if empty else weapon, view, raised[left_handed], aim, wide)
    result = replace(Pose.rest(grounded=kind is not Kind.FLOATER), planted=planted(action, kind))
    for row, part in (script | striking).items():
        angle = part.get("lean", still)(phase)
        swing = part.get("swing", still)(phase)
        if kind is Kind.HUMANOID and row in (*_NEAR_ARM, *_FAR_ARM) and row not in striking:
            swing *= _share(action, raised[row in _FAR_ARM], left_handed if row in _FAR_ARM else armed)
        if row in (R.NEAR_WING, R.FAR_WING) and view is View.SIDE and ahead[row == R.FAR_WING]:
            swing = -swing
        shifts = (part.get(channel, still)(phase) for channel in ("dx", "dy", "sx", "sy"))
        result.parts[row] = (angle - _outward(row, view) * swing, *shifts)
    if kind is Kind.HUMANOID and action == "die":
        _let_fall(result.parts, view, phase, raised, upright)
    if action == "die" and kind is Kind.HUMANOID and view is View.SIDE:  # who topples
        result.parts[ROOT, 3] += math.log2(min(1.0, max(FLAT, LOW / wide))) * FALLEN(phase)
    if action in ("cast", "shoot") and bare:
        result.parts[R.NEAR_UPPER_ARM, 1] += shoulder_ahead(wide) * REACHING(phase)
    if kind is Kind.HUMANOID and action == "cast":
        _hold(result.parts, phase, weapon, (CONJURING(phase) if view is View.SIDE else 0.0) - aim)
    if kind is Kind.HUMANOID and action == "shoot":
        stood = (upright[left_handed] + 90) % 180 - 90
        aimed = stood if amid else AIMING(phase) - aim
        _hold(result.parts, phase, weapon, aimed if view is View.SIDE else 0.0)
    if action in ("attack", "cast") and kind is Kind.HUMANOID and not stiff:
        less = ROBED if legless else UNARMED if action == "attack" and bare else 1.0
        result.parts[ROOT, 1] *= less
        result.parts[R.TORSO, 0] *= less
    if kind is Kind.FLOATER and action in ("idle", "walk", "run"):  # by a pixel, however small
        result.parts[ROOT, 2] *= max(1.0, 0.55 / (HOVER * height))
    if action == "hurt" and stiff:
        result.parts[R.HEAD, 1] *= THROWN
    if action == "attack" and stiff and kind not in (Kind.HUMANOID, Kind.BLOB):
        result.parts[[ROOT, R.TORSO], 4] = SPRING(phase), 0.0  # all of it rises, and sinks
    if action == "walk":
        result.parts[R.TORSO, 2] += sinking * STEP(phase)
    if legless and action in WADDLE and kind not in (Kind.BLOB, Kind.FLOATER):
        for channel, curve in WADDLE[action].items():
            result.parts[ROOT, _COLUMNS[channel]] += curve(phase)
    return result


def _let_fall(
    parts: NDArray[np.float32], view: View, phase: float, raised: tuple[float, float], upright: tuple[float, float]
) -> None:
    """Who dies lets a raised arm fall to the side; what it carries ends level, as a body does that has toppled. In
    place.
    """
    fallen = FALLEN(phase)
    for side, (upper, lower, carried) in enumerate(ARMS):
        parts[upper, 0] += _outward(upper, view) * raised[side] * fallen
        turned = parts[[upper, lower, carried], 0].sum()
        level = upright[side] if view is View.SIDE else (upright[side] % 180) - 90
        parts[carried, 0] += (level - turned) * fallen


def _hold(parts: NDArray[np.float32], phase: float, weapon: R, turn: float) -> None:
    """Who casts or shoots holds the weapon so many degrees clockwise of how it rests, whatever the arm does; a shield
    stays as it is. In place.
    """
    held = keys((0, 0), (0.25, 1), (0.75, 1), (1, 0))(phase)
    for upper, lower, carried in ARMS:
        against = -parts[[R.TORSO, upper, lower], 0].sum() + (turn if carried == weapon else 0.0)
        parts[carried, 0] = ((against + 180) % 360 - 180) * held


def sinking(legs: float, height: int, view: View) -> float:
    """Figure heights that the body should sink at each step of a walk: a pixel, where legs of so many pixels are too
    short to lift it that far as they swing, or the figure too small.
    """
    lift = legs * SWUNG if view is View.SIDE else height * SUNK
    return PIXEL / height if lift < 0.5 else 0.0


def breath(height: int) -> float:
    """How deep a figure so many pixels high breathes, in figure heights: a pixel at least, less in large drawings."""
    return max(PIXEL / height, 0.023 * min(1.0, math.sqrt(64 / height)))


def planted(action: str, kind: Kind) -> bool:
    """The soles stay: of those who act on the spot, and of a beast whose legs give way; a blob that swells to cast does
    so on all its base. Who is hit is thrown off the feet.
    """
    if action == "die":
        return kind in (Kind.QUADRUPED, Kind.BIRD)
    return action in PLANTED and not (kind is Kind.BLOB and action in ("cast", "shoot"))


def room(row: int, raised: tuple[float, float], kind: Kind) -> float:
    """How much of an arm's swing is left to a raised arm, 0.3..1; see `pose`."""
    if kind is not Kind.HUMANOID or row not in (*_NEAR_ARM, *_FAR_ARM):
        return 1.0
    return left_to(raised[row in _FAR_ARM])


def _share(action: str, raised: float, armed: bool) -> float:
    """How much of its swing a person's arm makes that is raised by so many degrees, and perhaps holds a weapon."""
    if action in ("cast", "shoot"):
        return left_to(raised, most=2.0)
    if action in ("hurt", "die") and raised < -BEHIND:
        return -FLUNG
    return left_to(raised) * (STEADY if armed and action in ("walk", "run") else 1.0)


def _outward(row: int, view: View) -> float:
    """+1 where swinging forward turns counter-clockwise on screen. Seen from the front the left limb swings outward
    clockwise.
    """
    left = row in NEAR_TO_FAR
    return -1.0 if view is not View.SIDE and left else 1.0


_COLUMNS = {"lean": 0, "dx": 1, "dy": 2}


def _script(action: str, kind: Kind, view: View, depth: float) -> Script:
    if kind is Kind.HUMANOID:
        return breathing(kind, depth) if action == "idle" else (SIDE if view is View.SIDE else FRONT)[action]
    if action == "idle" and kind not in (Kind.BLOB, Kind.FLOATER):
        return breathing(kind, depth)
    script = _SIDE_VIEWS[kind][action]
    return script if view is View.SIDE else from_the_front(script, action, kind, view)


_SIDE_VIEWS = {
    Kind.QUADRUPED: QUADRUPED,
    Kind.BIRD: BIRD,
    Kind.SPIDER: SPIDER,
    Kind.BLOB: BLOB,
    Kind.FLOATER: FLOATER,
}


def breathing(kind: Kind, depth: float) -> Script:
    """The chest sinks and rises by `depth`, hips and head a beat later, the hands later still; the feet stay.

    It ends at rest: the few changes there are don't fall on the seam of the loop.
    """
    sink = keys((0, 0), (0.06, 0), (0.27, depth), (0.5, depth), (0.72, 0), (1, 0))
    follow = keys((0, 0), (0.18, 0), (0.42, depth), (0.62, depth), (0.86, 0), (1, 0))
    script: Script = {
        ROOT: {"dy": follow},
        R.TORSO: {"dy": sink},
        R.HAIR: {"swing": wave(5, 0.7)},
        R.CAPE: {"swing": wave(5, 0.65, mean=-3)},
        R.SKIRT: {"swing": wave(2, 0.65)},
        R.TAIL: {"lean": wave(14, 0.2)},
        R.HELD: {"lean": wave(5, 0.6)},
        R.NEAR_WING: {"swing": wave(-8, 0.55)},
        R.FAR_WING: {"swing": wave(-8, 0.55)},
    }
    if kind is Kind.HUMANOID:
        script[R.HEAD] = {"dy": follow}
        script |= both({R.NEAR_UPPER_ARM: {"swing": wave(5, 0.55)}, R.NEAR_LOWER_ARM: {"swing": wave(10, 0.6)}}, 0.05)
    elif kind is not Kind.SPIDER:
        script[R.HEAD] = {"dy": follow, "lean": wave(4, 0.6)}
    return script
