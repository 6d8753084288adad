"""Sends to clients without ever waiting for one: what a slow reader can't take yet is kept for it, up to a limit."""

from __future__ import annotations

import errno
from collections import deque
from dataclasses import dataclass, field

import zmq

MAX_BYTES = 64 * 1024 * 1024
MAX_MESSAGES = 10_000
COPIED = 65_536  # bytes; handing over a smaller picture without a copy takes longer than the copy
FIRST_PART = zmq.DONTWAIT | zmq.SNDMORE

Parts = tuple[bytes] | tuple[bytes, memoryview]


@dataclass
class _Pending:
    since: float
    messages: deque[Parts] = field(default_factory=deque)
    size: int = 0


class Outbox:
    """The sending half of the broker's ROUTER socket, which must have ROUTER_MANDATORY."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self._socket = socket
        self._pending: dict[bytes, _Pending] = {}
        self.lost: list[bytes] = []
        self.deaf: list[bytes] = []

    @property
    def stalled(self) -> dict[bytes, _Pending]:
        """Clients that do not keep up with reading."""
        return self._pending

    def send(self, identity: bytes, parts: Parts, now: float) -> None:
        """Send, or keep for later; a client that has gone, or leaves too much unread, is put on `lost`."""
        pending = self._pending.get(identity)
        if pending is None:
            if self._try(identity, parts):
                return
            pending = self._pending[identity] = _Pending(now)
        pending.messages.append(parts)
        pending.size += _size(parts)
        if pending.size > MAX_BYTES or len(pending.messages) > MAX_MESSAGES:
            self.forget(identity)
            self.lost.append(identity)

    def flush(self, now: float, patience_s: float) -> list[bytes]:
        """Send what can be sent by now; returns the clients that have caught up.

        A client that has taken nothing for patience_s is put on `deaf`, again and again; what is kept for it stays, for
        when it reads.
        """
        caught_up = []
        for identity, pending in list(self._pending.items()):
            while pending.messages and self._try(identity, pending.messages[0]):
                pending.size -= _size(pending.messages.popleft())
                pending.since = now
            if not pending.messages:
                del self._pending[identity]
                caught_up.append(identity)
            elif now - pending.since > patience_s:
                pending.since = now
                self.deaf.append(identity)
        return caught_up

    def forget(self, identity: bytes) -> None:
        """Throw away what is kept for a client."""
        self._pending.pop(identity, None)

    def _try(self, identity: bytes, parts: Parts) -> bool:
        """True when nothing is left to do: sent, or the client has gone."""
        try:
            self._socket.send(identity, FIRST_PART)
        except zmq.Again:
            return False
        except zmq.ZMQError as reason:
            if reason.errno != errno.EHOSTUNREACH:
                raise
            self.lost.append(identity)
            return True
        *headers, last = parts
        for header in headers:
            self._socket.send(header, zmq.SNDMORE)
        if len(last) < COPIED:
            self._socket.send(last)
        else:
            self._socket.send(last, copy=False)
        return True


def _size(parts: Parts) -> int:
    return sum(len(part) for part in parts)
