"""Which work the device does next: continuous batching at frame granularity, fair by client.

Fairness is start-time fair queueing (Goyal et al., SIGCOMM 1996) over device time: every client is charged for the
time its work took, and the client charged least goes next. A client that sends a hundred jobs so gets as much of the
device as one that sends a single job, and no more. While several clients have sequences running, each gives the same
number to a step.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

SLACK_S = 0.05  # clients whose charges differ by less share a step; a few steps of a slow device


@dataclass(frozen=True)
class Begin:
    """Begin this job."""

    client: int
    key: int


@dataclass(frozen=True)
class Step:
    """Take the next frame of these jobs, as one batch. (client, key) each."""

    jobs: tuple[tuple[int, int], ...]


@dataclass
class _Share:
    charged: float
    waiting: deque[int] = field(default_factory=deque)
    running: deque[int] = field(default_factory=deque)
    paused: bool = False
    stepped: bool = True  # since its last begin: begins and steps alternate, so that the first frame comes soon


class Schedule:
    """The jobs of a worker, by client. Keys are any numbers; nothing here computes or waits."""

    def __init__(self, max_batch: int) -> None:
        self._max_batch = max_batch
        self._shares: dict[int, _Share] = {}

    def add(self, client: int, key: int) -> None:
        """A new job."""
        if client not in self._shares:
            least = min((share.charged for share in self._shares.values()), default=0.0)
            self._shares[client] = _Share(least)
        self._shares[client].waiting.append(key)

    def remove(self, client: int, key: int) -> None:
        """A job that has ended, or is not wanted any more; unknown ones are fine."""
        share = self._shares.get(client)
        if share is None:
            return
        for jobs in (share.waiting, share.running):
            if key in jobs:
                jobs.remove(key)
        if not share.waiting and not share.running:
            del self._shares[client]

    def pause(self, client: int, paused: bool) -> None:
        """Leave a client's jobs alone, or take them up again."""
        if client in self._shares:
            self._shares[client].paused = paused

    def go_on(self, client: int, key: int) -> None:
        """The beginning of this job is not done yet: it goes on when others of its client have been begun."""
        share = self._shares[client]
        share.running.remove(key)
        share.waiting.append(key)

    def charge(self, client: int, seconds: float) -> None:
        """The client's work took so much of the device's time."""
        if client in self._shares:
            self._shares[client].charged += seconds

    def next(self) -> Begin | Step | None:
        """What to do now; None when there is nothing."""
        active = {client: share for client, share in self._shares.items() if not share.paused}
        if not active:
            return None
        client, first = min(active.items(), key=lambda item: item[1].charged)
        quota = max(1, self._max_batch // len(active))
        if first.waiting and len(first.running) < quota and (first.stepped or not first.running):
            key = first.waiting.popleft()
            first.running.append(key)
            first.stepped = False
            return Begin(client, key)
        return self._step(active, first.charged + SLACK_S)

    def _step(self, active: dict[int, _Share], limit: float) -> Step:
        ready = [(client, share) for client, share in active.items() if share.running and share.charged <= limit]
        ready = sorted(ready, key=lambda item: item[1].charged)[: self._max_batch]
        each = min(self._max_batch // len(ready), *(len(share.running) for _, share in ready), self._max_batch)
        jobs = []
        for client, share in ready:
            share.stepped = True
            jobs += [(client, share.running[i]) for i in range(each)]
            share.running.rotate(-each)
        return Step(tuple(jobs))
