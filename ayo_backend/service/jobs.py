"""The broker's book of clients and jobs: who waits, who is with the worker, whose turn it is. No sockets, no clock."""

from __future__ import annotations

import itertools
from collections import OrderedDict, deque
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

import zmq

from ayo_backend.service.protocol import Animate

REMEMBERED = 1_000  # ended jobs whose cancel is still told from the cancel of a job that never was


@dataclass(eq=False)
class Job:
    """One request on its way. Times are time.monotonic()."""

    key: int
    client: Client
    request: Animate
    pictures: Sequence[zmq.Frame]
    accepted: float
    handed: float | None = None
    begun: float | None = None
    tries: int = 0  # how often it was handed to a worker
    frames: int = 0

    @property
    def size(self) -> int:
        """Bytes of its pictures."""
        return sum(map(len, self.pictures))


@dataclass(eq=False)
class Client:
    """A connection with work. number stands for it in the worker; served is when its last turn was."""

    identity: bytes
    number: int
    served: int = 0
    waiting: deque[Job] = field(default_factory=deque)
    handed: dict[int, Job] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)


class Book:
    """All jobs that have not ended, and the names of the latest that have."""

    def __init__(self) -> None:
        self.clients: dict[bytes, Client] = {}
        self.handed: dict[int, Job] = {}
        self.waiting_bytes = 0
        self._numbers = itertools.count(1)
        self._turns = itertools.count(1)
        self._ended: OrderedDict[tuple[bytes, str], None] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return sum(len(client.waiting) for client in self.clients.values())

    def __iter__(self) -> Iterator[Job]:
        return iter([job for client in self.clients.values() for job in client.jobs.values()])

    def find(self, identity: bytes, name: str) -> Job | None:
        """The client's job of that name, if it has not ended."""
        client = self.clients.get(identity)
        return client.jobs.get(name) if client else None

    def had(self, identity: bytes, name: str) -> bool:
        """The client had a job of that name, and it has ended."""
        return (identity, name) in self._ended

    def add(self, identity: bytes, request: Animate, pictures: Sequence[zmq.Frame], now: float) -> Job:
        """A new job, at the end of its client's queue."""
        client = self.clients.get(identity)
        if client is None:
            client = self.clients[identity] = Client(identity, next(self._numbers))
        job = Job(next(self._numbers), client, request, pictures, now)
        client.waiting.append(job)
        client.jobs[request.id] = job
        self.waiting_bytes += job.size
        self._ended.pop((identity, request.id), None)
        return job

    def position(self, job: Job) -> int:
        """About how many waiting jobs come before this waiting one, as clients take turns."""
        own = job.client.waiting.index(job)
        others = (client for client in self.clients.values() if client is not job.client)
        return own + sum(min(len(client.waiting), own + 1) for client in others)

    def hand_over(self, limit: int, excluded: Container[bytes], now: float) -> Job | None:
        """The next job for a worker that runs up to limit at once, now counted as handed; None when it has enough.

        Whoever has the fewest with the worker comes first, then whoever waited longest for a turn. A client that has
        none there is let in beyond the limit (up to twice), so that it need not wait for a whole job of another.
        """
        room = limit - len(self.handed)
        ready = [client for client in self.clients.values() if client.waiting and client.identity not in excluded]
        if room <= 0:
            ready = [client for client in ready if not client.handed] if room > -limit else []
        if not ready:
            return None
        client = min(ready, key=lambda client: (len(client.handed), client.served))
        client.served = next(self._turns)
        job = client.waiting.popleft()
        self.waiting_bytes -= job.size
        job.handed = now
        job.tries += 1
        client.handed[job.key] = self.handed[job.key] = job
        return job

    def take_back(self, job: Job) -> None:
        """A handed job waits again, first in its client's queue."""
        del job.client.handed[job.key], self.handed[job.key]
        job.handed = job.begun = None
        job.client.waiting.appendleft(job)
        self.waiting_bytes += job.size

    def end(self, job: Job) -> None:
        """The job is over, however it went."""
        client = job.client
        if job.handed is None:
            client.waiting.remove(job)
            self.waiting_bytes -= job.size
        else:
            del client.handed[job.key], self.handed[job.key]
        del client.jobs[job.request.id]
        if not client.jobs:
            del self.clients[client.identity]
        self._ended[client.identity, job.request.id] = None
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
