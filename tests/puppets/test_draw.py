"""Puppets: drawn for every kind, view and size, the same every time, with parts that hang together."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayo_backend.compose import Stage
from ayo_backend.puppets import Puppet, draw
from ayo_backend.rig import PARENT, Kind, Pose, Role, View

SIZES = (16, 24, 32, 48, 64, 96, 128)
puppets = st.builds(
    draw,
    st.integers(0, 1 << 40),
    kind=st.sampled_from(Kind),
    view=st.sampled_from(View),
    size=st.sampled_from(SIZES),
)


def masks(puppet: Puppet) -> dict[Role, np.ndarray]:
    found: dict[Role, np.ndarray] = {}
    for layer in puppet.rig.layers:
        drawn = layer.indices != 0
        found[layer.role] = found[layer.role] | drawn if layer.role in found else drawn
    return found


def distance(mask: np.ndarray, point: tuple[float, float]) -> float:
    rows, columns = np.nonzero(mask)
    return float(np.sqrt(((columns + 0.5 - point[0]) ** 2 + (rows + 0.5 - point[1]) ** 2).min()))


@pytest.mark.parametrize(("kind", "view", "size"), list(itertools.product(Kind, View, (8, *SIZES))))
def test_draws_every_kind_view_and_size(kind: Kind, view: View, size: int) -> None:
    puppet = draw(3, kind=kind, view=view, size=size)
    assert (puppet.rig.kind, puppet.rig.view, puppet.sprite.size) == (kind, view, (size, size))
    assert puppet.sprite.mask.any()
    assert all(layer.indices.shape == (size, size) for layer in puppet.rig.layers)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 40))
def test_a_seed_draws_the_same_puppet_again(seed: int) -> None:
    one, other = draw(seed), draw(seed)
    assert one.name == other.name
    assert one.pivot == other.pivot
    np.testing.assert_array_equal(one.palette, other.palette)
    assert len(one.rig.layers) == len(other.rig.layers)
    for a, b in zip(one.rig.layers, other.rig.layers, strict=True):
        assert (a.role, a.joint) == (b.role, b.joint)
        np.testing.assert_array_equal(a.indices, b.indices)


def test_seeds_draw_different_puppets() -> None:
    pictures = {draw(seed, kind=Kind.HUMANOID, view=View.SIDE, size=64).sprite.rgba.tobytes() for seed in range(50)}
    assert len(pictures) == 50


@settings(max_examples=80, deadline=None)
@given(puppets)
def test_colours_come_from_a_palette_that_starts_transparent(puppet: Puppet) -> None:
    palette = puppet.palette
    assert palette.dtype == np.uint8
    assert palette[0].tolist() == [0, 0, 0, 0]
    assert (palette[1:, 3] == 255).all()
    assert len(np.unique(palette, axis=0)) == len(palette)
    for layer in puppet.rig.layers:
        assert layer.indices.dtype == np.int32
        assert 0 <= layer.indices.min() <= layer.indices.max() < len(palette)


@settings(max_examples=80, deadline=None)
@given(puppets)
def test_the_still_is_the_flattened_rest_pose(puppet: Puppet) -> None:
    size = puppet.sprite.size[0]
    picture = Stage(puppet.rig, puppet.pivot).picture(Pose.rest(), (0, 0, size, size))
    np.testing.assert_array_equal(picture.indices, puppet.sprite.indices)


@settings(max_examples=80, deadline=None)
@given(puppets)
def test_joints_lie_on_the_part_and_on_what_it_hangs_on(puppet: Puppet) -> None:
    reach = 1.5 + 0.04 * puppet.rig.height
    drawn = masks(puppet)
    for layer in puppet.rig.layers:
        assert distance(layer.indices != 0, layer.joint) <= reach, layer.role
        parent = PARENT[layer.role] or Role.TORSO
        if parent in drawn:
            assert distance(drawn[parent], layer.joint) <= reach, (layer.role, parent)


@settings(max_examples=60, deadline=None)
@given(puppets)
def test_it_stands_on_its_pivot_within_the_canvas(puppet: Puppet) -> None:
    size = puppet.sprite.size[0]
    x, y = puppet.pivot
    assert 0 <= x <= size
    assert y == puppet.rig.ground


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 40), st.sampled_from(View))
def test_humanoids_have_every_limb(seed: int, view: View) -> None:
    roles = {layer.role for layer in draw(seed, kind=Kind.HUMANOID, view=view, size=64).rig.layers}
    limbs = {role for role in Role if role.name.endswith(("ARM", "LEG"))}
    assert limbs | {Role.TORSO, Role.HEAD} <= roles


def test_is_fast_enough_to_feed_training() -> None:
    began = time.process_time()
    for seed in range(60):
        draw(seed, size=64)
    assert (time.process_time() - began) / 60 < 0.1  # it takes a few milliseconds; slow machines get plenty of room
