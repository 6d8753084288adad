"""A job can be cancelled at every moment, and the next one works."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from service_engine import expected
from service_host import Start, until

from ayo_backend.order import Order
from ayo_backend.service.client import Client, Job

Sprite = NDArray[np.uint8]


def next_job_works(client: Client, sprite: Sprite) -> None:
    clip = client.submit(sprite, "jump", seed=5).clip()
    assert np.array_equal(clip.frames, expected(sprite, Order("jump", seed=5)))


def test_while_it_waits(start: Start, sprite: Sprite, folders: Path) -> None:
    gate = folders / "go"
    start(environment={"AYO_TEST_STEP_GATE": str(gate)}, max_batch=1).ready()
    with Client.connect() as client:
        first, second = client.submit(sprite, "walk"), client.submit(sprite, "run")
        until_pictures(first, 2)
        assert second.cancel() == "queued"
        assert not second.pictures
        gate.touch()
        assert len(first.clip().frames) == 8
        next_job_works(client, sprite)


def test_while_the_weights_load(start: Start, sprite: Sprite, folders: Path) -> None:
    gate = folders / "go"
    start(environment={"AYO_TEST_LOAD_GATE": str(gate)})
    with Client.connect() as client:
        assert client.welcome.state == "loading"
        job = client.submit(sprite, "walk")
        assert job.cancel() == "queued"
        gate.touch()
        next_job_works(client, sprite)
        assert client.status().jobs.cancelled == 1


def test_between_two_frames(start: Start, sprite: Sprite, folders: Path) -> None:
    gate = folders / "go"
    start(environment={"AYO_TEST_STEP_GATE": str(gate)}).ready()
    with Client.connect() as client:
        job = client.submit(sprite, "walk")
        until_pictures(job, 2)
        assert job.cancel() == "running"
        gate.touch()
        next_job_works(client, sprite)
        assert len(job.pictures) == 2, "frames came after the answer to cancel"
        assert job.cancel() == "ended"
        until(lambda: client.status().queue.running == 0, "the worker to be idle")


def test_leaving_the_loop_cancels(start: Start, sprite: Sprite) -> None:
    start(environment={"AYO_TEST_STEP_S": "0.05"}).ready()
    with Client.connect() as client:
        frames = client.animate(sprite, "walk", frames=32)
        next(frames)
        frames.close()
        report = client.status()
        assert (report.jobs.cancelled, report.queue.running) == (1, 0)
        next_job_works(client, sprite)


def until_pictures(job: Job, count: int) -> None:
    while len(job.pictures) < count:
        job.client.wait_for(job)
