"""A job's life, told by its events, against a backend that does whatever can go wrong."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import replace

import pytest
from fake_backend import CREDENTIALS, FakeBackend, raw_server
from hypothesis import given
from hypothesis import strategies as st
from test_blender_zmtp import drain, read_exactly, shake_hands

from blender_addon.backend import job as jobs
from blender_addon.backend.client import Client, pack, unpack
from blender_addon.backend.discovery import Connection
from blender_addon.backend.errors import BackendError
from blender_addon.backend.job import Arrived, Ended, Failed, Finished, Job, Picture, Request, Waiting

PICTURE = Picture(8, 8, bytes(range(256)))
PARTS = bytes((0x3B, 0x6F, 0xD4, 255)) * 63 + bytes(4)


def play(job, seconds=20.0):
    """Start a job and return all its events."""
    job.start()
    return collect(job, seconds)


def collect(job, seconds=20.0):
    events, deadline = [], time.monotonic() + seconds
    while not (events and isinstance(events[-1], Ended)):
        assert time.monotonic() < deadline, f"no end, only {events}"
        events.extend(job.events(0.1))
    return events


def make_job(backend, *actions):
    return Job(lambda: Client(backend.connection, "0"), PICTURE, [Request(action) for action in actions or ["walk"]])


def picture_of(index, width=9, height=8):
    return bytes((index, 1, 2, 255)) * (width * height)


def say_frame(say, id_, index, total, **changed):
    fields = {
        "id": id_,
        "index": index,
        "frames": total,
        "width": 9,
        "height": 8,
        "offset": [-1, 0],
        "duration_ms": 100,
    }
    say("frame", picture_of(index), **(fields | changed))


def say_done(say, id_, total, **changed):
    say("done", **(done_fields(id_, total) | changed))


def done_fields(id_, total):
    return {
        "id": id_,
        "action": "walk",
        "facing": "right",
        "creature": "bird",
        "frames": total,
        "offset": [-1, 0],
        "loop": "loop",
        "pivot": [4.5, 8],
    }


def animate(say, header, blobs, total=2):
    assert blobs == [PICTURE.rgba]
    say("accepted", id=header["id"], position=3, frames=total, state="loading", again=False)
    for index in range(total):
        say_frame(say, header["id"], index, total)
    say_done(say, header["id"], total)


def test_a_clip_arrives_frame_by_frame_and_whole():
    with FakeBackend(animate) as backend:
        events = play(make_job(backend))
    frames = [event.frame for event in events if isinstance(event, Arrived)]
    assert [event for event in events if isinstance(event, Waiting)] == [Waiting(3, "loading")]
    assert [frame.rgba for frame in frames] == [picture_of(0), picture_of(1)]
    clip = next(event for event in events if isinstance(event, Finished)).result
    assert (clip.size, clip.offset, clip.pivot, clip.loop, clip.durations_ms) == (
        (9, 8),
        (-1, 0),
        (4.5, 8.0),
        "loop",
        (100, 100),
    )
    assert clip.settings == {"facing": "right", "creature": "bird"}
    assert events[-1] == Ended("done")


def test_the_request_carries_every_setting():
    request = Request("attack", "left", 4, 7, 0.5, slash=False, glow=False, creature="spider")
    with FakeBackend(animate) as backend:
        play(Job(lambda: Client(backend.connection, "0"), PICTURE, [request]))
        sent = backend.requests[-1]
    expected = {
        "width": 8,
        "height": 8,
        "action": "attack",
        "facing": "left",
        "frames": 4,
        "options": {"seed": 7, "energy": 0.5, "slash": False, "glow": False, "creature": "spider"},
    }
    assert {key: sent[key] for key in expected} == expected


def test_parts_are_told_and_shown():
    def answer(say, header, blobs):
        assert blobs == [PICTURE.rgba, PARTS]
        say_frame(say, header["id"], 0, 1)
        say("done", PARTS[::-1], **done_fields(header["id"], 1))

    with FakeBackend(answer, features=["parts"]) as backend:
        picture, request = replace(PICTURE, parts=PARTS), Request("walk", show_parts=True)
        events = play(Job(lambda: Client(backend.connection, "0"), picture, [request]))
        assert backend.requests[-1]["options"] == {"seed": 0, "energy": 1.0, "parts": True, "show_parts": True}
    assert next(event for event in events if isinstance(event, Finished)).result.parts == PARTS[::-1]
    assert events[-1] == Ended("done")


def test_parts_are_not_spoken_of_unless_asked_for():
    """To an older backend the options would be a mistake."""
    with FakeBackend(animate) as backend:
        events = play(make_job(backend))
        assert backend.requests[-1]["options"].keys() == {"seed", "energy"}
    assert next(event for event in events if isinstance(event, Finished)).result.parts is None


@pytest.mark.parametrize("features", [[], None, ["slash", "creature"], 1])
@pytest.mark.parametrize("asked", ["told", "shown"])
def test_a_backend_without_parts_is_not_asked(features, asked):
    picture = replace(PICTURE, parts=PARTS) if asked == "told" else PICTURE
    with FakeBackend(animate, features=features) as backend:
        failure, end = play(
            Job(lambda: Client(backend.connection, "0"), picture, [Request("walk", show_parts=asked == "shown")])
        )
        assert [request["type"] for request in backend.requests] == ["hello"]
    assert (failure.error.code, end) == ("too_old", Ended("failed"))
    assert "Update" in failure.error.hint


@pytest.mark.parametrize("blobs", [[], [PARTS[:-1]], [PARTS, PARTS]], ids=["none", "short", "two"])
def test_a_picture_of_the_parts_that_does_not_fit_is_refused(blobs):
    def answer(say, header, _):
        say_frame(say, header["id"], 0, 1)
        say("done", *blobs, **done_fields(header["id"], 1))

    with FakeBackend(answer, features=["parts"]) as backend:
        events = play(Job(lambda: Client(backend.connection, "0"), PICTURE, [Request("walk", show_parts=True)]))
    assert [event.error.code for event in events if isinstance(event, Failed)] == ["bad_answer"]
    assert not [event for event in events if isinstance(event, Finished)]


def test_clips_of_one_job_may_arrive_interleaved():
    waiting = []

    def interleave(say, header, blobs):
        waiting.append(header["id"])
        if len(waiting) == 2:
            for index in range(2):
                for id_ in reversed(waiting):
                    say_frame(say, id_, index, 2)
            for id_ in waiting:
                say_done(say, id_, 2)

    with FakeBackend(interleave) as backend:
        events = play(make_job(backend, "walk", "idle"))
    assert [(e.clip, e.result.tag) for e in events if isinstance(e, Finished)] == [(0, "walk"), (1, "idle")]
    assert events[-1] == Ended("done")


def test_one_failed_clip_leaves_the_others_whole():
    def answer(say, header, blobs):
        if header["action"] == "fly":
            say(
                "error",
                id=header["id"],
                of="animate",
                code="unknown_action",
                message="There is no action 'fly'.",
                hint="Try walk.",
                final=True,
            )
        else:
            animate(say, header, blobs)

    with FakeBackend(answer) as backend:
        events = play(make_job(backend, "fly", "walk"))
    failure = next(event for event in events if isinstance(event, Failed))
    assert (failure.clip, failure.error.code, failure.error.hint) == (0, "unknown_action", "Try walk.")
    assert [event.clip for event in events if isinstance(event, Finished)] == [1]
    assert events[-1] == Ended("failed")


def test_busy_is_waited_out(monkeypatch):
    monkeypatch.setattr(jobs, "BUSY_WAITS", (0.05,))
    refused = []

    def answer(say, header, blobs):
        if len(refused) < 3:
            refused.append(header["id"])
            say("error", id=header["id"], of="animate", code="busy", message="Full.", hint="", final=True, queue=64)
        else:
            animate(say, header, blobs)

    with FakeBackend(answer) as backend:
        events = play(make_job(backend))
    assert events[:3] == [Waiting(64, "busy")] * 3
    assert events[-1] == Ended("done")


def test_cancel_while_waiting_tells_the_backend():
    with FakeBackend(
        lambda say, header, blobs: (
            say("cancelled", id=header["id"], was="queued") if header["type"] == "cancel" else None
        )
    ) as backend:
        job = make_job(backend)
        job.start()
        wait_for(lambda: len(backend.requests) == 2)
        job.cancel()
        assert collect(job) == [Ended("cancelled")]
        assert backend.requests[-1]["type"] == "cancel"
        assert backend.requests[-1]["id"] == backend.requests[-2]["id"]


def test_cancel_ends_even_when_the_backend_ignores_it(monkeypatch):
    monkeypatch.setattr(jobs, "CANCEL_GRACE_SECONDS", 0.3)
    with FakeBackend(lambda *_: None) as backend:
        job = make_job(backend)
        job.start()
        wait_for(lambda: len(backend.requests) == 2)
        job.cancel()
        assert collect(job, 10) == [Ended("cancelled")]


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_slow_frame_is_no_error_while_the_backend_shows_signs_of_life(monkeypatch):
    monkeypatch.setattr(jobs, "ANSWER_TIMEOUT", 1.5)
    asked = []

    def answer(say, header, blobs):
        if header["type"] == "animate":
            asked.append(header["id"])
            say("accepted", id=header["id"], position=0, frames=1, state="ready", again=False)
        elif len(asked) < 3:
            asked.append(header["type"])
            say("status", state="ready")
        else:
            say_frame(say, asked[0], 0, 1)
            say_done(say, asked[0], 1)

    with FakeBackend(answer) as backend:
        assert play(make_job(backend))[-1] == Ended("done")


def test_silence_ends_the_job(monkeypatch):
    monkeypatch.setattr(jobs, "ANSWER_TIMEOUT", 0.2)
    with FakeBackend(lambda *_: None) as backend:
        failure, end = play(make_job(backend))
    assert (failure.error.code, end) == ("silent", Ended("failed"))


def test_nobody_there():
    def no_backend():
        raise BackendError("not_running", "Ayo is not running.")

    failure, end = play(Job(no_backend, PICTURE, [Request("walk")]))
    assert (failure.error.code, end) == ("not_running", Ended("failed"))


def test_an_unforeseen_error_still_ends_the_job():
    failure, end = play(Job(lambda: 1 / 0, PICTURE, [Request("walk")]))
    assert (failure.error.code, end) == ("internal", Ended("failed"))


def test_a_backend_killed_while_it_sends_a_frame():
    def talk(peer):
        shake_hands(peer)
        welcome = pack("welcome", {"version": 1})[0]
        peer.sendall(bytes((0, len(welcome))) + welcome + b"\x01\x40{half a header")

    with raw_server(talk) as port:
        failure, end = play(
            Job(lambda: Client(Connection("127.0.0.1", port, CREDENTIALS), "0"), PICTURE, [Request("walk")])
        )
    assert (failure.error.code, end) == ("lost", Ended("failed"))


def test_a_backend_that_takes_nothing_can_be_cancelled(monkeypatch):
    """It says welcome and then never reads: the picture fills the socket's buffers."""
    monkeypatch.setattr("blender_addon.backend.client.CONNECT_TIMEOUT", 1.0)
    released = threading.Event()

    def talk(peer):
        shake_hands(peer)
        welcome = pack("welcome", {"version": 1})[0]
        read_exactly(peer, 20)
        peer.sendall(bytes((0, len(welcome))) + welcome)
        released.wait(20)

    big = Picture(1024, 1024, bytes(1024 * 1024 * 4))
    with raw_server(talk) as port:
        job = Job(
            lambda: Client(Connection("127.0.0.1", port, CREDENTIALS), "0"), big, [Request("walk") for _ in range(9)]
        )
        job.start()
        job.cancel()
        assert collect(job)[-1].outcome in ("cancelled", "failed")
        released.set()


