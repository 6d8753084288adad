"""The authored motion: complete, closed, and moving as the action asks."""

import itertools

import numpy as np
import pytest

from ayo_backend import motion
from ayo_backend.actions import ACTIONS, action_named, durations, facing_named, frame_count, phases
from ayo_backend.compose import Stage
from ayo_backend.errors import AyoError
from ayo_backend.rig import Kind, Layer, Rig, Role, View

EVERY = list(itertools.product(sorted(ACTIONS), Kind, View))


@pytest.mark.parametrize(("action", "kind", "view"), EVERY)
def test_every_creature_can_do_everything(action: str, kind: Kind, view: View) -> None:
    poses = np.stack([motion.pose(action, kind, view, p / 16).parts for p in range(17)])
    assert np.isfinite(poses).all()
    assert np.abs(np.diff(poses, axis=0)).sum() > 0, "nothing moves"
    if ACTIONS[action].loop == "loop":
        assert np.allclose(poses[0], poses[-1], atol=1e-4), "a loop must end where it began"
    elif kind is not Kind.FLOATER:  # which hovers on whatever it does
        assert np.allclose(poses[0], 0, atol=1e-6), "an action starts from the still"
        assert action == "die" or np.allclose(poses[-1], 0, atol=1e-6), "and returns to it"


def test_a_walk_swings_the_legs_against_each_other() -> None:
    near, far = (
        [motion.pose("walk", Kind.HUMANOID, View.SIDE, p / 8).parts[role, 0] for p in range(8)]
        for role in (Role.NEAR_UPPER_LEG, Role.FAR_UPPER_LEG)
    )
    assert np.corrcoef(near, far)[0, 1] < -0.9


def test_a_raised_arm_is_not_thrown_over_the_head() -> None:
    hanging, level = (
        motion.pose("attack", Kind.HUMANOID, View.SIDE, 0.22, armed=True, raised=(raised, 0)).parts
        for raised in (0, 90)
    )
    hanging, level = hanging[Role.NEAR_UPPER_ARM, 0], level[Role.NEAR_UPPER_ARM, 0]
    assert abs(level) < 0.5 * abs(hanging)


@pytest.mark.parametrize("left_handed", [False, True])
@pytest.mark.parametrize("raised", [-150.0, -60.0, 0.0, 60.0, 120.0])
@pytest.mark.parametrize("aim", [-150.0, -45.0, 45.0, 150.0])
def test_a_weapon_is_behind_before_it_strikes_and_then_ahead(left_handed: bool, raised: float, aim: float) -> None:
    hand = (Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM, Role.OFFHAND)
    hand = hand if left_handed else (Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM, Role.HELD)
    arms = (0.0, raised) if left_handed else (raised, 0.0)

    def at(phase: float) -> tuple[float, float]:
        parts = motion.pose(
            "attack", Kind.HUMANOID, View.SIDE, phase, raised=arms, aim=aim, armed=True, left_handed=left_handed
        ).parts
        return raised - parts[list(hand[:2]), 0].sum(), aim + parts[list(hand), 0].sum()

    (drawn, back), (struck, ahead) = at(0.3), at(0.5)
    assert np.sin(np.radians(back)) < -0.9, "the weapon points behind"
    assert np.sin(np.radians(ahead)) > 0.9, "then ahead"
    assert np.cos(np.radians(drawn)) < 0.5, "the hand is not low when drawn back"
    assert np.sin(np.radians(struck)) > 0.5, "and ahead at contact"


@pytest.mark.parametrize("view", [View.FRONT, View.BACK])
@pytest.mark.parametrize("aim", [-150.0, -45.0, 0.0, 90.0, 180.0])
def test_from_the_front_a_weapon_goes_out_and_then_across(view: View, aim: float) -> None:
    hand = [Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM, Role.HELD]
    out, across = (
        aim + motion.pose("attack", Kind.HUMANOID, view, phase, armed=True, aim=aim).parts[hand, 0].sum()
        for phase in (0.3, 0.5)
    )
    assert np.sin(np.radians(out)) < -0.5, "to the side of the hand"
    assert np.cos(np.radians(out)) > 0.5, "and up"
    assert np.sin(np.radians(across)) > 0.9


