"""One press of the button: a sprite and the clips asked of it, carried out by a thread that touches no Blender data.

The thread puts events into a queue; whoever owns the job takes them out on its own thread with `Job.events`.
"""

from __future__ import annotations

import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from .client import ANSWER_TIMEOUT, Client, Message, has_feature, read_error, read_frame, read_offset, read_point
from .clip import Clip, Frame
from .errors import BackendError

POLL_SECONDS = 0.05
CANCEL_GRACE_SECONDS = 3.0
BUSY_WAITS = (1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Pin:
    """A frame as the artist has drawn it, counted from 1: width * height * 4 bytes, like a sprite's."""

    frame: int
    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True)
class Like:
    """The clip of another character: frames of width * height * 4 bytes each, like a sprite's."""

    width: int
    height: int
    frames: tuple[bytes, ...]
    durations_ms: tuple[int, ...]


@dataclass(frozen=True)
class Picture:
    """A sprite: width * height * 4 bytes RGBA, straight alpha, top row first.

    parts: as many bytes that tell the backend which part each pixel is; None: it sees for itself.
    pins: frames of the clip that is asked for with them; likes: clips to take the motion off, by action.
    """

    width: int
    height: int
    rgba: bytes
    parts: bytes | None = None
    pins: tuple[Pin, ...] = ()
    likes: Mapping[str, Like] = field(default_factory=dict)

    @property
    def blobs(self) -> list[bytes]:
        told = [] if self.parts is None else [self.parts]
        watched = (frame for like in self.likes.values() for frame in like.frames)
        return [self.rgba, *told, *(pin.rgba for pin in self.pins), *watched]


@dataclass(frozen=True)
class Request:
    """One clip to make. frames None: the action's own number; seed 0..2**32-1; energy 0.0..2.0; slash: an attack
    leaves a crescent in the air; glow: a cast has a light, a shot a flash; creature: how the character is built;
    show_parts: the clip comes with a picture of the sprite's parts; pinned: some of its frames are drawn already;
    like: it moves like another character's clip."""

    action: str
    facing: str = "auto"
    frames: int | None = None
    seed: int = 0
    energy: float = 1.0
    slash: bool = True
    glow: bool = True
    creature: str = "auto"
    show_parts: bool = False
    pinned: bool = False
    like: bool = False

    def told(self, picture: Picture) -> Picture:
        """What of the picture this clip is about: one that is not pinned has none of its pins, and no clip but its own
        to be like."""
        likes = {action: like for action, like in picture.likes.items() if self.like and action == self.action}
        return replace(picture, pins=picture.pins if self.pinned else (), likes=likes)

    def fields(self, id_: str, picture: Picture) -> dict[str, Any]:
        """The header fields of its `animate` message; an older backend knows neither slash, glow, creature, parts, pins
        nor like."""
        options: dict[str, Any] = {"seed": self.seed, "energy": self.energy}
        options |= {} if self.slash else {"slash": False}
        options |= {} if self.glow else {"glow": False}
        options |= {} if self.creature == "auto" else {"creature": self.creature}
        options |= {} if picture.parts is None else {"parts": True}
        options |= {"show_parts": True} if self.show_parts else {}
        pins = [{"frame": pin.frame, "width": pin.width, "height": pin.height} for pin in picture.pins]
        options |= {"pins": pins} if pins else {}
        if like := picture.likes.get(self.action):
            options["like"] = {"width": like.width, "height": like.height, "durations_ms": like.durations_ms}
        return {
            "id": id_,
            "width": picture.width,
            "height": picture.height,
            "action": self.action,
            "facing": self.facing,
            "frames": self.frames,
            "options": options,
        }


class Waiting(NamedTuple):
    """The backend has taken a request but not begun; `reason` is its own state or "busy"."""

    position: int
    reason: str


class Arrived(NamedTuple):
    """A frame of the `clip`-th request; `total` frames will come of that clip."""

    clip: int
    frame: Frame
    total: int


class Finished(NamedTuple):
    """The `clip`-th request is complete."""

    clip: int
    result: Clip


class Failed(NamedTuple):
    """The `clip`-th request, or with None all that was unfinished, has failed."""

    clip: int | None
    error: BackendError


