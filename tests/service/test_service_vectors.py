"""docs/protocol-vectors.json is what the code does, and what libzmq does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import zmq
from service_host import ROOT
from service_vectors import ANSWERS, BAD_REQUESTS, REQUESTS, vectors
from service_zmtp import COMMAND, GREETING, INITIATE, Peer, frame, hello, message

from ayo_backend.service import protocol
from ayo_backend.service.protocol import RejectedError
from ayo_backend.service.security import Gate, guard_plain

VECTORS: dict[str, Any] = json.loads((ROOT / "docs" / "protocol-vectors.json").read_text())


def test_the_file_is_current() -> None:
    assert vectors() == VECTORS, "run: python tests/service/service_vectors.py > docs/protocol-vectors.json"


@pytest.mark.parametrize("name", REQUESTS)
def test_requests_are_read(name: str) -> None:
    vector = VECTORS["requests"][name]
    assert protocol.read_request(json.dumps(vector["header"]).encode(), len(vector["blobs"])) == REQUESTS[name][0]


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_read(name: str) -> None:
    assert protocol.read_answer(json.dumps(VECTORS["answers"][name]["header"]).encode()) == ANSWERS[name][0]


def test_every_code_is_documented() -> None:
    page = (ROOT / "docs" / "protocol.md").read_text()
    assert all(f"`{code}`" in page for code in protocol.CODES)


STATIC = [case for case in BAD_REQUESTS if b"nobody" not in case[1]]  # only a backend knows which ids there are


@pytest.mark.parametrize(("header", "blobs", "code"), [case[1:] for case in STATIC], ids=[case[0] for case in STATIC])
def test_bad_requests_have_their_code(header: bytes, blobs: tuple[bytes, ...], code: str) -> None:
    with pytest.raises(RejectedError) as caught:
        read_and_check(header, blobs)
    assert caught.value.error.code == code
    assert caught.value.error.message


def read_and_check(header: bytes, blobs: tuple[bytes, ...]) -> None:
    request = protocol.read_request(header, len(blobs))
    assert isinstance(request, protocol.Animate)
    protocol.check_job(request, [memoryview(blob) for blob in blobs])


@pytest.fixture
def router() -> Iterator[zmq.Socket[bytes]]:
    """libzmq's own PLAIN server."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    Gate(context).allow_password("clients", "secret")
    socket = context.socket(zmq.ROUTER)
    socket.linger = 0
    guard_plain(socket, "clients")
    socket.bind("tcp://127.0.0.1:*")
    yield socket
    socket.close()
    context.term()


def test_libzmq_sends_these_bytes(router: zmq.Socket[bytes]) -> None:
    with Peer(router.get_string(zmq.LAST_ENDPOINT)) as peer:
        assert peer.greet().hex() == VECTORS["greeting"]["backend"]
        for step in VECTORS["handshake"]["frames"]:
            wire = bytes.fromhex(step["wire"])
            if step["from"] == "client":
                peer.socket.sendall(wire)
            else:
                assert peer.read(len(wire)) == wire
        request = VECTORS["requests"]["animate_full"]
        peer.socket.sendall(bytes.fromhex(request["wire"]))
        identity, header, blob = router.recv_multipart()
        assert json.loads(header) == request["header"]
        assert blob.hex() == request["blobs"][0]
        answer = VECTORS["answers"]["frame"]
        router.send_multipart([identity, *_parts(answer)])
        assert peer.read(len(answer["wire"]) // 2).hex() == answer["wire"]
        ping, pong = VECTORS["heartbeat"][2:]
        peer.socket.sendall(bytes.fromhex(ping["wire"]))
        assert peer.read(len(pong["wire"]) // 2).hex() == pong["wire"]


def test_libzmq_refuses_with_these_bytes(router: zmq.Socket[bytes]) -> None:
    with Peer(router.get_string(zmq.LAST_ENDPOINT)) as peer:
        peer.greet()
        peer.socket.sendall(frame(hello(b"ayo", b"wrong"), COMMAND))
        refusal = VECTORS["refusals"][0]["wire"]
        assert peer.read(len(refusal) // 2).hex() == refusal


def test_libzmq_accepts_these_bytes_from_a_backend() -> None:
    """A DEALER of libzmq talks to a server made of the vectors alone."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server, zmq.Context() as context:
        dealer = context.socket(zmq.DEALER)
        dealer.linger, dealer.rcvtimeo = 0, 30_000
        dealer.plain_username, dealer.plain_password = b"ayo", b"secret"
        dealer.connect(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        peer = Peer.__new__(Peer)
        peer.socket, _ = server.accept()
        with peer, dealer:
            peer.socket.settimeout(30)
            peer.socket.sendall(bytes.fromhex(VECTORS["greeting"]["backend"]))
            assert peer.read(64) == GREETING
            assert peer.frame() == (COMMAND, hello(b"ayo", b"secret"))
            peer.socket.sendall(bytes.fromhex(VECTORS["handshake"]["frames"][1]["wire"]))
            assert peer.frame() == (COMMAND, INITIATE)
            peer.socket.sendall(bytes.fromhex(VECTORS["handshake"]["frames"][3]["wire"]))
            for answer in VECTORS["answers"].values():
                peer.socket.sendall(bytes.fromhex(answer["wire"]))
                header, *blobs = dealer.recv_multipart()
                assert json.loads(header) == answer["header"]
                assert [blob.hex() for blob in blobs] == answer["blobs"]


@pytest.mark.parametrize("index", range(len(VECTORS["frames"])))
def test_frames(index: int) -> None:
    vector = VECTORS["frames"][index]
    assert frame(bytes.fromhex(vector["body"]), vector["flags"]).hex() == vector["wire"]
    assert message(b"x").hex() == "000178"


def _parts(vector: dict[str, Any]) -> list[bytes]:
    wire = bytes.fromhex(vector["wire"])
    return [wire[2 : 2 + wire[1]], *map(bytes.fromhex, vector["blobs"])]
