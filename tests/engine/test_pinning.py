"""Pinned frames: the artist fixes some, the others follow."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ayo_backend import Animator, AyoError, Clip, Order, Pin, Sprite, pinning
from ayo_backend.compose import Stage
from ayo_backend.posing import Posed
from ayo_backend.puppets.examples import example
from ayo_backend.rig import Pose, Role
from ayo_backend.sprite import bounds


def bowing(name: str, size: int) -> Sprite:
    """The artist's frame: the example bows, in a colour that it has nowhere else."""
    puppet = example(name, size)
    pose = Pose.rest()
    pose.parts[Role.TORSO, 0] = 30
    pose.parts[Role.HEAD, 0] = 15
    rgba = puppet.palette[Stage(puppet.rig, puppet.pivot).picture(pose, (0, 0, size, size)).indices]
    rgba[0, 0] = (255, 0, 255, 255)
    return Sprite.from_rgba(rgba)


def on_the_still(clip: Clip, size: int) -> NDArray[np.uint8]:
    left, top = -clip.offset[0], -clip.offset[1]
    return clip.frames[:, top : top + size, left : left + size]


def test_a_pinned_frame_is_the_artists_and_its_neighbours_follow(animator: Animator) -> None:
    sprite, pinned = example("knight", 64).sprite, bowing("knight", 64)
    before = on_the_still(animator.animate(sprite, Order("idle", "right", 6, energy=1.01)), 64)
    made = animator.animate(sprite, Order("idle", "right", 6, pins=(Pin(3, pinned),)))
    after = on_the_still(made, 64)

    def away(frames: NDArray[np.uint8]) -> NDArray[np.float64]:
        return np.abs(frames.astype(int) - pinned.rgba.astype(int)).mean((1, 2, 3))

    assert np.array_equal(after[2], pinned.rgba)
    assert made.settings["pins"] == [3]
    nearer = away(after) / away(before)
    assert (nearer[[1, 3]] < 0.8).all(), nearer
    assert nearer[5] > 0.95, "half a cycle away nothing changes"
    others = np.delete(made.frames, 2, 0).reshape(-1, 4)
    assert {tuple(c) for c in others if c[3]} <= {tuple(c) for c in sprite.palette}


def test_frames_keep_their_places_beside_a_pin(animator: Animator) -> None:
    """A loop that nobody pinned may begin with any of its frames: those of this one would be put elsewhere."""
    pins = Pin(1, bowing("knight", 32)), Pin(2, bowing("knight", 32))
    rollout = animator.begin(example("knight", 32).sprite, Order("walk", "right", 4, pins=pins))
    assert isinstance(rollout.drawing, Posed)
    for index in range(4):
        assert np.array_equal(rollout.drawing(index), rollout.drawing.picture(index))


def test_a_pin_lies_where_the_still_lay_also_when_the_canvas_grows_and_the_sprite_looks_left(
    animator: Animator,
) -> None:
    drawn = example("archer", 32).sprite.mirrored()
    left, top, right, bottom = bounds(drawn.mask)
    sprite, pinned = (
        Sprite.from_rgba(np.ascontiguousarray(picture.rgba[top:bottom, left:right]))
        for picture in (drawn, bowing("archer", 32).mirrored())
    )
    made = animator.animate(sprite, Order("jump", "left", 4, pins=(Pin(1, pinned),)))
    assert made.size != sprite.size
    x, y = -made.offset[0], -made.offset[1]
    assert np.array_equal(made.frames[0, y : y + bottom - top, x : x + right - left], pinned.rgba)


@pytest.mark.parametrize(("facing", "times"), [("right", 1), ("left", 1), ("right", 3)])
def test_a_frame_as_ayo_made_it_can_be_drawn_on_and_pinned(animator: Animator, facing: str, times: int) -> None:
    drawn = example("archer", 32).sprite
    left, top, right, bottom = bounds(drawn.mask)
    tight = (drawn.mirrored() if facing == "left" else drawn).rgba[top:bottom]
    tight = tight[:, 32 - right : 32 - left] if facing == "left" else tight[:, left:right]
    sprite = Sprite.from_rgba(np.ascontiguousarray(tight.repeat(times, 0).repeat(times, 1)))
    order = Order("jump", facing, 4)
    plain = animator.animate(sprite, order)
    assert plain.size > sprite.size
    edited = plain.frames[2].copy()
    edited[:times, :times] = (255, 0, 255, 255)  # where the sprite's own canvas does not reach
    pins = (Pin(3, Sprite.from_rgba(edited)), Pin(1, sprite))
    made = animator.animate(sprite, replace(order, pins=pins))
    x, y = (inner - outer for inner, outer in zip(plain.offset, made.offset, strict=True))
    width, height = plain.size
    assert np.array_equal(made.frames[2, y : y + height, x : x + width], edited)
    first = made.frames[0, -made.offset[1] :, -made.offset[0] :][: sprite.size[1], : sprite.size[0]]
    assert np.array_equal(first, sprite.rgba)
    assert [m - o for m, o in zip(made.pivot, plain.pivot, strict=True)] == [x, y]
    assert animator.begin(sprite, replace(order, pins=pins)).parts.shape == sprite.mask.shape


