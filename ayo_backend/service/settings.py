"""What a backend can be told when it starts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Defaults suit one user on one machine. Times are seconds."""

    bind: str = "tcp://127.0.0.1:0"
    curve: bool = False
    device: str = "auto"
    max_batch: int = 0  # sequences per step; 0: what suits the device
    idle_timeout_s: float | None = None  # end after so long without a request; None: never
    unload_after_s: float = 600.0  # put the weights away after so long without a job
    parent_pid: int | None = None
    log_level: str = "info"
    engine: str = "ayo_backend.animator"  # the module that has Animator
    queue: int = 1024  # waiting jobs
    queue_bytes: int = 256 * 1024 * 1024  # of their pictures
    jobs_per_client: int = 128
    watchdog_s: float = 120.0  # a worker silent for so long at work is replaced
    patience_s: float = 60.0  # with a client that does not read
    backoff_s: float = 0.5  # before the second restart in a row, then 3, 7, 15 times that
