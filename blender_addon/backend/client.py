"""The messages of ayo/1 (docs/protocol.md) over one connection to a backend."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from .clip import Frame
from .discovery import Connection
from .errors import BackendError
from .zmtp import Dealer, RefusedError, ZmtpError

PROTOCOL = 1
MAX_HEADER_BYTES = 65_536
CONNECT_TIMEOUT = 5.0
ANSWER_TIMEOUT = 10.0
MAX_FRAME_SIDE = 8192
MAX_FRAMES = 256


class Message(NamedTuple):
    """A message of the backend: its type, all header fields, and the blobs after it."""

    type: str
    fields: dict[str, Any]
    blobs: list[bytes]


def pack(type_: str, fields: dict[str, Any], *blobs: bytes) -> list[bytes]:
    """A message as ZeroMQ parts."""
    header = {"ayo": PROTOCOL, "type": type_, **fields}
    return [json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(), *blobs]


def unpack(parts: list[bytes]) -> Message:
    """Read what the backend sent; `BackendError` bad_answer when it makes no sense."""
    try:
        if len(parts[0]) > MAX_HEADER_BYTES:
            raise ValueError("header too long")
        header = json.loads(parts[0].decode("utf-8"), parse_constant=_no_constant)
        type_ = header["type"]
        if header["ayo"] != PROTOCOL or not isinstance(type_, str):
            raise ValueError("not ayo/1")
    # A deeply nested header is a RecursionError.
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _bad_answer(error) from error
    return Message(type_, header, parts[1:])


def read_frame(message: Message) -> Frame:
    """The picture of a `frame` message; `BackendError` bad_answer when it does not add up."""
    try:
        width, height = (_whole(message.fields[side], 1, MAX_FRAME_SIDE) for side in ("width", "height"))
        frame = Frame(
            index=_whole(message.fields["index"], 0, MAX_FRAMES),
            width=width,
            height=height,
            offset=read_offset(message.fields["offset"]),
            duration_ms=_whole(message.fields["duration_ms"], 1, 3_600_000),
            rgba=message.blobs[0],
        )
        if len(message.blobs) != 1 or len(frame.rgba) != width * height * 4:
            raise ValueError("the picture is not as long as its size says")
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _bad_answer(error) from error
    return frame


def read_offset(value: Any) -> tuple[int, int]:
    dx, dy = value
    return _whole(dx, -MAX_FRAME_SIDE, 0), _whole(dy, -MAX_FRAME_SIDE, 0)


def read_point(value: Any) -> tuple[float, float]:
    x, y = (float(number) for number in value)
    if not (abs(x) <= MAX_FRAME_SIDE and abs(y) <= MAX_FRAME_SIDE):
        raise ValueError(f"{value!r} is no point of a picture")
    return x, y


def has_feature(welcome: dict[str, Any] | None, name: str) -> bool:
    """Whether the backend that said `welcome` has an addition to the protocol's first version."""
    features = (welcome or {}).get("features")
    return isinstance(features, list) and name in features


def read_error(message: Message) -> BackendError:
    """The `BackendError` that an `error` message tells of."""
    text = {key: str(message.fields.get(key) or "") for key in ("code", "message", "hint")}
    return BackendError(
        text["code"] or "internal", text["message"] or "Ayo reported an error without a reason.", text["hint"]
    )


class Client:
    """A connection that has said hello. `welcome` has the header fields of the backend's answer."""

    def __init__(self, connection: Connection, version: str) -> None:
        """Connect and say hello; `version` is the add-on's. Raises `BackendError`."""
        try:
            self._dealer = Dealer(connection.host, connection.port, connection.credentials, timeout=CONNECT_TIMEOUT)
        except RefusedError as error:
            raise BackendError(
                "refused",
                "Another program or another Ayo has taken the place of the one that was found.",
                "Start Ayo again.",
            ) from error
        except ZmtpError as error:
            raise BackendError("not_running", "Ayo is not running.", "Start it with the button below.") from error
        try:
            hello: dict[str, Any] = {"versions": [PROTOCOL], "client": {"name": "Blender", "version": version}}
            if connection.is_loopback:
                hello["pid"] = os.getpid()
            self.welcome = self._ask("hello", hello, "welcome")
            if self.welcome.get("version") != PROTOCOL:
                raise BackendError(
                    "wrong_version", "The running Ayo is of another generation than this add-on.", "Update both."
                )
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._dealer.close()

    def send(self, type_: str, fields: dict[str, Any], *blobs: bytes) -> None:
        try:
            self._dealer.send(pack(type_, fields, *blobs))
        except ZmtpError as error:
            raise _lost(error) from error

    def receive(self, timeout: float) -> Message | None:
        """The next message, or None when none has come within `timeout` seconds."""
        try:
            parts = self._dealer.receive(timeout)
        except ZmtpError as error:
            raise _lost(error) from error
        return None if parts is None else unpack(parts)

    def status(self) -> dict[str, Any]:
        """The fields of the backend's `status`. Only for a connection without jobs."""
        return self._ask("status", {}, "status")

    def shutdown(self) -> None:
        """Have the backend end. Only for a connection without jobs."""
        self._ask("shutdown", {}, "bye")

    def _ask(self, type_: str, fields: dict[str, Any], answer: str) -> dict[str, Any]:
        self.send(type_, fields)
        message = self.receive(ANSWER_TIMEOUT)
        if message is None:
            raise BackendError("silent", "Ayo does not answer.", "Stop it and start it again.")
        if message.type == "error":
            error = read_error(message)
            if error.code == "unsupported_version":
                error = BackendError("wrong_version", error.message, error.hint)
            raise error
        if message.type != answer:
            raise _bad_answer(f"{message.type} instead of {answer}")
        return message.fields


def _lost(error: Exception) -> BackendError:
    return BackendError("lost", f"Ayo is gone ({error}).", "Start it and try again.")


def _bad_answer(reason: object) -> BackendError:
    return BackendError(
        "bad_answer",
        f"Ayo sent something that makes no sense ({reason}).",
        "Update the add-on and Ayo, and start Ayo again.",
    )


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _whole(value: Any, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{value!r} is not a whole number from {low} to {high}")
    return value
