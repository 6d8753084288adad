"""Art with soft edges keeps them: smooth where a part turns, exact where it does not, in the sprite's own colours."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ayo_backend import Animator, Order, Sprite
from ayo_backend.antialiased import Antialiased, soft
from ayo_backend.compose import Stage
from ayo_backend.puppets.examples import example
from ayo_backend.rig import Kind, Layer, Pose, Rig, Role, View

SIDE, CANVAS = 48, (0, 0, 48, 48)


def _ring(wide: float = 1.0) -> Sprite:
    """A green disc in a white ring, drawn with 16 levels of coverage; wide: how much it is stretched."""
    y, x = (np.mgrid[: SIDE * 4, : SIDE * 4] + 0.5) / 4
    far = np.hypot((x - 24) / wide, y - 24)
    fine = np.zeros((SIDE * 4, SIDE * 4, 4))
    fine[far < 20] = (1, 1, 1, 1)
    fine[far < 16] = (0.3, 0.7, 0.5, 1)
    mean = fine.reshape(SIDE, 4, SIDE, 4, 4).mean((1, 3))
    straight = np.concatenate([mean[..., :3] / np.maximum(mean[..., 3:], 1e-9), mean[..., 3:]], -1)
    return Sprite.from_rgba((straight * 255).round().astype(np.uint8))


def _cut(sprite: Sprite) -> Rig:
    """The sprite in two parts that meet at its middle row."""
    upper, lower = sprite.indices.copy(), sprite.indices.copy()
    upper[24:], lower[:24] = 0, 0
    return Rig(Kind.HUMANOID, View.SIDE, (Layer(Role.TORSO, lower, (24, 24)), Layer(Role.HEAD, upper, (24, 24))))


def _premultiplied(rgba: NDArray[np.uint8]) -> NDArray[np.float64]:
    straight = rgba / 255.0
    return np.concatenate([straight[..., :3] * straight[..., 3:], straight[..., 3:]], -1)


def _turned(degrees: float) -> Pose:
    pose = Pose.rest(grounded=False)
    pose.parts[0, 0] = degrees
    return pose


def test_pixel_art_is_not_soft() -> None:
    assert soft(_ring())
    assert not soft(example("knight", 64).sprite)


def test_at_rest_it_is_the_still() -> None:
    sprite = _ring()
    flat = Antialiased(Stage(_cut(sprite), (24, 24)), sprite).picture(Pose.rest(grounded=False), CANVAS)
    assert np.array_equal(flat, sprite.indices)


@pytest.mark.parametrize("degrees", [20, 45, -70])
def test_what_is_round_stays_round_and_no_seam_shows(degrees: float) -> None:
    sprite = _ring()
    stage = Stage(_cut(sprite), (24, 24))
    still = _premultiplied(sprite.rgba)

    def off(flat: NDArray[np.int32]) -> float:
        return float(np.sqrt(np.square(_premultiplied(sprite.palette[flat]) - still).mean()))

    flat = Antialiased(stage, sprite).picture(_turned(degrees), CANVAS)
    assert off(flat) < 0.7 * off(stage.picture(_turned(degrees), CANVAS).indices)
    assert (sprite.palette[flat][12:36, 12:36, 3] == 255).all()


def test_a_limb_over_a_body_has_no_holes_round_it() -> None:
    """Its half transparent edge shows what is behind it there, not what is behind the figure."""
    rgba = np.zeros((SIDE, 2 * SIDE, 4), np.uint8)
    rgba[:, :SIDE], rgba[:, SIDE:] = _ring().rgba, _ring().rgba[24, 24]
    sprite = Sprite.from_rgba(rgba)
    body, limb = sprite.indices.copy(), sprite.indices.copy()
    body[:, :SIDE], limb[:, SIDE:] = 0, 0
    layers = (Layer(Role.TORSO, body, (72, 24)), Layer(Role.HEAD, limb, (24, 24)))
    pose = Pose.rest(grounded=False)
    pose.parts[Role.HEAD, 1] = 1.0
    stage = Stage(Rig(Kind.HUMANOID, View.SIDE, layers), (72, 48))
    hard, flat = (
        sprite.palette[picture][:, SIDE:, 3]
        for picture in (
            stage.picture(pose, (0, 0, 2 * SIDE, SIDE)).indices,
            Antialiased(stage, sprite).picture(pose, (0, 0, 2 * SIDE, SIDE)),
        )
    )
    assert hard.min() < 255
    assert flat.min() == 255


def test_clips_of_soft_art_have_its_colours_alone_and_soft_edges(animator: Animator) -> None:
    sprite = _ring(0.7)
    clip = animator.animate(sprite, Order("hurt", "right", 4))
    colours = np.unique(clip.frames.reshape(-1, 4), axis=0)
    own = {tuple(colour) for colour in sprite.palette.tolist()} | {(0, 0, 0, 0)}
    assert {tuple(colour) for colour in colours.tolist()} <= own
    alphas = clip.frames[..., 3]
    assert all(((frame > 0) & (frame < 255)).sum() > 0.02 * (frame > 0).sum() for frame in alphas)


@pytest.mark.parametrize("before", [True, False])
def test_what_is_laid_over_it_has_soft_edges_too(before: bool) -> None:
    sprite = _ring()
    drawn = Antialiased(Stage(_cut(sprite), (24, 24)), sprite)
    ring, body, nothing = int(sprite.indices[6, 24]), int(sprite.indices[24, 24]), 0
    covered = np.tile(np.linspace(0, 1, 9, dtype=np.float32), (2, 1))
    picture = np.array([[nothing] * 9, [body] * 9], np.int32)
    colours = _premultiplied(sprite.palette[drawn.overlaid(picture, covered, ring, before)])
    assert np.abs(colours[0] - covered[0, :, None]).max() < 0.15
    green = _premultiplied(sprite.palette[body])
    wanted = green + (covered[1, :, None] * (1 - green) if before else 0)
    assert np.abs(colours[1] - wanted).max() < 0.15