class Ended(NamedTuple):
    """The last event of every job. outcome: done, cancelled or failed (at least one clip is missing)."""

    outcome: str


Event = Waiting | Arrived | Finished | Failed | Ended


@dataclass
class _Task:
    """A request on its way."""

    request: Request
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    frames: list[Frame] = field(default_factory=list)
    total: int = 0
    tries: int = 0
    send_at: float = 0.0
    sent_at: float | None = None
    accepted: bool = False
    ended: bool = False


class Job:
    """Ask for clips and collect them. Start it once; `cancel` may be called at any time, from any thread.

    model: name and sha256 of the weights that made the clips, once it has ended.
    """

    def __init__(self, connect: Callable[[], Client], picture: Picture, requests: list[Request]) -> None:
        """`connect` makes a fresh connection and may raise `BackendError`; it runs on the job's thread."""
        self._connect = connect
        self._picture = picture
        self._tasks = [_Task(request) for request in requests]
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._cancel = threading.Event()
        self.model: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._run, name="ayo-job", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        """Ask for the end; `Ended` follows within CANCEL_GRACE_SECONDS unless a connection is just being made."""
        self._cancel.set()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def events(self, timeout: float = 0.0) -> Iterator[Event]:
        """What has happened since the last call; waits up to `timeout` seconds for the first event."""
        try:
            yield self._events.get(timeout=timeout) if timeout else self._events.get_nowait()
            while True:
                yield self._events.get_nowait()
        except queue.Empty:
            return

    def _run(self) -> None:
        try:
            outcome = self._converse()
        except BackendError as error:
            outcome = self._gave_up(error)
        except Exception as error:  # whatever it is, the owner must hear of the end
            outcome = self._gave_up(
                BackendError("internal", f"The add-on failed ({type(error).__name__}: {error}).", "Please report this.")
            )
        self._events.put(Ended(outcome))

    def _gave_up(self, error: BackendError) -> str:
        if self._cancel.is_set():
            return "cancelled"
        self._events.put(Failed(None, error))
        return "failed"

    def _converse(self) -> str:
        client = self._connect()
        try:
            self._check_features(client)
            last_heard = time.monotonic()
            asked_status = False
            while not all(task.ended for task in self._tasks):
                if self._cancel.is_set():
                    self._say_cancel(client)
                    return "cancelled"
                self._send_due(client)
                message = client.receive(POLL_SECONDS)
                now = time.monotonic()
                if message is not None:
                    last_heard, asked_status = now, False
                    self._handle(message)
                elif now - last_heard > ANSWER_TIMEOUT:
                    # A frame may take as long as it likes, a sign of life may not.
                    if asked_status:
                        raise BackendError("silent", "Ayo does not answer any more.", "Stop it and start it again.")
                    client.send("status", {})
                    last_heard, asked_status = now, True
                self._check_accepted(now)
            # A backend that had no weights loaded at hello knows its model by now.
            model = client.welcome.get("model") or client.status().get("model")
            self.model = model if isinstance(model, dict) else {}
        finally:
            client.close()
        return "done" if all(task.frames for task in self._tasks) else "failed"

    def _check_features(self, client: Client) -> None:
        asked = self._picture.parts is not None or any(task.request.show_parts for task in self._tasks)
        if asked and not has_feature(client.welcome, "parts"):
            raise BackendError(
                "too_old",
                "The Ayo that runs is too old to show or to be told a sprite's parts.",
                "Update it, or clear the setting Parts.",
            )
        if self._picture.pins and not has_feature(client.welcome, "pins"):
            raise BackendError(
                "too_old", "The Ayo that runs is too old to pin frames.", "Update it, or remove the pins."
            )
        if self._picture.likes and not has_feature(client.welcome, "like"):
            raise BackendError(
                "too_old", "The Ayo that runs is too old to move like another clip.", "Update it, or clear Move Like."
            )

    def _send_due(self, client: Client) -> None:
        now = time.monotonic()
        for task in self._tasks:
            if task.sent_at is None and task.send_at <= now:
                picture = task.request.told(self._picture)
                client.send("animate", task.request.fields(task.id, picture), *picture.blobs)
                task.sent_at = time.monotonic()

    def _check_accepted(self, now: float) -> None:
        if any(
            t.sent_at and not t.accepted and not t.ended and now - t.sent_at > 2 * ANSWER_TIMEOUT for t in self._tasks
        ):
            raise BackendError("silent", "Ayo did not take the request.", "Stop it and start it again.")

    def _say_cancel(self, client: Client) -> None:
        """Tell the backend and give it a moment to agree; it cancels by itself when the connection closes."""
        waiting = {task.id for task in self._tasks if task.sent_at is not None and not task.ended}
        for id_ in waiting:
            client.send("cancel", {"id": id_})
        deadline = time.monotonic() + CANCEL_GRACE_SECONDS
        while waiting and time.monotonic() < deadline:
            message = client.receive(POLL_SECONDS)
            if message is not None and message.type in ("cancelled", "done", "error"):
                waiting.discard(str(message.fields.get("id")))

    def _handle(self, message: Message) -> None:
        number = next(
            (i for i, task in enumerate(self._tasks) if task.id == message.fields.get("id") and not task.ended), None
        )
        if number is None:
            if message.type == "error" and message.fields.get("id") is None:
                raise read_error(message)
            return
        task = self._tasks[number]
        if message.type == "accepted":
            task.accepted = True
            self._events.put(Waiting(_count(message, "position"), str(message.fields.get("state"))))
        elif message.type == "frame":
            self._take_frame(number, task, message)
        elif message.type == "done":
            self._finish(number, task, message)
        elif message.type == "error":
            self._refuse(number, task, message)
        elif message.type == "cancelled":
            task.ended, task.frames = True, []
            self._events.put(Failed(number, BackendError("cancelled", "The clip was cancelled in Ayo.", "Try again.")))

    def _take_frame(self, number: int, task: _Task, message: Message) -> None:
        frame = read_frame(message)
        first = task.frames[0] if task.frames else frame
        task.total = _count(message, "frames")
        shape = (frame.width, frame.height, frame.offset)
        if (
            frame.index != len(task.frames)
            or frame.index >= task.total
            or shape != (first.width, first.height, first.offset)
        ):
            raise BackendError(
                "bad_answer",
                "Ayo sent frames that do not belong together.",
                "Update the add-on and Ayo, and start Ayo again.",
            )
        task.frames.append(frame)
        self._events.put(Arrived(number, frame, task.total))

    def _finish(self, number: int, task: _Task, message: Message) -> None:
        fields = message.fields
        try:
            loop = {"loop": "loop", "once": "once", "ping-pong": "ping-pong"}[fields["loop"]]
            pivot = read_point(fields["pivot"])
            complete = (
                len(task.frames) == fields["frames"] > 0 and read_offset(fields["offset"]) == task.frames[0].offset
            )
            seen = {name: str(fields.get(name, "")) for name in ("facing", "creature")}
            parts = self._read_parts(message) if task.request.show_parts else None
            clip = Clip(task.request.action, tuple(task.frames), loop, pivot, seen, parts)
        except (KeyError, TypeError, ValueError) as error:
            raise BackendError(
                "bad_answer", "Ayo ended a clip in a way this add-on does not know.", "Update both."
            ) from error
        if not complete:
            raise BackendError("bad_answer", "Ayo ended a clip before all frames had come.", "Try again.")
        task.ended = True
        self._events.put(Finished(number, clip))

    def _read_parts(self, message: Message) -> bytes:
        (parts,) = message.blobs
        if len(parts) != len(self._picture.rgba):
            raise ValueError("the picture of the parts is not as large as the sprite")
        return parts

    def _refuse(self, number: int, task: _Task, message: Message) -> None:
        error = read_error(message)
        if error.code == "busy":
            task.send_at = time.monotonic() + BUSY_WAITS[min(task.tries, len(BUSY_WAITS) - 1)]
            task.tries, task.sent_at = task.tries + 1, None
            self._events.put(Waiting(_count(message, "queue"), "busy"))
        elif message.fields.get("final") is not False:
            task.ended, task.frames = True, []
            self._events.put(Failed(number, error))


def _count(message: Message, name: str) -> int:
    value = message.fields.get(name)
    return value if type(value) is int and value >= 0 else 0
