"""The wire: every message as a type, to and from bytes. The specification is docs/protocol.md.

Nothing here opens a socket or decides anything. A message is `[header][blob]*`; a header is a JSON object.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import numpy as np

from ayo_backend import actions, order, sprite
from ayo_backend.errors import AyoError

VERSION = 1
FEATURES = ("slash", "creature", "parts", "glow", "pins", "like")
MAX_HEADER = 65_536  # bytes
MAX_FRAME = 64 * 1024 * 1024  # bytes; a longer one closes the connection
CODES = (
    "bad_message",
    "unsupported_version",
    "unauthorized",
    "unknown_action",
    "unknown_facing",
    "unknown_creature",
    "bad_parts",
    "bad_pin",
    "bad_clip",
    "image_too_large",
    "image_too_small",
    "empty_image",
    "too_many_frames",
    "busy",
    "cancelled",
    "worker_crashed",
    "timeout",
    "internal",
)

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class _Request(msgspec.Struct, tag_field="type", tag=str.lower, forbid_unknown_fields=True, kw_only=True):
    ayo: int = VERSION


class ClientInfo(msgspec.Struct, forbid_unknown_fields=True):
    name: _Word
    version: _Word


class Hello(_Request):
    versions: Annotated[list[int], msgspec.Meta(min_length=1, max_length=16)]
    client: ClientInfo
    pid: Annotated[int, msgspec.Meta(ge=1, le=2**32 - 1)] | None = None


class Pin(msgspec.Struct, forbid_unknown_fields=True):
    frame: Annotated[int, msgspec.Meta(ge=1)]
    width: Annotated[int, msgspec.Meta(ge=0)]
    height: Annotated[int, msgspec.Meta(ge=0)]


class Like(msgspec.Struct, forbid_unknown_fields=True):
    """Another character's clip; a picture follows for each of its frames."""

    width: Annotated[int, msgspec.Meta(ge=0)]
    height: Annotated[int, msgspec.Meta(ge=0)]
    durations_ms: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=1, le=3_600_000)], ...],
        msgspec.Meta(min_length=actions.MIN_FRAMES, max_length=actions.MAX_FRAMES),
    ]


class Options(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)] = 0
    energy: Annotated[float, msgspec.Meta(ge=0, le=2)] = 1.0
    timeout_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 600.0
    slash: bool = True
    glow: bool = True
    creature: str = "auto"
    parts: bool = False  # a second picture tells the sprite's parts
    show_parts: bool = False  # `done` is followed by a picture of them
    pins: Annotated[tuple[Pin, ...], msgspec.Meta(max_length=actions.MAX_FRAMES)] = ()
    like: Like | None = None

    @property
    def pictures(self) -> int:
        """How many follow that of the sprite."""
        return self.parts + len(self.pins) + (len(self.like.durations_ms) if self.like else 0)


class Animate(_Request):
    id: Annotated[str, msgspec.Meta(pattern=rf"^{_ID.pattern}\Z")]
    width: Annotated[int, msgspec.Meta(ge=0)]
    height: Annotated[int, msgspec.Meta(ge=0)]
    action: str
    facing: str = "auto"
    frames: int | None = None
    options: Options = msgspec.field(default_factory=Options)


class Cancel(_Request):
    id: str


class Status(_Request):
    pass


class Shutdown(_Request):
    pass


Request = Hello | Animate | Cancel | Status | Shutdown


class _Answer(msgspec.Struct, tag_field="type", tag=str.lower, kw_only=True):
    ayo: int = VERSION


class Model(msgspec.Struct):
    name: str
    sha256: str
    licence: str


class Problem(msgspec.Struct):
    code: str
    message: str
    hint: str


class ActionInfo(msgspec.Struct):
    name: str
    frames: int
    durations_ms: tuple[int, ...]
    loop: str


class Limits(msgspec.Struct):
    min_side: int
    max_side: int
    min_frames: int
    max_frames: int
    jobs_per_client: int
    queue: int


