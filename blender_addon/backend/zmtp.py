"""A ZeroMQ DEALER socket in plain Python: just what a client of one Ayo backend needs.

Speaks ZMTP 3.1 (https://rfc.zeromq.org/spec/37/) over TCP with the NULL or the PLAIN mechanism. No Blender ships
pyzmq, and wheels of it refuse to install across Blender's Pythons; this needs the standard library alone.

One thread at a time may use a `Dealer`.
"""

from __future__ import annotations

import socket
import struct
import sys
import time
from typing import NamedTuple

MORE, LONG, COMMAND = 1, 2, 4

GREETING_SIZE = 64
MAX_PARTS = 16
MAX_COMMAND_BYTES = 64 * 1024
# How libzmq 4.3 writes the name ERROR when PLAIN credentials are wrong: the length byte is lost, the next one off.
LIBZMQ_ERROR = b"^RROR"
# Blender, unlike python, leaves SIGPIPE as it was: sending to a backend that has just died would end Blender, too.
QUIETLY = getattr(socket, "MSG_NOSIGNAL", 0)
SO_NOSIGPIPE = 0x1022  # what macOS has instead (sys/socket.h); Python has no name for it


class ZmtpError(Exception):
    """The peer cannot be talked to (any more): it is gone, or what it sent is not ZMTP."""


class RefusedError(ZmtpError):
    """The peer does not accept these credentials."""


class Credentials(NamedTuple):
    """User and password of the PLAIN mechanism, at most 255 bytes of UTF-8 each."""

    user: str
    password: str


def greeting(mechanism: str) -> bytes:
    """The 64 bytes both sides open with: signature, version 3.1, mechanism, as-server 0, filler."""
    return b"\xff" + bytes(7) + b"\x01\x7f" + b"\x03\x01" + mechanism.encode().ljust(20, b"\0") + bytes(32)


def frame(body: bytes, flags: int = 0) -> bytes:
    """One ZMTP frame: a short one up to 255 bytes, a long one beyond."""
    if len(body) < 256:
        return bytes((flags, len(body))) + body
    return struct.pack(">BQ", flags | LONG, len(body)) + body


def command(name: str, data: bytes = b"") -> bytes:
    """A command frame: name and data."""
    return frame(_short(name) + data, COMMAND)


def metadata(properties: dict[str, str]) -> bytes:
    """Connection properties as READY and INITIATE carry them."""
    return b"".join(
        _short(key) + struct.pack(">I", len(value.encode())) + value.encode() for key, value in properties.items()
    )


def _short(text: str) -> bytes:
    raw = text.encode()
    if len(raw) > 255:
        raise ValueError(f"{len(raw)} bytes do not fit a field of at most 255")
    return bytes((len(raw),)) + raw


