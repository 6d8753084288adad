"""Standing: who acts on the spot keeps the soles where they are, and loops close where they began."""

import itertools

import numpy as np
import pytest
from scipy import ndimage

from ayo_backend import Animator, Order, motion
from ayo_backend.compose import Stage
from ayo_backend.puppets.examples import FIGURES, SIZES, example
from ayo_backend.rig import Kind, Layer, Pose, Rig, Role, View
from ayo_backend.training.metrics import steadiness

EVERY = list(itertools.product(FIGURES, SIZES))


@pytest.mark.parametrize(("name", "size"), EVERY)
@pytest.mark.parametrize("action", ["idle", "attack"])
def test_the_soles_stay(animator: Animator, name: str, size: int, action: str) -> None:
    sprite = example(name, size).sprite
    clip = animator.animate(sprite, Order(action, "right"))
    assert steadiness(clip.frames, sprite.rgba, clip.offset, clip.loop == "loop")["foot"] < 1


@pytest.mark.parametrize(("name", "size"), EVERY)
@pytest.mark.parametrize("action", ["idle", "walk", "run"])
def test_a_loop_closes_whatever_its_length(animator: Animator, name: str, size: int, action: str) -> None:
    sprite = example(name, size).sprite
    for count in (3, 4):
        clip = animator.animate(sprite, Order(action, "right", count))
        closure = steadiness(clip.frames, sprite.rgba, clip.offset, loop=True)["closure"]
        assert np.isnan(closure) or closure <= 1.5, f"the seam of {count} frames shows"


def _standing(leg: int = 12) -> Rig:
    """A torso with a head on two legs, 32 px high less what the legs lack of 12."""
    layers = []
    for role, (x0, y0, x1, y1), joint in (
        (Role.FAR_UPPER_LEG, (18, 40 - leg, 21, 40), (19.5, 40.0 - leg)),
        (Role.NEAR_UPPER_LEG, (11, 40 - leg, 14, 40), (12.5, 40.0 - leg)),
        (Role.TORSO, (10, 28 - leg, 22, 40 - leg), (16, 40 - leg)),
        (Role.HEAD, (12, 20 - leg, 20, 28 - leg), (16, 28 - leg)),
    ):
        indices = np.zeros((40, 32), np.int32)
        indices[y0:y1, x0:x1] = np.arange(1, 1 + (y1 - y0) * (x1 - x0)).reshape(y1 - y0, x1 - x0)
        layers.append(Layer(role, indices, joint))
    return Rig(Kind.HUMANOID, View.SIDE, tuple(layers))


@pytest.mark.parametrize("leg", [3, 12])
def test_a_blow_takes_the_head_along_and_not_the_feet(leg: int) -> None:
    rig, canvas = _standing(leg), (-16, -16, 48, 48)
    stage = Stage(rig, (16, 40))
    rest = stage.picture(Pose.rest(), canvas)
    pose = motion.pose("attack", Kind.HUMANOID, View.SIDE, 0.45, height=rig.height)
    struck = stage.picture(pose, canvas)
    heads = [np.nonzero(picture.owner == 3)[1].mean() for picture in (rest, struck)]
    assert heads[1] > heads[0] + 0.1 * rig.height
    np.testing.assert_array_equal(struck.indices[54:], rest.indices[54:])


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("size", SIZES)
def test_a_hit_throws_off_the_feet(animator: Animator, name: str, size: int) -> None:
    """A little up and back, and in the last frame on the ground again."""
    sprite = example(name, size).sprite
    clip = animator.animate(sprite, Order("hurt", "right"))
    lowest = [np.flatnonzero((frame[..., 3] > 0).any(1))[-1] + clip.offset[1] for frame in clip.frames]
    middles = [np.nonzero(frame[..., 3])[1].mean() + clip.offset[0] for frame in clip.frames]
    ground, middle = np.flatnonzero(sprite.mask.any(1))[-1], np.nonzero(sprite.mask)[1].mean()
    assert min(lowest) < ground <= lowest[-1]
    assert min(middles) < middle - 0.03 * sprite.size[1]


@pytest.mark.parametrize("size", [16, 32, 64, 128])
def test_a_slime_rises_and_springs(animator: Animator, size: int) -> None:
    """Its base stays, as that of all who attack: what shows is how high it rises, how far its top then shoots, low."""
    sprite = example("slime", size).sprite
    clip = animator.animate(sprite, Order("attack", "right"))
    tops = [np.argwhere(mask)[0] for mask in (sprite.mask, *(clip.frames[..., 3] > 0))]
    rise = clip.offset[1] + np.array([top[0] for top in tops[1:]]) - tops[0][0]
    ahead = clip.offset[0] + np.array([top[1] for top in tops[1:]]) - tops[0][1]
    height = np.ptp(np.nonzero(sprite.mask)[0]) + 1
    high, far = int(rise.argmin()), int(ahead.argmax())
    assert high < far
    assert rise[high] < -0.1 * height
    assert rise[far] > 0.08 * height
    assert ahead[far] > 0.25 * height