@pytest.mark.parametrize("raised", [-60.0, 0.0, 60.0])
def test_an_empty_hand_punches(raised: float) -> None:
    arm = [Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM]
    drawn, struck = (
        motion.pose("attack", Kind.HUMANOID, View.SIDE, phase, raised=(raised, 0.0)).parts for phase in (0.3, 0.5)
    )
    assert raised - drawn[arm[0], 0] < -45, "the elbow is behind"
    assert 75 < raised - struck[arm, 0].sum() < 105, "then the arm is level"
    assert struck[arm[0], 1] > 0.1, "and the shoulder ahead"


@pytest.mark.parametrize("kind", [Kind.HUMANOID, Kind.QUADRUPED, Kind.BLOB])
def test_a_blow_is_sudden_and_does_not_freeze(kind: Kind) -> None:
    poses = [motion.pose("attack", kind, View.SIDE, phase).parts for phase in phases(ACTIONS["attack"], 7)]
    turned, moved = np.abs(np.diff(poses, axis=0))[..., 0], np.abs(np.diff(poses, axis=0))[..., 1:]
    steps = moved.max((1, 2)) + turned.max(1) / 60
    assert steps.argmax() == 2, "the blow is its fastest change"
    assert steps[3:].min() > 0.02, "and it sinks from where it struck"


def test_who_holds_the_weapon_in_the_far_hand_strikes_with_that() -> None:
    near, far = (
        motion.pose("attack", Kind.HUMANOID, View.SIDE, 0.5, armed=True, left_handed=left_handed).parts
        for left_handed in (False, True)
    )
    assert near[Role.NEAR_UPPER_ARM, 0] == far[Role.FAR_UPPER_ARM, 0] < near[Role.FAR_UPPER_ARM, 0]
    assert near[Role.HELD, 0] == far[Role.OFFHAND, 0]
    assert (near[Role.TORSO] == far[Role.TORSO]).all()


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.HUMANOID])
def test_a_beast_that_attacks_from_the_front_comes_down_the_picture(kind: Kind) -> None:
    side, front, back = (motion.pose("attack", kind, view, 0.5).parts for view in View)
    assert side[0, 1] > 0.1, "seen from the side it lunges forward"
    assert not front[:, 1].any()
    bulk = [0, Role.TORSO, Role.HEAD]
    assert np.abs(front[bulk, 0]).max() <= 0.5 * np.abs(side[bulk, 0]).max(), "and hardly tilts"
    assert front[0, 2] > side[0, 2] > back[0, 2], "seen from behind it goes up the picture"


@pytest.mark.parametrize(("kind", "view"), list(itertools.product(Kind, View)))
def test_the_dead_lie_low(kind: Kind, view: View) -> None:
    """A figure as wide as it is high, for which toppling alone would change nothing."""
    boxes = {
        Role.FAR_UPPER_LEG: (22, 44, 30, 60), Role.NEAR_UPPER_LEG: (34, 44, 42, 60), Role.TORSO: (16, 22, 48, 46),
        Role.HEAD: (20, 4, 44, 24), Role.FAR_UPPER_ARM: (4, 24, 16, 32), Role.NEAR_UPPER_ARM: (48, 24, 60, 32),
    }  # fmt: skip
    joints = {Role.TORSO: (32, 44), Role.HEAD: (32, 23), Role.FAR_UPPER_ARM: (16, 28), Role.NEAR_UPPER_ARM: (48, 28)}
    layers = []
    for role, (left, top, right, bottom) in boxes.items():
        indices = np.zeros((64, 64), np.int32)
        indices[top:bottom, left:right] = 1
        layers.append(Layer(role, indices, joints.get(role, ((left + right) / 2, 45))))
    stage = Stage(Rig(kind, view, tuple(layers)), (32.0, 60.0))
    dying = [motion.pose("die", kind, view, phase, height=56, wide=1.0) for phase in (0.97, 1.0)]
    for pose in dying:
        _, top, _, bottom = stage.extent(pose)
        assert bottom - top < 0.78 * 56
        assert bottom <= 60 + 0.2 * 56, "nor does what hovers fall far below where it hung"


@pytest.mark.parametrize("view", [View.FRONT, View.BACK])
def test_what_falls_turns_over_from_every_side(view: View) -> None:
    assert abs(motion.pose("die", Kind.SPIDER, view, 1.0).parts[0, 0]) == 180


