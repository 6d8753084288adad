"""Animate it like this clip: take a motion off another character's clip and give it to one's own.

The other character is taken apart like any sprite, its poses are fitted to the frames, and what they do is done by the
hero's parts: angles as they are, shifts in figure heights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from ayo_backend import motion
from ayo_backend.actions import MAX_FRAMES, Action, phases
from ayo_backend.clip import Clip
from ayo_backend.errors import AyoError
from ayo_backend.figure import lay_out
from ayo_backend.fitting import Attempt, fit, roomy, seen
from ayo_backend.gradual import Gradual
from ayo_backend.model.generator import Generator
from ayo_backend.planning import authored
from ayo_backend.rig import Kind, Pose, Role
from ayo_backend.sprite import MIN_SIDE, Sprite, bounds
from ayo_backend.understanding import Understanding, understand

WATCHED = 16  # frames of a clip that are looked at; poses between them are interpolated
CLEAR = 128  # pixels, the longest side of a figure that shows all that is to be seen of its motion
STILLS = 4  # frames of a loop that are tried as the character's still
SHIFTS = 8  # places in the authored cycle where a loop may begin
SHORTEST = 20  # milliseconds of a frame

LIMBS = (
    (Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM),
    (Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM),
    (Role.NEAR_UPPER_LEG, Role.NEAR_LOWER_LEG),
    (Role.FAR_UPPER_LEG, Role.FAR_LOWER_LEG),
)
NEAR_LEG, FAR_LEG = LIMBS[2], LIMBS[3]
SWAPPED = dict(zip(NEAR_LEG + FAR_LEG, FAR_LEG + NEAR_LEG, strict=True))

Parts = NDArray[np.float32]  # [N, len(Role) + 1, 5], see rig.Pose


@dataclass(frozen=True)
class Motion:
    """What a clip's character does. parts: its poses, as changes from one frame of the clip; roles: the parts it shows;
    shift: where in the authored cycle it begins.
    """

    parts: Parts
    roles: frozenset[Role]
    kind: Kind
    raised: tuple[float, float]
    shift: float


@torch.inference_mode(False)
@torch.enable_grad()
def watch(generator: Generator, clip: Clip, action: Action, facing: str, device: torch.device) -> Gradual[Motion]:
    """The motion of the clip's character, which looks the way `facing` says. Takes seconds; see fitting.fit."""
    frames = _shown(_reduced(clip.frames))
    stills = yield from _stills(generator, frames, facing, device, action.loop == "loop")
    starts = list(_starts(stills, frames, action))
    best = yield from fit([start.attempt for start in starts], action.loop == "loop")
    figure = best.figure.understood
    rivals = [start for start in starts if start.attempt.figure is best.figure]
    chosen = next(start for start in rivals if start.attempt.start is best.start)
    placed = [start for start in rivals if start.shift is not None]
    nearest = min(placed, key=lambda start: float((start.attempt.start - best.poses).norm()))
    parts, roles = best.poses.numpy(), frozenset(layer.role for layer in figure.rig.layers)
    if chosen.swapped:
        parts, roles = _legs_swapped(parts), frozenset(SWAPPED.get(role, role) for role in roles)
    shift = nearest.shift if chosen.shift is None else chosen.shift
    return Motion(parts, roles, figure.rig.kind, figure.raised, shift or 0.0)


@dataclass(frozen=True)
class _Start:
    """An attempt, the authored cycle's shift that it starts from (None: stands still), and whether with the legs
    swapped: which of two is the near one may be mistaken.
    """

    attempt: Attempt
    shift: float | None
    swapped: bool


def _starts(stills: Sequence[tuple[int, Understanding]], frames: NDArray[np.uint8], action: Action) -> Iterator[_Start]:
    loop = action.loop == "loop"
    at = phases(action, len(frames))
    for still, figure in stills:
        turned = np.ascontiguousarray(frames[:, :, ::-1]) if figure.mirrored else frames
        laid = lay_out(figure, roomy(figure, turned))
        true = seen(laid, turned)
        planted = motion.planted(action.name, figure.rig.kind)
        begun: list[tuple[Parts, float | None, bool]] = [
            (np.zeros((len(frames), len(Role) + 1, 5), np.float32), None, False)
        ]
        for shift in (i / SHIFTS for i in range(SHIFTS if loop else 1)):
            parts = np.stack([authored(figure, action, phase + shift).parts for phase in at])
            begun.append((parts, shift, False))
            if loop:
                begun.append((_legs_swapped(parts), shift, True))
        for parts, placed, swapped in begun:
            poses = torch.from_numpy(parts - parts[still])
            yield _Start(Attempt(laid, true, poses, poses, planted), placed, swapped)