NONSENSE = {
    "frame out of order": lambda say, id_: say_frame(say, id_, 1, 2),
    "frame past the end": lambda say, id_: (say_frame(say, id_, 0, 1), say_frame(say, id_, 1, 1)),
    "short picture": lambda say, id_: say(
        "frame", b"abc", id=id_, index=0, frames=1, width=9, height=8, offset=[0, 0], duration_ms=100
    ),
    "two pictures": lambda say, id_: say(
        "frame",
        picture_of(0),
        picture_of(1),
        id=id_,
        index=0,
        frames=1,
        width=9,
        height=8,
        offset=[0, 0],
        duration_ms=100,
    ),
    "no picture": lambda say, id_: say(
        "frame", id=id_, index=0, frames=1, width=9, height=8, offset=[0, 0], duration_ms=100
    ),
    "size zero": lambda say, id_: say_frame(say, id_, 0, 1, width=0),
    "size a fraction": lambda say, id_: say_frame(say, id_, 0, 1, width=9.0),
    "size true": lambda say, id_: say_frame(say, id_, 0, 1, height=True),
    "size changes": lambda say, id_: (say_frame(say, id_, 0, 2), say_frame(say, id_, 1, 2, width=8, height=9)),
    "offset moves": lambda say, id_: (say_frame(say, id_, 0, 2), say_frame(say, id_, 1, 2, offset=[0, 0])),
    "offset inwards": lambda say, id_: say_frame(say, id_, 0, 1, offset=[1, 0]),
    "no duration": lambda say, id_: say_frame(say, id_, 0, 1, duration_ms=0),
    "done too early": lambda say, id_: (say_frame(say, id_, 0, 2), say_done(say, id_, 2)),
    "done without a frame": lambda say, id_: say_done(say, id_, 0),
    "unknown loop": lambda say, id_: (say_frame(say, id_, 0, 1), say_done(say, id_, 1, loop=["spiral"])),
    "pivot at infinity": lambda say, id_: (say_frame(say, id_, 0, 1), say_done(say, id_, 1, pivot=[1e300, 0])),
    "no pivot": lambda say, id_: (say_frame(say, id_, 0, 1), say_done(say, id_, 1, pivot=None)),
    "wrong version": lambda say, id_: say("frame", id=id_, ayo=2),
}


