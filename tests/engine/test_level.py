"""Level: hips keep their height in a gait, whatever the legs."""

from __future__ import annotations

import numpy as np
import pytest

from ayo_backend import Animator, Order, motion
from ayo_backend.compose import Stage
from ayo_backend.level import RANGE, level
from ayo_backend.puppets.examples import example
from ayo_backend.rig import Kind, Layer, Pose, Rig, Role, View

HIPS = (30.0, 40.0)


def _runner(splay: int, kind: Kind = Kind.HUMANOID, view: View = View.SIDE, behind: int | None = None) -> Stage:
    """A figure 56 px high whose straight legs stand so many pixels ahead of and behind the hips."""
    torso = np.zeros((64, 64), np.int32)
    torso[4:42, 24:36] = 1
    layers = [Layer(Role.TORSO, torso, HIPS)]
    for role, ahead in ((Role.FAR_UPPER_LEG, -splay if behind is None else -behind), (Role.NEAR_UPPER_LEG, splay)):
        leg = np.zeros((64, 64), np.int32)
        for y in range(40, 60):
            x = round(30 + ahead * (y - 40) / 20)
            leg[y, x - 2 : x + 3] = 1
        layers.append(Layer(role, leg, HIPS))
    return Stage(Rig(kind, view, tuple(layers)), (30.0, 60.0))


def _run(stage: Stage) -> list[Pose]:
    rig = stage.rig
    return [motion.pose("run", rig.kind, rig.view, index / 8, height=rig.height) for index in range(8)]


def _hips(stage: Stage, poses: list[Pose]) -> np.ndarray:
    return np.array([stage.transforms(pose)[0](np.array([HIPS]))[0, 1] for pose in poses])


def test_splayed_legs_neither_lift_the_body_like_stilts_nor_drop_it() -> None:
    stage = _runner(splay=18)
    poses = _run(stage)
    levelled = list(level(stage, poses))
    before, after = (np.ptp(_hips(stage, each)) for each in (poses, levelled))
    assert before > 0.2 * stage.rig.height
    assert after <= 2 * RANGE * stage.rig.height + 2.5, "but for whole pixels"
    for pose, levelled_pose in zip(poses, levelled, strict=True):
        assert stage.extent(levelled_pose)[3] <= max(62, stage.extent(pose)[3]), "no foot goes into the ground"
        rows = [row for row in range(len(pose.parts)) if row not in (0, Role.NEAR_UPPER_LEG, Role.FAR_UPPER_LEG)]
        assert np.array_equal(pose.parts[rows], levelled_pose.parts[rows])


def test_on_legs_that_stand_differently_nobody_limps() -> None:
    """One stands straight, one far ahead: each carries the hips as high as the other."""
    stage = _runner(splay=14, behind=0)
    poses = [motion.pose("walk", Kind.HUMANOID, View.SIDE, index / 8, height=56) for index in range(8)]
    before, after = (_hips(stage, each) for each in (poses, list(level(stage, poses))))
    limps = [np.abs(hips[4:] - hips[:4]).max() for hips in (before, after)]
    assert limps[0] >= 3
    assert limps[1] <= 1, "but for whole pixels"


def test_a_level_gait_stays_as_it_is() -> None:
    stage = _runner(splay=0)
    poses = [motion.pose("walk", Kind.HUMANOID, View.SIDE, index / 8, height=56) for index in range(8)]
    for before, after in zip(poses, level(stage, poses), strict=True):
        assert np.array_equal(before.parts, after.parts)


@pytest.mark.parametrize(("kind", "view"), [(Kind.QUADRUPED, View.SIDE), (Kind.HUMANOID, View.FRONT)])
def test_others_move_as_planned(kind: Kind, view: View) -> None:
    stage = _runner(18, kind, view)
    poses = _run(stage)
    assert level(stage, poses) is poses


def test_who_moves_like_a_clip_keeps_its_hips(animator: Animator, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may bound as it likes; what Ayo plans by itself is levelled."""
    asked = []
    monkeypatch.setattr("ayo_backend.posing.level", lambda _, poses: asked.append(1) or poses)
    sprite = example("archer", 32).sprite
    clip = animator.animate(sprite, Order("run", "right", 4))
    assert len(asked) == 1
    animator.begin(sprite, Order("run", "right", like=clip))
    assert len(asked) == 1