def test_who_dies_falls_late() -> None:
    """Artists' dead lie in the last frames alone: the fall has the others."""
    leans = [abs(motion.pose("die", Kind.HUMANOID, View.SIDE, phase).parts[0, 0]) for phase in (0.4, 0.6, 0.75, 0.9)]
    assert leans[0] < 20 < leans[1] < 45 < leans[2] < 80 < leans[3]


def test_what_a_fallen_person_carries_lies_level() -> None:
    """Held up and away at rest, or level; whatever the arm does, in the end the thing stands along a body that has
    toppled, and lies across one that has fallen into a heap.
    """
    for upright in ((-30.0, 90.0), (0.0, 45.0)):
        for view in View:
            parts = motion.pose("die", Kind.HUMANOID, view, 1.0, raised=(70, 20), upright=upright).parts[:, 0]
            near = parts[[Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM, Role.HELD]].sum()
            far = parts[[Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM, Role.OFFHAND]].sum()
            turned = np.array([near, far]) - upright
            assert np.allclose(turned if view is View.SIDE else turned % 180 - 90, 0, atol=1e-3)


def test_wings_on_both_sides_rise_together() -> None:
    behind, ahead = (
        motion.pose("walk", Kind.FLOATER, View.SIDE, 0.0, ahead=(False, far)).parts[:, 0] for far in (False, True)
    )
    assert ahead[Role.NEAR_WING] == behind[Role.NEAR_WING] > 0, "clockwise, what lies behind goes up"
    assert ahead[Role.FAR_WING] == -behind[Role.FAR_WING] < 0, "and what lies ahead the other way round"


def _layer(role: Role, left: int, top: int, width: int, height: int, joint: tuple[float, float]) -> Layer:
    indices = np.zeros((40, 40), np.int32)
    indices[top : top + height, left : left + width] = 1
    return Layer(role, indices, joint)


@pytest.mark.parametrize(("wide", "high"), [(10, 10), (5, 13)])
def test_who_has_a_shield_in_the_near_hand_strikes_with_the_spear_in_the_far_one(wide: int, high: int) -> None:
    body, shield = _layer(Role.TORSO, 12, 8, 10, 30, (17, 38)), _layer(Role.HELD, 4, 16, wide, high, (9, 21))
    rig = Rig(Kind.HUMANOID, View.SIDE, (_layer(Role.OFFHAND, 22, 18, 16, 2, (23, 19)), body, shield))
    assert rig.weapon is not None
    assert rig.weapon.role is Role.OFFHAND
    assert rig.left_handed
    assert Rig(Kind.HUMANOID, View.FRONT, rig.layers).weapon is shield


def test_a_staff_held_amid_its_length_points_along_itself() -> None:
    staff = _layer(Role.HELD, 20, 4, 2, 32, (22.5, 21.0))
    assert staff.amid
    assert abs(staff.ahead[0]) < 0.15
    assert staff.ahead[1] < 0, "up, where most of it lies"


@pytest.mark.parametrize("view", [View.FRONT, View.BACK])
def test_an_empty_fist_lands_before_the_belly_seen_from_the_front(view: View) -> None:
    arm = [Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM]
    drawn, struck = (motion.pose("attack", Kind.HUMANOID, view, phase).parts[arm, 0].sum() for phase in (0.3, 0.5))
    assert drawn > 90, "out to its side"
    assert -90 < struck < -45, "and across"


@pytest.mark.parametrize("action", ["cast", "shoot"])
def test_an_empty_hand_casts_and_shoots_before_the_body_not_the_face(action: str) -> None:
    arm, ready = [Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM], 0.45
    empty, armed = (
        motion.pose(action, Kind.HUMANOID, View.SIDE, ready, armed=armed, wide=0.5).parts for armed in (False, True)
    )
    assert 60 < -empty[arm, 0].sum() < 105, "about level"
    assert empty[Role.NEAR_UPPER_ARM, 1] > 0.1 > armed[Role.NEAR_UPPER_ARM, 1]


@pytest.mark.parametrize(("action", "phase"), [("cast", 0.45), ("shoot", 0.45)])
def test_an_arm_held_behind_comes_ahead_to_cast_and_to_shoot(action: str, phase: float) -> None:
    arm = [Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM]
    parts = motion.pose(action, Kind.HUMANOID, View.SIDE, phase, raised=(-70.0, 0.0)).parts
    assert -70 - parts[arm, 0].sum() > 45


