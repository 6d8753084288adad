"""10,000 random and mutated messages: each is answered, nothing crashes, nothing leaks.

AYO_SOAK=1 sends other ones each time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from service_engine import expected
from service_host import Backend, connection, make_sprite
from service_vectors import BAD_REQUESTS, REQUESTS
from service_zmtp import GREETING, Peer, frame, hello, message

from ayo_backend.order import Order
from ayo_backend.service import protocol
from ayo_backend.service.client import Client

SOAK = os.environ.get("AYO_SOAK") == "1"
BATCH = 20
BATCHES = 125  # each run four times

GOOD = [(protocol.encode(request), blobs) for name, (request, blobs) in REQUESTS.items() if name != "shutdown"]
BAD = [(header, blobs) for _, header, blobs, _ in BAD_REQUESTS]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[bytes, ...]:
    """A message like a real one, with a few bytes changed, dropped or doubled."""
    header, blobs = draw(st.sampled_from(GOOD + BAD))
    parts = [bytearray(header), *map(bytearray, blobs)]
    for _ in range(draw(st.integers(0, 4))):
        part = draw(st.sampled_from(parts))
        at = draw(st.integers(0, max(0, len(part) - 1)))
        part[at : at + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
    return tuple(map(bytes, parts))


messages = st.lists(
    mutated() | st.lists(st.binary(max_size=60), min_size=1, max_size=4).map(tuple), min_size=BATCH, max_size=BATCH
)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """One backend for all of it; the runtime folder stays set for the module."""
    folder = tmp_path_factory.mktemp("fuzz")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("runtime", "config", "log"):
            patch.setenv(f"AYO_{name.upper()}_DIR", str(folder / name))
        one = Backend(log_level="error").start()
        one.ready()
        yield one
        one.stop()


def test_every_message_is_answered_and_nothing_leaks(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Path(psutil.Process(backend.pid).environ()["AYO_RUNTIME_DIR"])
    monkeypatch.setenv("AYO_RUNTIME_DIR", str(runtime))
    found, sent = connection(), 0

    @settings(
        max_examples=BATCHES,
        deadline=None,
        database=None,
        derandomize=not SOAK,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(messages)
    def fuzz(batch: list[tuple[bytes, ...]]) -> None:
        nonlocal sent
        with Peer(found.endpoint) as peer:
            peer.shake_hands(found.user.encode(), found.password.encode())
            peer.socket.sendall(b"".join(message(*parts) for parts in batch))
            peer.socket.sendall(message(b'{"ayo":1,"type":"shutdown","with":"a question mark"}'))
            direct = 0
            while direct <= len(batch):
                answer = json.loads(peer.message()[0])
                direct += answer["type"] not in ("frame", "done")
        sent += len(batch)

    for _ in range(2):
        fuzz()
        garbage_on_the_socket()
    before = resident(backend)
    for _ in range(2):
        fuzz()
        garbage_on_the_socket()
    after = resident(backend)
    assert sent >= 9_000, "hypothesis may stop early, but not so early"
    print(f"{sent} messages, resident before and after {before >> 10} KiB, {after >> 10} KiB")
    assert after < before * 1.05
    sprite = make_sprite(3)
    with Client.connect() as client:
        clip = client.submit(sprite, "walk").clip()
        assert np.array_equal(clip.frames, expected(sprite, Order("walk")))
        report = client.status()
        assert report.worker.restarts == 0
        assert report.errors.get("internal", 0) == 0


def garbage_on_the_socket() -> None:
    """Raw bytes instead of a handshake, in the middle of it, and after it."""
    found = connection()

    @settings(max_examples=50, deadline=None, database=None, derandomize=not SOAK, phases=[Phase.generate])
    @given(st.integers(0, 2), st.binary(min_size=1, max_size=200))
    def throw(stage: int, garbage: bytes) -> None:
        with Peer(found.endpoint) as peer:
            if stage == 1:
                peer.socket.sendall(GREETING + frame(hello(b"ayo", b"x"), 4))
            elif stage == 2:
                peer.shake_hands(found.user.encode(), found.password.encode())
            peer.socket.sendall(garbage)

    throw()


def resident(backend: Backend) -> int:
    return int(psutil.Process(backend.pid).memory_info().rss)
