"""The add-on's end of the wire, byte by byte against docs/protocol-vectors.json."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import replace

import pytest
from fake_backend import raw_server
from hosts import ROOT
from test_blender_zmtp import drain, read_exactly, shake_hands

from ayo_backend import parts_picture
from ayo_backend.rig import Role
from blender_addon.backend import client as messages
from blender_addon.backend import zmtp
from blender_addon.backend.job import Like, Picture, Pin, Request
from blender_addon.backend.part_colours import COLOURS

VECTORS = json.loads((ROOT / "docs/protocol-vectors.json").read_text())
HANDSHAKE = VECTORS["handshake"]
CREDENTIALS = zmtp.Credentials(HANDSHAKE["user"], HANDSHAKE["password"])


def by_name(entries):
    named = (
        entries.items()
        if isinstance(entries, dict)
        else ((str(entry.get("name", i)), entry) for i, entry in enumerate(entries))
    )
    return [pytest.param(value, id=name) for name, value in named]


def connect(port):
    return contextlib.closing(zmtp.Dealer("127.0.0.1", port, CREDENTIALS))


def receive_from(wire):
    """What a Dealer makes of `wire`, sent after a good handshake."""
    with raw_server(lambda peer: (shake_hands(peer), peer.sendall(wire), drain(peer))) as port, connect(port) as dealer:
        return dealer.receive(10)


def test_greeting_and_handshake():
    heard = []

    def talk(peer):
        heard.append(read_exactly(peer, 64))
        peer.sendall(bytes.fromhex(VECTORS["greeting"]["backend"]))
        for step in HANDSHAKE["frames"]:
            wire = bytes.fromhex(step["wire"])
            if step["from"] == "client":
                heard.append(read_exactly(peer, len(wire)))
            else:
                peer.sendall(wire)
        drain(peer)

    with raw_server(talk) as port, connect(port):
        pass
    expected = [
        VECTORS["greeting"]["client"],
        *(step["wire"] for step in HANDSHAKE["frames"] if step["from"] == "client"),
    ]
    assert [data.hex() for data in heard] == expected


@pytest.mark.parametrize("greeting", by_name(VECTORS["bad_greetings"]))
def test_bad_greetings(greeting):
    with (
        raw_server(lambda peer: (peer.sendall(bytes.fromhex(greeting)), drain(peer))) as port,
        pytest.raises(zmtp.ZmtpError),
    ):
        zmtp.Dealer("127.0.0.1", port, CREDENTIALS, timeout=2.0)


@pytest.mark.parametrize("refusal", by_name(VECTORS["refusals"]))
def test_refusals(refusal):
    answer = bytes.fromhex(VECTORS["greeting"]["backend"] + refusal["wire"])
    refused = pytest.raises(zmtp.RefusedError, match=refusal["reason"])
    with raw_server(lambda peer: (peer.sendall(answer), drain(peer))) as port, refused:
        zmtp.Dealer("127.0.0.1", port, CREDENTIALS)


def test_heartbeats():
    pings = [entry for entry in VECTORS["heartbeat"] if entry["name"] == "PING"]
    pongs = {entry["context"]: entry["wire"] for entry in VECTORS["heartbeat"] if entry["name"] == "PONG"}
    for ping in pings:
        expected = bytes.fromhex(pongs[ping["context"]])
        heard = []

        def talk(peer, ping=ping, expected=expected, heard=heard):
            shake_hands(peer)
            peer.sendall(bytes.fromhex(ping["wire"]) + b"\x00\x02ok")
            heard.append(read_exactly(peer, len(expected)))

        with raw_server(talk) as port, connect(port) as dealer:
            assert dealer.receive(10) == [b"ok"]
        assert heard == [expected]


@pytest.mark.parametrize("entry", by_name(VECTORS["frames"]))
def test_frames(entry):
    assert zmtp.frame(bytes.fromhex(entry["body"]), entry["flags"]).hex() == entry["wire"]


@pytest.mark.parametrize("wire", by_name(VECTORS["bad_wire"]))
def test_bad_wire(wire):
    with pytest.raises(zmtp.ZmtpError):
        receive_from(bytes.fromhex(wire))


@pytest.mark.parametrize("message", by_name(VECTORS["requests"]))
def test_requests_are_framed_alike(message):
    parts = receive_from(bytes.fromhex(message["wire"]))
    last = len(parts) - 1
    assert (
        b"".join(zmtp.frame(part, zmtp.MORE if i < last else 0) for i, part in enumerate(parts)).hex()
        == message["wire"]
    )
    fields = {key: value for key, value in message["header"].items() if key not in ("ayo", "type")}
    packed = messages.pack(message["header"]["type"], fields, *map(bytes.fromhex, message["blobs"]))
    assert json.loads(packed[0]) == message["header"]
    assert [blob.hex() for blob in packed[1:]] == message["blobs"]


def test_a_request_with_parts_is_the_documented_one():
    message = VECTORS["requests"]["animate_with_parts"]
    header, blobs = message["header"], [bytes.fromhex(blob) for blob in message["blobs"]]
    picture = Picture(header["width"], header["height"], *blobs)
    fields = Request(header["action"], show_parts=True).fields(header["id"], picture)
    fields["options"] = {name: value for name, value in fields["options"].items() if name not in ("seed", "energy")}
    assert fields | {"ayo": 1, "type": "animate"} == header, "but for seed and energy, which are always said"
    assert picture.blobs == blobs


def test_a_request_with_pins_is_the_documented_one():
    message = VECTORS["requests"]["animate_with_pins"]
    header, blobs = message["header"], [bytes.fromhex(blob) for blob in message["blobs"]]
    pins = tuple(Pin(**pin, rgba=blob) for pin, blob in zip(header["options"]["pins"], blobs[2:], strict=True))
    whole = Picture(header["width"], header["height"], *blobs[:2], pins)
    for request, told in ((Request("walk", frames=6, pinned=True), whole), (Request("walk"), replace(whole, pins=()))):
        assert request.told(whole) == told
    fields = Request("walk", frames=6, pinned=True).fields(header["id"], whole)
    fields["options"] = {name: value for name, value in fields["options"].items() if name not in ("seed", "energy")}
    assert fields | {"ayo": 1, "type": "animate"} == header | {"facing": "auto"}, "but for what is always said"
    assert whole.blobs == blobs


def test_a_request_to_move_like_a_clip_is_the_documented_one():
    message = VECTORS["requests"]["animate_like_a_clip"]
    header, (sprite, pinned, *frames) = message["header"], [bytes.fromhex(blob) for blob in message["blobs"]]
    said = header["options"]["like"]
    like = Like(said["width"], said["height"], tuple(frames), tuple(said["durations_ms"]))
    pins = (Pin(**header["options"]["pins"][0], rgba=pinned),)
    whole = Picture(
        header["width"], header["height"], sprite, None, pins, {"run": like, "walk": replace(like, width=9)}
    )
    request = Request("run", pinned=True, like=True)
    told = request.told(whole)
    assert told == replace(whole, likes={"run": like})
    assert replace(request, like=False).told(whole).likes == {}
    fields = json.loads(json.dumps(request.fields(header["id"], told)))
    fields["options"] = {name: value for name, value in fields["options"].items() if name not in ("seed", "energy")}
    assert fields | {"ayo": 1, "type": "animate"} == header | {"facing": "auto", "frames": None}
    assert told.blobs == [sprite, pinned, *frames]


def test_the_colours_of_the_parts_are_the_documented_ones():
    text = (ROOT / "docs/protocol.md").read_text()
    paragraph = text[text.index("A **picture of the parts**") :].partition("\n\n")[0]
    assert list(COLOURS.values()) == re.findall("#[0-9a-f]{6}", paragraph)
    names = {role.name: name for role, name in zip(Role, COLOURS, strict=True)}
    assert {role.name: COLOURS[names[role.name]] for role in Role} == {
        role.name: colour for role, colour in parts_picture.COLOURS.items()
    }
    assert (names["NEAR_LOWER_LEG"], names["OFFHAND"], names["FAR_WING"]) == ("Near shin", "In far hand", "Far wing")


@pytest.mark.parametrize("message", by_name(VECTORS["answers"]))
def test_answers_are_understood(message):
    read = messages.unpack(receive_from(bytes.fromhex(message["wire"])))
    header = message["header"]
    assert (read.type, read.fields, [blob.hex() for blob in read.blobs]) == (header["type"], header, message["blobs"])
    if read.type == "frame":
        frame = messages.read_frame(read)
        assert [frame.width, frame.height, list(frame.offset), frame.duration_ms] == [
            header[name] for name in ("width", "height", "offset", "duration_ms")
        ]
    elif read.type == "done":
        assert list(messages.read_point(read.fields["pivot"])) == header["pivot"]
    elif read.type == "error":
        assert messages.read_error(read).code == header["code"]
