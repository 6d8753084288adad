"""What broker and worker say to each other: typed messages as MessagePack.

Both ends are the same version of the same package, so this is no public protocol.
"""

from __future__ import annotations

import msgspec

from ayo_backend.service.protocol import Like, Model, Pin


class _Message(msgspec.Struct, tag=True, kw_only=True):
    pass


class Launch(msgspec.Struct):
    """The worker's instructions, one line of JSON on its standard input; when that input ends, so does the worker."""

    endpoint: str
    user: str
    password: str
    engine: str  # the module that has Animator
    device: str
    max_batch: int  # 0: the device's own
    log_level: str


class Start(_Message):
    """Do this job; picture, and parts where they are told: height × width × 4 bytes; pinned, watched: as many for each
    pin, for each frame of the clip to move like.
    """

    key: int
    client: int
    width: int
    height: int
    action: str
    facing: str
    frames: int | None
    seed: int
    energy: float
    slash: bool
    glow: bool
    creature: str
    show_parts: bool
    picture: memoryview
    parts: memoryview | None
    pins: tuple[Pin, ...]
    pinned: tuple[memoryview, ...]
    like: Like | None
    watched: tuple[memoryview, ...]


class Drop(_Message):
    """Forget this job."""

    key: int


class Pause(_Message):
    """Leave this client's jobs alone until Resume."""

    client: int


class Resume(_Message):
    client: int


class Loaded(_Message):
    """The weights are there."""

    device: str
    model: Model
    max_batch: int


class CannotRun(_Message):
    """There is no point in trying again: the reason."""

    code: str
    message: str
    hint: str


class Begun(_Message):
    """This job is being begun: if the worker dies, it was perhaps its fault. Sent for each piece of the beginning."""

    key: int


class Made(msgspec.Struct, kw_only=True):
    """One frame; rgba: height × width × 4 bytes."""

    key: int
    index: int
    frames: int
    width: int
    height: int
    offset: tuple[int, int]
    duration_ms: int
    rgba: memoryview


class Ended(msgspec.Struct, kw_only=True):
    """All frames of the job are made. parts: a picture of them as large as the sprite, where that was asked for."""

    key: int
    facing: str
    creature: str
    width: int
    height: int
    offset: tuple[int, int]
    durations_ms: tuple[int, ...]
    loop: str
    pivot: tuple[float, float]
    parts: memoryview | None


class Stepped(_Message):
    """One step of a batch: how long it took, a frame of each of its jobs, and those that are complete."""

    ms: float
    made: list[Made]
    ended: list[Ended]


class Broke(_Message):
    """This job can't be done, others can."""

    key: int
    code: str
    message: str
    hint: str


ToWorker = Start | Drop | Pause | Resume
ToBroker = Loaded | CannotRun | Begun | Stepped | Broke

_to_worker: msgspec.msgpack.Decoder[ToWorker] = msgspec.msgpack.Decoder(ToWorker)
_to_broker: msgspec.msgpack.Decoder[ToBroker] = msgspec.msgpack.Decoder(ToBroker)


def encode(message: ToWorker | ToBroker) -> bytes:
    return msgspec.msgpack.encode(message)


def decode_to_worker(data: bytes) -> ToWorker:
    return _to_worker.decode(data)


def decode_to_broker(data: bytes) -> ToBroker:
    return _to_broker.decode(data)
