"""How a figure moves: what the mover adds to the authored movement, and what is not taken from it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ayo_backend import Animator
from ayo_backend.actions import ACTIONS
from ayo_backend.planning import plan, steadied
from ayo_backend.rig import Role
from ayo_backend.sprite_io import read_sprite
from ayo_backend.understanding import understand

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("count", range(1, 33))
def test_what_trembles_is_taken_away(count: int) -> None:
    """What the mover adds slowly stays, what it adds and takes back at once goes; what was authored stays as it is."""
    phase = np.arange(count) / count
    known = np.random.default_rng(count).normal(size=(count, len(Role) + 1, 5)).astype(np.float32)
    slow = sum(np.cos(2 * np.pi * times * phase + times) for times in range(min(2, count // 2) + 1))
    quick = sum(np.cos(2 * np.pi * times * phase) for times in range(4, count // 2 + 1)) * np.ones(count)
    added = known + slow[:, None, None].astype(np.float32)
    trembling = added + quick[:, None, None].astype(np.float32)
    assert steadied(trembling, known) == pytest.approx(added, abs=1e-4)


@pytest.mark.parametrize("name", ["knight_64", "mage_64", "archer_128"])
def test_a_walker_does_not_tremble(animator: Animator, name: str) -> None:
    with torch.inference_mode():
        figure = understand(animator.generator, read_sprite(EXAMPLES / f"{name}.png"), "right", animator.device)
        poses = plan(animator.generator, figure, ACTIONS["walk"], 12, 1.0, 0)
    up_and_down = np.abs(np.fft.rfft([pose.parts[0, 2] for pose in poses]))
    assert up_and_down[4:].max() < 1e-3 < up_and_down[1:3].max()
