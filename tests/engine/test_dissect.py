"""Taking apart and repairing: the still comes back exactly, and no guard can be talked out of a limb."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ayo_backend.compose import Stage
from ayo_backend.dissect import Seen, dissect
from ayo_backend.repair import ENTRIES, guarded, representative
from ayo_backend.rig import Kind, Pose, Role, View
from ayo_backend.sprite import Sprite


def _stranger(rng: np.random.Generator, side: int) -> Sprite:
    rgba = np.zeros((side, side, 4), np.uint8)
    for _ in range(6):
        x, y, w, h = rng.integers(0, side // 2, 4)
        rgba[y : y + h + 3, x : x + w + 3] = (*rng.integers(0, 256, 3), 255)
    return Sprite.from_rgba(rgba)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 30), st.integers(12, 70), st.sampled_from(list(Kind)), st.sampled_from(list(View)))
def test_whatever_the_parser_sees_the_rest_pose_is_the_still(seed: int, side: int, kind: Kind, view: View) -> None:
    rng = np.random.default_rng(seed)
    sprite = _stranger(rng, side)
    shape = (len(Role), side, side)
    visible = rng.dirichlet(np.full(len(Role), 0.2), side * side).T.reshape(shape).astype(np.float32)
    whole = rng.random(shape, np.float32)
    joints = rng.uniform(0, side, (len(Role), 2)).astype(np.float32)
    rig = dissect(sprite, Seen(visible, whole, joints, kind, view))
    flat = Stage(rig, sprite.pivot).picture(Pose.rest(grounded=False), (0, 0, side, side)).indices
    assert np.array_equal(flat, sprite.indices)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 1 << 30))
def test_no_decision_melts_a_figure(seed: int) -> None:
    rng = np.random.default_rng(seed)
    composite = _stranger(rng, 40).indices
    wanted = rng.integers(0, 5, composite.shape).astype(np.int32) * (rng.random(composite.shape) < rng.random())
    result = guarded(composite, wanted.astype(np.int32))
    opaque = composite != 0
    assert ((result != 0) & opaque).sum() >= 0.97 * opaque.sum()
    assert np.isin(result[result != 0], np.union1d(composite, wanted)).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 3000), st.integers(0, 1 << 30))
def test_the_entries_on_offer_are_few_and_real(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    palette = np.concatenate(
        [np.zeros((1, 4)), np.column_stack([rng.integers(0, 256, (count, 3)), np.full(count, 255)])]
    )
    entries = representative(palette.astype(np.uint8), rng.integers(1, 50, count + 1))
    assert entries[0] == 0
    assert len(entries) <= ENTRIES
    assert entries.max() <= count
