"""Like a clip, over the wire: its frames and timing arrive, and nobody waits for it longer than for anything else."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from service_engine import expected
from service_host import Start, until

from ayo_backend.clip import Clip
from ayo_backend.order import Order, Pin
from ayo_backend.service import failures
from ayo_backend.service.client import Client
from ayo_backend.sprite import Sprite

Picture = NDArray[np.uint8]


def moving(sprite: Picture, count: int = 5) -> Clip:
    """The sprite slides to the right, slower and slower."""
    frames = np.stack([np.pad(np.roll(sprite, i, 1), ((0, 3), (2, 0), (0, 0))) for i in range(count)])
    height, width = frames.shape[1:3]
    return Clip(frames, tuple(range(50, 50 + count)), "loop", (width / 2, float(height)), (0, 0), "slide")


def test_the_clip_arrives_with_its_timing(start: Start, sprite: Picture) -> None:
    start().ready()
    like, pinned = moving(sprite), sprite[::-1]
    with Client.connect() as client:
        assert "like" in client.welcome.features
        job = client.submit(sprite, "walk", parts=sprite, pins=[(3, pinned)], like=like)
        clip = job.clip()
        shorter = client.submit(sprite, "walk", frames=4, like=like).clip()
    assert job.accepted is not None
    assert job.accepted.frames == 5
    assert np.array_equal(
        clip.frames, expected(sprite, Order("walk", pins=(Pin(3, Sprite.from_rgba(pinned)),), like=like))
    )
    assert clip.durations_ms == like.durations_ms
    assert clip.settings["like"] == "slide"
    assert len(shorter.frames) == 4


def test_others_have_their_turns_meanwhile(start: Start, sprite: Picture) -> None:
    start().ready()
    with Client.connect() as one, Client.connect() as other:
        patient = one.submit(sprite, "walk", like=moving(sprite))
        until(lambda: one.status().queue.running == 1, "the clip to be watched")
        assert len(other.submit(sprite, "walk").clip().frames) == 8
        assert not patient.pictures, "to watch it takes a second"
        assert len(patient.clip().frames) == 5


def test_a_clip_that_is_too_large(start: Start, sprite: Picture) -> None:
    start().ready()
    frames = np.zeros((2, 8, 1025, 4), np.uint8)
    like = Clip(frames, (80, 80), "loop", (0.0, 8.0), (0, 0), "wide")
    with Client.connect() as client, pytest.raises(failures.BadClipError, match="1025×8 px"):
        client.submit(sprite, "walk", like=like).clip()


def test_a_clip_longer_than_any_is_refused(start: Start, sprite: Picture) -> None:
    start().ready()
    with Client.connect() as client, pytest.raises(failures.BadMessageError, match="length <= 32"):
        client.submit(sprite, "walk", like=moving(sprite, 33)).clip()
