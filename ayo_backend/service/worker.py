"""The process that computes. Started by the broker, told what to do over one socket, gone when the broker is gone.

python -m ayo_backend.service.worker        (reads its instructions, a Launch, from standard input)
"""

from __future__ import annotations

import importlib
import logging
import os
import signal
import sys
import threading
import time
from typing import Any

import msgspec
import numpy as np
import zmq

from ayo_backend.actions import action_named
from ayo_backend.clip import Clip
from ayo_backend.errors import AyoError
from ayo_backend.order import Order, Pin
from ayo_backend.parts_picture import PALETTE
from ayo_backend.service import link
from ayo_backend.service.link import Begun, Broke, CannotRun, Drop, Ended, Launch, Loaded, Made, Pause, Start, Stepped
from ayo_backend.service.protocol import Like, Model
from ayo_backend.service.schedule import Begin, Schedule, Step
from ayo_backend.sprite import Sprite

log = logging.getLogger("ayo.worker")

DEFAULT_BATCH = {"cpu": 8}
DEFAULT_BATCH_ACCELERATOR = 64


class Worker:
    """Does jobs frame by frame and looks at its messages between frames."""

    def __init__(self, socket: zmq.Socket[bytes], animator: Any, max_batch: int) -> None:
        self._socket = socket
        self._animator = animator
        self._schedule = Schedule(max_batch)
        self._waiting: dict[int, Start] = {}
        self._beginnings: dict[int, Any] = {}  # generators, see Animator.beginning
        self._rollouts: dict[int, Any] = {}
        self._clients: dict[int, int] = {}
        self._showing: set[int] = set()  # jobs that end with a picture of the parts

    def run(self) -> None:
        """Work until the process is ended from outside."""
        while True:
            self._read(wait=False)
            task = self._schedule.next()
            if task is None:
                self._read(wait=True)
            elif isinstance(task, Begin):
                self._begin(task)
            else:
                self._step(task)

    def _read(self, wait: bool) -> None:
        while wait or int(self._socket.get(zmq.EVENTS)) & zmq.POLLIN:
            wait = False
            message = link.decode_to_worker(self._socket.recv())
            if isinstance(message, Start):
                self._waiting[message.key] = message
                self._clients[message.key] = message.client
                self._schedule.add(message.client, message.key)
            elif isinstance(message, Drop):
                self._forget(message.key)
            else:
                self._schedule.pause(message.client, isinstance(message, Pause))

    def _begin(self, task: Begin) -> None:
        self._send(Begun(key=task.key))
        began = time.perf_counter()
        try:
            if start := self._waiting.pop(task.key, None):
                sprite = _sprite(start.picture, start.width, start.height)
                self._beginnings[task.key] = self._animator.beginning(sprite, _order(start))
                if start.show_parts:
                    self._showing.add(task.key)
            next(self._beginnings[task.key])
            self._schedule.go_on(task.client, task.key)
        except StopIteration as end:
            del self._beginnings[task.key]
            self._rollouts[task.key] = end.value
        except Exception as reason:
            self._break([task.key], reason)
        self._schedule.charge(task.client, time.perf_counter() - began)

    def _step(self, task: Step) -> None:
        keys = [key for _, key in task.jobs]
        rollouts = [self._rollouts[key] for key in keys]
        began = time.perf_counter()
        try:
            frames = self._animator.step(rollouts)
        except Exception as reason:
            self._break(keys, reason)
            return
        seconds = time.perf_counter() - began
        for client, _ in task.jobs:
            self._schedule.charge(client, seconds / len(keys))
        made = [_made(key, rollout, frame) for key, rollout, frame in zip(keys, rollouts, frames, strict=True)]
        ended = [
            _ended(key, rollout, key in self._showing)
            for key, rollout in zip(keys, rollouts, strict=True)
            if rollout.done
        ]
        self._send(Stepped(ms=seconds * 1000, made=made, ended=ended))
        for job in ended:
            self._forget(job.key)

    def _break(self, keys: list[int], reason: Exception) -> None:
        if isinstance(reason, AyoError):
            code, message, hint = reason.code, reason.message, reason.hint
        else:
            log.error("a job failed", exc_info=reason)
            code, message = "internal", f"The animation failed: {type(reason).__name__}: {reason}"[:500]
            hint = "Try again; if it stays, the backend's log says more."
        for key in keys:
            self._send(Broke(key=key, code=code, message=message, hint=hint))
            self._forget(key)

    def _forget(self, key: int) -> None:
        self._waiting.pop(key, None)
        self._beginnings.pop(key, None)
        self._rollouts.pop(key, None)
        self._showing.discard(key)
        client = self._clients.pop(key, None)
        if client is not None:
            self._schedule.remove(client, key)

    def _send(self, message: link.ToBroker) -> None:
        self._socket.send(link.encode(message))


