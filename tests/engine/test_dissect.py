"""Taking apart: the still comes back exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ayo_backend.compose import Stage
from ayo_backend.dissect import Seen, dissect
from ayo_backend.outline import depth
from ayo_backend.parts import parts_of
from ayo_backend.puppets import draw
from ayo_backend.rig import Kind, Pose, Rig, Role, View
from ayo_backend.sprite import Sprite


def _stranger(rng: np.random.Generator, side: int) -> Sprite:
    rgba = np.zeros((side, side, 4), np.uint8)
    for _ in range(6):
        x, y, w, h = rng.integers(0, side // 2, 4)
        rgba[y : y + h + 3, x : x + w + 3] = (*rng.integers(0, 256, 3), 255)
    return Sprite.from_rgba(rgba)


def _regions(rng: np.random.Generator, side: int, certainty: float) -> NDArray[np.float32]:
    """Some roles, each seen with that certainty where its own point is the nearest: [len(Role), side, side]."""
    y, x = np.indices((side, side))
    roles = rng.choice(len(Role), 8, replace=False)
    points = rng.uniform(0, side, (8, 2))
    nearest = np.argmin([np.hypot(y - a, x - b) for a, b in points], axis=0)
    visible = np.full((len(Role), side, side), (1 - certainty) / (len(Role) - 1), np.float32)
    visible[roles[nearest], y, x] = certainty
    return visible


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 30), st.integers(12, 70), st.sampled_from(list(Kind)), st.sampled_from(list(View)))
def test_whatever_the_parser_sees_the_rest_pose_is_the_still(seed: int, side: int, kind: Kind, view: View) -> None:
    rng = np.random.default_rng(seed)
    sprite = _stranger(rng, side)
    shape = (len(Role), side, side)
    visible = _regions(rng, side, certainty=float(rng.uniform(0.3, 1)))
    whole = rng.random(shape, np.float32)
    joints = rng.uniform(0, side, (len(Role), 2)).astype(np.float32)
    rig = dissect(sprite, Seen(parts_of(sprite, visible, visible, kind), whole, joints, kind, view))
    flat = Stage(rig, sprite.pivot).picture(Pose.rest(grounded=False), (0, 0, side, side)).indices
    assert np.array_equal(flat, sprite.indices)


@pytest.mark.parametrize(("certainty", "apart"), [(0.95, True), (0.3, False)])
def test_only_what_is_seen_with_certainty_is_a_part_of_its_own(certainty: float, apart: bool) -> None:
    rng = np.random.default_rng(1)
    sprite = _stranger(rng, 48)
    visible = _regions(rng, 48, certainty)
    parts = parts_of(sprite, visible, visible, Kind.HUMANOID)
    assert bool({*np.unique(parts)} - {0, Role.TORSO, Role.HELD, Role.OFFHAND}) == apart


def _drawn(**parts: tuple[int, int, int, int]) -> tuple[Sprite, Rig]:
    """A sprite of rectangles (left, top, right, bottom), each surely seen as the part it is named for; taken apart."""
    visible = np.full((len(Role), 40, 40), 1e-4, np.float32)
    rgba = np.zeros((40, 40, 4), np.uint8)
    joints = np.zeros((len(Role), 2), np.float32)
    for name, (left, top, right, bottom) in parts.items():
        role = Role[name.upper()]
        visible[:, top:bottom, left:right] = 1e-4
        visible[role - 1, top:bottom, left:right] = 1
        rgba[top:bottom, left:right] = (10 * role, 200, 90, 255)
        joints[role - 1] = (left + right) / 2, top
    sprite = Sprite.from_rgba(rgba)
    parts = parts_of(sprite, visible, visible, Kind.HUMANOID)
    return sprite, dissect(sprite, Seen(parts, np.zeros_like(visible), joints, Kind.HUMANOID, View.SIDE))


BODY = {"head": (14, 2, 24, 12), "torso": (14, 12, 24, 26), "near_upper_leg": (15, 26, 19, 38)}
ARM = {"near_lower_arm": (20, 16, 26, 20)}


def test_a_sword_whose_tip_meets_a_shield_stays_a_sword() -> None:
    _, rig = _drawn(**BODY, **ARM, held=(26, 17, 33, 20), offhand=(33, 12, 38, 26))
    assert {Role.HELD, Role.OFFHAND} <= {layer.role for layer in rig.layers}


def test_a_pole_seen_as_two_side_by_side_is_one() -> None:
    _, rig = _drawn(**BODY, **ARM, held=(26, 8, 28, 32), offhand=(28, 8, 30, 30))
    held = [layer for layer in rig.layers if layer.role in (Role.HELD, Role.OFFHAND)]
    assert len(held) == 1
    assert (held[0].indices != 0).sum() >= 24 * 2 + 22 * 2


def test_a_staff_gripped_amid_its_length_is_one_thing() -> None:
    _, rig = _drawn(**BODY, held=(26, 4, 28, 34), near_lower_arm=(20, 16, 29, 20))
    (staff,) = [layer for layer in rig.layers if layer.role is Role.HELD]
    assert (staff.indices[[4, 33], 26:28] != 0).all(), "both ends, though the hand hides its middle"


def test_what_a_hand_seems_to_have_of_a_staff_in_its_colour_is_the_staff() -> None:
    visible = np.full((len(Role), 40, 40), 1e-4, np.float32)
    rgba = np.zeros((40, 40, 4), np.uint8)
    for role, colour, rows, columns in (
        (Role.TORSO, 10, slice(4, 36), slice(8, 22)),
        (Role.HELD, 90, slice(2, 38), slice(26, 28)),
        (Role.NEAR_LOWER_ARM, 200, slice(14, 18), slice(20, 30)),
    ):
        rgba[rows, columns] = (colour, 90, 120, 255)
        visible[:, rows, columns], visible[role - 1, rows, columns] = 1e-4, 1
    rgba[[*range(2, 8), *range(18, 24)], 26:28] = (140, 90, 120, 255)  # its tip, and what is right below the hand
    visible[:, 18:24, 26:28], visible[Role.NEAR_LOWER_ARM - 1, 18:24, 26:28] = 1e-4, 1
    parts = parts_of(Sprite.from_rgba(rgba), visible, visible, Kind.HUMANOID)
    assert (parts[18:24, 26:28] == Role.HELD).all()
    assert (parts[14:18, 20:30] == Role.NEAR_LOWER_ARM).all(), "the hand itself is not"


def test_what_no_hand_holds_is_part_of_what_it_touches() -> None:
    sprite, rig = _drawn(**BODY, **ARM, held=(10, 2, 14, 8))
    roles = {layer.role: layer for layer in rig.layers}
    assert Role.HELD not in roles
    assert (roles[Role.HEAD].indices[2:8, 10:14] == sprite.indices[2:8, 10:14]).all()


@pytest.mark.parametrize("piece", [Role.HELD, Role.OFFHAND, Role.NEAR_LOWER_ARM, Role.FAR_LOWER_ARM])
def test_what_is_cut_out_of_one_colour_stays_in_one_piece(piece: Role) -> None:
    def roles(colour: int) -> set[Role]:
        """Of a figure one edge of which is surely seen as the piece, and drawn in that colour."""
        visible = np.full((len(Role), 40, 40), 1e-4, np.float32)
        visible[Role.TORSO - 1] = 1
        visible[:, 8:30, 10:13], visible[piece - 1, 8:30, 10:13] = 1e-4, 1
        rgba = np.zeros((40, 40, 4), np.uint8)
        rgba[4:36, 10:30], rgba[8:30, 10:13] = (200, 90, 120, 255), (colour, 90, 120, 255)
        return {*np.unique(parts_of(Sprite.from_rgba(rgba), visible, visible, Kind.HUMANOID))} - {0}

    assert roles(200) == {Role.TORSO}
    assert roles(40) == {Role.TORSO, piece}


def test_what_comes_into_view_is_outlined_where_the_sprite_is() -> None:
    """The torso behind an arm, seen once the arm is lifted."""

    def bare(outline: bool) -> int:
        """Pixels of the torso's inner colour that have nothing beside them when the arm is gone."""
        rgba = np.zeros((40, 40, 4), np.uint8)
        parts = np.zeros((40, 40), np.int32)
        for role, (left, top, right, bottom), colour in (
            (Role.TORSO, (12, 8, 28, 34), (210, 190, 90)),
            (Role.NEAR_UPPER_ARM, (24, 12, 32, 26), (90, 190, 210)),
        ):
            rgba[top:bottom, left:right] = (*((30, 20, 40) if outline else colour), 255)
            rgba[top + 1 : bottom - 1, left + 1 : right - 1] = (*colour, 255)
            parts[top:bottom, left:right] = role
        sprite = Sprite.from_rgba(rgba)
        whole = np.zeros((len(Role), 40, 40), np.float32)
        whole[Role.TORSO - 1, 8:34, 12:28] = 1
        joints = np.full((len(Role), 2), 20, np.float32)
        rig = dissect(sprite, Seen(parts, whole, joints, Kind.HUMANOID, View.SIDE))
        torso = next(layer for layer in rig.layers if layer.role is Role.TORSO).indices
        edge = (torso != 0) & (depth(torso != 0) == 1)
        return int((sprite.palette[torso][..., 0] > 200)[edge].sum())

    assert bare(outline=True) == 0
    assert bare(outline=False) > 20


