"""Peers that are slow, rude, deaf or gone harm nobody else."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from service_engine import expected
from service_host import Start, connection, make_sprite, until
from service_zmtp import COMMAND, GREETING, INITIATE, WELCOME, Peer, frame, hello, message

from ayo_backend.order import Order
from ayo_backend.service.client import Client

Sprite = NDArray[np.uint8]


def works(client: Client, sprite: Sprite) -> None:
    clip = client.submit(sprite, "walk", seed=1).clip()
    assert np.array_equal(clip.frames, expected(sprite, Order("walk", seed=1)))


@pytest.fixture
def good(start: Start) -> Iterator[Client]:
    """A well-behaved client of a running backend."""
    start().ready()
    with Client.connect() as client:
        yield client


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + b"A: b\r\n" * 20,
        bytes(range(256)) * 4,
        b"\xff" * 1000,
        GREETING.replace(b"PLAIN", b"CURVE") + bytes(200),
        GREETING.replace(b"PLAIN", b"NULL\0") + b"\x04\x06\x05READY",
        GREETING + frame(b"\x05HELLO", COMMAND),
        GREETING + frame(b"\x05HELLO\xff", COMMAND),
        GREETING + b"\x06" + b"\xff" * 8,
        GREETING + message(b'{"ayo":1,"type":"status"}'),
    ],
    ids=["HTTP", "all bytes", "FF", "CURVE", "NULL", "cut HELLO", "lying HELLO", "huge command", "no handshake"],
)
def test_garbage_on_the_port(good: Client, sprite: Sprite, garbage: bytes) -> None:
    with Peer(connection().endpoint) as peer:
        with contextlib.suppress(OSError):  # closed by the backend in the middle of it
            peer.socket.sendall(garbage)
            peer.socket.shutdown(socket.SHUT_WR)
        assert b"ayo" not in peer.wait_closed()
    works(good, sprite)


def test_a_frame_beyond_every_limit(good: Client, sprite: Sprite) -> None:
    found = connection()
    with Peer(found.endpoint) as peer:
        peer.shake_hands(found.user.encode(), found.password.encode())
        peer.socket.sendall(b"\x02" + (2**40).to_bytes(8, "big"))
        peer.wait_closed()
    works(good, sprite)


def test_half_open_peers_are_closed(good: Client, sprite: Sprite) -> None:
    with Peer(connection().endpoint) as mute, Peer(connection().endpoint) as halfway:
        halfway.socket.sendall(GREETING[:32])
        works(good, sprite)
        mute.wait_closed()
        halfway.wait_closed()


def test_a_peer_that_sends_byte_by_byte(good: Client, sprite: Sprite) -> None:
    found = connection()
    with Peer(found.endpoint) as peer:
        peer.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        trickle(peer, GREETING)
        peer.read(64)
        trickle(peer, frame(hello(found.user.encode(), found.password.encode()), COMMAND))
        assert peer.frame() == (COMMAND, WELCOME)
        works(good, sprite)
        trickle(peer, frame(INITIATE, COMMAND) + message(b'{"ayo":1,"type":"status"}'))
        assert json.loads(peer.message()[0])["type"] == "status"


def trickle(peer: Peer, data: bytes) -> None:
    for index in range(len(data)):
        peer.socket.sendall(data[index : index + 1])


def test_a_client_that_vanishes_loses_its_jobs(start: Start, sprite: Sprite) -> None:
    start(environment={"AYO_TEST_STEP_S": "0.02"}, max_batch=2).ready()
    with Client.connect() as watcher:
        leaver = Client.connect()
        jobs = [leaver.submit(sprite, "walk", frames=32) for _ in range(10)]
        next(iter(jobs[0]))
        leaver.close()
        until(lambda: watcher.status().clients == 0, "the jobs of the leaver to be dropped")
        report = watcher.status()
        assert report.jobs.cancelled == 10
        assert report.frames < 100
        works(watcher, sprite)


def test_a_client_that_never_reads(start: Start) -> None:
    large = make_sprite(1, 512, 512)  # 1 MiB a frame
    backend = start(patience_s=2.0).ready()
    found = connection()
    with Peer(found.endpoint) as deaf, Client.connect() as good:
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**18)
        deaf.shake_hands(found.user.encode(), found.password.encode())
        for number in range(8):
            header = {"ayo": 1, "type": "animate", "id": f"d{number}", "width": 512, "height": 512, "action": "walk"}
            deaf.socket.sendall(message(json.dumps(header | {"frames": 32}).encode(), large.tobytes()))
        until(lambda: good.status().clients > 0, "the deaf client's jobs")
        works(good, make_sprite(2))
        until(lambda: good.status().clients == 0, "the deaf client to be given up")
        report = good.status()
        assert report.jobs.done < 8
        assert psutil.Process(backend.pid).memory_info().rss < 400 * 2**20
        works(good, make_sprite(2))
        ends = read_to_the_ends(deaf, 8)  # it wakes up: nothing it asked for may leave it waiting
    assert {id_: len(types) for id_, types in ends.items()} == {f"d{number}": 1 for number in range(8)}
    assert [types[0] for types in ends.values()].count("error timeout") >= 8 - report.jobs.done


def read_to_the_ends(peer: Peer, jobs: int) -> dict[str, list[str]]:
    """Read until so many jobs have ended: the messages that ended each."""
    ends: dict[str, list[str]] = {}
    while len(ends) < jobs:
        answer = json.loads(peer.message()[0])
        if answer["type"] in ("done", "cancelled") or answer.get("final"):
            ends.setdefault(answer["id"], []).append(f"{answer['type']} {answer.get('code', '')}".strip())
    return ends


def test_a_client_that_only_complains(start: Start, sprite: Sprite) -> None:
    """It sends bad requests for ever and reads no answer."""
    backend = start().ready()
    found = connection()
    with Peer(found.endpoint) as deaf, Client.connect() as good:
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.shake_hands(found.user.encode(), found.password.encode())
        before = psutil.Process(backend.pid).memory_info().rss
        for _ in range(40):
            deaf.socket.sendall(message(b"{}") * 1000)
            good.status()
        works(good, sprite)
        assert psutil.Process(backend.pid).memory_info().rss < before + 100 * 2**20


def test_a_flood_takes_no_more_than_its_share(start: Start, sprite: Sprite) -> None:
    """Counted in frames, not in seconds: while one client gets its 16, the flood must not get many more."""
    start(environment={"AYO_TEST_STEP_S": "0.02", "AYO_TEST_BEGIN_S": "0.02"}, max_batch=4).ready()
    with Client.connect() as single, Client.connect() as flood:
        for _ in range(100):
            flood.submit(sprite, "walk", frames=32)
        until(lambda: single.status().queue.running >= 4, "the flood to be under way")
        taken = min(frames_beside(single, sprite) for _ in range(3))
        assert single.status().queue.waiting > 50, "the flood must still be there"
    print(f"the flood got {taken} frames beside 16")
    assert taken < 48, f"the flood got {taken} frames while another client got 16"


def frames_beside(client: Client, sprite: Sprite) -> int:
    before = client.status().frames
    assert len(client.submit(sprite, "walk", frames=16).clip().frames) == 16
    return client.status().frames - before - 16
