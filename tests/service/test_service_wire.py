"""Whatever bytes come, reading them gives a request or a refusal that can be sent."""

from __future__ import annotations

import json

import hypothesis.strategies as st
import pytest
from hypothesis import given
from service_vectors import REQUESTS

from ayo_backend.service import failures, link, protocol
from ayo_backend.service.protocol import Animate, Error, Like, Pin, RejectedError

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)
FIELDS = ["ayo", "type", "id", "width", "height", "action", "facing", "frames", "options", "versions", "client", "pid"]


def answered(header: bytes, blobs: int) -> None:
    try:
        request = protocol.read_request(header, blobs)
    except RejectedError as rejection:
        error = rejection.error
        assert error.code in protocol.CODES
        assert len(error.message) < 1000
        assert protocol.read_answer(protocol.encode(error)) == error
        assert isinstance(failures.raised_by(error), failures.BY_CODE[error.code])
    else:
        assert protocol.read_request(protocol.encode(request), blobs) == request


@given(st.binary(max_size=300), st.integers(0, 3))
def test_garbage(header: bytes, blobs: int) -> None:
    answered(header, blobs)


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), values, max_size=8), st.integers(0, 2))
def test_json_of_any_shape(header: dict[str, object], blobs: int) -> None:
    answered(json.dumps(header).encode(), blobs)


@given(st.sampled_from(sorted(REQUESTS)), st.sampled_from(FIELDS), values)
def test_one_field_replaced(name: str, field: str, value: object) -> None:
    request, blobs = REQUESTS[name]
    header = json.loads(protocol.encode(request)) | {field: value}
    answered(json.dumps(header).encode(), len(blobs))


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"ayo":1,"type":['])
def test_deep_nesting(opening: bytes) -> None:
    answered(opening * (protocol.MAX_HEADER // len(opening)), 0)


@given(st.integers(0, 2000), st.integers(0, 2000), st.binary(max_size=5000), st.text(max_size=10), st.text(max_size=10))
def test_jobs_are_checked(width: int, height: int, picture: bytes, action: str, facing: str) -> None:
    request = Animate(id="x", width=width, height=height, action=action, facing=facing)
    with pytest.raises(RejectedError) as caught:
        protocol.check_job(request, [memoryview(picture)])
    assert caught.value.error.code in ("unknown_action", "unknown_facing")


@pytest.mark.parametrize("code", protocol.CODES)
def test_every_code_has_its_exception(code: str) -> None:
    error = failures.raised_by(Error(id="a", of="animate", code=code, message="What.", hint="How."))
    assert (error.code, error.message, error.hint) == (code, "What.", "How.")
    assert len(set(failures.BY_CODE.values())) == len(protocol.CODES)


def test_an_unknown_answer_is_passed_over() -> None:
    assert protocol.read_answer(b'{"ayo":1,"type":"weather","sky":"blue"}') is None
    newer = json.loads(protocol.encode(protocol.Bye())) | {"wave": True}
    assert protocol.read_answer(json.dumps(newer).encode()) == protocol.Bye()


def test_link_messages_survive_the_trip() -> None:
    pixel = memoryview(b"abcd")
    start = link.Start(
        key=1,
        client=2,
        width=1,
        height=1,
        action="walk",
        facing="auto",
        frames=None,
        seed=5,
        energy=0.5,
        slash=True,
        glow=False,
        creature="auto",
        show_parts=True,
        picture=pixel,
        parts=pixel,
        pins=(Pin(3, 1, 1),),
        pinned=(pixel,),
        like=Like(1, 1, (80, 120)),
        watched=(pixel, pixel),
    )
    assert link.decode_to_worker(link.encode(start)) == start
    ended = link.Ended(
        key=1,
        facing="left",
        creature="bird",
        width=3,
        height=4,
        offset=(-1, 0),
        durations_ms=(1, 2),
        loop="once",
        pivot=(0.5, 4.0),
        parts=pixel,
    )
    made = link.Made(key=1, index=0, frames=2, width=3, height=4, offset=(-1, 0), duration_ms=1, rgba=pixel)
    stepped = link.Stepped(ms=1.5, made=[made], ended=[ended])
    assert link.decode_to_broker(link.encode(stepped)) == stepped
