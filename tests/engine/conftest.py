"""What the engine's tests share: one loaded Animator, puppets as strangers' sprites."""

import pytest
import torch

from ayo_backend import Animator


@pytest.fixture(scope="session")
def animator() -> Animator:
    torch.set_num_threads(1)
    return Animator(device="cpu")
