"""A synchronous client.

    with Client.connect() as ayo:
        for frame in ayo.animate(rgba, action="walk"):
            show(frame.rgba, frame.duration_ms)

A client is for one thread. Several jobs may be under way at once (`submit`).
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
import zmq
from numpy.typing import NDArray
from zmq.utils.monitor import recv_monitor_message

from ayo_backend import __version__
from ayo_backend.clip import Clip
from ayo_backend.errors import AyoError
from ayo_backend.service import discovery, failures, protocol
from ayo_backend.service.discovery import Connection
from ayo_backend.service.failures import NoBackendError, TimedOutError, UnauthorizedError
from ayo_backend.service.protocol import (
    Accepted,
    Animate,
    Answer,
    Bye,
    Cancel,
    Cancelled,
    ClientInfo,
    Done,
    Error,
    Frame,
    Hello,
    Like,
    Options,
    Pin,
    Report,
    Request,
    Shutdown,
    Status,
    Welcome,
)

ANSWER_S = 15.0  # for what the broker answers by itself
CONNECT_S = 10.0
DAY_MS = 24 * 3600 * 1000

_LOST = {
    zmq.Event.DISCONNECTED,
    zmq.Event.CLOSED,
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL,
    zmq.Event.HANDSHAKE_FAILED_PROTOCOL,
}
_AnswerT = TypeVar("_AnswerT", Welcome, Report, Bye)


@dataclass(frozen=True)
class Picture:
    """One frame. rgba: uint8 [h, w, 4]; offset: its corner relative to the sprite's; frames: how many there will be."""

    index: int
    frames: int
    rgba: NDArray[np.uint8]
    offset: tuple[int, int]
    duration_ms: int


@dataclass(eq=False)
class Job:
    """A job under way: iterate over it for its frames. Leaving the loop early does not cancel it; `cancel` does."""

    client: Client
    request: Animate
    pixels: tuple[bytes, ...]
    like: Clip | None = None
    accepted: Accepted | None = None
    done: Done | None = None
    cancelled: Cancelled | None = None
    error: AyoError | None = None
    pictures: list[Picture] = field(default_factory=list)
    parts: NDArray[np.uint8] | None = None  # [H, W, 4], once it is done, where they were to be shown
    _unread: deque[Picture] = field(default_factory=deque)

    @property
    def ended(self) -> bool:
        """Nothing more will come."""
        return bool(self.done or self.cancelled or self.error)

    def __iter__(self) -> Iterator[Picture]:
        """The frames as they come. Ends early when cancelled; raises the job's error."""
        while True:
            while self._unread:
                yield self._unread.popleft()
            if self.error:
                raise self.error
            if self.ended:
                return
            self.client.wait_for(self)

    def cancel(self) -> str:
        """Ask for an end, and wait for it; returns what the job was: queued, running or ended."""
        return self.client.cancel(self)

    def clip(self) -> Clip:
        """Wait for the whole animation."""
        for _ in self:
            pass
        if self.done is None:
            raise failures.CancelledError("cancelled", "The job was cancelled.")
        done, options = self.done, self.request.options
        settings = {
            "action": done.action,
            "facing": done.facing,
            "creature": done.creature,
            "frames": done.frames,
            "seed": options.seed,
            "energy": options.energy,
            "slash": options.slash,
            "glow": options.glow,
        }
        if options.parts:
            settings["parts"] = "told"
        if options.pins:
            settings["pins"] = [pin.frame for pin in options.pins]
        if self.like is not None:
            settings["like"] = self.like.tag
        frames = np.stack([picture.rgba for picture in self.pictures])
        return Clip(frames, done.durations_ms, done.loop, done.pivot, done.offset, done.action, settings)  # type: ignore[arg-type]

    def receive(self, answer: Answer, blobs: list[bytes]) -> None:
        """Take note of a message about this job."""
        match answer:
            case Accepted():
                self.accepted = answer
            case Frame() if answer.index == len(self.pictures):
                rgba = np.frombuffer(blobs[0], np.uint8).reshape(answer.height, answer.width, 4)
                picture = Picture(answer.index, answer.frames, rgba, answer.offset, answer.duration_ms)
                self.pictures.append(picture)
                self._unread.append(picture)
            case Done():
                self.done = answer
                if blobs:
                    size = self.request.height, self.request.width, 4
                    self.parts = np.frombuffer(blobs[0], np.uint8).reshape(size)
            case Cancelled():
                self.cancelled = answer
            case Error() if answer.final:
                self.error = failures.raised_by(answer)
            case _:  # a frame seen before the connection was lost: same request, same bytes
                pass


