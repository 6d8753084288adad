"""Glow: a cast has a light that gathers, bursts and flies apart, in two of the sprite's own colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ayo_backend import Animator, Order, Sprite, motion
from ayo_backend.air import clear
from ayo_backend.clip import Clip
from ayo_backend.compose import Stage
from ayo_backend.glow import glow
from ayo_backend.rig import Kind, Layer, Rig, Role, View
from ayo_backend.sprite_io import read_sprite

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(autouse=True)
def strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The puppet moves all of these, whatever the pointer thinks of them."""
    monkeypatch.setattr("ayo_backend.animator.pointed_out", lambda *_: None)


def _light(animator: Animator, name: str, facing: str = "right", frames: int = 8) -> tuple[Clip, np.ndarray]:
    """A cast, and where it shows other than without the glow: bool [N, h, w]."""
    sprite = read_sprite(EXAMPLES / f"{name}.png")
    clip = animator.animate(sprite, Order("cast", facing, frames))
    plain = animator.animate(sprite, Order("cast", facing, frames, glow=False))
    x, y = plain.offset[0] - clip.offset[0], plain.offset[1] - clip.offset[1]
    without = np.zeros_like(clip.frames)
    without[:, y : y + plain.frames.shape[1], x : x + plain.frames.shape[2]] = plain.frames
    return clip, (clip.frames != without).any(-1)


@pytest.mark.parametrize("frames", [2, 4, 8, 20])
@pytest.mark.parametrize("name", ["mage_64", "knight_32", "wolf_64", "slime_16", "bird_64"])
def test_it_gathers_bursts_and_goes(animator: Animator, name: str, frames: int) -> None:
    clip, light = _light(animator, name, frames=frames)
    sprite = read_sprite(EXAMPLES / f"{name}.png")
    colours = np.unique(clip.frames[light], axis=0)
    assert len(colours) <= 2
    assert (colours[:, None] == sprite.palette).all(-1).any(1).all()
    areas = light.sum((1, 2))
    burst = int(areas.argmax())
    assert 0.3 < (burst + 0.5) / frames < 0.8
    assert areas[burst] > 0.05 * sprite.mask.sum()
    if frames >= 8:
        assert areas[0] == areas[-1] == 0, "it comes out of nothing and goes there"
        assert (areas[2:burst] > 0).all()
        assert 0 < areas[burst + (frames >= 20) + 1] < areas[burst]


def test_it_is_before_who_casts(animator: Animator) -> None:
    for facing, side in (("right", 1), ("left", -1)):
        sprite = read_sprite(EXAMPLES / "mage_64.png")
        sprite = sprite if side == 1 else sprite.mirrored()
        clip = animator.animate(sprite, Order("cast", facing, 8))
        plain = animator.animate(sprite, Order("cast", facing, 8, glow=False))
        reach = np.flatnonzero((clip.frames[4, ..., 3] > 0).any(0))[::side][-1] + clip.offset[0]
        body = np.flatnonzero((plain.frames[4, ..., 3] > 0).any(0))[::side][-1] + plain.offset[0]
        assert (reach - body) * side > 3


@pytest.mark.parametrize(("kind", "view", "above"), [(Kind.HUMANOID, View.FRONT, True), (Kind.BIRD, View.FRONT, False)])
def test_seen_from_the_front_it_is_over_the_head_or_at_the_mouth(kind: Kind, view: View, above: bool) -> None:
    picture = np.zeros((40, 40), np.int32)
    torso, head = picture.copy(), picture.copy()
    torso[20:36, 14:26], head[8:20, 12:28] = 1, 2
    palette = np.array([[0, 0, 0, 0], [40, 60, 200, 255], [250, 250, 240, 255]], np.uint8)
    sprite = Sprite(palette, torso + head, (20.0, 36.0))
    rig = Rig(kind, view, (Layer(Role.TORSO, torso, (20.0, 30.0)), Layer(Role.HEAD, head, (20.0, 20.0))))
    poses = [motion.pose("cast", kind, view, (index + 0.5) / 8, height=28) for index in range(8)]
    air = glow(Stage(rig, sprite.pivot), poses, sprite)
    assert air is not None
    middle = air.frames[4][0].outline.mean(0)
    assert abs(middle[0] - 20) < 3
    assert middle[1] < 8 if above else 8 < middle[1] < 36


@pytest.mark.parametrize("order", [Order("attack", "right"), Order("cast", "right", energy=0.0)], ids=["blow", "still"])
def test_nothing_else_has_one(animator: Animator, order: Order) -> None:
    sprite = read_sprite(EXAMPLES / "mage_64.png")
    without = Order(order.action, order.facing, energy=order.energy, glow=False)
    assert np.array_equal(animator.animate(sprite, order).frames, animator.animate(sprite, without).frames)


def test_who_casts_holds_the_weapon_up(animator: Animator) -> None:
    """The knight's sword, level before it at rest, is the highest thing of the picture before the burst."""
    sprite = read_sprite(EXAMPLES / "knight_64.png")
    clip = animator.animate(sprite, Order("cast", "right", 8, glow=False))
    top = [np.flatnonzero(frame[..., 3].any(1))[0] for frame in clip.frames]
    assert min(top[2:4]) < top[0] - 3


@pytest.mark.parametrize(
    ("at", "moved"), [((12.0, 5.0), 22.0), ((12.0, -9.0), 12.0), ((40.0, 5.0), 40.0), ((5.0, 11.5), 22.0)]
)
def test_a_light_is_beside_the_head_not_on_it(at: tuple[float, float], moved: float) -> None:
    y, x = np.indices((11, 21)).reshape(2, -1).astype(float)
    head = np.column_stack([x, y])[x >= 10], np.array([15.0, 10.0])
    assert clear({Role.HEAD: head}, np.array(at), radius=2.0) == pytest.approx((moved, at[1]))
