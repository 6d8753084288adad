"""What hangs together at rest hangs together in every frame."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ayo_backend.animator import Animator, Order
from ayo_backend.compose import Picture, Stage
from ayo_backend.joined import joined, torn
from ayo_backend.puppets.examples import example
from ayo_backend.rig import Kind, Layer, Pose, Rig, Role, View


def block(left: int, top: int, right: int, bottom: int) -> NDArray[np.int32]:
    indices = np.zeros((48, 48), np.int32)
    indices[top:bottom, left:right] = 1
    return indices


def swordsman(gap: int = 0) -> Stage:
    """A body and a sword before it, `gap` pixels off; no arm is to be seen."""
    body = Layer(Role.TORSO, block(16, 16, 26, 40), (21.0, 36.0))
    sword = Layer(Role.HELD, block(26 + gap, 30, 36 + gap, 33), (26.0, 31.5))
    arm = Layer(Role.NEAR_UPPER_ARM, np.zeros((48, 48), np.int32), (21.0, 18.0))
    return Stage(Rig(Kind.HUMANOID, View.SIDE, (body, arm, sword)), (21.0, 40.0))


def lifted(degrees: float) -> Pose:
    pose = Pose.rest()
    pose.parts[Role.NEAR_UPPER_ARM, 0] = -degrees
    return pose


def apart(stage: Stage, pose: Pose) -> set[Role]:
    return torn(stage.picture(pose, (-48, -48, 96, 96)), stage.rig)


def test_a_sword_does_not_fly_off_an_arm_that_is_not_seen() -> None:
    stage, poses = swordsman(), [lifted(0), lifted(80), lifted(160)]
    assert apart(stage, poses[2]) == {Role.HELD}
    kept = joined(stage, poses, (0, 0, 48, 48)).poses
    assert not any(apart(stage, pose) for pose in kept)
    swing = [float(pose.parts[Role.NEAR_UPPER_ARM, 0]) for pose in kept]
    assert swing[1] == swing[2] / 2 > -80, "the whole swing is smaller, not one frame of it"


def test_the_sword_turns_as_its_arm_would() -> None:
    kept = joined(swordsman(), [lifted(0), lifted(80), lifted(160)], (0, 0, 48, 48)).poses
    turned = [float(pose.parts[[Role.NEAR_UPPER_ARM, Role.HELD], 0].sum()) for pose in kept]
    assert turned == [0, -80, -160]


def test_a_sword_that_would_come_off_by_turning_turns_less() -> None:
    stage = swordsman()
    body, arm, sword = stage.rig.layers
    far = Stage(Rig(Kind.HUMANOID, View.SIDE, (body, arm, replace(sword, joint=(35.0, 31.5)))), stage.pivot)
    kept = joined(far, [lifted(0), lifted(80), lifted(160)], (0, 0, 48, 48)).poses
    assert not any(apart(far, pose) for pose in kept)
    assert abs(float(kept[2].parts[[Role.NEAR_UPPER_ARM, Role.HELD], 0].sum())) < 160


def test_a_hairline_parts_only_where_it_is_asked_for() -> None:
    stage = swordsman(gap=2)
    indices = np.maximum(*(layer.indices for layer in (stage.rig.layers[0], stage.rig.layers[2])))
    picture = Picture(indices, np.where(stage.rig.layers[2].indices != 0, 2, 0))
    assert not torn(picture, stage.rig)
    assert torn(picture, stage.rig, hairline=False) == {Role.HELD}


def test_a_knights_shield_stays_on_as_he_casts() -> None:
    clip = Animator(device="cpu").animate(example("knight", 64).sprite, Order("cast", "right"))
    for frame in clip.frames:
        pieces, _ = ndimage.label(frame[..., 3] > 0, np.ones((3, 3)))
        sizes = np.bincount(pieces.ravel())[1:]
        assert sizes.max() > 0.95 * sizes.sum()


def test_what_stays_on_moves_as_planned() -> None:
    poses = [lifted(0), lifted(10)]
    assert joined(swordsman(), poses, (0, 0, 48, 48)).poses == poses


def test_what_is_apart_in_the_still_may_move_freely() -> None:
    stage, poses = swordsman(gap=6), [lifted(0), lifted(160)]
    assert joined(stage, poses, (0, 0, 48, 48)).poses == poses
