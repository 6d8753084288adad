"""Taking apart: the still comes back exactly."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ayo_backend.compose import Stage
from ayo_backend.dissect import Seen, dissect
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
