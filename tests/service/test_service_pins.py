"""Pinned frames over the wire: just as drawn, and nobody waits for them longer than for anything else.

The test's engine takes a second for each pin, in twenty pieces.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray
from service_engine import expected
from service_host import Start, until

from ayo_backend.order import Order, Pin
from ayo_backend.service import failures
from ayo_backend.service.client import Client
from ayo_backend.sprite import Sprite

Picture = NDArray[np.uint8]


def flipped(sprite: Picture, count: int) -> list[tuple[int, Picture]]:
    """The first frames, pinned; each picture another one."""
    return [(1 + i, np.roll(sprite[::-1], i, 1)) for i in range(count)]


def test_a_pinned_frame_comes_as_it_was_drawn(start: Start, sprite: Picture) -> None:
    start().ready()
    pins = [(5, sprite[::-1]), (2, sprite[:, ::-1])]  # in any order, beside told parts
    with Client.connect() as client:
        assert "pins" in client.welcome.features
        clip = client.submit(sprite, "walk", parts=sprite, pins=pins).clip()
    order = Order("walk", pins=tuple(Pin(frame, Sprite.from_rgba(picture)) for frame, picture in pins))
    assert np.array_equal(clip.frames, expected(sprite, order))
    assert np.array_equal(clip.frames[4][1:, 2:-2], sprite[::-1])
    assert (clip.settings["pins"], clip.settings["parts"]) == ([5, 2], "told")


def test_others_have_their_turns_meanwhile(start: Start, sprite: Picture) -> None:
    start().ready()
    with Client.connect() as one, Client.connect() as other:
        patient = one.submit(sprite, "walk", pins=flipped(sprite, 4))
        until(lambda: one.status().queue.running == 1, "the pins to be followed")
        assert len(other.submit(sprite, "walk").clip().frames) == 8
        assert len(one.submit(sprite, "run").clip().frames) == 8, "nor does it keep its own client's others waiting"
        assert not patient.pictures, "four pins take four seconds"
        assert len(patient.clip().frames) == 8


def test_it_can_be_cancelled_meanwhile(start: Start, sprite: Picture) -> None:
    start().ready()
    with Client.connect() as client:
        job = client.submit(sprite, "walk", frames=32, pins=flipped(sprite, 32))
        until(lambda: client.status().queue.running == 1, "the pins to be followed")
        assert job.cancel() == "running"
        began = time.monotonic()
        assert len(client.submit(sprite, "walk").clip().frames) == 8
        assert time.monotonic() - began < 10, "32 pins take 32 seconds"
        assert not job.pictures


def test_the_watchdog_sees_that_it_is_alive(start: Start, sprite: Picture) -> None:
    start(watchdog_s=2.0).ready()
    with Client.connect() as client:
        assert len(client.submit(sprite, "walk", pins=flipped(sprite, 4)).clip().frames) == 8
        assert client.status().worker.restarts == 0


def test_the_time_limit_counts_from_its_first_piece(start: Start, sprite: Picture) -> None:
    start().ready()
    with Client.connect() as client, pytest.raises(failures.TimedOutError, match="limit of 2 s"):
        client.submit(sprite, "walk", pins=flipped(sprite, 4), timeout_s=2).clip()


@pytest.mark.parametrize(("numbers", "told"), [((9,), "no frame 9 to pin"), ((3, 3), "pinned twice")])
def test_a_frame_that_can_not_be_pinned(start: Start, sprite: Picture, numbers: tuple[int, ...], told: str) -> None:
    start().ready()
    with Client.connect() as client, pytest.raises(failures.BadPinError, match=told):
        client.submit(sprite, "walk", pins=[(number, sprite) for number in numbers]).clip()
