"""Writes docs/protocol-vectors.json, the bytes that all clients are tested with.

python tests/service/service_vectors.py > docs/protocol-vectors.json
"""

from __future__ import annotations

import json
from typing import Any

from service_zmtp import COMMAND, GREETING, INITIATE, MORE, WELCOME, frame, hello, message

from ayo_backend.service import protocol
from ayo_backend.service.protocol import (
    Accepted,
    ActionInfo,
    Animate,
    Answer,
    Batch,
    Bye,
    Cancel,
    Cancelled,
    ClientInfo,
    Done,
    Error,
    Frame,
    Hello,
    Jobs,
    Like,
    Limits,
    Memory,
    Model,
    Options,
    Percentiles,
    Pin,
    Problem,
    Queue,
    Report,
    Request,
    Shutdown,
    Status,
    Welcome,
    WorkerInfo,
)

ABOUT = """The bytes of the Ayo protocol, version 1; docs/protocol.md explains them. All bytes are hexadecimal.
greeting: 64 bytes each way. handshake: the frames of a PLAIN handshake, in order. refusals: frames a backend may send
instead of WELCOME or READY. heartbeat: commands. frames: single frames: flags as sent without LONG, body, bytes on the
wire. bad_wire: what a broken backend might send after the handshake (bad_greetings: instead of the greeting); a client
must close. requests and answers: whole messages: `header` is the JSON object (compare it as an object, the order of
fields is free), `blobs`, and `wire`, one possible encoding. bad_requests: headers and blobs that must be answered by
an error with this code."""

MODEL = Model("ayo-0.1", "ab" * 32, "MIT")
ACTIONS = (
    ActionInfo("idle", 4, (160, 160, 160, 160), "loop"),
    ActionInfo("attack", 5, (70, 90, 50, 150, 100), "once"),
)
PICTURE = bytes(range(256))  # 8×8 RGBA
PINNED = PICTURE[128:] + PICTURE[:128]
PARTS = bytes((59, 111, 212, 255)) * 32 + bytes(4) * 32  # its upper half a torso

REQUESTS: dict[str, tuple[Request, tuple[bytes, ...]]] = {
    "hello": (Hello(versions=[1], client=ClientInfo("example", "1.0")), ()),
    "hello_with_pid": (Hello(versions=[1], client=ClientInfo("example", "1.0"), pid=4711), ()),
    "animate_least": (Animate(id="a1", width=8, height=8, action="walk"), (PICTURE,)),
    "animate_full": (
        Animate(
            id="job.2_b-3",
            width=8,
            height=8,
            action="attack",
            facing="left",
            frames=6,
            options=Options(seed=4294967295, energy=1.5, timeout_s=30.0, slash=False, glow=False, creature="spider"),
        ),
        (PICTURE,),
    ),
    "animate_with_parts": (
        Animate(id="a2", width=8, height=8, action="walk", options=Options(parts=True, show_parts=True)),
        (PICTURE, PARTS),
    ),
    "animate_with_pins": (
        Animate(
            id="a3",
            width=8,
            height=8,
            action="walk",
            frames=6,
            options=Options(parts=True, pins=(Pin(5, 8, 8), Pin(2, 8, 16))),
        ),
        (PICTURE, PARTS, PINNED, PINNED + PICTURE),
    ),
    "animate_like_a_clip": (
        Animate(
            id="a4",
            width=8,
            height=8,
            action="run",
            options=Options(pins=(Pin(2, 8, 8),), like=Like(8, 16, (80, 120, 80))),
        ),
        (PICTURE, PINNED, *[PINNED + PICTURE, PICTURE + PINNED, PICTURE + PICTURE]),
    ),
    "cancel": (Cancel(id="a1"), ()),
    "status": (Status(), ()),
    "shutdown": (Shutdown(), ()),
}

