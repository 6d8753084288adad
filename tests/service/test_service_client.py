"""The synchronous client."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from service_engine import expected
from service_host import Start, connection, until

from ayo_backend import __version__
from ayo_backend.order import Order
from ayo_backend.parts_picture import PALETTE
from ayo_backend.rig import Role
from ayo_backend.service import failures
from ayo_backend.service.client import Client

Sprite = NDArray[np.uint8]


def test_what_it_learns_at_hello(start: Start) -> None:
    start().ready()
    with Client.connect(name="test") as client:
        welcome = client.welcome
    assert (welcome.version, welcome.backend, welcome.state) == (1, __version__, "ready")
    assert {action.name for action in welcome.actions} >= {"idle", "walk", "run", "jump", "attack", "die"}
    assert all(len(action.durations_ms) == action.frames for action in welcome.actions)
    assert welcome.facings[0] == welcome.creatures[0] == "auto"
    assert (welcome.limits.min_side, welcome.limits.max_side) == (8, 1024)
    assert welcome.model is not None
    assert welcome.model.licence == "MIT"


def test_frames_come_one_by_one(start: Start, sprite: Sprite, folders: Path) -> None:
    gate = folders / "go"
    start(environment={"AYO_TEST_STEP_GATE": str(gate)}).ready()
    with Client.connect() as client:
        frames = client.animate(sprite, "attack", seed=2)
        first, second = next(frames), next(frames)
        gate.touch()  # the third is made only now
        pictures = [first, second, *frames]
    assert [picture.index for picture in pictures] == list(range(7))
    assert {(picture.frames, picture.offset) for picture in pictures} == {(7, (-2, -1))}
    assert np.array_equal([picture.rgba for picture in pictures], expected(sprite, Order("attack", seed=2)))


def test_the_whole_clip(start: Start, sprite: Sprite) -> None:
    start().ready()
    with Client.connect() as client:
        order = {
            "facing": "left",
            "frames": 5,
            "seed": 9,
            "energy": 0.5,
            "slash": False,
            "glow": False,
            "creature": "bird",
        }
        clip = client.submit(sprite, "hurt", **order).clip()  # type: ignore[arg-type]
    assert (clip.loop, clip.offset, clip.tag, clip.size) == ("once", (-2, -1), "hurt", (20, 25))
    assert clip.pivot == (clip.pivot[0], 24.0)
    assert clip.settings == {"action": "hurt"} | order
    assert len(clip.durations_ms) == len(clip.frames) == 5


def test_parts_are_told_and_shown(start: Start, sprite: Sprite) -> None:
    """The test's engine takes all for a torso, and for a head where parts are told."""
    start().ready()
    with Client.connect() as client:
        assert "parts" in client.welcome.features
        plain = client.submit(sprite, "walk", show_parts=True)
        told = client.submit(sprite, "walk", parts=sprite, show_parts=True)
        clear = client.submit(sprite, "walk", parts=np.zeros_like(sprite), show_parts=True)  # tells nothing
        silent = client.submit(sprite, "walk")
        settings = [job.clip().settings.get("parts") for job in (plain, told, clear, silent)]
    assert settings == [None, "told", "told", None]
    for job, role in ((plain, Role.TORSO), (told, Role.HEAD), (clear, Role.TORSO)):
        assert job.parts is not None
        assert np.array_equal(job.parts, PALETTE[np.where(sprite[..., 3] > 0, int(role), 0)])
    assert silent.parts is None


def test_parts_that_are_none_are_refused(start: Start, sprite: Sprite) -> None:
    start(engine="ayo_backend.animator", device="cpu").ready()
    with Client.connect() as client, pytest.raises(failures.BadPartsError, match="no part's colour"):
        client.submit(sprite, "walk", parts=np.full_like(sprite, (12, 34, 56, 255))).clip()


def test_several_jobs_at_once(start: Start, sprite: Sprite) -> None:
    start().ready()
    with Client.connect() as client:
        jobs = {seed: client.submit(sprite, "run", seed=seed) for seed in range(6)}
        for seed in (3, 0, 5, 1, 4, 2):
            assert np.array_equal(jobs[seed].clip().frames, expected(sprite, Order("run", seed=seed)))


def test_no_backend() -> None:
    with pytest.raises(failures.NoBackendError, match="ayo serve"):
        Client.connect()


def test_a_backend_that_ends_meanwhile(start: Start, sprite: Sprite) -> None:
    backend = start(environment={"AYO_TEST_STEP_S": "0.05"}).ready()
    with Client.connect() as client:
        job = client.submit(sprite, "walk", frames=16, seed=4)
        early = next(iter(job))
        os.kill(backend.pid, signal.SIGKILL)
        backend.wait()
        with pytest.raises(failures.NoBackendError):
            job.clip()
        start().ready()
        client.reconnect()
        assert np.array_equal(job.clip().frames, expected(sprite, Order("walk", frames=16, seed=4)))
        assert [picture.index for picture in job.pictures] == list(range(16))
        assert job.pictures[0] is early, "frames that were there are not fetched twice"


def test_a_backend_that_does_not_answer(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = start().ready()
    with Client.connect() as client:
        os.kill(backend.pid, signal.SIGSTOP)
        try:
            with monkeypatch.context() as patch:
                patch.setattr("ayo_backend.service.client.ANSWER_S", 0.5)
                patch.setattr("ayo_backend.service.client.CONNECT_S", 0.5)
                with pytest.raises(failures.TimedOutError):
                    client.status()
                with pytest.raises(failures.NoBackendError, match="does not answer"):
                    Client.connect()
        finally:
            os.kill(backend.pid, signal.SIGCONT)
        client.reconnect()
        assert client.status().pid == backend.pid, "a late answer must not be taken for a new one"


def test_waiting_for_slow_work_is_no_timeout(
    start: Start, sprite: Sprite, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = folders / "go"
    start(environment={"AYO_TEST_LOAD_GATE": str(gate)})
    monkeypatch.setattr("ayo_backend.service.client.ANSWER_S", 2.0)
    with Client.connect() as client, Client.connect() as watcher:
        job = client.submit(sprite, "walk")
        until(lambda: watcher.status().uptime_s > 3.0, "time to pass")
        gate.touch()
        assert len(job.clip().frames) == 8


def test_counters(start: Start, sprite: Sprite) -> None:
    start(max_batch=3).ready()
    with Client.connect() as client:
        for _ in range(3):
            client.submit(sprite, "walk").clip()
        with pytest.raises(failures.UnknownActionError, match="walk"):
            client.submit(sprite, "wallk").clip()
        report = client.status()
    assert (report.jobs.accepted, report.jobs.done, report.jobs.refused) == (3, 3, 1)
    assert report.frames == 24
    assert report.errors == {"unknown_action": 1}
    assert report.batch.limit == 3
    assert report.frame_ms is not None
    assert report.frame_ms.p50 <= report.frame_ms.p95 <= report.frame_ms.p99
    assert report.endpoint == connection().endpoint
    assert min(report.memory.broker, report.memory.worker) > 2**20
