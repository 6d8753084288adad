"""Animate it like this clip: another character's motion, this one's pixels."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ayo_backend import Animator, AyoError, Clip, Order, likeness, motion
from ayo_backend.actions import ACTIONS, phases
from ayo_backend.compose import Stage
from ayo_backend.gradual import at_once
from ayo_backend.planning import plan
from ayo_backend.puppets.examples import example
from ayo_backend.rig import Pose, Role
from ayo_backend.understanding import understand

THIGHS, SHINS = [Role.NEAR_UPPER_LEG, Role.FAR_UPPER_LEG], [Role.NEAR_LOWER_LEG, Role.FAR_LOWER_LEG]


def poses(name: str, action: str, count: int, shift: float, size: float = 1.0) -> list[Pose]:
    """Known motion: the authored one, begun elsewhere in its cycle, larger or smaller."""
    rig = example(name, 64).rig
    moments = [(phase + shift) % 1 for phase in phases(ACTIONS[action], count)]
    drawn = [motion.pose(action, rig.kind, rig.view, phase, height=rig.height) for phase in moments]
    return [Pose(pose.parts * np.float32(size)) for pose in drawn]


def drawn(name: str, wanted: list[Pose]) -> Clip:
    puppet = example(name, 64)
    stage, canvas = Stage(puppet.rig, puppet.pivot), (-20, -20, 84, 84)
    frames = np.stack([puppet.palette[stage.picture(pose, canvas).indices] for pose in wanted])
    return Clip(frames, (50, 60, 70, 80, 90, 100)[: len(frames)], "loop", (0.0, 0.0), (0, 0), name)


@cache
def short_run() -> Clip:
    return drawn("knight", poses("knight", "run", 3, 0.4))


def test_the_archer_runs_as_the_knight_does(animator: Animator) -> None:
    """The clip's legs swing less than authored and start elsewhere; the archer's do the same, at the same time."""
    true = poses("knight", "run", 6, 0.4, 0.7)
    action, device = ACTIONS["run"], torch.device("cpu")
    seen = at_once(likeness.watch(animator.generator, drawn("knight", true), action, "right", device))
    with torch.no_grad():
        hero = understand(animator.generator, example("archer", 64).sprite, "right", device)
        planned = np.stack([pose.parts for pose in plan(animator.generator, hero, action, 6, 1.0, 0)])
    made = likeness.carried(seen, hero, action, 6, np.ones((len(Role) + 1, 1), np.float32), planned)

    def swing(run: list[Pose]) -> NDArray[np.float32]:
        angles = np.stack([pose.parts[THIGHS, 0] + pose.parts[SHINS, 0] for pose in run])
        return angles - angles.mean(0)

    wanted, got = swing(true), swing(made)
    error = min(np.abs(wanted - got).mean(), np.abs(wanted - got[:, ::-1]).mean())  # which leg is the near one is open
    assert error < 0.5 * np.abs(wanted).mean()


@pytest.mark.parametrize(("hop", "sinks"), [(0.0, True), (0.0, False), (-0.08, False), (-0.02, False)])
def test_it_steps_where_the_plan_does_however_the_clip_bounces(animator: Animator, hop: float, sinks: bool) -> None:
    """A plan that stands as high as the still or a pixel lower, a clip that knows no ground."""
    with torch.no_grad():
        figure = understand(animator.generator, example("knight", 64).sprite, "right", torch.device("cpu"))
    pixel = 1 / figure.rig.height
    bounce = np.array([0, 1, 0, 1], np.float32)
    planned, clip = np.zeros((2, 4, len(Role) + 1, 5), np.float32)
    planned[:, 0, 2] = bounce * pixel * sinks + hop * (1 - bounce) * (not sinks)
    clip[:, 0, 2] = 0.3 - bounce * (hop or 0.0)
    seen = likeness.Motion(clip, frozenset(Role), figure.rig.kind, figure.raised, 0.0)
    made = likeness.carried(seen, figure, ACTIONS["walk"], 4, np.ones((len(Role) + 1, 1), np.float32), planned)
    low = np.array([pose.parts[0, 2] for pose in made])
    assert abs(low.max()) <= pixel, "it neither hovers nor digs itself in"
    assert np.ptp(low) == pytest.approx(abs(hop), abs=1e-6), "and bounces as the clip does"


def test_a_slime_that_is_to_walk_like_a_person_hops(animator: Animator) -> None:
    sprite = example("slime", 32).sprite
    alike = animator.animate(sprite, Order("run", "right", like=short_run()))
    planned = animator.animate(sprite, Order("run", "right", 3, energy=1.0001))
    assert alike.durations_ms == short_run().durations_ms
    assert np.abs(np.diff(alike.frames.astype(int), axis=0)).sum() > 0
    sizes = [(clip.frames[..., 3] > 0).any(2).sum(1).tolist() for clip in (alike, planned)]
    assert sizes[0] == sizes[1]


def test_frames_and_timing_are_the_clips_and_the_colours_the_sprites(animator: Animator) -> None:
    sprite = example("archer", 32).sprite
    made = animator.animate(sprite, Order("run", "right", like=short_run()))
    assert made.durations_ms == (50, 60, 70)
    assert made.settings["like"] == "knight"
    assert {tuple(c) for c in made.frames.reshape(-1, 4) if c[3]} <= {tuple(c) for c in sprite.palette}
    assert ((made.frames[..., 3] > 0).sum((1, 2)) >= 0.75 * sprite.mask.sum()).all()
    assert not np.array_equal(made.frames[0], made.frames[1])
    more = animator.animate(sprite, Order("run", "right", 5, like=short_run()))
    assert len(more.frames) == 5
    still = animator.animate(sprite, Order("run", "right", energy=0.0, like=short_run()))
    assert np.array_equal(still.frames[0], still.frames[2])


def test_the_same_clip_gives_the_same_poses(animator: Animator) -> None:
    frames = short_run().frames.copy()
    frames[1] = 0  # one that shows nothing is passed over
    clip = Clip(frames, (100,) * 3, "loop", (0.0, 0.0), (0, 0), "blinks")
    device = torch.device("cpu")
    one, other = (at_once(likeness.watch(animator.generator, clip, ACTIONS["hurt"], "right", device)) for _ in range(2))
    assert np.array_equal(one.parts, other.parts)
    repeated, moved = (np.abs(one.parts[0] - one.parts[frame]).max() for frame in (1, 2))
    assert repeated < 0.3 * moved, "it repeats the one before"


def test_sprites_that_follow_one_clip_watch_it_once(animator: Animator, monkeypatch: pytest.MonkeyPatch) -> None:
    animator.begin(example("archer", 32).sprite, Order("run", "right", like=short_run()))
    monkeypatch.setattr(likeness, "watch", None)
    animator.begin(example("mage", 32).sprite, Order("run", "right", like=short_run()))


def test_a_large_clip_is_seen_as_its_half(animator: Animator) -> None:
    """However large, it is looked at in the same time."""
    clip, device = short_run(), torch.device("cpu")

    def seen(times: int) -> NDArray[np.float32]:
        large = replace(clip, frames=clip.frames.repeat(times, 1).repeat(times, 2))
        return at_once(likeness.watch(animator.generator, large, ACTIONS["run"], "right", device)).parts

    assert np.array_equal(seen(2), seen(1))


def test_what_is_seen_of_a_large_clip_is_enough(animator: Animator) -> None:
    """A spark that is lost when it is looked at small is passed over; a flat clip stays tall enough to be one."""
    frames = np.zeros((3, 40, 1024, 4), np.uint8)
    frames[[0, 2], 5:35, 10:1000] = (200, 30, 40, 255)
    frames[1, 0, 0] = (255, 255, 255, 255)
    clip = Clip(frames, (80,) * 3, "loop", (0.0, 0.0), (0, 0), "spark")
    assert len(animator.animate(example("slime", 32).sprite, Order("walk", "right", like=clip)).frames) == 3


def test_other_numbers_of_frames_keep_the_path_and_the_time() -> None:
    clip = drawn("knight", poses("knight", "walk", 6, 0.0))
    assert sum(likeness.durations(clip, 12)) == pytest.approx(sum(clip.durations_ms), rel=0.1)
    angle = np.zeros((4, 1, 1), np.float32)
    angle[:, 0, 0] = (0, 10, 20, 10)
    assert likeness.resampled(angle, 8, True)[:, 0, 0].tolist() == [0, 5, 10, 15, 20, 15, 10, 5]
    assert likeness.resampled(angle, 7, False)[:, 0, 0].tolist() == [0, 5, 10, 15, 20, 15, 10]


@pytest.mark.parametrize("count", [1, 3])
def test_a_clip_without_motion_is_refused(animator: Animator, count: int) -> None:
    frames = short_run().frames[:1] if count == 1 else np.zeros((count, 32, 32, 4), np.uint8)
    clip = Clip(frames, (100,) * count, "loop", (0.0, 0.0), (0, 0), "one")
    with pytest.raises(AyoError, match="one shows no motion"):
        animator.begin(example("archer", 32).sprite, Order("run", like=clip))