ANSWERS: dict[str, tuple[Answer, tuple[bytes, ...]]] = {
    "welcome_loading": (
        Welcome(
            version=1,
            backend="0.1.0",
            state="loading",
            problem=None,
            device=None,
            model=None,
            actions=ACTIONS,
            facings=("auto", "right", "left", "down", "up"),
            creatures=("auto", "humanoid", "spider"),
            limits=Limits(8, 1024, 2, 32, 128, 1024),
        ),
        (),
    ),
    "welcome_failed": (
        Welcome(
            version=1,
            backend="0.1.0",
            state="failed",
            problem=Problem("internal", "There are no weights.", "Install Ayo again."),
            device="cpu",
            model=MODEL,
            actions=ACTIONS[:1],
            facings=("auto", "right"),
            limits=Limits(8, 1024, 2, 32, 128, 1024),
            features=("something-new",),
        ),
        (),
    ),
    "accepted": (Accepted(id="a1", position=3, frames=8, state="ready"), ()),
    "accepted_again": (Accepted(id="a1", position=0, frames=8, state="ready", again=True), ()),
    "frame": (
        Frame(id="a1", index=0, frames=8, width=9, height=10, offset=(-1, -2), duration_ms=100),
        (bytes(i * 7 % 256 for i in range(9 * 10 * 4)),),
    ),
    "done": (
        Done(
            id="a1",
            action="walk",
            facing="right",
            frames=3,
            width=9,
            height=10,
            offset=(-1, -2),
            durations_ms=(100, 110, 90),
            loop="ping-pong",
            pivot=(4.5, 10.0),
            queued_ms=12,
            generated_ms=345,
            creature="bird",
        ),
        (),
    ),
    "done_with_parts": (
        Done(
            id="a2",
            action="walk",
            facing="right",
            frames=2,
            width=8,
            height=8,
            offset=(0, 0),
            durations_ms=(100, 100),
            loop="loop",
            pivot=(4.0, 8.0),
            queued_ms=0,
            generated_ms=5,
            creature="humanoid",
        ),
        (PARTS,),
    ),
    "cancelled": (Cancelled(id="a1", was="running"), ()),
    "status": (
        Report(
            state="ready",
            problem=None,
            device="cpu",
            model=MODEL,
            backend="0.1.0",
            pid=4711,
            endpoint="tcp://127.0.0.1:40123",
            uptime_s=12.5,
            queue=Queue(0, 1, 1024),
            clients=1,
            jobs=Jobs(5, 2, 1, 1, 3),
            frames=40,
            errors={"bad_message": 3},
            batch=Batch(1.5, 4, 8),
            frame_ms=Percentiles(8.1, 12.5, 20.0),
            memory=Memory(50_000_000, 400_000_000),
            worker=WorkerInfo(4712, 0),
        ),
        (),
    ),
    "bye": (Bye(), ()),
    "error_of_job": (
        Error(id="a1", of="animate", code="worker_crashed", message="It broke.", hint="Send it again."),
        (),
    ),
    "error_busy": (
        Error(
            id="a1", of="animate", code="busy", message="The queue is full: 1024 jobs wait.", hint="Later.", queue=1024
        ),
        (),
    ),
    "error_not_final": (
        Error(id="a1", of="animate", code="bad_message", message="In use.", hint="Choose another.", final=False),
        (),
    ),
    "error_without_job": (
        Error(id=None, of=None, code="bad_message", message="Not a JSON object.", hint=""),
        (),
    ),
}


def _pin(frame: float) -> dict[str, float]:
    return {"frame": frame, "width": 8, "height": 8}


