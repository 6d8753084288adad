"""Posing and flattening: nothing is lost, nothing is painted, whole pixels only."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayo_backend import motion, puppets
from ayo_backend.actions import ACTIONS, phases
from ayo_backend.compose import Stage
from ayo_backend.rig import Kind, Layer, Pose, Rig, Role, View
from ayo_backend.sprite import bounds


def _canvas(rig: Rig) -> tuple[int, int, int, int]:
    height, width = rig.layers[0].indices.shape
    return 0, 0, width, height


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_a_rig_at_rest_is_its_still(seed: int) -> None:
    puppet = puppets.draw(seed)
    stage = Stage(puppet.rig, puppet.pivot)
    flat = stage.picture(Pose.rest(), _canvas(puppet.rig)).indices
    assert np.array_equal(puppet.palette[flat], puppet.sprite.rgba)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(sorted(ACTIONS)), st.floats(0, 1))
def test_posing_points_only_at_colours_the_layers_have(seed: int, action: str, phase: float) -> None:
    puppet = puppets.draw(seed)
    stage = Stage(puppet.rig, puppet.pivot)
    pose = motion.pose(action, puppet.rig.kind, puppet.rig.view, phase, height=puppet.rig.height)
    picture = stage.picture(pose, stage.extent(pose))
    for number, layer in enumerate(puppet.rig.layers):
        assert np.isin(picture.indices[picture.owner == number], layer.indices).all()
    assert ((picture.indices != 0) == (picture.owner >= 0)).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(sorted(ACTIONS)))
def test_the_extent_holds_all_that_is_drawn(seed: int, action: str) -> None:
    puppet = puppets.draw(seed)
    stage = Stage(puppet.rig, puppet.pivot)
    for phase in phases(ACTIONS[action], 4):
        pose = motion.pose(action, puppet.rig.kind, puppet.rig.view, phase, height=puppet.rig.height)
        left, top, right, bottom = stage.extent(pose)
        roomy = stage.picture(pose, (left - 9, top - 9, right + 9, bottom + 9)).indices
        tight = stage.picture(pose, (left, top, right, bottom)).indices
        assert (roomy != 0).sum() == (tight != 0).sum()


def test_a_shifted_part_stays_exactly_as_drawn() -> None:
    rng = np.random.default_rng(0)
    head = np.zeros((32, 32), np.int32)
    head[8:16, 8:16] = rng.integers(1, 9, (8, 8))
    body = np.zeros((32, 32), np.int32)
    body[16:30, 10:14] = 9
    rig = Rig(Kind.HUMANOID, View.SIDE, (Layer(Role.TORSO, body, (12, 16)), Layer(Role.HEAD, head, (12, 16))))
    pose = Pose.rest()
    pose.parts[Role.HEAD, 1:3] = (3.2 / rig.height, -2.4 / rig.height)
    moved = Stage(rig, (12, 30)).picture(pose, (0, 0, 32, 32)).indices
    assert np.array_equal(moved[6:14, 11:19], head[8:16, 8:16])


@pytest.mark.parametrize("degrees", [-90, -35, 20, 70, 180])
def test_turning_keeps_the_area(degrees: float) -> None:
    body = np.zeros((64, 64), np.int32)
    body[20:44, 26:38] = 1
    rig = Rig(Kind.BLOB, View.SIDE, (Layer(Role.TORSO, body, (32, 32)),))
    pose = Pose.rest(grounded=False)
    pose.parts[Role.TORSO, 0] = degrees
    turned = Stage(rig, (32, 44)).picture(pose, (-32, -32, 96, 96)).indices
    assert (turned != 0).sum() == pytest.approx(body.sum(), rel=0.06)


def test_the_lowest_foot_stands_on_the_ground_and_a_jump_leaves_it() -> None:
    puppet = puppets.draw(3, kind=Kind.HUMANOID, view=View.SIDE, size=64)
    stage, rig = Stage(puppet.rig, puppet.pivot), puppet.rig
    for action, phase, airborne in (("walk", 0.3, False), ("run", 0.0, False), ("jump", 0.5, True)):
        pose = motion.pose(action, rig.kind, rig.view, phase, height=rig.height)
        canvas = stage.extent(pose)
        body = stage.posed(pose, canvas).body
        lowest = bounds(body)[3] + canvas[1]
        if airborne:
            assert lowest < rig.ground - 0.25 * rig.height
        else:
            assert abs(lowest - rig.ground) <= 1


@given(
    st.floats(-30, 30), st.floats(-0.3, 0.3), st.floats(-0.5, 0.3), st.integers(8, 24), st.sampled_from([0, Role.TORSO])
)
def test_a_slime_keeps_its_face(lean: float, wider: float, taller: float, side: int, row: int) -> None:
    """It does not tilt, and what gets flatter or wider loses or doubles whole rows and columns."""
    drawn = np.zeros((32, 32), np.int32)
    drawn[4 : 4 + side, 4 : 4 + side] = np.arange(1, 1 + side * side).reshape(side, side)
    rig = Rig(Kind.BLOB, View.SIDE, (Layer(Role.TORSO, drawn, (4 + side / 2, 4.0 + side)),))
    stage = Stage(rig, (4 + side // 2, 4 + side))
    pose = Pose.rest()
    pose.parts[row, [0, 3, 4]] = lean, wider, taller
    picture = stage.picture(pose, stage.extent(pose)).indices
    left, top, right, bottom = bounds(picture != 0)
    rows, columns = np.divmod(picture[top:bottom, left:right] - 1, side)
    assert (rows == rows[:, :1]).all()
    assert (columns == columns[:1]).all()
