"""Servers for the transport's and the client's tests: an echo, a scripted backend, and peers that misbehave."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import zmq
from zmq.auth.thread import ThreadAuthenticator

TORSO = b"\x3b\x6f\xd4\xff"
USER, PASSWORD = "ayo", "0123456789abcdef" * 4
Header = dict[str, Any]
Answer = Callable[[zmq.Socket[bytes], list[bytes]], None]


@contextlib.contextmanager
def router(answer: Answer, *, password: bool) -> Iterator[str]:
    """A ROUTER on a free loopback port that hands every message to answer; yields its endpoint."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    authenticator = ThreadAuthenticator(context)
    authenticator.start()
    authenticator.configure_plain(domain="*", passwords={USER: PASSWORD})
    server = context.socket(zmq.ROUTER)
    server.linger = 0
    server.heartbeat_ivl = 500
    server.heartbeat_timeout = 10_000
    server.maxmsgsize = -1
    server.plain_server = password
    port = server.bind_to_random_port("tcp://127.0.0.1")
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            if server.poll(50):
                answer(server, server.recv_multipart())
        server.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{port}"
    finally:
        stop.set()
        thread.join()
        authenticator.stop()
        context.term()


def echo(server: zmq.Socket[bytes], message: list[bytes]) -> None:
    """Send every message back."""
    server.send_multipart(message)


