"""Many jobs one after another: memory stays flat.

AYO_SOAK=1 runs 2,000 jobs with the real engine instead of 600 with a stand-in.
"""

from __future__ import annotations

import os

import pytest
from service_host import Start, make_sprite

from ayo_backend.actions import ACTIONS
from ayo_backend.service.client import Client

SOAK = os.environ.get("AYO_SOAK") == "1"
JOBS, WARM = (2000, 200) if SOAK else (600, 200)


@pytest.mark.timeout(7200 if SOAK else 900)
def test_memory_stays_flat(start: Start) -> None:
    engine = "ayo_backend.animator" if SOAK else "service_engine"
    start(engine=engine, log_level="info", max_batch=8).ready()
    sprites = [make_sprite(seed, 32, 32) for seed in range(20)]
    with Client.connect() as client:
        for number in range(JOBS):
            sprite, action = sprites[number % 20], list(ACTIONS)[number % len(ACTIONS)]
            job = client.submit(sprite, action, seed=number % 50)
            if number % 7 == 3:
                next(iter(job))
                job.cancel()
            else:
                assert job.clip().frames.any()
            if number == WARM:
                warm = client.status().memory
        end = client.status()
    print(f"{JOBS} jobs: broker {warm.broker >> 10} -> {end.memory.broker >> 10} KiB, ", end="")
    print(f"worker {warm.worker >> 10} -> {end.memory.worker >> 10} KiB")
    assert end.jobs.done + end.jobs.cancelled == JOBS
    assert end.memory.broker < warm.broker * 1.05
    assert end.memory.worker < warm.worker * 1.05
