"""Where the connection file is, and what becomes of odd ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ayo_backend.errors import AyoError
from ayo_backend.service import discovery, failures
from ayo_backend.service.client import Client

posix = pytest.mark.skipif(os.name == "nt", reason="owners and modes are POSIX's")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the folders of Linux")


def some(endpoint: str = "tcp://127.0.0.1:1") -> discovery.Connection:
    return discovery.described(endpoint, "PLAIN", user="ayo", password="secret")


def test_written_and_found() -> None:
    discovery.publish(some())
    found = discovery.find()
    assert found is not None
    assert (found.endpoint, found.pid) == ("tcp://127.0.0.1:1", os.getpid())


def test_only_its_own_file_is_withdrawn(folders: Path) -> None:
    discovery.publish(some("tcp://127.0.0.1:2"))
    discovery.withdraw(some("tcp://127.0.0.1:1"))
    assert discovery.find() is not None
    discovery.withdraw(some("tcp://127.0.0.1:2"))
    assert discovery.find() is None
    discovery.withdraw(some())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"ayo": 1}', b"\xff\xfe", b'{"endpoint": 5}'])
def test_a_broken_file_is_no_backend(content: bytes) -> None:
    (discovery.runtime_dir() / "connection.json").write_bytes(content)
    assert discovery.find() is None
    with pytest.raises(failures.NoBackendError, match="ayo serve"):
        Client.connect()


@posix
def test_a_strangers_file_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    discovery.publish(some())
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    assert discovery.find() is None


@posix
def test_a_strangers_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    discovery.runtime_dir()
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    with pytest.raises(AyoError, match="not a folder that belongs to you"):
        discovery.runtime_dir()


@posix
def test_a_link_is_no_folder(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folders / "elsewhere").mkdir()
    (folders / "link").symlink_to(folders / "elsewhere")
    monkeypatch.setenv("AYO_RUNTIME_DIR", str(folders / "link"))
    with pytest.raises(AyoError, match="not a folder"):
        discovery.runtime_dir()


@linux
@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_the_folders_of_the_specification(folders: Path, monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    """Whatever platformdirs makes of XDG_RUNTIME_DIR, the backend's folder is one that clients look in."""
    run = folders / "xdg"
    run.mkdir(mode=mode)
    monkeypatch.delenv("AYO_RUNTIME_DIR")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(run))
    monkeypatch.setenv("TMPDIR", str(folders))
    monkeypatch.setattr("tempfile.tempdir", None)
    user = os.geteuid()
    specified = [run / "ayo", Path(f"/run/user/{user}/ayo"), folders / f"runtime-{user}" / "ayo"]
    assert Path(discovery._platform_runtime_dir()) in specified
    assert [folder for folder in discovery._candidates() if folder not in specified] == []


@linux
def test_without_xdg_runtime_dir(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AYO_RUNTIME_DIR")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("TMPDIR", str(folders))
    monkeypatch.setattr("tempfile.tempdir", None)
    discovery.publish(some())
    try:
        assert discovery.find() is not None
    finally:
        discovery.withdraw(some())


def test_one_lock_at_a_time() -> None:
    with discovery.sole_backend() as first, discovery.sole_backend() as second:
        assert (first, second) == (True, False)
    with discovery.sole_backend() as third:
        assert third
