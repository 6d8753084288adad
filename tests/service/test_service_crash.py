"""Processes die: every job is answered, and the service comes back."""

from __future__ import annotations

import os
import random
import signal
import time

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from service_engine import CRASH_AT_BEGIN, CRASH_AT_STEP, expected
from service_host import Start, connection, gone, until

from ayo_backend.order import Order
from ayo_backend.service import failures
from ayo_backend.service.client import Client, Job

Sprite = NDArray[np.uint8]
KILLS = 50 if os.environ.get("AYO_SOAK") == "1" else 20


def outcome(job: Job) -> str:
    """How a job ended: done, or the code of its error. It must end."""
    try:
        job.clip()
    except failures.AyoError as reason:
        return reason.code
    return "done"


def test_killed_at_random_moments(start: Start, sprite: Sprite) -> None:
    """Before, while and after it begins, works, ends; also while it is being started again."""
    backend = start(environment={"AYO_TEST_STEP_S": "0.003", "AYO_TEST_BEGIN_S": "0.003"}).ready()
    moments = random.Random(4)
    outcomes = []
    with Client.connect() as client:
        for kill in range(KILLS):
            jobs = [client.submit(sprite, "walk", seed=seed) for seed in range(4)]
            time.sleep(moments.uniform(0, 0.06))  # not to wait for anything: the moment is the point
            backend.kill_worker()
            outcomes += [outcome(job) for job in jobs]
            assert set(outcomes) <= {"done", "worker_crashed"}
            clip = client.submit(sprite, "jump", seed=kill).clip()
            assert np.array_equal(clip.frames, expected(sprite, Order("jump", seed=kill)))
        report = client.status()
    assert len(outcomes) == 4 * KILLS
    assert report.worker.restarts == KILLS
    assert report.jobs.done + report.jobs.failed == 5 * KILLS
    assert "worker_crashed" in outcomes, "no moment hit a running job: the test shows nothing"


def test_jobs_that_had_not_begun_are_done_by_the_next_worker(start: Start, sprite: Sprite) -> None:
    start(max_batch=1).ready()
    with Client.connect() as client:
        fatal, innocent = client.submit(sprite, "walk", seed=CRASH_AT_STEP), client.submit(sprite, "run")
        assert outcome(fatal) == "worker_crashed"
        assert outcome(innocent) == "done"


def test_it_stops_trying_after_five_crashes(start: Start, sprite: Sprite) -> None:
    backend = start().ready()
    with Client.connect() as client:
        for _ in range(5):
            with pytest.raises(failures.WorkerCrashedError):
                client.submit(sprite, "walk", seed=CRASH_AT_BEGIN).clip()
        report = client.status()
        assert (report.state, report.worker.pid) == ("failed", None)
        assert report.problem is not None
        assert "5 times in a row" in report.problem.message
        with pytest.raises(failures.WorkerCrashedError, match="5 times in a row"):
            client.submit(sprite, "walk").clip()
    with Client.connect() as late:
        assert late.welcome.state == "failed"
    backend.stop()


def test_success_in_between_starts_the_count_anew(start: Start, sprite: Sprite) -> None:
    start().ready()
    with Client.connect() as client:
        for _ in range(7):
            assert outcome(client.submit(sprite, "walk", seed=CRASH_AT_BEGIN)) == "worker_crashed"
            assert outcome(client.submit(sprite, "walk", frames=2)) == "done"


def test_an_engine_that_dies_while_loading(start: Start, sprite: Sprite) -> None:
    start(environment={"AYO_TEST_CRASH_AT_LOAD": "1"})
    with Client.connect() as client:
        with pytest.raises(failures.WorkerCrashedError, match="the ship is sinking"):
            client.submit(sprite, "walk").clip()
        assert client.status().worker.restarts == 5


def test_an_engine_that_cannot_load_is_not_tried_again(start: Start, sprite: Sprite) -> None:
    backend = start(environment={"AYO_TEST_CANNOT_LOAD": "1"})
    assert backend.says() == "Ayo cannot animate: There are no weights. Install Ayo again.\n"
    with Client.connect() as client:
        until(lambda: client.status().state == "failed", "the backend to give up")
        with pytest.raises(failures.InternalError, match="no weights"):
            client.submit(sprite, "walk").clip()
        assert client.status().worker.restarts == 0


def test_a_killed_broker_leaves_no_worker_and_no_obstacle(start: Start, sprite: Sprite) -> None:
    first = start(environment={"AYO_TEST_STEP_S": "0.05"}).ready()
    stale = connection()
    with Client.connect() as client:
        job = client.submit(sprite, "walk", frames=32)
        next(iter(job))
        worker = psutil.Process(first.worker())
        os.kill(first.pid, signal.SIGKILL)
        with pytest.raises(failures.NoBackendError):
            job.clip()
    first.wait()
    assert gone([worker]), "the worker outlived its broker"
    assert connection() == stale, "a killed backend can't remove its file"
    with pytest.raises(failures.NoBackendError):
        Client.connect()
    start().ready()
    assert connection() != stale
    with Client.connect() as client:
        assert outcome(client.submit(sprite, "walk")) == "done"
