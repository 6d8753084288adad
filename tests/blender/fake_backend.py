"""A libzmq ROUTER whose every answer the test decides, and raw sockets that misbehave."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import zmq
from zmq.auth.thread import ThreadAuthenticator

from blender_addon.backend.discovery import Connection
from blender_addon.backend.zmtp import Credentials

CREDENTIALS = Credentials("ayo", "secret")
WELCOME = {
    "version": 1,
    "backend": "0.0",
    "state": "ready",
    "device": "cpu",
    "model": {"name": "test"},
    "actions": [],
    "facings": ["auto"],
    "limits": {},
}

Say = Callable[..., None]


class FakeBackend:
    """Answers `hello` by itself and hands every other request to `answer(say, header, blobs)` on its own thread."""

    def __init__(self, answer: Callable[[Say, dict[str, Any], list[bytes]], None], **welcome: Any) -> None:
        self.requests: list[dict[str, Any]] = []
        self._answer = answer
        self._welcome = WELCOME | welcome
        self._context = zmq.Context()
        self._auth = ThreadAuthenticator(self._context)
        self._auth.start()
        self._auth.configure_plain(domain="*", passwords=dict([CREDENTIALS]))
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.plain_server = True
        self._socket.linger = 0
        self.port = self._socket.bind_to_random_port("tcp://127.0.0.1")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def connection(self) -> Connection:
        return Connection("127.0.0.1", self.port, CREDENTIALS)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(10)
        self._auth.stop()
        self._context.destroy(linger=0)

    def __enter__(self) -> FakeBackend:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            if not self._socket.poll(20):
                continue
            client, header, *blobs = self._socket.recv_multipart()
            request = json.loads(header)
            self.requests.append(request)

            def say(type_: str, *answer_blobs: bytes, _client: bytes = client, **fields: Any) -> None:
                self._socket.send_multipart(
                    [_client, json.dumps({"ayo": 1, "type": type_, **fields}).encode(), *answer_blobs]
                )

            if request["type"] == "hello":
                say("welcome", **self._welcome)
            else:
                self._answer(say, request, blobs)


@contextlib.contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a TCP server that gives its first connection to `talk` on a thread, then closes it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                talk(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(10)
