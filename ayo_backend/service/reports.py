"""What a backend says about itself: welcome and status."""

from __future__ import annotations

import functools
import os
import time

import psutil

from ayo_backend import __version__, actions, sprite
from ayo_backend.service import protocol
from ayo_backend.service.counters import Counters
from ayo_backend.service.jobs import Book
from ayo_backend.service.protocol import ActionInfo, Limits, Memory, Queue, Report, Welcome, WorkerInfo
from ayo_backend.service.settings import Settings
from ayo_backend.service.supervisor import Supervisor


def welcome(settings: Settings, supervisor: Supervisor) -> Welcome:
    """The answer to hello."""
    limits = Limits(
        min_side=sprite.MIN_SIDE,
        max_side=sprite.MAX_SIDE,
        min_frames=actions.MIN_FRAMES,
        max_frames=actions.MAX_FRAMES,
        jobs_per_client=settings.jobs_per_client,
        queue=settings.queue,
    )
    return Welcome(
        version=protocol.VERSION,
        backend=__version__,
        state=supervisor.state,
        problem=supervisor.problem,
        device=supervisor.loaded.device if supervisor.loaded else None,
        model=supervisor.loaded.model if supervisor.loaded else None,
        actions=_vocabulary(),
        facings=("auto", *actions.FACINGS),
        creatures=("auto", *actions.CREATURES),
        limits=limits,
    )


def status(settings: Settings, supervisor: Supervisor, book: Book, counters: Counters, endpoint: str) -> Report:
    """The answer to status."""
    return Report(
        state=supervisor.state,
        problem=supervisor.problem,
        device=supervisor.loaded.device if supervisor.loaded else None,
        model=supervisor.loaded.model if supervisor.loaded else None,
        backend=__version__,
        pid=os.getpid(),
        endpoint=endpoint,
        uptime_s=round(time.monotonic() - counters.started, 3),
        queue=Queue(book.waiting, len(book.handed), settings.queue),
        clients=len(book.clients),
        jobs=counters.jobs,
        frames=counters.frames,
        errors=dict(counters.errors),
        batch=counters.batch(supervisor.max_batch),
        frame_ms=counters.frame_ms(),
        memory=Memory(_resident(os.getpid()), _resident(supervisor.pid)),
        worker=WorkerInfo(supervisor.pid, counters.restarts),
    )


@functools.cache
def _vocabulary() -> tuple[ActionInfo, ...]:
    return protocol.vocabulary()


def _resident(pid: int | None) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss) if pid else 0
    except psutil.Error:
        return 0
