"""What hands hold is seen as a whole."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ayo_backend.model.tensors import premultiplied
from ayo_backend.patches import heard_whole, held_whole
from ayo_backend.rig import Role

SIDE = 24
BLADE = [(20 - step, 6 + step + thick) for step in range(12) for thick in range(2)]  # row, column: up and to the right
STEEL, SHADE, SHIRT = (200, 206, 216, 255), (184, 190, 204, 255), (40, 60, 160, 255)


def _swordsman() -> np.ndarray:
    """A blade of two greys before a blue body: uint8 [SIDE, SIDE, 4]."""
    rgba = np.zeros((SIDE, SIDE, 4), np.uint8)
    rgba[2:22, 3:21] = SHIRT
    for index, place in enumerate(BLADE):
        rgba[place] = (STEEL, SHADE)[index % 2]
    return rgba


def _chances(rgba: np.ndarray, sure: dict[tuple[int, int], float]) -> torch.Tensor:
    """What is seen: a torso, and something held as far as told."""
    chances = torch.zeros(len(Role), SIDE, SIDE)
    held = torch.zeros(SIDE, SIDE)
    for place, chance in sure.items():
        held[place] = chance
    chances[Role.HELD - 1], chances[Role.TORSO - 1] = held, 1 - held
    return chances * torch.from_numpy(rgba[..., 3] > 0)


def test_a_blade_is_as_likely_as_the_mean_of_it() -> None:
    rgba = _swordsman()
    sure = {place: 0.9 if index < 12 else 0.4 for index, place in enumerate(BLADE)}
    heard = heard_whole(_chances(rgba, sure), premultiplied(rgba), torch.from_numpy(rgba[..., 3] > 0))
    assert all(heard[Role.HELD - 1][place] > 0.5 for place in BLADE), "all of the blade"
    assert heard[Role.HELD - 1].gt(0.5).sum() == len(BLADE), "and nothing of the shirt, too large to be a thing"


def test_what_nobody_sees_held_stays_so() -> None:
    rgba = _swordsman()
    opaque = torch.from_numpy(rgba[..., 3] > 0)
    chances = _chances(rgba, {})
    assert torch.allclose(heard_whole(chances, premultiplied(rgba), opaque), chances, atol=1e-5)


def _labels(rgba: np.ndarray, held: list[tuple[int, int]]) -> np.ndarray:
    labels = np.where(rgba[..., 3] > 0, int(Role.TORSO), 0).astype(np.int32)
    for place in held:
        labels[place] = Role.OFFHAND
    return labels


def _grown(share: float) -> np.ndarray:
    rgba = _swordsman()
    for place in BLADE:
        rgba[place] = STEEL
    return held_whole(_labels(rgba, BLADE[: round(share * len(BLADE))]), rgba)


def test_a_thing_of_one_colour_is_held_whole_or_not_at_all() -> None:
    assert set(zip(*np.nonzero(_grown(0.6) == Role.OFFHAND), strict=True)) == set(BLADE)
    assert not (_grown(0.4) == Role.OFFHAND).any(), "its pixels are of the body, as most of the patch"


def test_a_few_pixels_of_a_large_patch_stay_as_they_are() -> None:
    rgba = _swordsman()
    labels = _labels(rgba, [(3, 4), (3, 5)])
    assert np.array_equal(held_whole(labels, rgba), labels)


@given(
    arrays.arrays(np.uint8, (7, 9, 4), elements=st.sampled_from([0, 90, 255])),
    arrays.arrays(np.int32, (7, 9), elements=st.sampled_from([0, 1, 5, 12, 13])),
)
def test_any_picture(rgba: np.ndarray, labels: np.ndarray) -> None:
    whole = held_whole(labels, rgba)
    assert np.array_equal(whole > 0, labels > 0), "nothing comes or goes"
    others = ~np.isin(labels, [Role.HELD, Role.OFFHAND])
    assert np.isin(whole[others], [Role.HELD, Role.OFFHAND, *np.unique(labels[others])]).all()
    opaque = torch.from_numpy(labels > 0)
    chances = torch.nn.functional.one_hot(torch.from_numpy(labels).long(), len(Role) + 1).movedim(-1, 0)[1:].float()
    heard = heard_whole(chances, premultiplied(rgba), opaque)
    assert torch.allclose(heard.sum(0), opaque.float(), atol=1e-5)