class Welcome(_Answer):
    version: int
    backend: str
    state: str
    problem: Problem | None
    device: str | None
    model: Model | None
    actions: tuple[ActionInfo, ...]
    facings: tuple[str, ...]
    limits: Limits
    features: tuple[str, ...] = FEATURES
    creatures: tuple[str, ...] = ()  # an older backend names none


class Accepted(_Answer):
    id: str
    position: int
    frames: int
    state: str
    again: bool = False


class Frame(_Answer):
    id: str
    index: int
    frames: int
    width: int
    height: int
    offset: tuple[int, int]
    duration_ms: int


class Done(_Answer):
    id: str
    action: str
    facing: str
    frames: int
    width: int
    height: int
    offset: tuple[int, int]
    durations_ms: tuple[int, ...]
    loop: str
    pivot: tuple[float, float]
    queued_ms: int
    generated_ms: int
    creature: str = ""  # an older backend doesn't say


class Cancelled(_Answer):
    id: str
    was: str


class Queue(msgspec.Struct):
    waiting: int
    running: int
    limit: int


class Jobs(msgspec.Struct):
    accepted: int = 0
    done: int = 0
    cancelled: int = 0
    failed: int = 0
    refused: int = 0


class Batch(msgspec.Struct):
    mean: float
    max: int
    limit: int


class Percentiles(msgspec.Struct):
    p50: float
    p95: float
    p99: float


class Memory(msgspec.Struct):
    broker: int
    worker: int


class WorkerInfo(msgspec.Struct):
    pid: int | None
    restarts: int


class Report(_Answer, tag="status"):
    """The answer to `status`."""

    state: str
    problem: Problem | None
    device: str | None
    model: Model | None
    backend: str
    pid: int
    endpoint: str
    uptime_s: float
    queue: Queue
    clients: int
    jobs: Jobs
    frames: int
    errors: dict[str, int]
    batch: Batch
    frame_ms: Percentiles | None
    memory: Memory
    worker: WorkerInfo


class Bye(_Answer):
    pass


class Error(_Answer):
    id: str | None
    of: str | None
    code: str
    message: str
    hint: str
    final: bool = True
    queue: int | msgspec.UnsetType = msgspec.UNSET


Answer = Welcome | Accepted | Frame | Done | Cancelled | Report | Bye | Error

_REQUESTS = {kind.__struct_config__.tag for kind in (Hello, Animate, Cancel, Status, Shutdown)}
_ANSWERS = {kind.__struct_config__.tag for kind in (Welcome, Accepted, Frame, Done, Cancelled, Report, Bye, Error)}


