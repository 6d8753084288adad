"""Cracks between parts that move apart by a hair are filled with what was there; gaps of the drawing stay."""

import numpy as np

from ayo_backend.compose import Picture, Stage
from ayo_backend.rig import Kind, Layer, Pose, Rig, Role, View

CANVAS = (0, 0, 40, 40)


def _apart(pixels: float) -> tuple[Rig, Picture]:
    """Two legs under a body, a gap of a pixel between them, and the far one that much further away."""
    body, near, far = (np.zeros((40, 40), np.int32) for _ in range(3))
    body[4:20, 8:33] = np.arange(1, 1 + 16 * 25).reshape(16, 25)
    near[20:36, 8:20], far[20:36, 21:33] = 500, 501
    layers = (Layer(Role.FAR_UPPER_LEG, far, (27, 20)), Layer(Role.NEAR_UPPER_LEG, near, (14, 20)))
    rig = Rig(Kind.HUMANOID, View.FRONT, (*layers, Layer(Role.TORSO, body, (20, 20))))
    pose = Pose.rest(grounded=False)
    pose.parts[Role.FAR_UPPER_LEG, 2] = pixels / rig.height
    return rig, Stage(rig, (20, 36)).picture(pose, CANVAS)


def test_a_crack_shows_what_the_still_has_there() -> None:
    rig, picture = _apart(1)
    crack = picture.indices[20, 22:32]
    assert np.isin(crack, [*rig.layers[2].indices[19, 22:32], 501]).all()
    assert crack.all()
    for number, layer in enumerate(rig.layers):
        assert np.isin(picture.indices[picture.owner == number], layer.indices).all()


def test_a_gap_stays_a_gap() -> None:
    _, picture = _apart(1)
    assert not picture.indices[22:36, 20].any()
    _, picture = _apart(4)
    assert not picture.indices[21:23, 23:31].any()


def test_nothing_changes_at_rest() -> None:
    rig, picture = _apart(0)
    assert np.array_equal(picture.indices, sum(layer.indices for layer in rig.layers))
