"""What kind of creature a still shows, decided so that a mistake looks least bad."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ayo_backend import Animator, Order
from ayo_backend.actions import CREATURES
from ayo_backend.model.parser import KINDS, ROLES
from ayo_backend.planning import recognised
from ayo_backend.puppets.examples import FIGURES, SIZES, example
from ayo_backend.rig import Kind, Role
from ayo_backend.sprite_io import read_sprite
from ayo_backend.understanding import STAND_INS, _flying, _kind, looks, understand

STILLS = [example(name, size).sprite.native() for name in FIGURES for size in SIZES]
EXAMPLES = Path(__file__).parents[2] / "examples"

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


@pytest.mark.parametrize(
    ("wings", "above", "kind"), [(0.5, True, Kind.FLOATER), (0.5, False, Kind.BIRD), (0.1, True, Kind.BIRD)]
)
def test_a_bird_with_spread_wings_flies(wings: float, above: bool, kind: Kind) -> None:
    masks = torch.zeros(ROLES, 2, 2)
    masks[Role.NEAR_WING - 1, 0 if above else 1] = wings
    masks[Role.TORSO - 1, 1 if above else 0] = 1 - wings
    assert _flying(Kind.BIRD, masks) is kind


@pytest.mark.parametrize("creature", CREATURES)
@pytest.mark.parametrize("name", ["knight_64", "slime_32", "bird_64"])
def test_the_artist_tells_what_it_is(animator: Animator, name: str, creature: str) -> None:
    """It is built as told, without the parts that no such creature has; a clip says what it was taken for."""
    sprite = read_sprite(EXAMPLES / f"{name}.png")
    with torch.inference_mode():
        seen, told = (
            understand(animator.generator, sprite, "right", animator.device, word) for word in ("auto", creature)
        )
    assert told.creature == creature
    assert told.rig.kind in ({Kind.BIRD, Kind.FLOATER} if creature == "bird" else {Kind(creature)})
    assert not {layer.role for layer in told.rig.layers} & STAND_INS.get(Kind(creature), {}).keys()
    assert told.mistaken == (told.creature is not seen.creature)
    assert not (told.mistaken and recognised(animator.generator, told))
    assert animator.animate(sprite, Order("walk", "right", 2, creature=creature)).settings["creature"] == creature


def test_a_mirror_image_looks_the_other_way(animator: Animator) -> None:
    """Little faces are said to look right in doubt, so a few of the images may be taken for what they are not."""
    assert all(looks(animator.generator, still, animator.device) == "right" for still in STILLS)
    left = [looks(animator.generator, still.mirrored(), animator.device) == "left" for still in STILLS]
    assert np.mean(left) >= 0.75


@pytest.mark.parametrize("size", [32, 64, 128])
def test_a_bird_has_feathers_under_its_wing(animator: Animator, size: int) -> None:
    """What is seen of its torso is mostly belly, whose colour then flashed on its back whenever the wing moved."""
    with torch.inference_mode():
        figure = understand(animator.generator, example("bird", size).sprite.native(), "right", animator.device)
    layers = {layer.role: layer.indices for layer in figure.rig.layers}
    under = (layers[Role.TORSO] != 0) & (layers[Role.NEAR_WING] != 0)
    alike = layers[Role.TORSO][under] == layers[Role.NEAR_WING][under]
    assert under.sum() > 0.3 * (layers[Role.NEAR_WING] != 0).sum()
    assert alike.mean() > 0.9
