"""The real engine behind the service: what comes over the wire is what it makes alone, however many work at once."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from service_host import Start

from ayo_backend.clip import Clip
from ayo_backend.order import Order, Pin
from ayo_backend.service import failures
from ayo_backend.service.client import Client
from ayo_backend.sprite import Sprite

ORDERS = [
    Order("walk", "right", 3),
    Order("attack", "auto", 4, seed=2**32 - 1, energy=1.5),
    Order("attack", "right", 4, slash=False),
    Order("cast", "right", 4, glow=False),
    Order("idle", "right", 3, creature="spider"),
]


@pytest.fixture(scope="module")
def pictures() -> list[NDArray[np.uint8]]:
    """Little people, plainly drawn, one of them enlarged: uint8 [H, W, 4]."""
    small = person(16, 24)
    return [small, person(32, 32), small.repeat(3, 0).repeat(3, 1)]


def person(width: int, height: int) -> NDArray[np.uint8]:
    picture = np.zeros((height, width, 4), np.uint8)
    middle, head, hips = width // 2, height // 3, 2 * height // 3
    picture[2:head, middle - 3 : middle + 3] = (230, 180, 140, 255)
    picture[head:hips, middle - 4 : middle + 4] = (40, 90, 200, 255)
    picture[hips : height - 1, middle - 3 : middle - 1] = (60, 40, 30, 255)
    picture[hips : height - 1, middle + 1 : middle + 3] = (80, 50, 40, 255)
    picture[4, middle + 1] = (0, 0, 0, 255)
    return picture


def test_batching_changes_nothing(start: Start, pictures: list[NDArray[np.uint8]]) -> None:
    from ayo_backend.animator import Animator

    animator = Animator(device="cpu")
    wishes = [(picture, order) for order in ORDERS for picture in pictures]
    alone = [animator.animate(Sprite.from_rgba(picture), order) for picture, order in wishes]
    start(engine="ayo_backend.animator", device="cpu", log_level="info").ready()
    with Client.connect() as one, Client.connect() as other:
        for repetition in range(2):
            jobs = [
                client.submit(
                    picture,
                    order.action,
                    facing=order.facing,
                    frames=order.frames,
                    seed=order.seed,
                    energy=order.energy,
                    slash=order.slash,
                    glow=order.glow,
                    creature=order.creature,
                )
                for client, (picture, order) in zip([one, other] * len(wishes), wishes, strict=False)
            ]
            for job, wanted in zip(jobs, alone, strict=True):
                clip = job.clip()
                assert np.array_equal(clip.frames, wanted.frames), f"{wanted.tag} differs, repetition {repetition}"
                assert clip.durations_ms == wanted.durations_ms
                assert (clip.loop, clip.offset, clip.pivot) == (wanted.loop, wanted.offset, wanted.pivot)
                for seen in ("facing", "creature"):
                    assert clip.settings[seen] == wanted.settings[seen]
        assert one.status().batch.max > 1, "nothing was batched: the test shows nothing"


def test_a_pinned_clip_is_the_same_too(start: Start, pictures: list[NDArray[np.uint8]]) -> None:
    from ayo_backend.animator import Animator

    sprite = pictures[1]
    pinned = np.roll(sprite, 2, 1)
    order = Order("walk", "right", 3, pins=(Pin(2, Sprite.from_rgba(pinned)),))
    wanted = Animator(device="cpu").animate(Sprite.from_rgba(sprite), order)
    start(engine="ayo_backend.animator", device="cpu").ready()
    with Client.connect() as client:
        clip = client.submit(sprite, "walk", facing="right", frames=3, pins=[(2, pinned)]).clip()
    assert np.array_equal(clip.frames, wanted.frames)
    x, y = -wanted.offset[0], -wanted.offset[1]
    assert np.array_equal(clip.frames[1][y : y + 32, x : x + 32], pinned)


def test_a_clip_like_another_is_the_same_too(start: Start, pictures: list[NDArray[np.uint8]]) -> None:
    from ayo_backend.animator import Animator

    animator = Animator(device="cpu")
    sprite, other = pictures[1], pictures[0]
    like = animator.animate(Sprite.from_rgba(other), Order("walk", "right", 4))
    order = Order("walk", "right", like=like)
    wanted = animator.animate(Sprite.from_rgba(sprite), order)
    start(engine="ayo_backend.animator", device="cpu").ready()
    with Client.connect() as client:
        clips = [client.submit(sprite, "walk", facing="right", like=like).clip() for _ in range(2)]
        still = Clip(np.zeros_like(like.frames), like.durations_ms, "loop", like.pivot, (0, 0), "walk")
        with pytest.raises(failures.BadClipError, match="shows no motion"):
            client.submit(sprite, "walk", like=still).clip()
    for clip in clips:
        assert np.array_equal(clip.frames, wanted.frames)
        assert (clip.durations_ms, clip.settings["like"]) == (wanted.durations_ms, "walk")
