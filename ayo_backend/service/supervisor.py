"""Keeps a worker process: starts it, talks to it, notices its end, starts it again, but not after five crashes."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

import msgspec
import zmq

from ayo_backend.service import link, security
from ayo_backend.service.link import CannotRun, Launch, Loaded
from ayo_backend.service.protocol import Problem
from ayo_backend.service.security import Gate, guard_plain
from ayo_backend.service.settings import Settings

log = logging.getLogger("ayo.supervisor")
worker_log = logging.getLogger("ayo.worker")

MAX_CRASHES = 5
EXITS = "inproc://worker-exits"


class Supervisor:
    """One worker at a time. `socket` is the way to it, `exits` receives one message when it has ended."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], gate: Gate, settings: Settings) -> None:
        self._context, self._gate, self._settings = context, gate, settings
        self._process: subprocess.Popen[bytes] | None = None
        self._generation = 0
        self._crashes = 0
        self._retry_at: float | None = None
        self._last_words: deque[str] = deque(maxlen=5)
        self.exits = context.socket(zmq.PULL)
        self.exits.bind(EXITS)
        self.socket: zmq.Socket[bytes] | None = None
        self.state = "asleep"
        self.problem: Problem | None = None
        self.loaded: Loaded | None = None
        self.last_sign = 0.0  # time.monotonic() of the last thing heard from the worker

    @property
    def pid(self) -> int | None:
        """Of the worker process."""
        return self._process.pid if self._process else None

    @property
    def max_batch(self) -> int:
        """Sequences per step; 1 until the worker has said."""
        return self.loaded.max_batch if self.loaded else 1

    def wake(self) -> None:
        """Start a worker if none is there or under way."""
        if self.state == "asleep":
            self._start()

    def sleep(self) -> None:
        """End the worker to free its memory; the next job wakes it."""
        self.stop()
        self.state = "asleep"

    def stop(self) -> None:
        """End the worker, now."""
        process, self._process = self._process, None
        self._generation += 1
        if self.socket is not None:
            self.socket.close(linger=0)
            self.socket = None
        if process is None:
            return
        process.kill()
        process.wait()
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()

    def close(self) -> None:
        """End the worker and everything else held."""
        self.stop()
        self.exits.close(linger=0)

    def send(self, message: link.ToWorker) -> None:
        """Tell the worker; there must be one."""
        assert self.socket is not None
        self.socket.send(link.encode(message))

    def heard(self, message: link.ToBroker) -> None:
        """Take note of a message from the worker."""
        self.last_sign = time.monotonic()
        if isinstance(message, Loaded):
            self.state, self.loaded = "ready", message
            log.info("ready on %s, up to %d sequences a step", message.device, message.max_batch)
        elif isinstance(message, CannotRun):
            self.stop()
            self._give_up(Problem(message.code, message.message, message.hint))
        elif isinstance(message, link.Stepped):
            self._crashes = 0

    def ended(self) -> bool:
        """Read one message of `exits`; True when the current worker has crashed."""
        generation, code = msgspec.json.decode(self.exits.recv(), type=tuple[int, int])
        return generation == self._generation and self._crashed(f"exit code {code}")

    def restart(self, why: str) -> None:
        """Kill a worker that does not work any more, and count that as a crash."""
        self._crashed(why)

    def tick(self, now: float) -> None:
        """Start again when the pause after a crash is over."""
        if self._retry_at is not None and now >= self._retry_at:
            self._start()

    def _crashed(self, why: str) -> bool:
        self.stop()
        self._crashes += 1
        log.error("the worker ended unexpectedly (%s), crash %d in a row", why, self._crashes)
        if self._crashes >= MAX_CRASHES:
            words = next((line.strip() for line in reversed(self._last_words) if line.strip()), "It said nothing.")
            message = f"The worker crashed {MAX_CRASHES} times in a row and is not started again ({why}). {words}"
            self._give_up(Problem("worker_crashed", message[:1000], "See the log, then stop and start the backend."))
        else:
            self.state = "loading"
            self._retry_at = time.monotonic() + self._settings.backoff_s * (2 ** (self._crashes - 1) - 1)
        return True

    def _give_up(self, problem: Problem) -> None:
        self.state, self.problem, self._retry_at = "failed", problem, None
        log.error("giving up: %s %s", problem.message, problem.hint)

    def _start(self) -> None:
        self._retry_at, self.state = None, "loading"
        self._generation += 1
        password = secrets.token_hex(32)
        self._gate.allow_password("worker", password)
        self.socket = self._context.socket(zmq.DEALER)
        self.socket.set_hwm(0)
        guard_plain(self.socket, "worker")
        port = self.socket.bind_to_random_port("tcp://127.0.0.1")
        launch = Launch(
            endpoint=f"tcp://127.0.0.1:{port}",
            user=security.USER,
            password=password,
            engine=self._settings.engine,
            device=self._settings.device,
            max_batch=self._settings.max_batch,
            log_level=self._settings.log_level,
        )
        self._process = process = _spawn()
        assert process.stdin is not None
        with contextlib.suppress(OSError):  # dead already: its exit tells
            process.stdin.write(msgspec.json.encode(launch) + b"\n")
            process.stdin.flush()
        threading.Thread(target=self._follow_log, args=(process,), daemon=True).start()
        threading.Thread(target=self._follow_exit, args=(process, self._generation), daemon=True).start()
        log.info("started worker %d", process.pid)

    def _follow_log(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                text = line.decode(errors="replace").rstrip()
                self._last_words.append(text)
                worker_log.info("%s", text)

    def _follow_exit(self, process: subprocess.Popen[bytes], generation: int) -> None:
        code = process.wait()
        with contextlib.suppress(zmq.ZMQError), self._context.socket(zmq.PUSH) as socket:
            socket.linger = 0
            socket.connect(EXITS)
            socket.send(msgspec.json.encode((generation, code)))


def _spawn() -> subprocess.Popen[bytes]:
    package = str(Path(__file__).parents[2])  # found by the worker even when it was found by the working directory here
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-m", "ayo_backend.service.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONPATH": path},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