def test_a_frame_of_a_pinned_clip_can_be_corrected_and_pinned_too(animator: Animator) -> None:
    """Whoever pins its leap to the ground gets a clip of another size than without pins."""
    drawn = example("slime", 32).sprite
    left, top, right, bottom = bounds(drawn.mask)
    sprite = Sprite.from_rgba(np.ascontiguousarray(drawn.rgba[top:bottom, left:right]))
    order = Order("jump", "right", 4)
    plain = animator.animate(sprite, order)
    assert plain.size[1] > sprite.size[1]
    grounded = (Pin(2, sprite), Pin(3, sprite), Pin(4, sprite))
    first = animator.animate(sprite, replace(order, pins=grounded))
    assert first.size not in (plain.size, sprite.size), "else this shows nothing"
    corrected = first.frames[0].copy()
    corrected[-3:, -3:] = (255, 0, 255, 255)
    second = animator.animate(sprite, replace(order, pins=(Pin(1, Sprite.from_rgba(corrected)), *grounded)))
    x, y = (inner - outer for inner, outer in zip(first.offset, second.offset, strict=True))
    height, width = corrected.shape[:2]
    assert np.array_equal(second.frames[0, y : y + height, x : x + width], corrected)
    for frame in (1, 2, 3):
        grounded_there = second.frames[frame, -second.offset[1] :, -second.offset[0] :]
        assert np.array_equal(grounded_there[: sprite.size[1], : sprite.size[0]], sprite.rgba)


def test_a_pin_that_shows_what_was_planned_changes_little(animator: Animator) -> None:
    sprite = example("wolf", 64).sprite
    plain = on_the_still(animator.animate(sprite, Order("walk", "right", 4, energy=0.99)), 64)
    order = Order("walk", "right", 4, energy=0.99, pins=(Pin(2, Sprite.from_rgba(plain[1].copy())),))
    pinned = on_the_still(animator.animate(sprite, order), 64)
    moved, changes = np.abs(np.diff(plain.astype(int), axis=0)).mean(), np.abs(pinned.astype(int) - plain).mean()
    assert changes < 0.5 * moved


@pytest.mark.parametrize("action", ["walk", "attack"])
def test_a_frame_that_was_not_drawn_on_changes_nothing(animator: Animator, action: str) -> None:
    """Not even where a slash lies about the sword."""
    sprite = example("knight", 64).sprite
    plain = animator.animate(sprite, Order(action, "right", 6))
    made = animator.animate(sprite, Order(action, "right", 6, pins=(Pin(4, Sprite.from_rgba(plain.frames[3])),)))
    x, y = (inner - outer for inner, outer in zip(plain.offset, made.offset, strict=True))
    width, height = plain.size
    same = (made.frames[:, y : y + height, x : x + width] == plain.frames).all(-1)
    assert same.mean((1, 2)).min() > 0.99, same.mean((1, 2))


def test_a_sword_still_strikes_ahead_when_its_arm_follows_a_pin(animator: Animator) -> None:
    """The still, pinned to the wind-up, holds the arm down in the blow too: the sword by itself would point down."""
    sprite = example("knight", 64).sprite
    angles = []
    for pins in ((), (Pin(3, sprite),)):
        drawing = animator.begin(sprite, Order("attack", "right", 7, pins=pins)).drawing
        assert isinstance(drawing, Posed)
        chain = [Role.TORSO, Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM, Role.HELD]
        angles.append(drawing.poses[3].parts[chain, 0])
    planned, pinned = angles
    assert abs(pinned[1:3].sum()) < abs(planned[1:3].sum()) / 2, "the arm follows"
    assert pinned.sum() == pytest.approx(planned.sum(), abs=5), "the sword does not turn away"


def test_shares() -> None:
    even = [100] * 8
    lone = pinning.shares([2], even, True)[0]
    assert lone[2] == 1
    assert lone[6] == pytest.approx(0)
    assert np.allclose(lone[[1, 0, 7]], lone[[3, 4, 5]])
    assert 1 > lone[3] > lone[4] > lone[5] > 0
    two = pinning.shares([0, 3], even, True)
    assert np.allclose(two[:, [0, 3]], np.eye(2)), "at another pin that other pin rules"
    assert np.allclose(two[:, 1:3].sum(0), 1), "between pins all is theirs"
    once = pinning.shares([0], even, False)[0]
    assert once[1] > 0
    assert once[-1] == pytest.approx(0), "what happens once does not come round"
    slow = pinning.shares([0], [300, 100, 100, 100], False)[0]
    assert slow[1] == pytest.approx(0), "it is time that counts, not frames"


def test_pins_that_can_not_be_are_refused(animator: Animator) -> None:
    sprite, small = example("archer", 32).sprite, example("archer", 16).sprite
    for pins, told in (
        ((Pin(5, sprite),), "no frame 5 to pin: the clip has frames 1 to 4"),
        ((Pin(0, sprite),), "no frame 0"),
        ((Pin(2, sprite), Pin(2, sprite)), "pinned twice"),
        ((Pin(2, small),), "16×16 px, the sprite 32×32 px"),
        ((Pin(1, sprite), Pin(2, small)), "The picture for frame 2 is 16×16"),
    ):
        with pytest.raises(AyoError, match=told) as refusal:
            animator.begin(sprite, Order("walk", "right", 4, pins=pins))
        assert refusal.value.hint


def test_a_pin_on_enlarged_art_is_followed_on_its_own_pixel_grid(animator: Animator) -> None:
    sprite, pinned = example("knight", 32).sprite, bowing("knight", 32)
    large, large_pin = (Sprite.from_rgba(s.rgba.repeat(3, 0).repeat(3, 1)) for s in (sprite, pinned))
    native = animator.animate(sprite, Order("idle", "right", 4, pins=(Pin(2, pinned),)))
    made = animator.animate(large, Order("idle", "right", 4, pins=(Pin(2, large_pin),)))
    assert np.array_equal(made.frames, native.frames.repeat(3, 1).repeat(3, 2))
