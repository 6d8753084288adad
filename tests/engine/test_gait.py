"""What a stranger's gait must have, whatever the mover makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ayo_backend import Animator, Order
from ayo_backend.actions import ACTIONS
from ayo_backend.gait import CARRIES, FURTHER, LIMBS, SHORT, STRIDE, SWING, further, mended
from ayo_backend.motion.curves import ROOT
from ayo_backend.planning import authored, plan
from ayo_backend.rig import Kind, Role
from ayo_backend.sprite_io import read_sprite
from ayo_backend.understanding import Understanding, understand

EXAMPLES = Path(__file__).parents[2] / "examples"
BODY, DY = [ROOT, Role.TORSO, Role.HEAD], 2


def _figure(animator: Animator, name: str, facing: str) -> Understanding:
    with torch.inference_mode():
        return understand(animator.generator, read_sprite(EXAMPLES / f"{name}.png"), facing, animator.device)


def _planned(
    animator: Animator, figure: Understanding, action: str, count: int, familiar: bool = False
) -> NDArray[np.float32]:
    """The parts of a clip, float32 [frames, rows, 5]."""
    with torch.inference_mode():
        poses = plan(animator.generator, figure, ACTIONS[action], count, 1.0, 0, familiar=familiar)
    return np.stack([pose.parts for pose in poses])


def _limp(parts: NDArray[np.float32]) -> float:
    """Figure heights that the body rises at one step and not at the other."""
    return float(np.abs(np.fft.rfft(parts[:, BODY, DY], axis=0)[1::2]).max()) / len(parts) * 2


@pytest.mark.parametrize(
    ("action", "facing", "more"),
    [("walk", "right", True), ("run", "right", True), ("jump", "right", False), ("walk", "down", False)],
)
@pytest.mark.parametrize("name", ["knight_64", "wolf_64"])
def test_a_stranger_strides(animator: Animator, name: str, action: str, facing: str, more: bool) -> None:
    """Who does not know its pack hardly dares to move its legs; a figure that walks must not slide."""
    figure = _figure(animator, name, facing)
    knows, strange = (
        np.std(_planned(animator, figure, action, 8, familiar)[:, LIMBS, 0], axis=0).mean()
        for familiar in (True, False)
    )
    assert (strange > 1.3 * knows) if more else (strange == knows)


@pytest.mark.parametrize("facing", ["right", "down"])
@pytest.mark.parametrize(("action", "count"), [("walk", 4), ("walk", 8), ("walk", 9), ("run", 6), ("run", 8)])
@pytest.mark.parametrize("name", ["knight_64", "mage_64", "archer_128"])
def test_a_stranger_does_not_limp(animator: Animator, name: str, action: str, count: int, facing: str) -> None:
    figure = _figure(animator, name, facing)
    assert figure.rig.kind is Kind.HUMANOID
    assert _limp(_planned(animator, figure, action, count)) < 1e-3


def test_the_mover_by_itself_limps_and_hops_stay(animator: Animator) -> None:
    """So the test above tests something; in a run of four frames there is no room for two bounces."""
    figure = _figure(animator, "knight_64", "right")
    assert _limp(_planned(animator, figure, "run", 8, familiar=True)) > 0.005
    assert _limp(_planned(animator, figure, "run", 4)) > 0.005


@pytest.mark.parametrize("action", ["walk", "run"])
@pytest.mark.parametrize("name", ["knight_64", "archer_128", "wolf_64", "slime_64", "bird_64"])
def test_a_stranger_stands_on_the_ground(animator: Animator, name: str, action: str) -> None:
    """Its soles touch the ground line, and on legs they never sink into it nor, walking, leave it: the body does."""
    figure = _figure(animator, name, "right")
    down = _planned(animator, figure, action, 8)[:, ROOT, DY]
    assert down.max() >= 0
    if figure.legs and not figure.stiff:
        assert down.max() == 0
        assert action == "run" or down.min() == 0


def test_on_short_legs_a_run_bounces_as_authored(animator: Animator) -> None:
    figure = _figure(animator, "archer_16", "right")
    assert figure.legs < SHORT * figure.rig.height
    planned = _planned(animator, figure, "run", 8)
    known = np.stack([authored(figure, ACTIONS["run"], index / 8).parts for index in range(8)])
    assert np.ptp(planned[:, ROOT, DY]) == pytest.approx(np.ptp(known[:, ROOT, DY]), abs=0.02)


def test_short_legs_take_steps_nearly_as_long() -> None:
    assert further(0.0) == further(0.3) == further(0.5) == 1.0
    assert further(0.25) * 0.25 == pytest.approx(0.3)
    assert further(0.1) == FURTHER


def test_free_arms_swing_further_and_those_that_carry_do_not(animator: Animator) -> None:
    for name in ("archer_64", "knight_64"):
        figure = _figure(animator, name, "right")
        carried = {layer.role for layer in figure.rig.layers}
        knows, strange = (_planned(animator, figure, "walk", 8, familiar)[..., 0] for familiar in (True, False))
        known = np.stack([authored(figure, ACTIONS["walk"], index / 8).parts[:, 0] for index in range(8)])
        for arm in (Role.NEAR_UPPER_ARM, Role.FAR_UPPER_ARM):
            mixed = knows[:, arm] + STRIDE * (known[:, arm] - knows[:, arm])
            wanted = knows[:, arm] if CARRIES[arm] in carried else SWING * mixed
            assert np.ptp(strange[:, arm]) == pytest.approx(np.ptp(wanted), rel=0.3, abs=0.5)


@pytest.mark.parametrize(("count", "sunk"), [(2, [0, 1]), (4, [0, 1, 0, 1]), (8, [0, 0, 1, 1, 0, 0, 1, 1])])
def test_who_has_no_legs_and_would_stand_still_nods(animator: Animator, count: int, sunk: list[int]) -> None:
    figure = _figure(animator, "mage_16", "right")
    assert figure.legless
    still = np.zeros((count, len(Role) + 1, 5), np.float32)
    heads = mended(still, still, figure, ACTIONS["walk"])[:, Role.HEAD, DY] * figure.rig.height
    assert np.round(heads).tolist() == sunk


def test_nobody_else_nods(animator: Animator) -> None:
    rising = np.zeros((4, len(Role) + 1, 5), np.float32)
    rising[1::2, ROOT, DY] = -0.1
    for name, parts in (("mage_16", rising), ("mage_64", 0 * rising), ("knight_16", 0 * rising)):
        assert not mended(parts, 0 * parts, _figure(animator, name, "right"), ACTIONS["walk"])[:, Role.HEAD, DY].any()


@pytest.mark.parametrize("facing", ["right", "down"])
@pytest.mark.parametrize("count", [4, 8])
@pytest.mark.parametrize("name", ["knight_16", "mage_16", "archer_16", "wolf_16", "bird_16", "slime_16"])
def test_a_walk_shows_however_small_the_figure(animator: Animator, name: str, count: int, facing: str) -> None:
    """A fiftieth of the figure changes from frame to frame."""
    sprite = read_sprite(EXAMPLES / f"{name}.png")
    frames = animator.animate(sprite, Order("walk", facing, count)).frames
    changed = (frames != np.roll(frames, 1, 0)).any(-1).sum((1, 2)).mean()
    assert changed > 0.02 * sprite.mask.sum()
