"""ZMTP 3.1 by hand, as docs/protocol.md describes it: for vectors, and for peers that misbehave."""

from __future__ import annotations

import socket
import struct

GREETING = bytes.fromhex("ff00000000000000017f0301") + b"PLAIN".ljust(20, b"\0") + bytes(32)
MORE, LONG, COMMAND = 1, 2, 4
READY = b"\x05READY"
WELCOME = b"\x07WELCOME"
INITIATE = b"\x08INITIATE\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x00"


def frame(body: bytes, flags: int = 0) -> bytes:
    """The bytes of one frame."""
    if len(body) > 255:
        return bytes([flags | LONG]) + struct.pack(">Q", len(body)) + body
    return bytes([flags, len(body)]) + body


def message(*parts: bytes) -> bytes:
    """The bytes of one message."""
    return b"".join(frame(part, MORE) for part in parts[:-1]) + frame(parts[-1])


def hello(user: bytes, password: bytes) -> bytes:
    """The body of PLAIN's HELLO command."""
    return b"\x05HELLO" + bytes([len(user)]) + user + bytes([len(password)]) + password


class Peer:
    """A raw connection."""

    def __init__(self, endpoint: str, timeout: float = 300.0) -> None:
        host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout)

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def greet(self) -> bytes:
        """Exchange greetings; returns the backend's."""
        self.socket.sendall(GREETING)
        return self.read(64)

    def shake_hands(self, user: bytes, password: bytes) -> None:
        """Greeting and handshake with the right credentials."""
        self.greet()
        self.socket.sendall(frame(hello(user, password), COMMAND))
        assert self.frame() == (COMMAND, WELCOME)
        self.socket.sendall(frame(INITIATE, COMMAND))
        flags, body = self.frame()
        assert flags & COMMAND
        assert body.startswith(READY)

    def frame(self) -> tuple[int, bytes]:
        """The next frame: its flags, without LONG, and body."""
        flags = self.read(1)[0]
        length = struct.unpack(">Q", self.read(8))[0] if flags & LONG else self.read(1)[0]
        return flags & ~LONG, self.read(length)

    def message(self) -> list[bytes]:
        """The next message; commands in between are passed over."""
        parts = []
        while True:
            flags, body = self.frame()
            if flags & COMMAND:
                continue
            parts.append(body)
            if not flags & MORE:
                return parts

    def read(self, size: int) -> bytes:
        """Exactly so many bytes; EOFError when the backend closes first."""
        data = b""
        while len(data) < size:
            chunk = self.socket.recv(size - len(data))
            if not chunk:
                raise EOFError(f"closed after {len(data)} of {size} bytes")
            data += chunk
        return data

    def wait_closed(self) -> bytes:
        """Until the backend has closed the connection (TimeoutError when it does not); returns what came before."""
        data = b""
        try:
            while chunk := self.socket.recv(65536):
                data += chunk
        except ConnectionError:
            pass
        return data
