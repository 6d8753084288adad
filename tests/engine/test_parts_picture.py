"""The parts picture: what an artist is shown of the parts, and can tell."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from ayo_backend import Animator, AyoError, Order, Sprite
from ayo_backend.parts_picture import COLOURS, NEAR, PALETTE, png, told
from ayo_backend.puppets.examples import example
from ayo_backend.rig import Rig, Role

BOW = Role.HELD  # the archer holds it in the near hand
PARTS = arrays(np.int32, st.tuples(st.integers(8, 20), st.integers(8, 20)), elements=st.integers(0, len(Role)))


def _sprite(parts: NDArray[np.int32]) -> Sprite:
    return Sprite.from_rgba(PALETTE[parts])


def _true_parts(rig: Rig) -> NDArray[np.int32]:
    parts = np.zeros_like(rig.layers[0].indices)
    for layer in rig.layers:
        parts[layer.indices != 0] = layer.role
    return parts


@given(PARTS.filter(np.any))
def test_what_was_written_is_told(parts: NDArray[np.int32]) -> None:
    with Image.open(io.BytesIO(png(parts))) as image:
        picture = Sprite.from_rgba(np.array(image.convert("RGBA")))
        assert len(image.palette.colors) == len(Role) + 1
    assert np.array_equal(told(picture, picture.size), parts)


def test_every_part_has_a_colour_of_its_own() -> None:
    assert list(COLOURS) == list(Role)
    colours = PALETTE[1:, :3].astype(int)
    apart = np.abs(colours[:, None] - colours[None]).max(-1)[~np.eye(len(Role), dtype=bool)]
    assert apart.min() > 2 * NEAR, "a colour a little off could be either's"


@pytest.mark.parametrize(
    ("colour", "role"),
    [((59, 111, 212, 127), 0), ((59, 111, 212, 200), Role.TORSO), ((61, 110, 210, 255), Role.TORSO), ((1, 2, 3, 9), 0)],
)
def test_a_colour_may_be_a_little_off(colour: tuple[int, ...], role: int) -> None:
    rgba = PALETTE[np.full((9, 9), int(Role.HEAD))]
    rgba[2, 3] = colour
    assert told(Sprite.from_rgba(rgba), (9, 9))[2, 3] == role


def test_a_colour_that_is_no_parts_is_named() -> None:
    rgba = PALETTE[np.full((9, 9), int(Role.TORSO))]
    rgba[2, 3] = (1, 2, 3, 255)
    with pytest.raises(AyoError, match=r"\(3, 2\).* #010203") as caught:
        told(Sprite.from_rgba(rgba), (9, 9))
    assert caught.value.code == "bad_parts"


@pytest.mark.parametrize("facing", ["right", "left"])
@pytest.mark.parametrize("step", [1, 3])
def test_told_parts_are_those_that_move(animator: Animator, facing: str, step: int) -> None:
    """The archer's bow, which Ayo does not see whole, is one thing in his hand once it is told."""
    archer = example("archer", 64)
    parts = _true_parts(archer.rig)
    sprite, picture = archer.sprite, PALETTE[parts]
    if facing == "left":
        sprite, picture = sprite.mirrored(), picture[:, ::-1]
    sprite = Sprite.from_rgba(sprite.rgba.repeat(step, 0).repeat(step, 1))
    order = Order("shoot", facing, parts=Sprite.from_rgba(picture.repeat(step, 0).repeat(step, 1)))
    figure = animator.begin(sprite, order).figure
    flat = _true_parts(figure.rig)
    assert np.array_equal(flat[figure.sprite.mask], parts[parts > 0])
    bow = next(layer for layer in figure.rig.layers if layer.role is BOW)
    assert ((bow.indices != 0)[figure.sprite.mask] >= (parts == BOW)[parts > 0]).all()
    assert animator.animate(sprite, order).settings["parts"] == "told"


def test_what_is_not_told_ayo_sees_for_itself(animator: Animator) -> None:
    knight = example("knight", 64)
    seen = animator.begin(knight.sprite, Order("idle", "right")).parts
    sword = np.where(_true_parts(knight.rig) == Role.HELD, int(Role.HELD), 0)
    parts = animator.begin(knight.sprite, Order("attack", "right", parts=_sprite(sword))).parts
    assert (parts[sword > 0] == Role.HELD).all()
    assert (parts == seen)[sword == 0].mean() > 0.95


@pytest.mark.parametrize("facing", ["right", "left"])
@pytest.mark.parametrize("step", [1, 2])
def test_the_parts_lie_on_the_sprites_canvas(animator: Animator, facing: str, step: int) -> None:
    rgba = example("wolf", 32).sprite.rgba[:, 1:]
    sprite = Sprite.from_rgba(rgba.repeat(step, 0).repeat(step, 1)[:, step // 2 :])
    seen = animator.begin(sprite, Order("idle", facing)).parts
    assert np.array_equal(seen > 0, sprite.mask)


def test_a_blob_that_is_told_parts_has_them(animator: Animator) -> None:
    slime = example("slime", 32).sprite
    legs = np.where(np.indices(slime.indices.shape)[0] > slime.pivot[1] - 4, int(Role.NEAR_LOWER_LEG), 0)
    figure = animator.begin(slime, Order("walk", "right", parts=_sprite(legs * slime.mask))).figure
    assert Role.NEAR_LOWER_LEG in {layer.role for layer in figure.rig.layers}
