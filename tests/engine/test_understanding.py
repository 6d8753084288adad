"""What kind of creature a still shows, decided so that a mistake looks least bad."""

import pytest
import torch

from ayo_backend.model.parser import KINDS, ROLES
from ayo_backend.rig import Kind, Role
from ayo_backend.understanding import _kind

TORSO_ONLY = {Role.TORSO: 1.0}
ON_LEGS = {Role.TORSO: 0.94, Role.NEAR_LOWER_LEG: 0.03, Role.FAR_LOWER_LEG: 0.03}
ON_ONE = {Role.TORSO: 0.97, Role.NEAR_LOWER_LEG: 0.03}


@pytest.mark.parametrize(
    ("chances", "areas", "kind"),
    [
        ({Kind.BLOB: 0.97, Kind.HUMANOID: 0.03}, TORSO_ONLY, Kind.BLOB),
        ({Kind.BLOB: 0.97, Kind.HUMANOID: 0.03}, ON_ONE, Kind.BLOB),
        ({Kind.BLOB: 0.97, Kind.HUMANOID: 0.03}, ON_LEGS, Kind.HUMANOID),
        ({Kind.BLOB: 0.97, Kind.FLOATER: 0.03}, ON_LEGS, Kind.BLOB),
        ({Kind.BLOB: 0.7, Kind.HUMANOID: 0.3}, TORSO_ONLY, Kind.HUMANOID),
        ({Kind.BIRD: 0.6, Kind.BLOB: 0.4}, ON_LEGS, Kind.BIRD),
    ],
)
def test_a_round_figure_on_two_legs_walks(chances: dict[Kind, float], areas: dict[Role, float], kind: Kind) -> None:
    chance = torch.tensor([chances.get(each, 0.0) for each in KINDS])
    masks = torch.tensor([areas.get(Role(row + 1), 0.0) for row in range(ROLES)])[:, None, None].expand(-1, 2, 2)
    assert _kind(chance, masks) is kind