class Dealer:
    """A connected DEALER. Everything that arrives is bounded in size, everything that waits is bounded in time."""

    def __init__(
        self,
        host: str,
        port: int,
        credentials: Credentials | None = None,
        *,
        timeout: float = 5.0,
        max_message_bytes: int = 64 * 1024 * 1024,
    ) -> None:
        """Connect and shake hands, all within `timeout` seconds.

        Raises `RefusedError` when the credentials are not accepted and `ZmtpError` for everything else that goes wrong.
        """
        self._max_message_bytes = max_message_bytes
        self._timeout = timeout
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        deadline = time.monotonic() + timeout
        try:
            self._socket = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise ZmtpError(f"nothing answers at {host}:{port} ({error})") from error
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if sys.platform == "darwin":
                self._socket.setsockopt(socket.SOL_SOCKET, SO_NOSIGPIPE, 1)
            self._shake_hands(credentials, deadline)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._socket.close()

    def send(self, parts: list[bytes]) -> None:
        """Send one message of at least one part; raises `ZmtpError` when the peer does not take it in time."""
        last = len(parts) - 1
        self._send(b"".join(frame(part, MORE if i < last else 0) for i, part in enumerate(parts)))

    def receive(self, timeout: float) -> list[bytes] | None:
        """The next whole message, or None when none is complete within `timeout` seconds.

        What has arrived of an unfinished message is kept for the next call.
        """
        deadline = time.monotonic() + timeout
        while True:
            got = self._read_frame(deadline)
            if got is None:
                return None
            flags, body = got
            if flags & COMMAND:
                self._answer(body)
                continue
            self._parts.append(body)
            if len(self._parts) > MAX_PARTS or sum(map(len, self._parts)) > self._max_message_bytes:
                raise ZmtpError("the peer sent a message beyond the size limit")
            if not flags & MORE:
                message, self._parts = self._parts, []
                return message

    def _shake_hands(self, credentials: Credentials | None, deadline: float) -> None:
        mechanism = "PLAIN" if credentials else "NULL"
        self._send(greeting(mechanism))
        # Look at the first bytes alone: what is no ZMTP 3 peer may never send all 64.
        if self._take(1, deadline) != b"\xff":
            raise ZmtpError("the peer is no ZeroMQ server")
        signature = self._take(10, deadline)
        if signature[8] != 0x7F or signature[9] < 3:
            raise ZmtpError("the peer does not speak ZMTP 3")
        offered = self._take(GREETING_SIZE - 11, deadline)[1:21].rstrip(b"\0").decode("latin-1")
        if offered != mechanism:
            raise RefusedError(f"the peer wants {offered or 'no'} authentication, not {mechanism}")
        ready = metadata({"Socket-Type": "DEALER", "Identity": ""})
        if credentials:
            self._send(command("HELLO", _short(credentials.user) + _short(credentials.password)))
            self._expect("WELCOME", deadline)
            self._send(command("INITIATE", ready))
        else:
            self._send(command("READY", ready))
        self._expect("READY", deadline)

    def _expect(self, name: str, deadline: float) -> None:
        got = self._read_frame(deadline, closed="the peer closed the connection during the handshake")
        if got is None:
            raise ZmtpError("the peer did not finish the handshake in time")
        flags, body = got
        for refusal in (b"\x05ERROR", LIBZMQ_ERROR):
            if flags & COMMAND and body.startswith(refusal):
                reason = body[len(refusal) + 1 :].decode("latin-1") or "no reason given"
                raise RefusedError(f"the peer refused the connection ({reason})")
        if not flags & COMMAND or _split_command(body)[0] != name:
            raise ZmtpError(f"the peer sent something else than {name} in the handshake")

    def _answer(self, body: bytes) -> None:
        """Commands between messages: PING wants a PONG, ERROR ends it, what is unknown is ignored as ZMTP asks."""
        name, data = _split_command(body)
        if name == "PING":
            self._send(command("PONG", data[2:18]))
        elif name == "ERROR":
            raise ZmtpError("the peer ended the connection")

    def _read_frame(self, deadline: float, closed: str = "it closed the connection") -> tuple[int, bytes] | None:
        """Flags and body of the next frame, or None when it is not complete at the deadline."""
        while True:
            header = 9 if self._buffer and self._buffer[0] & LONG else 2
            if len(self._buffer) >= header:
                flags = self._buffer[0]
                size = int.from_bytes(self._buffer[1:header], "big")
                # A command is never LONG | MORE and never big; refuse before a byte of it is stored.
                limit = MAX_COMMAND_BYTES if flags & COMMAND else self._max_message_bytes
                if flags & ~(MORE | LONG | COMMAND) or (flags & COMMAND and flags & MORE) or size > limit:
                    raise ZmtpError("the peer sent a malformed or far too large frame")
                if len(self._buffer) >= header + size:
                    body = bytes(self._buffer[header : header + size])
                    del self._buffer[: header + size]
                    return flags, body
            if not self._fill(deadline, closed):
                return None

    def _take(self, size: int, deadline: float) -> bytes:
        while len(self._buffer) < size:
            if not self._fill(deadline, "the peer closed the connection during the handshake"):
                raise ZmtpError("the peer did not finish the handshake in time")
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _fill(self, deadline: float, closed: str) -> bool:
        """Wait for more bytes; False when none came before the deadline."""
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        try:
            self._socket.settimeout(left)
            chunk = self._socket.recv(256 * 1024)
        except TimeoutError:
            return False
        except OSError as error:
            raise ZmtpError(f"the connection broke ({error})") from error
        if not chunk:
            raise ZmtpError(closed)
        self._buffer += chunk
        return True

    def _send(self, data: bytes) -> None:
        try:
            self._socket.settimeout(self._timeout)
            self._socket.sendall(data, QUIETLY)
        except OSError as error:
            raise ZmtpError(f"the connection broke ({error})") from error


def _split_command(body: bytes) -> tuple[str, bytes]:
    size = body[0] if body else 0
    return body[1 : 1 + size].decode("latin-1"), body[1 + size :]