_LIKE = {"width": 8, "height": 8, "durations_ms": [80, 120]}
_GOOD = {"ayo": 1, "type": "animate", "id": "x", "width": 8, "height": 8, "action": "walk"}
BAD_REQUESTS: list[tuple[str, bytes, tuple[bytes, ...], str]] = [
    ("empty header", b"", (), "bad_message"),
    ("not JSON", b"hello", (), "bad_message"),
    ("not UTF-8", b'{"ayo":1,"type":"\xff"}', (), "bad_message"),
    ("not an object", b"[1]", (), "bad_message"),
    ("NaN", b'{"ayo":1,"type":"cancel","id":NaN}', (), "bad_message"),
    ("no version", b'{"type":"status"}', (), "bad_message"),
    ("no type", b'{"ayo":1}', (), "bad_message"),
    ("unknown type", b'{"ayo":1,"type":"dance"}', (), "bad_message"),
    ("unknown field", b'{"ayo":1,"type":"status","colour":"red"}', (), "bad_message"),
    ("other version", b'{"ayo":2,"type":"status"}', (), "unsupported_version"),
    (
        "hello without a common version",
        b'{"ayo":3,"type":"hello","versions":[2,3],"client":{"name":"a","version":"1"}}',
        (),
        "unsupported_version",
    ),
    ("id of a wrong type", b'{"ayo":1,"type":"cancel","id":5}', (), "bad_message"),
    ("cancel of an unknown id", b'{"ayo":1,"type":"cancel","id":"nobody"}', (), "bad_message"),
    ("a blob too many", b'{"ayo":1,"type":"status"}', (b"",), "bad_message"),
    ("no picture", json.dumps(_GOOD).encode(), (), "bad_message"),
    ("two pictures", json.dumps(_GOOD).encode(), (PICTURE, PICTURE), "bad_message"),
    (
        "parts are told, but not sent",
        json.dumps(_GOOD | {"options": {"parts": True}}).encode(),
        (PICTURE,),
        "bad_message",
    ),
    (
        "picture of the parts too short",
        json.dumps(_GOOD | {"options": {"parts": True}}).encode(),
        (PICTURE, PARTS[:-1]),
        "bad_message",
    ),
    (
        "a pinned frame is not sent",
        json.dumps(_GOOD | {"options": {"pins": [_pin(1), _pin(2)]}}).encode(),
        (PICTURE, PINNED),
        "bad_message",
    ),
    (
        "picture of a pinned frame too short",
        json.dumps(_GOOD | {"options": {"pins": [_pin(1)]}}).encode(),
        (PICTURE, PINNED[:-1]),
        "bad_message",
    ),
    *(
        (
            f"pins {pins} of four frames",
            json.dumps(_GOOD | {"frames": 4, "options": {"pins": [_pin(frame) for frame in pins]}}).encode(),
            (PICTURE, *[PINNED] * len(pins)),
            "bad_pin",
        )
        for pins in ([5], [2, 3, 2])
    ),
    (
        "a pinned picture that can be no frame",
        json.dumps(_GOOD | {"options": {"pins": [_pin(1) | {"width": 7}]}}).encode(),
        (PICTURE, PINNED[: 7 * 8 * 4]),
        "bad_pin",
    ),
    (
        "a frame of the clip to move like is not sent",
        json.dumps(_GOOD | {"options": {"like": _LIKE}}).encode(),
        (PICTURE, PICTURE),
        "bad_message",
    ),
    (
        "a frame of the clip to move like is too short",
        json.dumps(_GOOD | {"options": {"like": _LIKE}}).encode(),
        (PICTURE, PICTURE, PICTURE[:-1]),
        "bad_message",
    ),
    (
        "a clip to move like that is too narrow",
        json.dumps(_GOOD | {"options": {"like": _LIKE | {"width": 7}}}).encode(),
        (PICTURE, *[PICTURE[: 7 * 8 * 4]] * 2),
        "bad_clip",
    ),
    ("picture too short", json.dumps(_GOOD).encode(), (PICTURE[:-1],), "bad_message"),
    ("picture too long", json.dumps(_GOOD).encode(), (PICTURE + b"0",), "bad_message"),
    *(
        (f"{field} = {value!r}", json.dumps(_GOOD | {field: value}).encode(), (PICTURE,), code)
        for field, value, code in (
            ("id", "", "bad_message"),
            ("id", "a/b", "bad_message"),
            ("id", "x" * 65, "bad_message"),
            ("width", -8, "bad_message"),
            ("width", 8.0, "bad_message"),
            ("width", "8", "bad_message"),
            ("width", None, "bad_message"),
            ("width", 10**30, "image_too_large"),
            ("width", 0, "empty_image"),
            ("height", 0, "empty_image"),
            ("height", 100_000, "image_too_large"),
            ("height", 7, "image_too_small"),
            ("height", 9, "bad_message"),
            ("action", "", "unknown_action"),
            ("action", "fly", "unknown_action"),
            ("action", 1, "bad_message"),
            ("facing", "inside", "unknown_facing"),
            ("frames", 10_000, "too_many_frames"),
            ("frames", 1, "too_many_frames"),
            ("frames", -3, "too_many_frames"),
            ("frames", 2.5, "bad_message"),
            ("options", {"seed": -1}, "bad_message"),
            ("options", {"seed": 2**32}, "bad_message"),
            ("options", {"energy": -0.1}, "bad_message"),
            ("options", {"energy": 2.1}, "bad_message"),
            ("options", {"slash": 0}, "bad_message"),
            ("options", {"glow": 1}, "bad_message"),
            ("options", {"creature": 0}, "bad_message"),
            ("options", {"creature": "dragon"}, "unknown_creature"),
            ("options", {"parts": 1}, "bad_message"),
            ("options", {"show_parts": "yes"}, "bad_message"),
            ("options", {"pins": 1}, "bad_message"),
            ("options", {"pins": [1]}, "bad_message"),
            ("options", {"pins": [_pin(0)]}, "bad_message"),
            ("options", {"pins": [_pin(1.5)]}, "bad_message"),
            ("options", {"pins": [{"frame": 1, "width": 8}]}, "bad_message"),
            ("options", {"pins": [_pin(frame) for frame in range(1, 34)]}, "bad_message"),
            ("options", {"like": 1}, "bad_message"),
            ("options", {"like": {"width": 8, "height": 8}}, "bad_message"),
            ("options", {"like": _LIKE | {"durations_ms": [80]}}, "bad_message"),
            ("options", {"like": _LIKE | {"durations_ms": [80, 0]}}, "bad_message"),
            ("options", {"like": _LIKE | {"durations_ms": [80, 10**30]}}, "bad_message"),
            ("options", {"like": _LIKE | {"durations_ms": [80] * 33}}, "bad_message"),
            ("options", {"timeout_s": 0}, "bad_message"),
            ("options", {"speed": 1}, "bad_message"),
            ("options", None, "bad_message"),
        )
    ),
    ("transparent picture", json.dumps(_GOOD).encode(), (bytes(256),), "empty_image"),
]