def test_a_hit_throws_an_arm_that_is_held_behind_back() -> None:
    ahead, behind = (
        motion.pose("hurt", Kind.HUMANOID, View.SIDE, 0.28, raised=(raised, 0.0)).parts[Role.NEAR_UPPER_ARM, 0]
        for raised in (0.0, -60.0)
    )
    assert ahead < 0 < behind


@pytest.mark.parametrize(
    ("held", "size", "view", "weapon"),
    [
        (Role.HELD, (4, 4), View.SIDE, Role.HELD),
        (Role.OFFHAND, (12, 3), View.SIDE, Role.OFFHAND),
        (Role.OFFHAND, (3, 12), View.SIDE, Role.OFFHAND),
        (Role.OFFHAND, (6, 6), View.SIDE, None),  # a shield
        (Role.OFFHAND, (12, 3), View.FRONT, None),
        (Role.TAIL, (12, 3), View.SIDE, None),
    ],
)
def test_a_shield_is_no_weapon(held: Role, size: tuple[int, int], view: View, weapon: Role | None) -> None:
    thing = np.zeros((20, 20), np.int32)
    thing[4 : 4 + size[1], 4 : 4 + size[0]] = 1
    rig = Rig(Kind.HUMANOID, view, (Layer(held, thing, (4.0, 4.0)),))
    assert (rig.weapon.role if rig.weapon else None) is weapon


def test_small_figures_breathe_by_a_whole_pixel() -> None:
    sink = max(motion.pose("idle", Kind.HUMANOID, View.SIDE, p / 6, height=16).parts[Role.TORSO, 2] for p in range(6))
    assert round(sink * 16) == 1


@pytest.mark.parametrize(("view", "legs", "height", "sinks"), [
    (View.SIDE, 3, 26, True), (View.SIDE, 24, 64, False), (View.FRONT, 5, 16, True), (View.FRONT, 12, 40, False)
])  # fmt: skip
def test_who_swings_short_legs_sinks_by_a_whole_pixel(view: View, legs: float, height: int, sinks: bool) -> None:
    sinking = motion.sinking(legs, height, view)
    sunk = [
        round(
            motion.pose("walk", Kind.HUMANOID, view, i / 8, height=height, sinking=sinking).parts[Role.TORSO, 2]
            * height
        )
        for i in range(8)
    ]
    assert (sinking > 0) == sinks
    assert sunk == [1, 1, 0, 0] * 2 or not sinks


def test_timing_follows_the_animators() -> None:
    attack = dict(zip(phases(ACTIONS["attack"], 7), durations(ACTIONS["attack"], 7), strict=True))
    assert max(attack, key=lambda p: attack[p]) == pytest.approx(0.5, abs=0.1), "contact is held"
    assert durations(ACTIONS["die"], 8)[-1] == max(durations(ACTIONS["die"], 8))
    assert all(ms % 10 == 0 for name in ACTIONS for ms in durations(ACTIONS[name], 5))


def test_words_that_are_not_known_are_answered_with_the_nearest() -> None:
    with pytest.raises(AyoError, match="walk"):
        action_named("wlak")
    with pytest.raises(AyoError, match="left"):
        facing_named("lefft")
    with pytest.raises(AyoError, match="2 to 32"):
        frame_count(ACTIONS["walk"], 10_000)


@pytest.mark.parametrize("action", ["walk", "run"])
@pytest.mark.parametrize("arm", [Role.NEAR_UPPER_ARM, Role.FAR_UPPER_ARM])
def test_the_arm_that_holds_a_weapon_swings_less_in_a_gait(action: str, arm: Role) -> None:
    near = arm is Role.NEAR_UPPER_ARM

    def swing(armed: bool) -> float:
        phases = np.linspace(0, 1, 12, endpoint=False)
        holding = {"armed": armed and near, "left_handed": armed and not near}
        return float(
            np.ptp([motion.pose(action, Kind.HUMANOID, View.SIDE, at, **holding).parts[arm, 0] for at in phases])
        )

    assert swing(True) < 0.5 * swing(False)
