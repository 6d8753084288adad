"""Many clients at once: all answered, none mixed up, none favoured."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from threading import Barrier

import numpy as np
from service_engine import expected
from service_host import Start, make_sprite

from ayo_backend.actions import ACTIONS
from ayo_backend.order import Order
from ayo_backend.service.client import Client

CLIENTS, JOBS = 64, 10


def visit(number: int, begin: Barrier) -> tuple[int, int, float]:
    """One client's ten jobs, some cancelled at random moments: (done, cancelled, turns per second).

    A job that was worked on at all is a turn; one cancelled while it waited is none.
    """
    chance = random.Random(number)
    sprite = make_sprite(number, chance.randrange(8, 40), chance.randrange(8, 40))
    with Client.connect(name=f"client-{number}") as client:
        orders = [Order(chance.choice(list(ACTIONS)), seed=chance.randrange(1000)) for _ in range(JOBS)]
        begin.wait(300)
        began = time.perf_counter()
        jobs = [client.submit(sprite, order.action, seed=order.seed) for order in orders]
        for job, order in zip(jobs, orders, strict=True):
            unwanted, stop_at = chance.random() < 0.25, chance.randrange(0, 4)
            if unwanted and stop_at == 0:
                job.cancel()
            for picture in job:
                if unwanted and picture.index + 1 == stop_at:
                    job.cancel()
            wanted = expected(sprite, order)
            assert job.done or job.cancelled
            assert job.done is None or len(job.pictures) == len(wanted)
            for picture in job.pictures:
                assert np.array_equal(picture.rgba, wanted[picture.index]), "another's frame"
        done = sum(job.done is not None for job in jobs)
        turns = sum(bool(job.pictures) for job in jobs)
        return done, JOBS - done, turns / (time.perf_counter() - began)


def test_64_clients_with_10_jobs_and_random_cancels(start: Start) -> None:
    start(environment={"AYO_TEST_STEP_S": "0.001"}, log_level="warning").ready()
    begin = Barrier(CLIENTS)
    with ThreadPoolExecutor(CLIENTS) as pool:
        visits = list(pool.map(lambda number: visit(number, begin), range(CLIENTS)))
    done, cancelled = (sum(visit[i] for visit in visits) for i in range(2))
    assert done + cancelled == CLIENTS * JOBS
    assert cancelled > 20, "cancels came too late to show anything"
    assert done > 300
    rates = [visit[2] for visit in visits]
    print(f"{done} done, {cancelled} cancelled; {min(rates):.2f} to {max(rates):.2f} turns/s for each client")
    # Against the middle one: whose thread happens to start first has the backend to itself for a moment.
    assert min(rates) > median(rates) / 2, "clients take turns"
    with Client.connect() as client:
        report = client.status()
        assert (report.jobs.accepted, report.queue.running, report.queue.waiting) == (CLIENTS * JOBS, 0, 0)
        assert report.jobs.done + report.jobs.cancelled == CLIENTS * JOBS
        assert report.batch.max > 1


def test_64_equal_clients_are_served_alike(start: Start) -> None:
    """Fair within a factor of two: the same work takes nobody twice as long as the middle client."""
    start(environment={"AYO_TEST_STEP_S": "0.002"}, log_level="warning").ready()
    begin, sprite = Barrier(CLIENTS), make_sprite(0)

    def visit_plainly(_: int) -> float:
        with Client.connect() as client:
            begin.wait(300)
            began = time.perf_counter()
            for job in [client.submit(sprite, "hurt") for _ in range(JOBS)]:
                assert len(job.clip().frames) == 4
            return time.perf_counter() - began

    with ThreadPoolExecutor(CLIENTS) as pool:
        seconds = sorted(pool.map(visit_plainly, range(CLIENTS)))
    print(f"{seconds[0]:.2f} to {seconds[-1]:.2f} s")
    assert seconds[-1] < 2 * median(seconds)
