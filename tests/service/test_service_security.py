"""Who gets in, and what never gets out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
import zmq
from numpy.typing import NDArray
from service_host import ROOT, Start, connection
from service_zmtp import COMMAND, Peer, frame, hello

from ayo_backend.errors import AyoError
from ayo_backend.service import discovery, failures, protocol, security
from ayo_backend.service.client import Client
from ayo_backend.service.discovery import Connection

Sprite = NDArray[np.uint8]
posix = pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX's")


@pytest.mark.parametrize(
    ("user", "password"),
    [
        (b"ayo", b"wrong"),
        (b"ayo", b""),
        (b"", b""),
        (b"root", b"right"),
        (b"\xff\xfe", b"\xff"),
        (b"a" * 255, b"b" * 255),
    ],
)
def test_wrong_credentials(start: Start, sprite: Sprite, user: bytes, password: bytes) -> None:
    start().ready()
    found = connection()
    password = found.password.encode() if password == b"right" else password
    with Peer(found.endpoint) as peer:
        peer.greet()
        peer.socket.sendall(frame(hello(user, password), COMMAND))
        assert peer.frame() == (COMMAND, b"\x5eRROR\x03400")
    wrong = msgspec.structs.replace(found, user="ayo", password="wrong")
    with pytest.raises(failures.UnauthorizedError):
        Client.connect(wrong)
    with Client.connect() as client:
        assert len(client.submit(sprite, "walk").clip().frames) == 8


def test_curve_client_on_a_plain_backend(start: Start) -> None:
    start().ready()
    keys, theirs = security.new_keys(), security.new_keys()
    odd = msgspec.structs.replace(
        connection(), mechanism="CURVE", server_key=theirs.public, public_key=keys.public, secret_key=keys.secret
    )
    with pytest.raises(failures.NoBackendError):
        Client.connect(odd)
    with Client.connect() as client:
        assert client.status().state == "ready"


@posix
def test_files_are_private(start: Start, folders: Path) -> None:
    old = os.umask(0)
    try:
        start(curve=False).ready()
        security.server_keys()
    finally:
        os.umask(old)
    for path in (folders / "runtime" / "connection.json", folders / "config" / "keys" / "server.json"):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o077 == 0


def test_passwords_and_pixels_stay_out_of_the_log(start: Start, folders: Path) -> None:
    start(log_level="debug").ready()
    found = connection()
    sprite = np.frombuffer(b"SECRETPIXELS" * 64, np.uint8).reshape(12, 16, 4).copy()
    with Client.connect() as client:
        client.submit(sprite, "walk").clip()
    with pytest.raises(failures.UnauthorizedError):
        Client.connect(msgspec.structs.replace(found, password="a wrong password"))
    log = (folders / "log" / "backend.log").read_text()
    assert "done, waited" in log
    assert "wrong credentials" in log
    for secret in (found.password, "a wrong password", "SECRETPIXELS"):
        assert secret not in log


@pytest.mark.parametrize(
    ("bind", "curve", "code"),
    [
        ("tcp://0.0.0.0:0", False, "unsafe_address"),
        ("tcp://192.168.1.5:5555", False, "unsafe_address"),
        ("tcp://[::]:0", False, "unsafe_address"),
        ("tcp://*:0", True, "bad_address"),
        ("ipc:///tmp/ayo", False, "bad_address"),
        ("tcp://127.0.0.1:99999", False, "bad_address"),
        ("127.0.0.1:5555", False, "bad_address"),
        ("", False, "bad_address"),
    ],
)
def test_addresses_that_are_refused(bind: str, curve: bool, code: str) -> None:
    with pytest.raises(AyoError) as caught:
        security.check_bind(bind, curve)
    assert caught.value.code == code
    assert caught.value.hint


def test_addresses_that_are_fine() -> None:
    for bind, curve in (("tcp://127.0.0.1:0", False), ("tcp://[::1]:0", False), ("tcp://0.0.0.0:5555", True)):
        security.check_bind(bind, curve)


def test_the_command_refuses_an_open_address() -> None:
    command = [sys.executable, "-m", "ayo_backend", "serve", "--bind", "tcp://0.0.0.0:0"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    assert "without encryption" in run.stderr
    assert "--curve" in run.stderr
    assert discovery.find() is None


# ---- CURVE


def curve_client(name: str, folders: Path) -> Connection:
    """The connection file of a client on another machine."""
    path = security.new_client(name, connection().endpoint, folders / f"{name}.json")
    return msgspec.json.decode(path.read_bytes(), type=Connection)


def test_curve(start: Start, sprite: Sprite, folders: Path) -> None:
    start(bind="tcp://0.0.0.0:0", curve=True).ready()
    local = connection()
    assert local.mechanism == "CURVE"
    assert local.endpoint.startswith("tcp://127.0.0.1:")
    assert not local.password
    remote = curve_client("anna", folders)
    with Client.connect(remote) as anna:
        assert len(anna.submit(sprite, "walk").clip().frames) == 8
        with pytest.raises(failures.UnauthorizedError, match="own machine"):
            anna.shutdown()
    keys = security.new_keys()
    stranger = msgspec.structs.replace(remote, public_key=keys.public, secret_key=keys.secret)
    with pytest.raises((failures.UnauthorizedError, failures.NoBackendError)):
        Client.connect(stranger)
    other_server = msgspec.structs.replace(remote, server_key=security.new_keys().public)
    with pytest.raises((failures.UnauthorizedError, failures.NoBackendError)):
        Client.connect(other_server)
    plain = msgspec.structs.replace(local, mechanism="PLAIN", user="ayo", password="x")
    with pytest.raises(failures.NoBackendError):
        Client.connect(plain)
    with Client.connect() as here:
        here.shutdown()


def test_nothing_is_read_without_encryption_on_a_curve_port(start: Start) -> None:
    start(bind="tcp://127.0.0.1:0", curve=True).ready()
    with zmq.Context() as context, context.socket(zmq.DEALER) as naked:
        naked.linger, naked.rcvtimeo = 0, 500
        naked.connect(connection().endpoint)
        naked.send(protocol.encode(protocol.Status()))
        with pytest.raises(zmq.Again):
            naked.recv()


def test_the_keys_command(folders: Path) -> None:
    def keys(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ayo_backend", "keys", *arguments]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(
            command, cwd=folders, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    first = keys()
    assert (first.returncode, "No clients yet" in first.stdout) == (0, True)
    assert security.server_keys().public in first.stdout
    assert security.server_keys().secret not in first.stdout
    added = keys("add", "anna", "--endpoint", "tcp://192.168.1.5:5555")
    assert added.returncode == 0, added.stderr
    path = folders / "ayo-anna.connection.json"
    anna = msgspec.json.decode(path.read_bytes(), type=Connection)
    assert (anna.endpoint, anna.server_key) == ("tcp://192.168.1.5:5555", security.server_keys().public)
    assert anna.secret_key not in added.stdout
    assert f"Client anna: {anna.public_key}" in keys().stdout
    bad = keys("add", "bert", "--endpoint", "192.168.1.5")
    assert (bad.returncode, "tcp://" in bad.stderr) == (1, True)


def test_a_name_is_used_once(folders: Path) -> None:
    security.new_client("anna", "tcp://10.0.0.1:5555", folders / "a.json")
    with pytest.raises(AyoError, match="already"):
        security.new_client("anna", "tcp://10.0.0.1:5555", folders / "b.json")
    with pytest.raises(AyoError, match="exists already"):
        security.new_client("bert", "tcp://10.0.0.1:5555", folders / "a.json")
    with pytest.raises(AyoError, match="no name"):
        security.new_client("../bert", "tcp://10.0.0.1:5555", folders / "c.json")
    assert list(security.allowed_clients()) == ["anna"]