class Script:
    """A backend that speaks docs/protocol.md and does what the requested action's name says."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}

    def __call__(self, server: zmq.Socket[bytes], message: list[bytes]) -> None:
        client, header, *blobs = message
        request: Header = json.loads(header)

        def say(fields: Header, *pictures: bytes) -> None:
            server.send_multipart([client, json.dumps({"ayo": 1} | fields).encode(), *pictures])

        getattr(self, "on_" + request["type"])(request, blobs, say)

    def on_hello(self, _request: Header, _blobs: list[bytes], say: Callable[..., None]) -> None:
        walk = {"name": "walk", "frames": 4, "durations_ms": [100] * 4, "loop": "loop"}
        limits = {"min_side": 8, "max_side": 1024, "min_frames": 2, "max_frames": 32}
        ready = {"state": "ready", "problem": None, "device": "cpu", "model": None, "features": []}
        names = {"actions": [walk], "facings": ["auto", "right"], "limits": limits}
        say({"type": "welcome", "version": 1, "backend": "0"} | ready | names)

    def on_status(self, _request: Header, _blobs: list[bytes], say: Callable[..., None]) -> None:
        say({"type": "status", "state": "ready"})

    def on_cancel(self, request: Header, _blobs: list[bytes], say: Callable[..., None]) -> None:
        say({"type": "cancelled", "id": request["id"], "was": "running"})

    def on_animate(self, request: Header, blobs: list[bytes], say: Callable[..., None]) -> None:
        action, job, options = request["action"], request["id"], request.get("options", {})
        sprite, *told = blobs
        pins = [pin["frame"] for pin in options.get("pins", [])]
        watched = len(options.get("like", {}).get("durations_ms", []))
        parts = [told.pop(0)] if options.get("parts") and told else []
        self.asked[action] = self.asked.get(action, 0) + 1
        width, height, count = request["width"], request["height"], request.get("frames") or 4
        if action == "busy" and self.asked[action] == 1:
            say({"type": "error", "id": job, "of": "animate", "code": "busy", "message": "Full.", "hint": "",
                 "final": True, "queue": 9})  # fmt: skip
            return
        if action == "fly":
            say({"type": "error", "id": job, "of": "animate", "code": "unknown_action",
                 "message": "There is no action 'fly'.", "hint": "Try walk.", "final": True})  # fmt: skip
            return
        if len(parts) != options.get("parts", False) or len(told) != len(pins) + watched:
            say({"type": "error", "id": job, "of": "animate", "code": "bad_message",
                 "message": "Another number of pictures.", "hint": "", "final": True})  # fmt: skip
            return
        say({"type": "accepted", "id": job, "position": 2, "frames": count, "state": "ready", "again": False})
        if action == "garbage":
            say({"type": "frame", "id": job, "index": 0, "width": "wide", "height": None}, b"...")
            return
        if action == "stall":
            return
        size = {"width": width, "height": height, "offset": [0, 0]}
        for index in range(count):
            drawn = told[pins.index(index + 1)] if index + 1 in pins else sprite
            say({"type": "frame", "id": job, "index": index, "frames": count, "duration_ms": 50 + index} | size, drawn)
        seen = [*parts, TORSO * (width * height)][:1] if options.get("show_parts") and action != "hide" else []
        say({"type": "done", "id": job, "action": action, "facing": "right", "creature": "bird", "frames": count,
             "loop": "loop", "durations_ms": [50 + i for i in range(count)],
             "pivot": [width / 2, height]} | size, *seen)  # fmt: skip


class Deaf(Script):
    """A backend that misses the first hello."""

    def on_hello(self, request: Header, blobs: list[bytes], say: Callable[..., None]) -> None:
        if "hello" in self.asked:
            super().on_hello(request, blobs, say)
        self.asked["hello"] = 1


class Newer(Script):
    """A backend that speaks a later version of the protocol only."""

    def on_hello(self, _request: Header, _blobs: list[bytes], say: Callable[..., None]) -> None:
        say({"type": "error", "id": None, "of": "hello", "code": "unsupported_version", "final": True,
             "message": "No version in common.", "hint": "Update the plugin."})  # fmt: skip


def signature() -> bytes:
    """The first ten bytes a ZMTP peer sends."""
    return b"\xff" + bytes(7) + b"\x01\x7f"


def greeting(mechanism: bytes) -> bytes:
    """A whole ZMTP 3.1 greeting."""
    return signature() + b"\x03\x01" + mechanism.ljust(20, b"\0") + b"\x01" + bytes(31)


def ready() -> bytes:
    """The READY command of a NULL handshake."""
    body = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 6) + b"ROUTER"
    return b"\x04" + bytes([len(body)]) + body


# What a peer sends, byte for byte, to a client that uses the NULL mechanism. None: it hangs up at once.
PEERS: dict[str, bytes | None] = {
    "http": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    "hangup": None,
    "curve": greeting(b"CURVE"),
    "plain": greeting(b"PLAIN"),
    "old": signature() + b"\x01\x00" + bytes(52),
    "bad_flags": greeting(b"NULL") + ready() + b"\xf8\x01x",
    "huge": greeting(b"NULL") + ready() + b"\x02" + b"\xff" * 8,
    "large": greeting(b"NULL") + ready() + b"\x02" + struct.pack(">Q", 1 << 40),
    "nameless": greeting(b"NULL") + b"\x04\x00",
    "long_name": greeting(b"NULL") + b"\x04\x02\x09A",
    "early": greeting(b"NULL") + b"\x00\x01x",
    "error": greeting(b"NULL") + b"\x04\x0a\x05ERROR\x03400",
    "misspelt": greeting(b"NULL") + b"\x04\x09^RROR\x03400",
    "trickle": greeting(b"NULL") + ready() + b"\x01\x05hello\x00\x05world",
    "mute": b"",
}


def vector_peers(vectors: dict[str, Any]) -> dict[str, bytes | None]:
    """What a peer sends for each case of docs/protocol-vectors.json, from the greeting on."""
    hello = bytes.fromhex(vectors["greeting"]["backend"])
    opening = hello + b"".join(_wires(frame for frame in vectors["handshake"]["frames"] if frame["from"] == "backend"))
    pings = _wires(beat for beat in vectors["heartbeat"] if beat["name"] == "PING")
    # An empty frame ends the messages that the single frames with MORE begin.
    frames = [bytes.fromhex(case["wire"]) + b"\0\0" * case["flags"] for case in vectors["frames"]]
    messages = [*frames, *_wires(vectors["answers"].values())]
    said: dict[str, bytes | None] = {"conversation": opening + b"".join([*pings, *messages])}
    said |= {f"refusal: {case['name']}": hello + bytes.fromhex(case["wire"]) for case in vectors["refusals"]}
    said |= {f"greeting: {name}": bytes.fromhex(wire) for name, wire in vectors["bad_greetings"].items()}
    said |= {f"wire: {name}": opening + bytes.fromhex(wire) for name, wire in vectors["bad_wire"].items()}
    return said


def vector_replies(vectors: dict[str, Any]) -> bytes:
    """What the client must have sent in the conversation of vector_peers, byte for byte."""
    handshake = _wires(frame for frame in vectors["handshake"]["frames"] if frame["from"] == "client")
    pongs = _wires(beat for beat in vectors["heartbeat"] if beat["name"] == "PONG")
    return b"".join([bytes.fromhex(vectors["greeting"]["client"]), *handshake, *pongs])


def _wires(cases: Iterable[dict[str, Any]]) -> list[bytes]:
    return [bytes.fromhex(case["wire"]) for case in cases]


@contextlib.contextmanager
def peers(said: dict[str, bytes | None], heard: dict[str, bytes]) -> Iterator[dict[str, int]]:
    """A peer for each entry, on a port of its own; yields their ports. heard gets what came last from a client."""
    sockets = {name: socket.create_server(("127.0.0.1", 0)) for name in said}
    for name, server in sockets.items():
        threading.Thread(target=_listen, args=(server, name, said[name], heard), daemon=True).start()
    try:
        yield {name: server.getsockname()[1] for name, server in sockets.items()}
    finally:
        for server in sockets.values():
            server.close()


def _listen(server: socket.socket, name: str, says: bytes | None, heard: dict[str, bytes]) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_speak, args=(connection, name, says, heard), daemon=True).start()


def _speak(connection: socket.socket, name: str, says: bytes | None, heard: dict[str, bytes]) -> None:
    with contextlib.suppress(OSError), connection:
        heard[name] = connection.recv(64)
        if says is None:
            return
        for i in range(len(says)) if name == "trickle" else ():
            connection.sendall(says[i : i + 1])
            time.sleep(0.002)
        if name != "trickle":
            connection.sendall(says)
        while more := connection.recv(4096):
            heard[name] += more
