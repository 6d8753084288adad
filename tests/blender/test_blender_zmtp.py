"""The add-on's ZeroMQ socket: against libzmq and against peers that mean it no good."""

from __future__ import annotations

import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zmq
from fake_backend import CREDENTIALS, FakeBackend, raw_server
from hypothesis import given, settings
from hypothesis import strategies as st

from blender_addon.backend import zmtp


def echo(say, header, blobs):
    say("echo", *blobs)


@pytest.fixture(scope="module")
def router():
    with FakeBackend(echo) as backend:
        yield backend


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=70_000) | st.sampled_from([b"", b"a" * 255, b"b" * 256]), max_size=5))
def test_any_blobs_survive_the_way_to_libzmq_and_back(router, blobs):
    dealer = zmtp.Dealer("127.0.0.1", router.port, CREDENTIALS)
    try:
        dealer.send([b'{"type": "echo"}', *blobs])
        assert dealer.receive(10)[1:] == blobs
    finally:
        dealer.close()


def test_a_picture_of_the_largest_size_survives(router):
    picture = bytes(range(256)) * (1024 * 1024 * 4 // 256)
    dealer = zmtp.Dealer("127.0.0.1", router.port, CREDENTIALS)
    dealer.send([b'{"type": "echo"}', picture])
    assert dealer.receive(20)[1:] == [picture]
    dealer.close()


def test_null_mechanism_talks_to_libzmq():
    with zmq.Context() as context, context.socket(zmq.ROUTER) as server:
        port = server.bind_to_random_port("tcp://127.0.0.1")
        dealer = zmtp.Dealer("127.0.0.1", port)
        dealer.send([b"hello"])
        assert server.recv_multipart()[1:] == [b"hello"]
        dealer.close()


AS_IN_BLENDER = """
import signal, sys
import zmtp
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
dealer = zmtp.Dealer("127.0.0.1", int(sys.argv[1]))
print("ready", flush=True)
input()
try:
    for _ in range(1000):
        dealer.send([bytes(1000)])
except zmtp.ZmtpError:
    print("lost", flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="Windows has no such signal")
def test_a_backend_that_dies_takes_no_blender_along():
    """Blender does not ignore SIGPIPE, as python does: who sends to a dead peer would be ended by it."""
    with zmq.Context() as context:
        server = context.socket(zmq.ROUTER)
        command = [sys.executable, "-c", AS_IN_BLENDER, str(server.bind_to_random_port("tcp://127.0.0.1"))]
        with subprocess.Popen(
            command, cwd=Path(zmtp.__file__).parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        ) as blender:
            assert blender.stdout.readline() == "ready\n"
            server.close(linger=0)
            context.destroy(linger=0)
            told, _ = blender.communicate("\n", timeout=30)
    assert (told, blender.returncode) == ("lost\n", 0)


def test_wrong_password_is_told_apart_from_a_dead_server(router):
    with pytest.raises(zmtp.RefusedError):
        zmtp.Dealer("127.0.0.1", router.port, zmtp.Credentials("ayo", "wrong"))


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(zmtp.ZmtpError, match="nothing answers"):
        zmtp.Dealer("127.0.0.1", port, CREDENTIALS)


def test_receive_gives_up_in_time_and_can_go_on(router):
    dealer = zmtp.Dealer("127.0.0.1", router.port, CREDENTIALS)
    assert dealer.receive(0.05) is None
    dealer.send([b'{"type": "echo"}', b"x"])
    assert dealer.receive(10)[1:] == [b"x"]
    dealer.close()


def server_greeting(mechanism=b"PLAIN"):
    return b"\xff" + bytes(8) + b"\x7f\x03\x01" + mechanism.ljust(20, b"\0") + b"\x01" + bytes(31)


def read_exactly(peer, size):
    data = b""
    while len(data) < size:
        chunk = peer.recv(size - len(data))
        if not chunk:
            raise OSError("client closed")
        data += chunk
    return data


def shake_hands(peer):
    """The server's side of the PLAIN handshake, done right."""
    peer.sendall(server_greeting())
    read_exactly(peer, 64)
    read_command(peer)
    peer.sendall(b"\x04\x08\x07WELCOME")
    read_command(peer)
    peer.sendall(zmtp.command("READY", zmtp.metadata({"Socket-Type": "ROUTER", "X-Unknown": "?"})))


def read_command(peer):
    _, size = read_exactly(peer, 2)
    return read_exactly(peer, size)


def drain(peer):
    """Stay silent until the client has had enough."""
    while peer.recv(65536):
        pass


def trickle(data, pause=0.02):
    def talk(peer):
        for byte in data:
            peer.sendall(bytes((byte,)))
            time.sleep(pause)
        drain(peer)

    return talk


HOSTILE_GREETINGS = {
    "closes at once": lambda peer: None,
    "silence": drain,
    "http": lambda peer: (peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), drain(peer)),
    "garbage": lambda peer: (peer.sendall(bytes(range(255, -1, -1)) * 4), drain(peer)),
    "old zmtp": lambda peer: (peer.sendall(b"\xff" + bytes(8) + b"\x7f\x01" + bytes(53)), drain(peer)),
    "half a greeting": lambda peer: (peer.sendall(server_greeting()[:30]), drain(peer)),
    "trickles for ever": trickle(server_greeting() * 10, 0.05),
    "message instead of welcome": lambda peer: (peer.sendall(server_greeting() + b"\x00\x02hi"), drain(peer)),
    "reset": lambda peer: peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)),
    "empty command": lambda peer: (peer.sendall(server_greeting() + b"\x04\x00"), drain(peer)),
    "endless command": lambda peer: (
        peer.sendall(server_greeting() + b"\x06" + b"\x00" * 4 + b"\x7f" * 4),
        drain(peer),
    ),
}