def _stills(
    generator: Generator, frames: NDArray[np.uint8], facing: str, device: torch.device, loop: bool
) -> Gradual[list[tuple[int, Understanding]]]:
    """Frames that may serve as the character's still, by number: what happens once begins with it; in a loop those that
    show the most limbs.
    """
    numbers = range(0, len(frames), -(-len(frames) // (2 * STILLS))) if loop else [0]
    figures = []
    for number in numbers:
        with torch.no_grad():
            figures.append((number, understand(generator, Sprite.from_rgba(frames[number]), facing, device)))
        yield

    def hidden(figure: Understanding) -> int:
        roles = {layer.role for layer in figure.rig.layers}
        return sum(role not in roles for limb in LIMBS for role in limb)

    return sorted(figures, key=lambda numbered: hidden(numbered[1]))[:STILLS]


def length(clip: Clip) -> int:
    """How many frames an animation like this clip has; AyoError bad_clip when the clip shows no motion."""
    if len(clip.frames) < 2 or not _inked(clip.frames).any():
        message = f"The clip {clip.tag} shows no motion."
        raise AyoError("bad_clip", message, "Give a clip of two frames or more, with a character in it.")
    return min(len(clip.frames), MAX_FRAMES)


def _inked(frames: NDArray[np.uint8]) -> NDArray[np.bool_]:
    inked: NDArray[np.bool_] = frames[..., 3].max((1, 2)) > 0
    return inked


def _shown(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """At most WATCHED frames; one that shows nothing repeats the one before."""
    inked = _inked(frames)
    last = np.maximum.accumulate(np.where(inked, np.arange(len(inked)), 0))
    last[: inked.argmax()] = inked.argmax()
    count = min(len(last), WATCHED)
    return np.ascontiguousarray(frames[last[np.arange(count) * len(last) // count]])


def _reduced(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Every so many pixels of a large figure: what is seen of its motion is small."""
    left, top, right, bottom = bounds(frames[..., 3].max(0) > 0)
    step = max(1, min(-(-max(right - left, bottom - top) // CLEAR), min(frames.shape[1:3]) // MIN_SIDE))
    return np.ascontiguousarray(frames[:, step // 2 :: step, step // 2 :: step])


def _legs_swapped(parts: Parts) -> Parts:
    swapped = parts.copy()
    swapped[:, NEAR_LEG + FAR_LEG] = parts[:, FAR_LEG + NEAR_LEG]
    return swapped


def carried(
    seen: Motion, hero: Understanding, action: Action, count: int, scale: NDArray[np.float32], planned: Parts
) -> list[Pose]:
    """The hero's poses, each movement multiplied by its part's scale ([len(Role) + 1, 1]). planned: those it has
    without the clip.

    What the clip's character doesn't have moves as authored, at the same place in the cycle; a blob, which has nothing
    but itself to squash, moves like blobs alone. A loop is taken round its own middle, because none of its frames needs
    to be a neutral pose: the posture in the mean is the planned one, and who steps on the ground steps as low as
    planned, give or take the pixel that a clip can't tell.
    """
    loop = action.loop == "loop"
    rest = authored(hero, action, 0.0)
    if hero.rig.kind is Kind.BLOB and seen.kind is not Kind.BLOB:
        return [replace(rest, parts=parts * scale) for parts in planned]
    own = np.stack([authored(hero, action, phase + seen.shift).parts for phase in phases(action, count)])
    clip = resampled(seen.parts, count, loop)
    if loop:
        clip = clip - clip.mean(0) + planned.mean(0)
        if rest.grounded:
            clip[:, (0, Role.TORSO), 2] += _stepping(clip[:, 0, 2], planned[:, 0, 2], 1 / hero.rig.height)
    middle = planned.mean(0) if loop else np.zeros_like(own[0])
    for role in (role for limb in LIMBS[:2] for role in limb):
        room = motion.room(role, hero.raised, hero.rig.kind) / motion.room(role, seen.raised, seen.kind)
        clip[:, role, 0] = middle[role, 0] + (clip[:, role, 0] - middle[role, 0]) * min(room, 1.0)
    result = own.copy()
    result[:, 0] = clip[:, 0]
    for role in seen.roles.difference(*LIMBS):
        result[:, role] = clip[:, role]
    for upper, lower in LIMBS:
        if seen.roles >= {upper, lower}:
            result[:, (upper, lower)] = clip[:, (upper, lower)]
        elif seen.roles & {upper, lower}:  # all in one piece: turned by as much as both together
            turned = clip[:, (upper, lower), 0].sum(1)
            result[:, upper, 0] = turned - own[:, lower, 0]
    return [replace(rest, parts=parts * scale) for parts in result]


def _stepping(steps: NDArray[np.float32], planned: NDArray[np.float32], pixel: float) -> tuple[float, float]:
    """By how much the figure, and its torso, must be lower for it to step on the ground, where the clip does not tell.

    steps, planned: [frames], how low it is in the clip and in the plan. The plan knows whether it flies or sinks from
    where it stands; where it sinks less than planned, its torso sinks the more.
    """
    stands, far = float(np.clip(0, planned.min(), planned.max())), float(np.ptp(planned))
    sunk = float(planned.mean()) - stands if far > pixel / 2 else 0.0
    share = float(np.ptp(steps)) / max(far, pixel / 2)
    lower = stands + sunk * share - float(steps.mean())
    lowest = float(planned.max() - steps.max())
    return min(max(lower, lowest - pixel), lowest + pixel), max(0.0, sunk) * max(0.0, 1 - share)


def resampled(parts: Parts, count: int, loop: bool) -> Parts:
    """The poses at `count` even places of the clip."""
    at = np.arange(count) * len(parts) / count if loop else np.linspace(0, len(parts) - 1, count)
    low = np.floor(at).astype(int)
    high = (low + 1) % len(parts) if loop else np.minimum(low + 1, len(parts) - 1)
    part = (at - low).astype(np.float32)[:, None, None]
    mixed: Parts = parts[low] * (1 - part) + parts[high] * part
    return mixed


def durations(clip: Clip, count: int) -> tuple[int, ...]:
    """The clip's durations, or as many as asked for that last as long together, in tens of milliseconds."""
    given = len(clip.durations_ms)
    if count == given:
        return clip.durations_ms
    at = np.arange(count) * given / count
    spread = np.interp(at, np.arange(given), clip.durations_ms) * given / count
    return tuple(max(SHORTEST, int(round(ms / 10) * 10)) for ms in spread)