@pytest.mark.parametrize("talk", NONSENSE.values(), ids=NONSENSE.keys())
def test_answers_that_make_no_sense_end_the_job_and_make_no_clip(talk):
    with FakeBackend(
        lambda say, header, blobs: talk(say, header["id"]) if header["type"] == "animate" else None
    ) as backend:
        events = play(make_job(backend))
    assert not [event for event in events if isinstance(event, Finished)]
    assert [event.error.code for event in events if isinstance(event, Failed)] == ["bad_answer"]
    assert events[-1] == Ended("failed")


def test_unknown_messages_and_other_jobs_are_ignored():
    def answer(say, header, blobs):
        say("weather", sun=True)
        say_frame(say, "somebody else's", 0, 9)
        say("frame", b"?", id=["not", "a", "string"])
        animate(say, header, blobs)

    with FakeBackend(answer) as backend:
        assert play(make_job(backend))[-1] == Ended("done")


def test_another_generation_of_backend_is_named_as_such():
    with FakeBackend(animate, version=2) as backend:
        failure, _ = play(make_job(backend))
    assert failure.error.code == "wrong_version"


@given(st.binary(max_size=300))
def test_no_header_gets_past_as_anything_but_a_message_or_bad_answer(raw):
    with contextlib.suppress(BackendError):
        assert unpack([raw]).fields["ayo"] == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 60_000,
        b'{"ayo":1,"type":"x","n":NaN}',
        b"{" + b" " * 70_000 + b"}",
        b"\xff",
        b"[]",
        b"null",
        b'{"ayo":1}',
    ],
)
def test_malformed_headers(raw):
    with pytest.raises(BackendError, match="makes no sense"):
        unpack([raw])


def test_no_answer_to_hello(monkeypatch):
    monkeypatch.setattr("blender_addon.backend.client.ANSWER_TIMEOUT", 0.3)
    with (
        raw_server(lambda peer: (shake_hands(peer), drain(peer))) as port,
        pytest.raises(BackendError, match="does not answer"),
    ):
        Client(Connection("127.0.0.1", port, CREDENTIALS), "0")
