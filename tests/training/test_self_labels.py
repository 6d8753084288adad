"""What the parser guesses of pictures that nobody labelled, and learns from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ayo_backend import puppets
from ayo_backend.animator import SHIPPED
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import KINDS, UNKNOWN_KIND
from ayo_backend.model.weights import load
from ayo_backend.rig import Kind, Role, View
from ayo_backend.training.data import Cel, PackClip
from ayo_backend.training.hand_labels import NAMES, Labelled, placed
from ayo_backend.training.parse_phase import ParsePhase
from ayo_backend.training.self_labels import GuessedPictures, guesses


@pytest.fixture(scope="module")
def generator() -> Generator:
    made = Generator()
    load(made, SHIPPED)
    return made.eval()


@pytest.fixture
def clip(tmp_path: Path) -> PackClip:
    """A puppet that hops a pixel, as a pack's clip that looks left."""
    sprite = puppets.draw(1, kind=Kind.HUMANOID, view=View.SIDE, size=48).sprite.mirrored()
    width, height = sprite.size
    strip = np.concatenate([np.roll(sprite.rgba, -step, 0) for step in range(3)], 1)
    strip[0, width:] = 255, 0, 255, 0
    Image.fromarray(strip).save(tmp_path / "hop.png")
    cels = tuple(
        Cel("hop.png", (step * width, 0, (step + 1) * width, height), (0, 0), sprite.size) for step in range(3)
    )
    return PackClip(
        "drawn", "puppet", "jump", "left", "side", True, "train", False, "CC0-1.0", "Ayo", "", tmp_path, cels, cels[0]
    )


def _labelled(clip: PackClip) -> Labelled:
    """Each colour is of one part, though no parser would guess which."""
    sprite, place = placed(clip)
    indices = place.apply(sprite.indices)
    parts = np.where(indices > 0, np.where(indices % 2, NAMES.index("tail"), NAMES.index("held")), 0)
    return Labelled(clip.source, clip.character, indices, sprite.palette, parts.astype(np.uint8), Kind.BIRD, View.SIDE)


def test_a_still_that_nobody_labelled_is_guessed_once(generator: Generator, clip: PackClip) -> None:
    (guess,) = guesses(generator, [clip, replace(clip, action="walk")], [], 0)
    opaque = guess.indices > 0
    assert ((guess.roles > 0) == opaque).all()
    assert (guess.sure[opaque] > 255 / 19).all()
    assert guess.kind == UNKNOWN_KIND
    assert {Role.TORSO, Role.HEAD} <= {Role(role) for role in np.unique(guess.roles[opaque])}
    head, legs = (np.nonzero(np.isin(guess.roles, roles))[0].mean() for roles in ((2,), (8, 9, 10, 11)))
    assert head < legs


def test_frames_of_a_labelled_still_follow_its_colours(clip: PackClip) -> None:
    """Where the parser is in doubt, as one is that has learned nothing."""
    torch.manual_seed(0)
    found = guesses(Generator().eval(), [clip], [_labelled(clip)], 0)
    assert len(found) == 2
    for guess in found:
        opaque = guess.indices > 0
        assert guess.kind == KINDS.index(Kind.BIRD)
        assert np.isin(guess.roles[opaque], (Role.TAIL, Role.HELD)).mean() > 0.8


def test_frames_in_other_colours_are_passed_over(generator: Generator, clip: PackClip) -> None:
    known = _labelled(clip)
    other = replace(known, palette=np.roll(known.palette, 1, 1))
    assert guesses(generator, [clip], [other], 0) == []


def test_doubtful_pixels_count_less(generator: Generator, clip: PackClip) -> None:
    (guess,) = guesses(generator, [clip], [], 0)
    doubtful = replace(guess, sure=np.full_like(guess.sure, 100))
    for found, least in ((guess, 0.3), (doubtful, 0.0)):
        sample = next(iter(GuessedPictures([found], 0)))
        opaque = sample["rgba"][3] > -1
        assert (opaque == (sample["roles"] > 0)).all()
        assert (sample["weight"][~opaque] == 0).all()
        weight = float(sample["weight"][opaque].mean())
        assert weight > least or weight == least == 0


def test_the_parser_learns_what_was_guessed(clip: PackClip) -> None:
    torch.manual_seed(0)
    generator = Generator()
    load(generator, SHIPPED)
    (guess,) = guesses(generator, [clip], [], 0)
    odd = replace(guess, roles=np.where(guess.roles > 0, Role.TAIL, 0).astype(np.uint8), sure=guess.sure | 255)
    phase = ParsePhase(generator, 8, 0, workers=0, guesses=[odd])
    optimiser = torch.optim.AdamW(phase.parameters(), lr=1e-3)
    losses = []
    for _ in range(20):
        optimiser.zero_grad()
        loss, figures = phase.loss(torch.device("cpu"))
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(figures["guesses"])
    assert losses[-1] < losses[0] / 4
