"""Pixels hear each other before they are given to parts."""

import pytest
import torch

from ayo_backend.consensus import consensus

SIDE, STAFF = 24, 12


def _staff() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A brown staff, one pixel wide, before a blue robe: the chances of two parts, the picture, where it is opaque."""
    opaque = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    opaque[2:22, 4:20] = True
    rgba = torch.full((4, SIDE, SIDE), -1.0)
    rgba[:, opaque] = torch.tensor([-0.6, -0.4, 0.6, 1.0])[:, None]
    rgba[:, 2:22, STAFF] = torch.tensor([0.2, -0.2, -0.6, 1.0])[:, None]
    chances = torch.zeros(2, SIDE, SIDE)
    chances[:, opaque] = torch.tensor([0.9, 0.1])[:, None]
    chances[:, 2:22, STAFF] = torch.tensor([0.2, 0.8])[:, None]
    return chances, rgba, opaque


def test_what_is_of_one_colour_is_of_one_part() -> None:
    chances, rgba, opaque = _staff()
    chances[:, 8:11, STAFF] = torch.tensor([0.7, 0.3])[:, None]  # three pixels of the staff are taken for the robe
    parts = consensus(chances, rgba, opaque).argmax(0)
    assert parts[2:22, STAFF].all(), "the whole staff"
    assert parts.sum() == 20, "and nothing of the robe, though it is right beside"


def test_chances_stay_chances_and_nothing_appears() -> None:
    chances, rgba, opaque = _staff()
    heard = consensus(chances, rgba, opaque)
    assert torch.allclose(heard.sum(0), opaque.float(), atol=1e-5)


def test_where_there_are_too_many_to_hear_all_some_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    chances, rgba, opaque = (picture.repeat_interleave(4, -1).repeat_interleave(4, -2) for picture in _staff())
    doubted = chances.clone()
    doubted[:, 32:44, 4 * STAFF : 4 * STAFF + 4] = torch.tensor([0.7, 0.3])[:, None, None]
    whole = chances.argmax(0)
    assert consensus(doubted, rgba, opaque, 4).argmax(0).equal(whole)
    monkeypatch.setattr("ayo_backend.consensus.SPEAKERS", 500)
    heard = consensus(doubted, rgba, opaque, 4)
    assert heard.argmax(0).equal(whole), "a staff of four pixels' width, as on a trunk a quarter the size"
    assert torch.allclose(heard.sum(0), opaque.float(), atol=1e-5)


def test_one_pixel_and_none() -> None:
    chances, rgba, opaque = _staff()
    opaque[:] = False
    assert not consensus(chances, rgba, opaque).any()
    opaque[5, 5] = True
    assert int(consensus(chances, rgba, opaque).argmax(0)[5, 5]) == 0
