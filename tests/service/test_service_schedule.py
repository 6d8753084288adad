"""Who is served when: the worker's schedule and the broker's book, without processes."""

from __future__ import annotations

import hypothesis.strategies as st
import zmq
from hypothesis import given

from ayo_backend.service.jobs import Book
from ayo_backend.service.protocol import Animate
from ayo_backend.service.schedule import Begin, Schedule, Step


class Device:
    """Runs a schedule against a clock of its own: a begin takes 0.1 s, a sequence of a step 0.01 s."""

    def __init__(self, max_batch: int) -> None:
        self.schedule = Schedule(max_batch)
        self.now = 0.0
        self.left: dict[int, int] = {}
        self.ended: dict[int, float] = {}
        self.log: list[Begin | Step] = []

    def add(self, client: int, key: int, frames: int = 8) -> None:
        self.left[key] = frames
        self.schedule.add(client, key)

    def work(self, until: int | None = None) -> None:
        while (until is None or until not in self.ended) and (task := self.schedule.next()):
            self.log.append(task)
            if isinstance(task, Begin):
                self.spend(0.1, [task.client])
            else:
                self.step(task)

    def step(self, task: Step) -> None:
        self.spend(0.01 * len(task.jobs), [client for client, _ in task.jobs])
        for client, key in task.jobs:
            self.left[key] -= 1
            if not self.left[key]:
                self.ended[key] = self.now
                self.schedule.remove(client, key)

    def spend(self, seconds: float, clients: list[int]) -> None:
        self.now += seconds
        for client in clients:
            self.schedule.charge(client, seconds / len(clients))


def test_one_job_runs_to_its_end() -> None:
    device = Device(8)
    device.add(1, 10)
    device.work()
    assert device.log == [Begin(1, 10)] + [Step(((1, 10),))] * 8


def test_a_flood_slows_another_client_by_its_share_only() -> None:
    alone = Device(8)
    alone.add(2, 1000)
    alone.work()
    flooded = Device(8)
    for key in range(100):
        flooded.add(1, key)
    for _ in range(50):  # the flood has the device for itself for a while
        task = flooded.schedule.next()
        assert task is not None
        flooded.spend(0.1, [1]) if isinstance(task, Begin) else flooded.step(task)
    start = flooded.now
    flooded.add(2, 1000)
    flooded.work(until=1000)
    assert flooded.now - start <= 2 * alone.now + 0.1, "half the device, give or take one begin"


def test_equal_clients_end_together() -> None:
    device = Device(8)
    for key in range(40):
        device.add(key % 4, key)
    device.work()
    last = [max(device.ended[key] for key in range(40) if key % 4 == client) for client in range(4)]
    assert max(last) < 1.2 * min(last)
    assert len(device.ended) == 40


def test_a_new_job_joins_at_the_next_frame() -> None:
    device = Device(8)
    device.add(1, 10, frames=20)
    for _ in range(5):
        task = device.schedule.next()
        assert task is not None
        device.spend(0.1, [1]) if isinstance(task, Begin) else device.step(task)
    device.add(1, 11)
    assert device.schedule.next() == Begin(1, 11)
    assert device.schedule.next() == Step(((1, 10), (1, 11)))


def test_the_first_frame_does_not_wait_for_every_begin() -> None:
    device = Device(8)
    for key in range(8):
        device.add(1, key)
    device.work()
    assert device.log[:3] == [Begin(1, 0), Step(((1, 0),)), Begin(1, 1)]


def test_a_beginning_in_pieces_lets_others_in_between() -> None:
    device = Device(8)
    device.add(1, 10, frames=1)
    device.add(2, 20, frames=2)
    log: list[Begin | Step] = []
    for _ in range(3):
        task = device.schedule.next()
        assert isinstance(task, Begin)
        log.append(task)
        device.spend(0.1, [task.client])
        if task.key == 10:
            device.schedule.go_on(1, 10)
    assert log == [Begin(1, 10), Begin(2, 20), Begin(1, 10)]
    device.work()
    assert device.ended.keys() == {10, 20}


def test_paused_clients_are_left_alone() -> None:
    device = Device(8)
    device.add(1, 10)
    device.add(2, 20)
    device.schedule.pause(1, True)
    device.work()
    assert set(device.ended) == {20}
    device.schedule.pause(1, False)
    device.work()
    assert set(device.ended) == {10, 20}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 12)), max_size=60), st.integers(1, 9))
def test_everything_is_done_once_and_no_batch_is_too_large(jobs: list[tuple[int, int]], max_batch: int) -> None:
    device = Device(max_batch)
    for key, (client, frames) in enumerate(jobs):
        device.add(client, key, frames)
    device.work()
    assert set(device.ended) == set(range(len(jobs)))
    assert all(count == 0 for count in device.left.values())
    assert all(len(set(task.jobs)) == len(task.jobs) <= max_batch for task in device.log if isinstance(task, Step))


# ---- the broker's book


def test_the_book_lets_clients_take_turns() -> None:
    book = Book()
    for number in range(6):
        add(book, b"flood", f"f{number}")
    add(book, b"single", "s")
    order = [job.request.id for job in iter(lambda: book.hand_over(4, (), 0.0), None)]
    assert order == ["f0", "s", "f1", "f2"]


def test_the_book_lets_a_late_client_in_beyond_the_limit() -> None:
    book = Book()
    for number in range(6):
        add(book, b"flood", f"f{number}")
    assert len(list(iter(lambda: book.hand_over(4, (), 0.0), None))) == 4
    add(book, b"single", "s")
    assert [job.request.id for job in iter(lambda: book.hand_over(4, (), 0.0), None)] == ["s"]


@given(st.lists(st.tuples(st.sampled_from("ahetb"), st.integers(0, 3), st.integers(0, 5)), max_size=80))
def test_the_book_never_loses_count(steps: list[tuple[str, int, int]]) -> None:
    book = Book()
    for what, client, name in steps:
        identity, job = bytes([client]), book.find(bytes([client]), str(name))
        if what == "a" and job is None:
            add(book, identity, str(name))
        elif what == "h":
            book.hand_over(3, (b"\0",), 1.0)
        elif what == "e" and job is not None:
            book.end(job)
            assert book.had(identity, str(name))
        elif what == "t" and job is not None and job.handed is not None:
            book.take_back(job)
        elif what == "b" and job is not None and job.handed is None:
            assert 0 <= book.position(job) < book.waiting
        jobs = list(book)
        assert book.waiting == sum(job.handed is None for job in jobs)
        assert book.waiting_bytes == 4 * book.waiting
        assert {job.key for job in jobs if job.handed is not None} == set(book.handed)
        assert all(client.jobs for client in book.clients.values())
        assert not any(job.client.identity == b"\0" for job in book.handed.values())


def add(book: Book, identity: bytes, name: str) -> None:
    book.add(identity, Animate(id=name, width=8, height=8, action="walk"), [zmq.Frame(b"abcd")], 0.0)