LINE, SHIRT, LIT = (20, 16, 30, 255), (60, 70, 190, 255), (120, 160, 230, 255)
EMBLEM, SLEEVE = (240, 210, 110, 255), (120, 120, 120, 255)


def test_what_is_hidden_has_the_edge_beside_it_but_not_the_outline() -> None:
    """A shirt, lit along its edge, with an emblem just inside; an arm hangs before it."""
    rgba = np.zeros((40, 40, 4), np.uint8)
    rgba[9:31, 9:31] = LINE
    rgba[10:30, 10:30] = SHIRT
    rgba[10:30, 19] = LIT
    rgba[14:26, 20:24] = EMBLEM
    rgba[10:30, 10:19] = SLEEVE
    sprite = Sprite.from_rgba(rgba)
    parts = np.where(sprite.mask, int(Role.TORSO), 0).astype(np.int32)
    parts[10:30, 10:19] = Role.NEAR_UPPER_ARM
    whole = np.zeros((len(Role), 40, 40), np.float32)
    whole[Role.TORSO - 1, 9:31, 9:31] = 1
    joints = np.full((len(Role), 2), 14.0, np.float32)
    rig = dissect(sprite, Seen(parts, whole, joints, Kind.HUMANOID, View.SIDE))
    torso = next(layer for layer in rig.layers if layer.role is Role.TORSO)
    filled = sprite.palette[torso.indices][14:26, 12:19]
    assert (filled == LIT).all(), "neither the emblem, though it alone has an inside, nor the line above and below"


def test_what_puppets_hide_is_guessed() -> None:
    right: list[NDArray[np.bool_]] = []
    for seed in range(40):
        puppet = draw(seed, kind=Kind.HUMANOID)
        parts = np.zeros(puppet.sprite.indices.shape, np.int32)
        whole = np.zeros((len(Role), *parts.shape), np.float32)
        joints = np.zeros((len(Role), 2), np.float32)
        true = {layer.role: layer.indices for layer in puppet.rig.layers}
        for layer in puppet.rig.layers:
            parts[layer.indices != 0], joints[layer.role - 1] = layer.role, layer.joint
            whole[layer.role - 1] = layer.indices != 0
        rig = dissect(puppet.sprite, Seen(parts, whole, joints, Kind.HUMANOID, puppet.rig.view))
        for layer in rig.layers:
            drawn = true.get(layer.role, np.zeros_like(parts))
            hidden = (layer.indices != 0) & (drawn != 0) & (parts != layer.role)
            right.append((layer.indices == drawn)[hidden])
    assert np.concatenate(right).mean() > 0.45, "0.48 of the pixels to the very colour; 0.42 from inside alone"
