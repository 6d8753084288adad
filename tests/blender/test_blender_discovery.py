"""Finding and starting a backend by the rules of docs/protocol.md."""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from pathlib import Path

import platformdirs
import pytest

from blender_addon.backend import discovery
from blender_addon.backend.errors import BackendError
from blender_addon.backend.starter import Starter, serve_command

GOOD = {
    "ayo": 1,
    "endpoint": "tcp://127.0.0.1:4321",
    "mechanism": "PLAIN",
    "user": "ayo",
    "password": "p",
    "pid": 1,
    "interpreter": "/x",
    "new": 1,
}


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    monkeypatch.setenv("AYO_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "connection.json"


def test_a_good_file(runtime):
    runtime.write_text(json.dumps(GOOD))
    found = discovery.find_connection()
    assert (found.host, found.port, found.credentials, found.is_loopback) == ("127.0.0.1", 4321, ("ayo", "p"), True)


def test_the_endpoint_of_the_preferences_wins(runtime):
    runtime.write_text(json.dumps(GOOD))
    found = discovery.find_connection(endpoint="tcp://[2001:db8::1]:99")
    assert (found.host, found.port, found.is_loopback) == ("2001:db8::1", 99, False)


def test_the_file_of_the_preferences_wins(runtime, tmp_path):
    other = tmp_path / "other.json"
    other.write_text(json.dumps(GOOD))
    assert discovery.find_connection(str(other)).port == 4321


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "not_running"),
        ("{", "bad_answer"),
        (json.dumps(GOOD | {"ayo": 2}), "wrong_version"),
        (json.dumps(GOOD | {"mechanism": "CURVE"}), "needs_curve"),
        (json.dumps(GOOD | {"endpoint": "ipc:///tmp/x"}), "bad_answer"),
        (json.dumps(GOOD | {"endpoint": 5}), "bad_answer"),
        (json.dumps(GOOD | {"endpoint": "tcp://127.0.0.1:99999"}), "bad_answer"),
        (json.dumps({"ayo": 1, "mechanism": "PLAIN"}), "bad_answer"),
    ],
)
def test_bad_files_are_named(runtime, content, code):
    if content is not None:
        runtime.write_text(content)
    with pytest.raises(BackendError) as caught:
        discovery.find_connection()
    assert caught.value.code == code
    assert caught.value.hint


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give files away")
def test_the_file_of_another_user_is_ignored(runtime):
    runtime.write_text(json.dumps(GOOD))
    os.chown(runtime, 12345, 12345)
    with pytest.raises(BackendError, match="not running"):
        discovery.find_connection()


def test_the_folders_hold_what_platformdirs_says(monkeypatch):
    for variables in ({}, {"XDG_RUNTIME_DIR": "/somewhere/run"}):
        monkeypatch.delenv("AYO_RUNTIME_DIR", raising=False)
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert Path(platformdirs.user_runtime_dir("ayo", appauthor=False)) in discovery.runtime_folders()


@pytest.mark.parametrize(
    ("platform", "env", "expected"),
    [
        ("linux", {"AYO_RUNTIME_DIR": "/only", "XDG_RUNTIME_DIR": "/run/me"}, ["/only"]),
        (
            "linux",
            {"XDG_RUNTIME_DIR": "/run/me", "TMPDIR": "/t"},
            ["/run/me/ayo", "/run/user/{uid}/ayo", "/t/runtime-{uid}/ayo"],
        ),
        ("freebsd14", {}, ["/var/run/user/{uid}/ayo", "/tmp/runtime-{uid}/ayo"]),
        ("darwin", {"HOME": "/Users/me"}, ["/Users/me/Library/Caches/TemporaryItems/ayo"]),
        ("win32", {"LOCALAPPDATA": "/AppData/Local"}, ["/AppData/Local/Temp/ayo"]),
    ],
)
def test_the_folders_of_each_platform(platform, env, expected):
    assert [str(folder) for folder in discovery.runtime_folders(env, platform)] == [
        text.format(uid=os.getuid()) for text in expected
    ]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("ayo.example", False),
    ],
)
def test_loopback(host, loopback):
    assert discovery.is_loopback(host) is loopback


def test_the_interpreter_is_taken_from_setting_then_memory_then_path(tmp_path, monkeypatch):
    monkeypatch.setenv("AYO_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackendError, match="No Ayo was found") as caught:
        serve_command("")
    assert caught.value.code == "no_interpreter"

    ayo = tmp_path / "ayo"
    ayo.write_text("#!/bin/sh\n")
    ayo.chmod(ayo.stat().st_mode | stat.S_IXUSR)
    tail = ["serve", "--parent-pid", str(os.getpid())]
    assert serve_command("") == [str(ayo), *tail]

    (tmp_path / "installation.json").write_text(json.dumps({"ayo": 1, "interpreter": sys.executable}))
    assert serve_command("") == [sys.executable, "-m", "ayo_backend", *tail]
    assert serve_command(__file__)[0] == __file__
    with pytest.raises(BackendError, match="no Python at"):
        serve_command(str(tmp_path / "gone"))


def fake_python(folder, script):
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("script", "code", "says"),
    [
        ("echo 'No module named ayo_backend' >&2; exit 1", "no_interpreter", "no Ayo in it"),
        ("echo 'The port is taken.' >&2; exit 1", "cannot_start", "The port is taken."),
        ("exit 7", "cannot_start", "code 7"),
    ],
)
def test_a_start_that_fails_says_why(tmp_path, script, code, says):
    starter = Starter(fake_python(tmp_path, script), tmp_path / "log")
    problem, deadline = None, time.monotonic() + 20
    while problem is None and time.monotonic() < deadline:
        problem = starter.problem()
    assert problem.code == code
    assert says in problem.message


def test_a_start_looks_for_no_modules_in_the_project(tmp_path, monkeypatch):
    project, logs = tmp_path / "project", tmp_path / "logs"
    (project / "ayo_backend").mkdir(parents=True)
    logs.mkdir()
    monkeypatch.chdir(project)
    starter = Starter(fake_python(tmp_path, "pwd; exit 1"), logs / "log")
    deadline = time.monotonic() + 20
    while starter.problem() is None and time.monotonic() < deadline:
        pass
    assert (logs / "log").read_text().strip() == str(logs)


def test_a_file_that_cannot_run_says_so(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(BackendError, match="could not be run"):
        Starter(str(path), tmp_path / "log")