class Client:
    """A connection to the backend of this user, or to the one a connection file tells about."""

    def __init__(self, connection: Connection | None = None, *, name: str = "ayo", pid: int | None = None) -> None:
        self._fixed = connection
        self._hello = Hello(versions=[protocol.VERSION], client=ClientInfo(name, __version__), pid=pid)
        self._numbers = itertools.count(1)
        self._jobs: dict[str, Job] = {}
        self._answers: deque[Answer] = deque()
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket: zmq.Socket[bytes] | None = None
        self._open()

    @classmethod
    def connect(cls, connection: Connection | None = None, *, name: str = "ayo", pid: int | None = None) -> Self:
        """Find the backend and say hello. Raises NoBackendError, UnauthorizedError, UnsupportedVersionError."""
        return cls(connection, name=name, pid=pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave. The backend cancels what this client has under way."""
        self._context.destroy(linger=0)

    def reconnect(self) -> None:
        """Connect anew, reading the connection file again, and ask again for every job that has not ended."""
        self._open()
        for job in self._jobs.values():
            self._send(job.request, *job.pixels)

    def status(self) -> Report:
        """How the backend is."""
        self._send(Status())
        return self._answer(Report)

    def shutdown(self) -> None:
        """End the backend."""
        self._send(Shutdown())
        self._answer(Bye)

    def submit(
        self,
        rgba: NDArray[np.uint8],
        action: str,
        *,
        facing: str = "auto",
        creature: str = "auto",
        frames: int | None = None,
        seed: int = 0,
        energy: float = 1.0,
        slash: bool = True,
        glow: bool = True,
        parts: NDArray[np.uint8] | None = None,
        show_parts: bool = False,
        pins: Sequence[tuple[int, NDArray[np.uint8]]] = (),
        like: Clip | None = None,
        timeout_s: float = 600.0,
    ) -> Job:
        """Ask for an animation of a uint8 [H, W, 4] sprite; returns without waiting. parts: a picture as large that
        tells its parts; show_parts: the job ends with one; pins: frames, counted from 1, just as drawn, see
        order.Pin; like: a clip of another character, of at most actions.MAX_FRAMES frames. All need a backend whose
        features have them.
        """
        height, width = rgba.shape[:2]
        pinned = tuple(Pin(frame, picture.shape[1], picture.shape[0]) for frame, picture in pins)
        request = Animate(
            id=f"{self._hello.client.name}-{next(self._numbers)}",
            width=width,
            height=height,
            action=action,
            facing=facing,
            frames=frames,
            options=Options(
                seed=seed,
                energy=energy,
                timeout_s=timeout_s,
                slash=slash,
                glow=glow,
                creature=creature,
                parts=parts is not None,
                show_parts=show_parts,
                pins=pinned,
                like=None if like is None else Like(*like.size, like.durations_ms),
            ),
        )
        watched = () if like is None else like.frames
        pictures = [rgba, *([] if parts is None else [parts]), *(picture for _, picture in pins), *watched]
        pixels = tuple(np.ascontiguousarray(each, np.uint8).tobytes() for each in pictures)
        job = Job(self, request, pixels, like)
        self._jobs[request.id] = job
        self._send(request, *job.pixels)
        return job

    def animate(self, rgba: NDArray[np.uint8], action: str, **options: Any) -> Iterator[Picture]:
        """The frames of an animation as they come; leaving the loop early cancels the rest. Options as for `submit`."""
        job = self.submit(rgba, action, **options)
        try:
            yield from job
        finally:
            if not job.ended:
                job.cancel()

    def cancel(self, job: Job) -> str:
        """See Job.cancel."""
        if job.ended:
            return "ended"
        self._send(Cancel(id=job.request.id))
        give_up = time.monotonic() + ANSWER_S
        while not job.ended:
            self._read(give_up)
        return job.cancelled.was if job.cancelled else "ended"

    def wait_for(self, job: Job) -> None:
        """Read until something about this job has come. Raises NoBackendError when no backend is left."""
        before = (len(job.pictures), job.accepted, job.ended)
        while before == (len(job.pictures), job.accepted, job.ended):
            try:
                self._read(time.monotonic() + ANSWER_S)
            except TimedOutError:
                self.status()  # raises when the backend is not there; else it is only busy

    # ---- the wire

    def _open(self) -> None:
        if self._socket is not None:
            self._context.destroy(linger=0)
            self._context = zmq.Context()
        self._answers.clear()
        self._lost: AyoError | None = None
        connection = self._fixed or discovery.find()
        if connection is None:
            raise NoBackendError("no_backend", "No Ayo backend is running.", "Start one: ayo serve")
        self.connection = connection
        self._socket = socket = self._context.socket(zmq.DEALER)
        socket.linger = 0
        socket.set_hwm(0)
        # A lost connection is told, never papered over: its jobs are lost with it. Not -1 (never): with that, libzmq
        # throws away what came before the loss and was not read, and a send waits for ever.
        socket.reconnect_ivl = DAY_MS
        socket.ipv6 = "[" in connection.endpoint
        if connection.mechanism == "CURVE":
            socket.curve_serverkey = connection.server_key.encode()
            socket.curve_publickey = connection.public_key.encode()
            socket.curve_secretkey = connection.secret_key.encode()
        else:
            socket.plain_username = connection.user.encode()
            socket.plain_password = connection.password.encode()
        self._monitor = socket.get_monitor_socket()
        socket.connect(connection.endpoint)
        self._poller = zmq.Poller()
        self._poller.register(socket, zmq.POLLIN)
        self._poller.register(self._monitor, zmq.POLLIN)
        try:
            self._send(self._hello)
            self.welcome = self._answer(Welcome, CONNECT_S)
        except TimedOutError:
            self.close()
            message = f"The backend at {connection.endpoint} does not answer."
            raise NoBackendError("no_backend", message, "Stop it and start it again.") from None
        except BaseException:
            self.close()
            raise

    def _send(self, request: Request, *blobs: bytes) -> None:
        assert self._socket is not None
        self._socket.send_multipart([protocol.encode(request), *blobs])

    def _answer(self, kind: type[_AnswerT], seconds: float | None = None) -> _AnswerT:
        give_up = time.monotonic() + (ANSWER_S if seconds is None else seconds)
        while True:
            while self._answers:
                answer = self._answers.popleft()
                if isinstance(answer, kind):
                    return answer
                if isinstance(answer, Error):
                    raise failures.raised_by(answer)
            self._read(give_up)

    def _read(self, give_up: float) -> None:
        """Read a message and sort it to its job; a lost connection is told when all that came before it is read.

        Raises TimedOutError, NoBackendError, UnauthorizedError.
        """
        assert self._socket is not None
        if not int(self._socket.get(zmq.EVENTS)) & zmq.POLLIN:
            if self._lost:
                raise self._lost
            ready = self._poller.poll(max(0, round((give_up - time.monotonic()) * 1000)))
            if not ready:
                raise TimedOutError("timeout", "The backend did not answer in time.", "See its log.")
        if int(self._socket.get(zmq.EVENTS)) & zmq.POLLIN:
            header, *blobs = self._socket.recv_multipart()
            answer = protocol.read_answer(header)
            if answer is not None:
                self._sort(answer, blobs)
        else:
            self._look_at_monitor()

    def _sort(self, answer: Answer, blobs: list[bytes]) -> None:
        job = self._jobs.get(getattr(answer, "id", None) or "")
        if job is None:
            self._answers.append(answer)
            return
        job.receive(answer, blobs)
        if job.ended:
            del self._jobs[job.request.id]

    def _look_at_monitor(self) -> None:
        event = recv_monitor_message(self._monitor)["event"]
        if event == zmq.Event.HANDSHAKE_FAILED_AUTH:
            message = "The backend refused the credentials of the connection file."
            hint = "If the file is an old one, start the backend again."
            self._lost = UnauthorizedError("unauthorized", message, hint)
        elif event in _LOST and self._lost is None:
            message = f"There is no backend at {self.connection.endpoint} any more."
            self._lost = NoBackendError("no_backend", message, "Start one: ayo serve")
