"""The broker: answers every request at once and never computes.

Jobs go to the worker, frames come back to their client. One thread, one loop: it stays responsive while the worker
loads weights, computes or dies.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from itertools import islice

import zmq

from ayo_backend.errors import AyoError
from ayo_backend.service import link, protocol, reports
from ayo_backend.service.counters import Counters
from ayo_backend.service.front import Front
from ayo_backend.service.jobs import Book, Job
from ayo_backend.service.outbox import Outbox
from ayo_backend.service.parents import Parents
from ayo_backend.service.protocol import (
    Accepted,
    Animate,
    Answer,
    Bye,
    Cancel,
    Cancelled,
    Done,
    Error,
    Frame,
    Hello,
    RejectedError,
    Request,
    Status,
)
from ayo_backend.service.security import Gate
from ayo_backend.service.settings import Settings
from ayo_backend.service.supervisor import Supervisor

log = logging.getLogger("ayo.broker")

TICK_MS = 500
STALLED_TICK_MS = 10
LAST_WORDS_MS = 50  # what a worker sent before it died may still be on its way
MAX_TRIES = 2
BURST = 100  # messages read from one socket before the others have a turn


class Broker:
    """Binds on construction, so that `connection` can be published; `run` serves until told to stop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        gate = Gate(self._context)
        try:
            self._front = Front(self._context, gate, settings)
        except BaseException:
            self._context.term()
            raise
        self.connection = self._front.connection
        self._socket = self._front.socket
        self._outbox = Outbox(self._socket)
        self._supervisor = Supervisor(self._context, gate, settings)
        self._book = Book()
        self._counters = Counters()
        self._parents = Parents(settings.parent_pid)
        self._last_request = self._last_job = time.monotonic()
        self._stopping = False
        self._told = False
        self._next_tick = 0.0
        self._poller = zmq.Poller()
        self._polled: zmq.Socket[bytes] | None = self._socket  # not the worker's: makes the first turn set it up
        self._leavers: list[bytes] = []

    def stop(self) -> None:
        """End `run` soon. May be called from a signal handler."""
        self._stopping = True

    def run(self, say: Callable[[str], None]) -> None:
        """Serve. Says once that the weights are there, or why they will not be."""
        self._supervisor.wake()
        try:
            while not self._stopping:
                self._turn()
                if not self._told:
                    self._tell(say)
        finally:
            self._close()

    def _tell(self, say: Callable[[str], None]) -> None:
        problem = self._supervisor.problem
        if self._supervisor.state == "ready":
            say("Ayo is ready.")
        elif problem is not None:
            say(f"Ayo cannot animate: {problem.message} {problem.hint}")
        else:
            return
        self._told = True

    def _turn(self) -> None:
        worker = self._supervisor.socket
        if worker is not self._polled:
            self._poller, self._polled = zmq.Poller(), worker
            for socket in filter(None, (self._socket, self._supervisor.exits, worker)):
                self._poller.register(socket, zmq.POLLIN)
        ready = dict(self._poller.poll(STALLED_TICK_MS if self._outbox.stalled else TICK_MS))
        if worker is not None and worker in ready:
            self._read_worker(worker)
        if self._socket in ready:
            self._read_clients()
        if self._supervisor.exits in ready:
            self._worker_ended(worker)
        self._forget_lost()
        self._hand_over()
        now = time.monotonic()
        if now >= self._next_tick:
            self._next_tick = now + STALLED_TICK_MS / 1000
            self._tick(now)

    # ---- clients

    def _read_clients(self) -> None:
        for _ in range(BURST):
            if not _readable(self._socket):
                return
            identity, *parts = self._socket.recv_multipart(copy=False)
            self._last_request = time.monotonic()
            self._receive(identity.bytes, parts)

    def _receive(self, identity: bytes, parts: list[zmq.Frame]) -> None:
        header = parts[0].bytes if parts and len(parts[0]) <= protocol.MAX_HEADER else b" " * (protocol.MAX_HEADER + 1)
        try:
            request = protocol.read_request(header if parts else b"", max(0, len(parts) - 1))
            self._answer(identity, request, parts)
        except RejectedError as rejection:
            self._refuse(identity, rejection.error)
        except Exception as reason:
            log.exception("a request could not be handled")
            message = f"The backend failed to handle this request: {type(reason).__name__}."
            self._refuse(identity, Error(id=None, of=None, code="internal", message=message, hint="See the log."))

    def _answer(self, identity: bytes, request: Request, parts: list[zmq.Frame]) -> None:
        match request:
            case Animate():
                self._animate(identity, request, parts[1:])
            case Cancel():
                self._cancel(identity, request)
            case Hello():
                self._hello(identity, request)
            case Status():
                report = reports.status(
                    self._settings, self._supervisor, self._book, self._counters, self.connection.endpoint
                )
                self._send(identity, report)
            case _:
                self._shutdown(identity, parts[0])

    def _hello(self, identity: bytes, hello: Hello) -> None:
        if hello.pid is not None and not self._settings.curve:
            self._parents.add(hello.pid)
        log.info("hello from %s %s", hello.client.name, hello.client.version)
        self._send(identity, reports.welcome(self._settings, self._supervisor))

    def _animate(self, identity: bytes, request: Animate, pictures: Sequence[zmq.Frame]) -> None:
        known = self._book.find(identity, request.id)
        if known is not None:
            self._animate_again(identity, request, pictures, known)
            return
        protocol.check_job(request, [picture.buffer for picture in pictures])
        self._check_room(identity, request, sum(map(len, pictures)))
        job = self._book.add(identity, request, pictures, time.monotonic())
        job.frames = protocol.frame_count(request)
        self._counters.jobs.accepted += 1
        self._last_job = job.accepted
        position = self._book.position(job)
        log.info("job %d (%s): %s %d×%d accepted", job.key, request.id, request.action, request.width, request.height)
        self._supervisor.wake()
        self._send(identity, self._accepted(job, position))

    def _animate_again(self, identity: bytes, request: Animate, pictures: Sequence[zmq.Frame], job: Job) -> None:
        if request != job.request or [p.bytes for p in pictures] != [p.bytes for p in job.pictures]:
            message = f"A job called {request.id!r} is under way with another content."
            raise _rejected(request, "bad_message", message, "Choose a new id for each job.")
        position = self._book.position(job) if job.handed is None else 0
        self._send(identity, self._accepted(job, position, again=True))

    def _accepted(self, job: Job, position: int, again: bool = False) -> Accepted:
        state = self._supervisor.state
        return Accepted(id=job.request.id, position=position, frames=job.frames, state=state, again=again)

    def _check_room(self, identity: bytes, request: Animate, size: int) -> None:
        if self._supervisor.state == "failed" and self._supervisor.problem:
            problem = self._supervisor.problem
            raise _rejected(request, problem.code, problem.message, problem.hint)
        client, waiting = self._book.clients.get(identity), self._book.waiting
        if client and len(client.jobs) >= self._settings.jobs_per_client:
            message = f"This client has {len(client.jobs)} jobs under way, which is the limit."
        elif waiting >= self._settings.queue or self._book.waiting_bytes + size > self._settings.queue_bytes:
            message = f"The queue is full: {waiting} jobs wait."
        else:
            return
        rejection = _rejected(request, "busy", message, "Try again when some have ended.")
        rejection.error.queue = waiting
        raise rejection

    def _cancel(self, identity: bytes, request: Cancel) -> None:
        job = self._book.find(identity, request.id)
        if job is not None:
            was = "queued" if job.handed is None else "running"
            self._drop(job)
            self._counters.jobs.cancelled += 1
            log.info("job %d (%s): cancelled, was %s", job.key, request.id, was)
        elif self._book.had(identity, request.id):
            was = "ended"
        else:
            message = f"This connection has no job called {request.id[:64]!r}."
            hint = "Only the connection that sent a job can cancel it."
            raise RejectedError(Error(id=None, of="cancel", code="bad_message", message=message, hint=hint))
        self._send(identity, Cancelled(id=request.id, was=was))

    def _shutdown(self, identity: bytes, header: zmq.Frame) -> None:
        if not self._front.is_local(header):
            message, hint = "Only the backend's own machine may stop it.", "Run ayo stop there."
            raise RejectedError(Error(id=None, of="shutdown", code="unauthorized", message=message, hint=hint))
        log.info("asked to stop")
        self._leavers.append(identity)
        self._stopping = True

    # ---- worker

    def _read_worker(self, socket: zmq.Socket[bytes]) -> None:
        for _ in range(BURST):
            if self._supervisor.socket is not socket or not _readable(socket):
                return
            message = link.decode_to_broker(socket.recv())
            self._supervisor.heard(message)
            self._heard(message)

    def _worker_ended(self, socket: zmq.Socket[bytes] | None) -> None:
        while socket is not None and socket is self._supervisor.socket and socket.poll(LAST_WORDS_MS):
            self._read_worker(socket)
        if self._supervisor.ended():
            self._worker_crashed("The process that computes ended unexpectedly")

    def _heard(self, message: link.ToBroker) -> None:
        match message:
            case link.Stepped():
                self._counters.step(message.ms, len(message.made))
                for made in message.made:
                    self._pass_on(made)
                for ended in message.ended:
                    self._finish(ended)
            case link.Begun():
                if (job := self._book.handed.get(message.key)) and job.begun is None:
                    job.begun = time.monotonic()
            case link.Broke():
                if job := self._book.handed.get(message.key):
                    self._fail(job, AyoError(message.code, message.message, message.hint))
            case link.CannotRun():
                self._fail_all()

    def _pass_on(self, made: link.Made) -> None:
        job = self._book.handed.get(made.key)
        if job is None:
            return  # cancelled meanwhile
        frame = Frame(
            id=job.request.id,
            index=made.index,
            frames=made.frames,
            width=made.width,
            height=made.height,
            offset=made.offset,
            duration_ms=made.duration_ms,
        )
        self._send(job.client.identity, frame, made.rgba)

    def _finish(self, ended: link.Ended) -> None:
        job = self._book.handed.get(ended.key)
        if job is None:
            return
        now = time.monotonic()
        begun = job.begun or now
        self._book.end(job)
        self._counters.jobs.done += 1
        self._last_job = now
        queued_ms, generated_ms = round((begun - job.accepted) * 1000), round((now - begun) * 1000)
        log.info("job %d (%s): done, waited %d ms, took %d ms", job.key, job.request.id, queued_ms, generated_ms)
        done = Done(
            id=job.request.id,
            action=job.request.action,
            facing=ended.facing,
            creature=ended.creature,
            frames=len(ended.durations_ms),
            width=ended.width,
            height=ended.height,
            offset=ended.offset,
            durations_ms=ended.durations_ms,
            loop=ended.loop,
            pivot=ended.pivot,
            queued_ms=queued_ms,
            generated_ms=generated_ms,
        )
        self._send(job.client.identity, done, ended.parts)

    def _hand_over(self) -> None:
        if self._supervisor.state != "ready":
            return
        now = time.monotonic()
        while job := self._book.hand_over(self._supervisor.max_batch, self._outbox.stalled, now):
            if len(self._book.handed) == 1:
                self._supervisor.last_sign = now
            request, options = job.request, job.request.options
            pictures = iter([picture.buffer for picture in job.pictures])
            start = link.Start(
                key=job.key,
                client=job.client.number,
                width=request.width,
                height=request.height,
                action=request.action,
                facing=request.facing,
                creature=options.creature,
                frames=request.frames,
                seed=options.seed,
                energy=options.energy,
                slash=options.slash,
                glow=options.glow,
                show_parts=options.show_parts,
                picture=next(pictures),
                parts=next(pictures) if options.parts else None,
                pins=options.pins,
                pinned=tuple(islice(pictures, len(options.pins))),
                like=options.like,
                watched=tuple(pictures),
            )
            self._supervisor.send(start)

    def _worker_crashed(self, what: str) -> None:
        """The worker has gone: jobs it had begun get an error, the others wait for the next one.

        Once: a job that kills a worker at its first touch can do so before we hear that it was begun.
        """
        self._counters.restarts += 1
        for job in sorted(self._book.handed.values(), key=lambda job: -job.key):
            if job.begun is None and job.tries < MAX_TRIES:
                self._book.take_back(job)
            else:
                self._fail(job, AyoError("worker_crashed", f"{what} while this job ran.", "Send the job again."))
        if self._supervisor.state == "failed":
            self._fail_all()

    def _fail_all(self) -> None:
        problem = self._supervisor.problem
        assert problem is not None
        for job in self._book:
            self._fail(job, AyoError(problem.code, problem.message, problem.hint))

    def _fail(self, job: Job, reason: AyoError) -> None:
        log.warning("job %d (%s): failed: %s: %s", job.key, job.request.id, reason.code, reason.message)
        self._drop(job)
        self._counters.jobs.failed += 1
        error = protocol.error_of(reason, job.request.id, "animate")
        self._counters.errors[error.code] += 1
        self._send(job.client.identity, error)

    def _drop(self, job: Job) -> None:
        if job.handed is not None and self._supervisor.socket is not None:
            self._supervisor.send(link.Drop(key=job.key))
        self._book.end(job)
        self._last_job = time.monotonic()

    # ---- time

    def _tick(self, now: float) -> None:
        for identity in self._outbox.flush(now, self._settings.patience_s):
            self._pause(identity, False)
        self._supervisor.tick(now)
        for job in list(self._book.handed.values()):
            if job.begun is not None and now - job.begun > job.request.options.timeout_s:
                limit = f"The job took longer than its limit of {job.request.options.timeout_s:g} s."
                self._fail(job, AyoError("timeout", limit, "Ask for fewer frames, or allow more time."))
        self._watch(now)
        if self._parents.all_gone(now):
            log.info("every program that used this backend has ended")
            self._stopping = True

    def _watch(self, now: float) -> None:
        working = any(job.client.identity not in self._outbox.stalled for job in self._book.handed.values())
        if working and self._supervisor.state == "ready":
            if now - self._supervisor.last_sign > self._settings.watchdog_s:
                self._supervisor.restart(f"no sign of life for {self._settings.watchdog_s:g} s")
                self._worker_crashed("The process that computes hung")
            return
        if self._book.clients:
            self._last_request = now
            return
        if self._supervisor.state == "ready" and now - self._last_job > self._settings.unload_after_s:
            log.info("no job for %g s: putting the weights away", self._settings.unload_after_s)
            self._supervisor.sleep()
        idle = self._settings.idle_timeout_s
        if idle is not None and now - self._last_request > idle:
            log.info("no request for %g s: ending", idle)
            self._stopping = True

    # ---- sending

    def _send(self, identity: bytes, answer: Answer, picture: memoryview | None = None) -> None:
        header = protocol.encode(answer)
        stalled = identity in self._outbox.stalled
        self._outbox.send(identity, (header,) if picture is None else (header, picture), time.monotonic())
        if not stalled and identity in self._outbox.stalled:
            self._pause(identity, True)

    def _refuse(self, identity: bytes, error: Error) -> None:
        error.final = error.id is None or self._book.find(identity, error.id) is None
        self._counters.errors[error.code] += 1
        self._counters.jobs.refused += error.of == "animate"
        log.info("refused a request: %s: %s", error.code, error.message)
        self._send(identity, error)

    def _pause(self, identity: bytes, paused: bool) -> None:
        client = self._book.clients.get(identity)
        if client and client.handed and self._supervisor.socket is not None:
            message = link.Pause(client=client.number) if paused else link.Resume(client=client.number)
            self._supervisor.send(message)

    def _forget_lost(self) -> None:
        """Clients that have gone: their jobs are nobody's. Those of clients that do not read end with an error."""
        deaf, self._outbox.deaf = self._outbox.deaf, []
        for identity in deaf:
            limit = f"The client read nothing for {self._settings.patience_s:g} s."
            for job in self._jobs_of(identity):
                self._fail(job, AyoError("timeout", limit, "Send the job again."))
        for identity in set(self._outbox.lost):
            for job in self._jobs_of(identity):
                log.info("job %d (%s): cancelled, its client has gone", job.key, job.request.id)
                self._drop(job)
                self._counters.jobs.cancelled += 1
        self._outbox.lost.clear()

    def _jobs_of(self, identity: bytes) -> list[Job]:
        client = self._book.clients.get(identity)
        return list(client.jobs.values()) if client else []

    # ---- beginning and end

    def _close(self) -> None:
        for job in self._book:
            self._fail(job, AyoError("cancelled", "The backend was told to stop.", "Start it, and send the job again."))
        for identity in self._leavers:
            self._send(identity, Bye())
        self._supervisor.close()
        self._socket.close(linger=2000)
        self._context.term()
        log.info("ended")


def _readable(socket: zmq.Socket[bytes]) -> bool:
    return bool(int(socket.get(zmq.EVENTS)) & zmq.POLLIN)


def _rejected(request: Animate, code: str, message: str, hint: str) -> RejectedError:
    return RejectedError(protocol.error_of(AyoError(code, message, hint), request.id, "animate"))
