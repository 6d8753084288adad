"""Flash: a shot bursts at the muzzle and flies ahead, in two of the sprite's own colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ayo_backend import Animator, Order, Sprite, motion
from ayo_backend.air import Air
from ayo_backend.compose import Stage
from ayo_backend.flash import flash
from ayo_backend.rig import Kind, Layer, Rig, Role, View
from ayo_backend.sprite_io import read_sprite

EXAMPLES = Path(__file__).parents[2] / "examples"
PALETTE = np.array([[0, 0, 0, 0], [40, 60, 200, 255], [250, 250, 240, 255], [240, 150, 20, 255]], np.uint8)


@pytest.fixture(autouse=True)
def strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The puppet moves all of these, whatever the pointer thinks of them."""
    monkeypatch.setattr("ayo_backend.animator.pointed_out", lambda *_: None)


@pytest.mark.parametrize("frames", [2, 4, 7, 20])
@pytest.mark.parametrize("name", ["archer_64", "mage_32", "wolf_64", "slime_16", "bird_64"])
@pytest.mark.parametrize("facing", ["right", "left"])
def test_it_flies_ahead_in_colours_of_the_sprite(animator: Animator, name: str, frames: int, facing: str) -> None:
    sprite = read_sprite(EXAMPLES / f"{name}.png")
    sprite, side = (sprite, 1) if facing == "right" else (sprite.mirrored(), -1)
    clip = animator.animate(sprite, Order("shoot", facing, frames))
    plain = animator.animate(sprite, Order("shoot", facing, frames, glow=False))
    x, y = plain.offset[0] - clip.offset[0], plain.offset[1] - clip.offset[1]
    without = np.zeros_like(clip.frames)
    without[:, y : y + plain.frames.shape[1], x : x + plain.frames.shape[2]] = plain.frames
    shot = (clip.frames != without).any(-1)
    colours = np.unique(clip.frames[shot], axis=0)
    assert len(colours) <= 2
    assert (colours[:, None] == sprite.palette).all(-1).any(1).all()
    (first, *others) = np.flatnonzero(shot.any((1, 2)))
    assert 0.5 <= (first + 0.5) / frames < 0.8
    assert others == [first + 1 + i for i in range(len(others))]
    reaches = [np.flatnonzero(shot[index].any(0))[::side][-1] * side for index in (first, *others)]
    assert all(np.diff(reaches) > 0), "the rest of it is further ahead"
    assert all(shot[first].sum() > shot[index].sum() for index in others), "and less"
    bodies = np.flatnonzero(without[first, ..., 3].any(0))[::side] * side
    assert reaches[0] > bodies[-1] + 2


def _shot(view: View, weapon: tuple[int, int, int, int], joint: tuple[float, float]) -> tuple[Air, np.ndarray, Layer]:
    """What a figure shoots with a weapon of that rectangle (left, top, right, bottom); where the weapon then is."""
    torso, held = np.zeros((40, 60), np.int32), np.zeros((40, 60), np.int32)
    torso[10:36, 14:26] = 1
    left, top, right, bottom = weapon
    held[top:bottom, left:right] = np.arange(top, bottom)[:, None] % 2 + 2
    arm = np.zeros_like(torso)
    arm[16:20, 22:28] = 1
    sprite = Sprite(PALETTE, np.where(held > 0, held, torso), (20.0, 36.0))
    layers = Layer(Role.TORSO, torso, (20.0, 30.0)), Layer(Role.NEAR_LOWER_ARM, arm, (23.0, 18.0))
    rig = Rig(Kind.HUMANOID, view, (*layers, Layer(Role.HELD, held, joint)))
    poses = [motion.pose("shoot", Kind.HUMANOID, view, (index + 0.5) / 7, height=26) for index in range(7)]
    stage = Stage(rig, sprite.pivot)
    air = flash(stage, poses, sprite)
    assert air is not None
    y, x = np.nonzero(held)
    return air, stage.transforms(poses[4])[2](np.column_stack([x + 0.5, y + 0.5])), rig.layers[2]


def test_a_gun_bursts_at_its_muzzle_and_a_bow_does_not() -> None:
    air, gun, layer = _shot(View.SIDE, (27, 17, 40, 19), (28.0, 18.0))
    assert not layer.amid
    burst = air.frames[4][0]
    assert burst.entry == 3, "the warmest"
    muzzle = gun[gun[:, 0].argmax()]
    assert np.linalg.norm(burst.outline.mean(0) - muzzle) < 5
    air, bow, layer = _shot(View.SIDE, (27, 8, 29, 29), (28.0, 18.0))
    assert layer.amid
    (arrow,) = air.frames[4]
    assert arrow.entry == 2, "the lightest"
    assert abs(arrow.outline[:, 1].mean() - np.median(bow[:, 1])) < 3, "past the hand"


@pytest.mark.parametrize(("view", "down", "before"), [(View.FRONT, 1, True), (View.BACK, -1, False)])
def test_from_the_front_it_flies_down_the_picture(view: View, down: int, before: bool) -> None:
    air, gun, _ = _shot(view, (27, 17, 40, 19), (28.0, 18.0))
    for shapes in air.frames.values():
        assert all((shape.outline[:, 1].mean() - gun[:, 1].mean()) * down > 0 for shape in shapes)
        assert all(shape.before is before for shape in shapes)


def test_what_does_not_move_does_not_shoot(animator: Animator) -> None:
    sprite = read_sprite(EXAMPLES / "archer_64.png")
    assert (animator.animate(sprite, Order("shoot", "right", 7, energy=0.0)).frames == sprite.rgba).all()


@pytest.mark.parametrize(("aim", "amid", "turned"), [(180.0, False, 90.0), (20.0, False, 90.0), (100.0, True, 0.0)])
def test_a_gun_points_ahead_and_a_bow_stands(aim: float, amid: bool, turned: float) -> None:
    """Where it points as the shot is aimed, in degrees from up, forward; of a bow modulo 180."""
    upright = ((-aim + 45) % 180 - 45, 0.0)
    pose = motion.pose("shoot", Kind.HUMANOID, View.SIDE, 0.5, aim=aim, amid=amid, upright=upright)
    arm = [Role.TORSO, Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM, Role.HELD]
    points = aim + pose.parts[arm, 0].sum()
    assert abs((points - turned + 90) % 180 - 90) < 1
    if not amid:
        assert abs((points - turned + 180) % 360 - 180) < 1