def vectors() -> dict[str, Any]:
    """The content of the file."""
    server_ready = b"\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER\x08Identity\x00\x00\x00\x00"
    return {
        "about": ABOUT.replace("\n", " "),
        "ayo": protocol.VERSION,
        "greeting": {"client": GREETING.hex(), "backend": GREETING.hex()},
        "bad_greetings": {
            "HTTP": (b"HTTP/1.1 400 Bad Request\r\n" + bytes(64))[:64].hex(),
            "NULL mechanism": GREETING.replace(b"PLAIN", b"NULL\0").hex(),
            "CURVE mechanism": GREETING.replace(b"PLAIN", b"CURVE").hex(),
            "ZMTP 2": (GREETING[:10] + b"\x01\x00" + GREETING[12:]).hex(),
        },
        "handshake": {
            "user": "ayo",
            "password": "secret",
            "frames": [
                {"from": "client", "name": "HELLO", "wire": frame(hello(b"ayo", b"secret"), COMMAND).hex()},
                {"from": "backend", "name": "WELCOME", "wire": frame(WELCOME, COMMAND).hex()},
                {"from": "client", "name": "INITIATE", "wire": frame(INITIATE, COMMAND).hex()},
                {"from": "backend", "name": "READY", "wire": frame(server_ready, COMMAND).hex()},
            ],
        },
        "refusals": [
            {"name": "ERROR as libzmq 4.3 sends it", "reason": "400", "wire": frame(b"\x5eRROR\x03400", COMMAND).hex()},
            {"name": "ERROR as specified", "reason": "400", "wire": frame(b"\x05ERROR\x03400", COMMAND).hex()},
        ],
        "heartbeat": [
            {"name": "PING", "context": "", "wire": frame(b"\x04PING\x00\x00", COMMAND).hex()},
            {"name": "PONG", "context": "", "wire": frame(b"\x04PONG", COMMAND).hex()},
            {"name": "PING", "context": b"ab".hex(), "wire": frame(b"\x04PING\x00\x64ab", COMMAND).hex()},
            {"name": "PONG", "context": b"ab".hex(), "wire": frame(b"\x04PONGab", COMMAND).hex()},
        ],
        "frames": [
            {"flags": flags, "body": body.hex(), "wire": frame(body, flags).hex()}
            for flags, body in ((0, b""), (0, b"A"), (MORE, b"B"), (0, b"C" * 255), (0, b"D" * 256), (MORE, b"E" * 257))
        ],
        "bad_wire": {
            "length beyond every limit": "02ffffffffffffffff",
            "length of 1 TiB": "020000010000000000",
            "unknown flag": "0801",
            "command with MORE": "05070450494e470000",
        },
        "requests": {name: _whole(*sent) for name, sent in REQUESTS.items()},
        "answers": {name: _whole(*sent) for name, sent in ANSWERS.items()},
        "bad_requests": [
            {"name": name, "header": header.hex(), "blobs": [blob.hex() for blob in blobs], "code": code}
            for name, header, blobs, code in BAD_REQUESTS
        ],
    }


def _whole(sent: Request | Answer, blobs: tuple[bytes, ...]) -> dict[str, Any]:
    header = protocol.encode(sent)
    return {
        "header": json.loads(header),
        "blobs": [blob.hex() for blob in blobs],
        "wire": message(header, *blobs).hex(),
    }


if __name__ == "__main__":
    print(json.dumps(vectors(), indent=1))