class RejectedError(Exception):
    """A request that can't be met: the error to answer it with."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.message)
        self.error = error


def encode(message: Request | Answer) -> bytes:
    """The header of a message."""
    return msgspec.json.encode(message)


def read_request(header: bytes, blobs: int = 0) -> Request:
    """The request of a header followed by so many blobs. Raises RejectedError with the error that answers it."""
    try:
        raw = _object(header)
    except ValueError as reason:
        raise RejectedError(_bad(None, None, str(reason))) from None
    job, of = raw.get("id"), raw.get("type")
    job = job if isinstance(job, str) and _ID.fullmatch(job) else None
    of = of if isinstance(of, str) and of in _REQUESTS else None
    _check_version(raw, job, of)
    try:
        request: Request = msgspec.convert(raw, Request)
    except (msgspec.ValidationError, RecursionError) as reason:
        raise RejectedError(_bad(job, of, f"The header is not a valid request: {_plain(str(reason), raw)}.")) from None
    wanted = 1 + request.options.pictures if isinstance(request, Animate) else 0
    if blobs != wanted:
        raise RejectedError(_bad(job, of, f"A message of type {of} is followed by {wanted} blob(s), not {blobs}."))
    return request


def read_answer(header: bytes) -> Answer | None:
    """The answer of a header; None for a type this version does not know. Raises ValueError for what is no answer."""
    raw = _object(header)
    if raw.get("type") not in _ANSWERS:
        return None
    answer: Answer = msgspec.convert(raw, Answer)
    return answer


def frame_count(request: Animate) -> int:
    """How many frames the clip will have; raises AyoError for an unknown action and for too many or too few."""
    like, frames = request.options.like, request.frames
    if like is not None and frames is None:
        frames = len(like.durations_ms)
    return actions.frame_count(actions.action_named(request.action), frames)


def check_job(request: Animate, pictures: Sequence[memoryview]) -> None:
    """Raise RejectedError when no worker could do this job: size, pictures, vocabulary, number of frames."""
    try:
        count = frame_count(request)
        actions.facing_named(request.facing)
        actions.creature_named(request.options.creature)
        pins, like = request.options.pins, request.options.like
        order.check_pinned([pin.frame for pin in pins], count)
        if request.width == 0 or request.height == 0:
            raise AyoError("empty_image", "The picture has no pixels.", "Choose one with a character in it.")
        size = request.width, request.height
        sprite.check_size(*size)
        for pin in pins:
            if not sprite.MIN_SIDE <= min(pin.width, pin.height) <= max(pin.width, pin.height) <= sprite.MAX_SIDE:
                raise order.bad_pin(pin.frame, (pin.width, pin.height), size, None)
        if like is not None:
            order.check_clip(like.width, like.height)
        sizes = [size] * (1 + request.options.parts) + [(pin.width, pin.height) for pin in pins]
        sizes += [(like.width, like.height)] * len(like.durations_ms) if like else []
        for (width, height), picture in zip(sizes, pictures, strict=True):
            if picture.nbytes != width * height * 4:
                raise AyoError(
                    "bad_message",
                    f"{width}×{height} pixels are {width * height * 4} bytes of RGBA; the blob has {picture.nbytes}.",
                    "Send exactly width × height × 4 bytes.",
                )
        if not np.frombuffer(pictures[0], np.uint8)[3::4].any():
            raise AyoError("empty_image", "The picture is fully transparent.", "Choose one with a character in it.")
    except AyoError as reason:
        raise RejectedError(error_of(reason, request.id, "animate")) from None


def error_of(reason: AyoError, job: str | None, of: str | None) -> Error:
    """The error message of an exception; a code the wire does not know becomes `internal`."""
    code = reason.code if reason.code in CODES else "internal"
    return Error(id=job, of=of, code=code, message=reason.message, hint=reason.hint)


def vocabulary() -> tuple[ActionInfo, ...]:
    """What can be asked for, with its default length and timing."""
    return tuple(
        ActionInfo(action.name, action.frames, actions.durations(action, action.frames), action.loop)
        for action in actions.ACTIONS.values()
    )


def _object(header: bytes) -> dict[str, Any]:
    if len(header) > MAX_HEADER:
        raise ValueError(f"The header has {len(header)} bytes; the limit is {MAX_HEADER}.")
    try:
        raw = msgspec.json.decode(header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as reason:
        raise ValueError(f"The header is not JSON in UTF-8: {reason}.") from None
    if not isinstance(raw, dict):
        raise ValueError("The header is not a JSON object.")
    return raw


def _check_version(raw: dict[str, Any], job: str | None, of: str | None) -> None:
    versions = raw.get("versions") if of == "hello" else [raw.get("ayo")]
    if not isinstance(versions, list) or not all(type(version) is int for version in versions):
        raise RejectedError(_bad(job, of, "The header does not say which versions of the protocol it speaks."))
    if VERSION not in versions:
        said = ", ".join(str(version)[:20] for version in versions[:16]) or "none"
        message = f"This backend speaks version {VERSION} of the protocol; the client offers {said}."
        hint = "Update Ayo and its plugins to the same release."
        raise RejectedError(Error(id=job, of=of, code="unsupported_version", message=message, hint=hint))


def _bad(job: str | None, of: str | None, message: str) -> Error:
    return Error(id=job, of=of, code="bad_message", message=message, hint="See docs/protocol.md.")


def _plain(reason: str, raw: dict[str, Any]) -> str:
    if reason.endswith("`$.type`") and isinstance(raw.get("type"), str):
        return f"there is no request of type {raw['type'][:64]!r}; there are {', '.join(sorted(map(str, _REQUESTS)))}"
    return reason[:300].replace(" - at `$.", " in `").replace(" - at `$`", "")