@pytest.mark.parametrize("talk", HOSTILE_GREETINGS.values(), ids=HOSTILE_GREETINGS.keys())
def test_hostile_greeting_ends_in_an_error_within_the_time_limit(talk):
    started = time.monotonic()
    with raw_server(talk) as port, pytest.raises(zmtp.ZmtpError):
        zmtp.Dealer("127.0.0.1", port, CREDENTIALS, timeout=1.0)
    assert time.monotonic() - started < 8


@pytest.mark.parametrize("refusal", [b"\x05ERROR\x03400", b"^RROR\x03400"], ids=["as ZMTP says", "as libzmq 4.3 says"])
def test_refusal_is_understood_in_both_spellings(refusal):
    def talk(peer):
        peer.sendall(server_greeting() + bytes((4, len(refusal))) + refusal)
        drain(peer)

    with raw_server(talk) as port, pytest.raises(zmtp.RefusedError, match="400"):
        zmtp.Dealer("127.0.0.1", port, CREDENTIALS)


def test_a_server_that_wants_no_password_is_refused():
    with (
        raw_server(lambda peer: (peer.sendall(server_greeting(b"NULL")), drain(peer))) as port,
        pytest.raises(zmtp.RefusedError, match="NULL"),
    ):
        zmtp.Dealer("127.0.0.1", port, CREDENTIALS)


HOSTILE_FRAMES = {
    "frame of 2**62 bytes": b"\x02" + struct.pack(">Q", 2**62) + b"x",
    "reserved flags": b"\xf8\x01x",
    "command with more": b"\x05\x02\x01x",
    "seventeen parts": b"\x01\x01x" * 16 + b"\x00\x01x",
    "error": b"\x04\x06\x05ERROR",
    "half a frame, then the end": b"\x00\x0aabc",
}


@pytest.mark.parametrize("data", HOSTILE_FRAMES.values(), ids=HOSTILE_FRAMES.keys())
def test_hostile_frame_ends_in_an_error(data):
    def talk(peer):
        shake_hands(peer)
        peer.sendall(data)

    with raw_server(talk) as port:
        dealer = zmtp.Dealer("127.0.0.1", port, CREDENTIALS)
        with pytest.raises(zmtp.ZmtpError):
            dealer.receive(10)
        dealer.close()


def test_a_message_in_single_bytes_arrives_whole_across_timeouts():
    def talk(peer):
        shake_hands(peer)
        trickle(b"\x01\x03abc\x04\x04\x03odd\x00\x02de", 0.03)(peer)

    with raw_server(talk) as port:
        dealer = zmtp.Dealer("127.0.0.1", port, CREDENTIALS)
        message, waits = None, 0
        while message is None and waits < 1000:
            message, waits = dealer.receive(0.01), waits + 1
        assert message == [b"abc", b"de"]
        assert waits > 3
        dealer.close()


def test_ping_is_answered_with_its_context():
    heard = []

    def talk(peer):
        shake_hands(peer)
        peer.sendall(zmtp.command("PING", b"\x00\x64context") + b"\x00\x02ok")
        heard.append(read_command(peer))

    with raw_server(talk) as port:
        dealer = zmtp.Dealer("127.0.0.1", port, CREDENTIALS)
        assert dealer.receive(5) == [b"ok"]
    dealer.close()
    assert heard == [b"\x04PONGcontext"]


def test_oversized_credentials_are_refused_before_anything_is_sent():
    with raw_server(shake_hands) as port, pytest.raises(ValueError, match="255"):
        zmtp.Dealer("127.0.0.1", port, zmtp.Credentials("ayo", "x" * 256))
