"""The door: the socket clients connect to, with its lock, and the connection file's content."""

from __future__ import annotations

import zmq

from ayo_backend.errors import AyoError
from ayo_backend.service import discovery, protocol, security
from ayo_backend.service.discovery import Connection
from ayo_backend.service.security import Gate
from ayo_backend.service.settings import Settings

UNREAD = 32  # messages libzmq keeps for one client, beside the system's buffers, before it calls it slow


class Front:
    """A ROUTER socket that listens. Raises AyoError when it can't, or not safely."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], gate: Gate, settings: Settings) -> None:
        security.check_bind(settings.bind, settings.curve)
        self.socket = socket = context.socket(zmq.ROUTER)
        socket.router_mandatory = True
        socket.linger = 0
        socket.sndhwm, socket.rcvhwm = UNREAD, 16
        socket.maxmsgsize = protocol.MAX_FRAME
        socket.handshake_ivl = 10_000
        socket.heartbeat_ivl, socket.heartbeat_timeout = 15_000, 60_000
        self._local_key = ""
        try:
            self.connection = self._curve(gate, settings.bind) if settings.curve else self._plain(gate, settings.bind)
        except BaseException:
            socket.close()
            raise

    def is_local(self, frame: zmq.Frame) -> bool:
        """The message came from a reader of this machine's connection file."""
        return not self._local_key or frame.get("User-Id") == security.user_of(self._local_key)

    def _plain(self, gate: Gate, bind: str) -> Connection:
        password = security.new_password()
        gate.allow_password("clients", password)
        security.guard_plain(self.socket, "clients")
        return discovery.described(self._listen(bind), "PLAIN", user=security.USER, password=password)

    def _curve(self, gate: Gate, bind: str) -> Connection:
        keys, local = security.server_keys(), security.new_keys()
        self._local_key = local.public
        gate.allow_keys(lambda: {*security.allowed_clients().values(), local.public})
        security.guard_curve(self.socket, keys)
        credentials = {"server_key": keys.public, "public_key": local.public, "secret_key": local.secret}
        return discovery.described(self._listen(bind), "CURVE", **credentials)

    def _listen(self, bind: str) -> str:
        """Bind, and say where clients on this machine find it."""
        self.socket.ipv6 = "[" in bind
        try:
            self.socket.bind(bind)
        except zmq.ZMQError as reason:
            message = f"Cannot listen on {bind}: {reason.strerror}."
            raise AyoError("cannot_listen", message, "Choose another port, or 0 for any free one.") from None
        endpoint = self.socket.get_string(zmq.LAST_ENDPOINT).rstrip("\0")
        return endpoint.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