def test_a_lunge_shifts_the_rows_of_a_leg_and_a_crouch_drops_some() -> None:
    rig, canvas = _standing(), (0, 0, 32, 40)
    pose = Pose(Pose.rest().parts, planted=True)
    pose.parts[0, 1:3] = 4 / rig.height, 3 / rig.height
    picture = Stage(rig, (16, 40)).picture(pose, canvas)
    leg = picture.owner == 1
    rows = np.flatnonzero(leg.any(1))
    left = leg[rows].argmax(1)
    assert (leg[rows].sum(1) == 3).all(), "rows keep their length"
    assert set(np.diff(left)) <= {0, -1}, "and lie a pixel aside at most"
    assert (left[0], left[-1]) == (15, 11)
    assert rows[0] == 31, "three of twelve rows are gone"


def test_a_torso_leans_by_whole_rows() -> None:
    rig = _standing()
    pose = Pose.rest()
    pose.parts[Role.TORSO, 0] = 20
    picture = Stage(rig, (16, 40)).picture(pose, (0, 0, 48, 40))
    torso = rig.layers[2].indices
    for y in range(16, 28):
        row = picture.indices[y][picture.owner[y] == 2]
        assert set(row) <= set(torso[y]), "no row takes from another"


def test_a_stout_figure_is_no_dough() -> None:
    """One whose torso is nearly all of it leans less, and so what is round in it stays so."""
    boxes = {Role.FAR_LOWER_LEG: (8, 37, 14, 40), Role.NEAR_LOWER_LEG: (18, 37, 24, 40), Role.TORSO: (4, 8, 28, 37)}
    layers = []
    for role, (x0, y0, x1, y1) in boxes.items():
        indices = np.zeros((40, 32), np.int32)
        indices[y0:y1, x0:x1] = 1
        layers.append(Layer(role, indices, ((x0 + x1) / 2, 20.0 if role is Role.TORSO else y0)))
    rig = Rig(Kind.HUMANOID, View.SIDE, tuple(layers))
    pose = motion.pose("hurt", rig.kind, rig.view, 0.28, height=rig.height)
    hit = Stage(rig, (16, 40)).picture(pose, (-32, -16, 64, 48))
    middles = [np.flatnonzero(hit.owner[row] == 2).mean() for row in np.flatnonzero((hit.owner == 2).any(1))[[0, -1]]]
    assert 0.05 * rig.height < middles[1] - middles[0] < 0.25 * rig.height


def test_a_body_that_stands_on_feet_does_not_lose_its_head() -> None:
    """It has no legs to give way: short as it is, it leans a little, and a large head stays on it."""
    boxes = {
        Role.FAR_LOWER_LEG: (18, 37, 22, 40), Role.NEAR_LOWER_LEG: (10, 37, 14, 40), Role.TORSO: (9, 27, 23, 37),
        Role.HEAD: (4, 4, 28, 28),
    }  # fmt: skip
    layers = []
    for role, (x0, y0, x1, y1) in boxes.items():
        indices = np.zeros((40, 32), np.int32)
        indices[y0:y1, x0:x1] = 1
        layers.append(Layer(role, indices, (16.0, {Role.TORSO: 34.0, Role.HEAD: 27.0}.get(role, float(y0)))))
    rig = Rig(Kind.HUMANOID, View.SIDE, tuple(layers))
    pose = motion.pose("hurt", rig.kind, rig.view, 0.28, height=rig.height)
    hit = Stage(rig, (16, 40)).picture(pose, (-32, -16, 64, 48))
    chin = np.flatnonzero((hit.owner == 3).any(1))[-1]
    head, torso = (np.nonzero(hit.owner[chin - 8 :] == owner)[1].mean() for owner in (3, 2))
    assert abs(head - torso) < 0.22 * rig.height
    top = np.flatnonzero(hit.owner[np.flatnonzero((hit.owner == 2).any(1))[0]] == 2).mean()
    assert 32 + 16 - 0.2 * rig.height < top < 32 + 16 - 0.05 * rig.height


@pytest.mark.parametrize("size", SIZES)
def test_a_dying_beast_sinks_onto_its_feet(animator: Animator, size: int) -> None:
    """Legs that were spread apart left the feet behind."""
    sprite = example("wolf", size).sprite
    clip = animator.animate(sprite, Order("die", "right"))
    still = np.zeros(clip.frames.shape[1:3], bool)
    x, y = -clip.offset[0], -clip.offset[1]
    still[y : y + sprite.size[1], x : x + sprite.size[0]] = sprite.mask
    lying = clip.frames[-1][..., 3] > 0
    (top, ground), (sunk, bottom) = (np.flatnonzero(shape.any(1))[[0, -1]] for shape in (still, lying))
    assert ndimage.label(lying, np.ones((3, 3)))[1] == 1
    assert bottom == ground
    assert sunk - top >= 0.2 * (ground - top)
    assert (lying[ground] & still[ground]).sum() >= 0.75 * still[ground].sum()