def _sprite(picture: memoryview, width: int, height: int) -> Sprite:
    return Sprite.from_rgba(np.frombuffer(picture, np.uint8).reshape(height, width, 4))


def _parts(start: Start) -> Sprite | None:
    """The picture that tells the parts; none where it is transparent all over, for then it tells nothing."""
    if start.parts is None or not np.frombuffer(start.parts, np.uint8)[3::4].any():
        return None
    return _sprite(start.parts, start.width, start.height)


def _clip(like: Like, start: Start) -> Clip:
    """The clip to move like; how it was named and where it stood is not said."""
    frames = np.frombuffer(b"".join(start.watched), np.uint8).reshape(-1, like.height, like.width, 4)
    feet = like.width / 2, float(like.height)
    return Clip(frames, like.durations_ms, action_named(start.action).loop, feet, (0, 0), start.action)


def _order(start: Start) -> Order:
    pinned = zip(start.pins, start.pinned, strict=True)
    return Order(
        start.action,
        facing=start.facing,
        frames=start.frames,
        seed=start.seed,
        energy=start.energy,
        slash=start.slash,
        glow=start.glow,
        creature=start.creature,
        parts=_parts(start),
        pins=tuple(Pin(pin.frame, _sprite(picture, pin.width, pin.height)) for pin, picture in pinned),
        like=_clip(start.like, start) if start.like else None,
    )


def _made(key: int, rollout: Any, frame: Any) -> Made:
    width, height = rollout.size
    return Made(
        key=key,
        index=frame.index,
        frames=rollout.frames,
        width=int(width),
        height=int(height),
        offset=_whole(rollout.offset),
        duration_ms=int(frame.duration_ms),
        rgba=np.ascontiguousarray(frame.rgba, np.uint8).data,
    )


def _ended(key: int, rollout: Any, show_parts: bool) -> Ended:
    width, height = rollout.size
    x, y = rollout.pivot
    return Ended(
        key=key,
        facing=rollout.facing,
        creature=rollout.creature,
        width=int(width),
        height=int(height),
        offset=_whole(rollout.offset),
        durations_ms=tuple(int(ms) for ms in rollout.durations_ms),
        loop=rollout.loop,
        pivot=(float(x), float(y)),
        parts=PALETTE[rollout.parts].data if show_parts else None,
    )


def _whole(pair: tuple[int, int]) -> tuple[int, int]:
    return int(pair[0]), int(pair[1])


def main() -> None:
    """Load the engine and work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the broker, which ends us in good order
    launch = msgspec.json.decode(sys.stdin.buffer.readline(), type=Launch)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    logging.basicConfig(level=launch.log_level.upper(), format="%(levelname)s %(message)s", stream=sys.stderr)
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.instance()
    socket = context.socket(zmq.DEALER)
    socket.set_hwm(0)
    socket.linger = 1000
    socket.plain_username, socket.plain_password = launch.user.encode(), launch.password.encode()
    socket.connect(launch.endpoint)
    engine = importlib.import_module(launch.engine)
    try:
        animator = engine.Animator(device=launch.device)
    except AyoError as reason:
        socket.send(link.encode(CannotRun(code=reason.code, message=reason.message, hint=reason.hint)))
        context.destroy()  # waits until that is sent
        sys.exit(1)
    device = str(animator.device)
    max_batch = launch.max_batch or DEFAULT_BATCH.get(device, DEFAULT_BATCH_ACCELERATOR)
    socket.send(link.encode(Loaded(device=device, model=_model(animator.model), max_batch=max_batch)))
    Worker(socket, animator, max_batch).run()


def _model(facts: dict[str, Any]) -> Model:
    return Model(str(facts.get("name", "ayo")), str(facts["sha256"]), str(facts.get("licence", "unknown")))


def _end_with_parent() -> None:
    while os.read(0, 4096):  # ends when the broker closes the pipe, by intent or by dying
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
