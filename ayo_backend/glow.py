"""Glow: the light of a cast (that of a shot is in flash.py).

It gathers where the magic is made, sparks running into it, bursts as the arms come forward, and flies apart. Its core
is in the sprite's lightest colour, its halo in the most vivid one. That place is the end of what is held, or the hand
that reaches furthest, but ahead of the body; from the front above the head; a beast's mouth; the air above what has no
head.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ayo_backend.actions import ACTIONS, phases
from ayo_backend.air import HANDS, Air, Points, Shape, clear, directions, lightest, most_vivid, placed
from ayo_backend.compose import Stage
from ayo_backend.rig import Kind, Pose, Role, View
from ayo_backend.sprite import Sprite

GATHERED, BURST, GONE = 0.5, 0.62, 0.9  # phases of a cast: until then it gathers, bursts, flies apart
BEGUN = 0.12
RADIUS = 0.13  # figure heights, of the gathered light
CORE = 0.55  # of its radius
RAYS, LONG, SHORT, WAIST = 8, 2.6, 1.7, 0.8  # of the burst: long ones by turns with short ones; in radii
SPARKS, NEAR, FAR = 6, 1.6, 4.2  # and how far from its middle they come and go, in radii
SPARK = 0.22  # radii
TURN = 2.4  # radians from one spark to the next: no two on a line
CORNERS = 16
UP = 0.5  # how much a pixel up counts beside a pixel away, where what is held ends


def glow(stage: Stage, poses: Sequence[Pose], sprite: Sprite) -> Air | None:
    """The light of a cast in these poses; None where nothing moves."""
    if not any(pose.parts.any() for pose in poses):
        return None
    radius = max(1.5, RADIUS * stage.rig.height)
    core, halo = lightest(sprite), most_vivid(sprite, cold=True)
    moments = phases(ACTIONS["cast"], len(poses))
    burst = min(range(len(poses)), key=lambda index: abs(moments[index] - (GATHERED + BURST) / 2))
    frames, at = {}, np.zeros(2)
    for index, phase in enumerate(moments):
        if index <= burst and (phase > BEGUN or index == burst):
            at = _place(stage, poses[index], radius)
        if index == burst or GATHERED < phase < BURST:
            seen = [Shape(_star(at, radius), halo, True), Shape(_disc(at, radius), core, True)]
        elif BEGUN < phase < BURST:
            seen = _gathering((phase - BEGUN) / (GATHERED - BEGUN), at, radius, core, halo, index)
        elif BURST <= phase < GONE:
            gone = (phase - BURST) / (GONE - BURST)
            seen = _sparks(gone, at, radius, halo if gone > 0.5 else core, 0)
        else:
            continue
        frames[index] = seen
    return Air(frames, sprite.palette)


def _place(stage: Stage, pose: Pose, radius: float) -> Points:
    """Where the light is in this pose: (x, y)."""
    rig, parts = stage.rig, placed(stage, pose)
    hands = [_end(*parts[role]) for role in HANDS if role in parts]
    lowest = (np.inf, rig.ground - radius)  # nothing burns in the ground
    if rig.kind is Kind.HUMANOID and rig.weapon is not None:
        return np.minimum(_end(*parts[rig.weapon.role]), lowest)
    if rig.kind is Kind.HUMANOID and rig.view is View.SIDE and hands:
        x, y = max(hands, key=lambda end: float(end[0]))
        return clear(parts, np.minimum((x + 0.6 * radius, y), lowest), radius)
    if Role.HEAD not in parts:
        body = np.concatenate([points for points, _ in parts.values()])
        return np.array([body[:, 0].mean(), body[:, 1].min() - 1.5 * radius])
    head, _ = parts[Role.HEAD]
    (left, top), (right, bottom) = head.min(0), head.max(0)
    if rig.view is View.SIDE:
        return np.array([right + 0.8 * radius, top + 0.6 * (bottom - top)])
    mouth = rig.view is View.FRONT and rig.kind is not Kind.HUMANOID
    return np.array([(left + right) / 2, bottom if mouth else top - 1.3 * radius])


def _end(points: Points, joint: Points) -> Points:
    """The point that is furthest from the joint; of a staff the upper end."""
    away = points - joint
    end: Points = points[(np.linalg.norm(away, axis=1) - UP * away[:, 1]).argmax()]
    return end


def _disc(at: Points, radius: float) -> Points:
    return at + directions(CORNERS) * radius


def _star(at: Points, radius: float) -> Points:
    """The burst."""
    reach = np.tile([LONG, WAIST, SHORT, WAIST], RAYS // 2)
    star: Points = at + directions(2 * RAYS) * reach[:, None] * radius
    return star


def _gathering(grown: float, at: Points, radius: float, core: int, halo: int, turned: int) -> list[Shape]:
    """The light as it grows (0..1), and sparks that run into it."""
    size = radius * (0.4 + 0.6 * grown)
    light = [Shape(_disc(at, size), halo, True), Shape(_disc(at, CORE * size), core, True)]
    return light + _sparks(1 - grown, at, radius, halo, turned)


def _sparks(share: float, at: Points, radius: float, entry: int, turned: int) -> list[Shape]:
    """Sparks that share (0..1) of the way out, smaller the further."""
    away = radius * (NEAR + (FAR - NEAR) * share) * np.tile([1.0, 0.7], SPARKS // 2)
    middles = np.floor(at + directions(SPARKS, turned * TURN) * away[:, None]) + 0.5
    size = round(radius * SPARK * (1.4 - share))
    return [Shape(middle + directions(4) * size, entry, True) for middle in middles]
