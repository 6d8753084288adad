"""What a backend has done since it started."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field

import numpy as np

from ayo_backend.service.protocol import Batch, Jobs, Percentiles


@dataclass
class Counters:
    """Plain counts, and the times of the last 1,000 steps."""

    started: float = field(default_factory=time.monotonic)
    jobs: Jobs = field(default_factory=Jobs)
    frames: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    largest_batch: int = 0
    _steps: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=1000))

    def step(self, ms: float, batch: int) -> None:
        """One step of a batch took so long."""
        self._steps.append((ms, batch))
        self.frames += batch
        self.largest_batch = max(self.largest_batch, batch)

    def batch(self, limit: int) -> Batch:
        """Sequences per step: the mean of the last steps, the most ever."""
        mean = float(np.mean([batch for _, batch in self._steps])) if self._steps else 0.0
        return Batch(round(mean, 2), self.largest_batch, limit)

    def frame_ms(self) -> Percentiles | None:
        """Milliseconds of the last steps."""
        if not self._steps:
            return None
        p50, p95, p99 = np.percentile([ms for ms, _ in self._steps], (50, 95, 99)).round(3).tolist()
        return Percentiles(p50, p95, p99)
