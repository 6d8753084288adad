"""Bad requests get an error with a code and a hint, and the next good one works."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from service_engine import HANG, RAISE, RAISE_AYO, expected
from service_host import Backend, Start, connection, until
from service_vectors import BAD_REQUESTS
from service_zmtp import Peer, frame, message

from ayo_backend.order import Order
from ayo_backend.service import failures, protocol
from ayo_backend.service.client import Client, Job

Sprite = NDArray[np.uint8]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One backend for all tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("shared")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("runtime", "config", "log"):
            patch.setenv(f"AYO_{name.upper()}_DIR", str(folder / name))
        backend = Backend(queue=4, jobs_per_client=3).start()
        backend.ready()
        yield folder
        backend.stop()


@pytest.fixture
def peer(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    """A raw connection to it."""
    monkeypatch.setenv("AYO_RUNTIME_DIR", str(shared / "runtime"))
    found = connection()
    with Peer(found.endpoint) as raw:
        raw.shake_hands(found.user.encode(), found.password.encode())
        yield raw


def good_request_works(sprite: Sprite) -> None:
    with Client.connect() as client:
        clip = client.submit(sprite, "walk", seed=3).clip()
    assert np.array_equal(clip.frames, expected(sprite, Order("walk", seed=3)))


@pytest.mark.parametrize(("header", "blobs", "code"), [c[1:] for c in BAD_REQUESTS], ids=[c[0] for c in BAD_REQUESTS])
def test_bad_requests(peer: Peer, header: bytes, blobs: tuple[bytes, ...], code: str) -> None:
    peer.socket.sendall(message(header, *blobs))
    (answer,) = map(json.loads, peer.message())
    assert (answer["type"], answer["code"], answer["final"]) == ("error", code, True)
    assert answer["message"].endswith(".")
    assert answer["hint"]
    peer.socket.sendall(message(b'{"ayo":1,"type":"status"}'))
    assert json.loads(peer.message()[0])["type"] == "status"


def test_a_huge_header(peer: Peer, sprite: Sprite) -> None:
    peer.socket.sendall(message(b" " * (protocol.MAX_HEADER + 1)))
    assert json.loads(peer.message()[0])["code"] == "bad_message"
    good_request_works(sprite)


def test_an_empty_message(peer: Peer, sprite: Sprite) -> None:
    peer.socket.sendall(frame(b""))
    assert json.loads(peer.message()[0])["code"] == "bad_message"
    good_request_works(sprite)


def test_a_picture_far_beyond_the_limit(peer: Peer, sprite: Sprite) -> None:
    header = {"ayo": 1, "type": "animate", "id": "big", "width": 2048, "height": 2048, "action": "walk"}
    peer.socket.sendall(message(json.dumps(header).encode(), bytes(2048 * 2048 * 4)))
    assert json.loads(peer.message()[0])["code"] == "image_too_large"
    good_request_works(sprite)


def test_an_id_in_use(start: Start, sprite: Sprite, folders: Path) -> None:
    gate = folders / "go"
    start(environment={"AYO_TEST_STEP_GATE": str(gate)}).ready()
    found = connection()
    with Peer(found.endpoint) as peer:
        peer.shake_hands(found.user.encode(), found.password.encode())
        header = {"ayo": 1, "type": "animate", "id": "a", "width": 16, "height": 24, "action": "walk", "frames": 4}
        again = message(json.dumps(header).encode(), sprite.tobytes())
        peer.socket.sendall(again)
        answers = [json.loads(peer.message()[0]) for _ in range(3)]
        assert [answer["type"] for answer in answers] == ["accepted", "frame", "frame"]
        peer.socket.sendall(again)
        repeated = json.loads(peer.message()[0])
        assert (repeated["type"], repeated["again"]) == ("accepted", True)
        peer.socket.sendall(message(json.dumps(header | {"action": "run"}).encode(), sprite.tobytes()))
        refused = json.loads(peer.message()[0])
        assert (refused["code"], refused["final"], refused["id"]) == ("bad_message", False, "a")
        peer.socket.sendall(message(json.dumps(header | {"width": "wide"}).encode(), sprite.tobytes()))
        assert json.loads(peer.message()[0])["final"] is False
        gate.touch()
        rest = [json.loads(peer.message()[0])["type"] for _ in range(3)]
        assert rest == ["frame", "frame", "done"], "the running job must go on, once"
        peer.socket.sendall(again)
        assert json.loads(peer.message()[0])["again"] is False, "an id is free once its job has ended"


def test_nobody_can_cancel_a_strangers_job(start: Start, sprite: Sprite, folders: Path) -> None:
    gate = folders / "go"
    start(environment={"AYO_TEST_STEP_GATE": str(gate)}).ready()
    found = connection()
    with Client.connect() as owner, Peer(found.endpoint) as stranger:
        job = owner.submit(sprite, "walk")
        next(iter(job))
        stranger.shake_hands(found.user.encode(), found.password.encode())
        stranger.socket.sendall(message(protocol.encode(protocol.Cancel(id=job.request.id))))
        assert json.loads(stranger.message()[0])["code"] == "bad_message"
        gate.touch()
        assert len(job.clip().frames) == 8


def test_a_full_queue_is_busy(start: Start, sprite: Sprite, folders: Path) -> None:
    gate = folders / "go"
    start(environment={"AYO_TEST_LOAD_GATE": str(gate)}, queue=2, jobs_per_client=100)
    with Client.connect() as client:
        jobs = [client.submit(sprite, "walk") for _ in range(4)]
        refused = [job for job in jobs if isinstance(ending(job), failures.BusyError)]
        assert refused == jobs[2:]
        gate.touch()
        assert all(len(job.clip().frames) == 8 for job in jobs[:2])
        assert len(client.submit(sprite, "walk").clip().frames) == 8


def ending(job: Job) -> Exception | None:
    while job.accepted is None and not job.ended:
        job.client.wait_for(job)
    return job.error


def test_too_many_jobs_of_one_client(start: Start, sprite: Sprite, folders: Path) -> None:
    gate = folders / "go"
    start(environment={"AYO_TEST_LOAD_GATE": str(gate)}, jobs_per_client=2)
    with Client.connect() as greedy, Client.connect() as modest:
        jobs = [greedy.submit(sprite, "walk") for _ in range(3)]
        assert isinstance(ending(jobs[2]), failures.BusyError)
        assert ending(modest.submit(sprite, "walk")) is None
        gate.touch()
        assert len(jobs[0].clip().frames) == 8


def test_an_engine_that_fails(shared: Path, sprite: Sprite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AYO_RUNTIME_DIR", str(shared / "runtime"))
    with Client.connect() as client:
        with pytest.raises(failures.InternalError, match="seven by nought"):
            client.submit(sprite, "walk", seed=RAISE).clip()
        with pytest.raises(failures.EmptyImageError, match="Draw something"):
            client.submit(sprite, "walk", seed=RAISE_AYO).clip()
    good_request_works(sprite)


def test_a_job_that_takes_too_long(start: Start, sprite: Sprite) -> None:
    start(environment={"AYO_TEST_STEP_S": "0.2"}).ready()
    with Client.connect() as client:
        with pytest.raises(failures.TimedOutError, match="limit of 1 s"):
            client.submit(sprite, "walk", frames=32, timeout_s=1).clip()
        assert len(client.submit(sprite, "walk", frames=2).clip().frames) == 2


def test_a_worker_that_hangs(start: Start, sprite: Sprite) -> None:
    backend = start(watchdog_s=5.0).ready()
    hung = backend.worker()
    with Client.connect() as client:
        with pytest.raises(failures.WorkerCrashedError, match="hung"):
            client.submit(sprite, "walk", seed=HANG).clip()
        assert len(client.submit(sprite, "walk").clip().frames) == 8
        assert until(backend.worker, "a new worker") != hung


def test_the_watchdog_sleeps_while_weights_load(start: Start, sprite: Sprite) -> None:
    start(environment={"AYO_TEST_LOAD_S": "4"}, watchdog_s=2.0)
    with Client.connect() as client:
        assert len(client.submit(sprite, "walk").clip().frames) == 8
        assert client.status().worker.restarts == 0
