"""Starting, finding, idling, ending."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from service_host import ROOT, Backend, Start, connection, gone, until

from ayo_backend import __version__
from ayo_backend.service import discovery, failures
from ayo_backend.service.client import Client

Sprite = NDArray[np.uint8]


def ayo(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line, as a person uses it."""
    command = [sys.executable, "-m", "ayo_backend", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process that does nothing until it is killed."""
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.wait()
    assert process.stdin is not None
    process.stdin.close()


def test_the_connection_file(start: Start, folders: Path) -> None:
    backend = start().ready()
    found = connection()
    assert (found.ayo, found.pid, found.mechanism, found.user) == (1, backend.pid, "PLAIN", "ayo")
    assert (found.version, found.interpreter) == (__version__, sys.executable)
    assert len(found.password) == 64
    note = json.loads((folders / "config" / "installation.json").read_text())
    assert note == {"ayo": 1, "interpreter": sys.executable, "version": __version__}
    backend.stop()
    assert not (folders / "runtime" / "connection.json").exists()
    assert (folders / "config" / "installation.json").exists()
    leftovers = {path.name for path in (folders / "runtime").iterdir()} - {"serve.lock"}
    assert not leftovers


def test_every_start_has_its_own_password(start: Start) -> None:
    passwords = set()
    for _ in range(2):
        backend = start()
        passwords.add(connection().password)
        backend.stop()
    assert len(passwords) == 2


def test_two_starts_at_once_end_with_one_backend(folders: Path) -> None:
    """Several at the same moment: one serves, the others say so and leave with exit code 0."""
    command = [sys.executable, str(Path(__file__).parent / "service_host.py"), '{"engine": "service_engine"}']
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    null, pipe = subprocess.DEVNULL, subprocess.PIPE
    processes = [
        subprocess.Popen(
            command, env=os.environ | {"PYTHONPATH": path}, stdin=null, stdout=pipe, stderr=null, text=True
        )
        for _ in range(4)
    ]
    try:
        until(lambda: sum(process.poll() is not None for process in processes) == 3, "three to leave")
        (serving,) = (process for process in processes if process.poll() is None)
        assert connection().pid == serving.pid
        with Client.connect() as client:
            client.shutdown()
        assert serving.wait(300) == 0
        said = [process.communicate()[0] for process in processes]
        assert [process.returncode for process in processes] == [0] * 4
        assert sum("already running" in text for text in said) == 3
        assert sum("listens on" in text for text in said) == 1
    finally:
        for process in processes:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def test_a_stale_file_with_anothers_port(start: Start, folders: Path) -> None:
    """The file of a killed backend names a port that another program has taken since."""
    first = start().ready()
    stale = (folders / "runtime" / "connection.json").read_bytes()
    first.stop()
    other = start(bind=msgspec.json.decode(stale, type=discovery.Connection).endpoint)
    fresh = connection()
    (folders / "runtime" / "connection.json").write_bytes(stale)
    with pytest.raises(failures.UnauthorizedError):
        Client.connect()
    discovery.publish(fresh)
    with Client.connect() as client:
        assert client.status().pid == other.pid


def test_the_commands(folders: Path) -> None:
    """serve, status and stop with the real engine."""
    assert ayo("status").returncode == 1
    assert "No Ayo backend is running" in ayo("status").stderr
    assert ayo("stop").returncode == 0
    command = [sys.executable, "-m", "ayo_backend", "serve", "--device", "cpu", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert "Ayo listens on tcp://127.0.0.1:" in process.stdout.readline()
        assert json.loads(ayo("status", "--json").stdout)["state"] in ("loading", "ready")
        assert process.stdout.readline() == "Ayo is ready.\n"
        report = json.loads(ayo("status", "--json").stdout)
        assert (report["state"], report["device"], report["pid"]) == ("ready", "cpu", process.pid)
        assert report["model"]["sha256"]
        assert report["memory"]["worker"] > 0
        assert "ready" in ayo("status").stdout
        again = ayo("serve")
        assert (again.returncode, "already running" in again.stdout) == (0, True)
        children = psutil.Process(process.pid).children(recursive=True)
        stopped = ayo("stop")
        assert (stopped.returncode, stopped.stdout) == (0, "Ayo has stopped.\n")
        assert process.wait(300) == 0
        assert process.stdout.read() == "Ayo has stopped.\n"
        assert gone(children)
        assert discovery.find() is None
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("text", ["", "0", "-5", "5 parsecs", "1e3"])
def test_bad_spans_of_time(text: str) -> None:
    run = ayo("serve", "--idle-timeout", text)
    assert run.returncode == 2
    assert "30m" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_in_good_order(start: Start, sprite: Sprite, number: int) -> None:
    backend = start(environment={"AYO_TEST_STEP_S": "0.05"}).ready()
    children = psutil.Process(backend.pid).children(recursive=True)
    with Client.connect() as client:
        job = client.submit(sprite, "walk", frames=32)
        next(iter(job))
        os.kill(backend.pid, number)
        with pytest.raises(failures.CancelledError, match="told to stop"):
            job.clip()
    assert backend.wait() == 0
    assert gone(children)
    assert discovery.find() is None


def test_shutdown_answers_everybody(start: Start, sprite: Sprite) -> None:
    backend = start(environment={"AYO_TEST_STEP_S": "0.05"}, max_batch=1).ready()
    with Client.connect() as worker, Client.connect() as closer:
        jobs = [worker.submit(sprite, "walk", frames=32) for _ in range(3)]
        next(iter(jobs[0]))
        closer.shutdown()
        assert backend.wait() == 0
        for job in jobs:
            with pytest.raises(failures.CancelledError):
                job.clip()
        for ask in (worker.status, lambda: worker.submit(sprite, "walk").clip()):
            with pytest.raises(failures.NoBackendError):
                ask()


def test_it_ends_with_its_parent(start: Start, bystander: subprocess.Popen[bytes]) -> None:
    backend = start(parent_pid=bystander.pid).ready()
    children = psutil.Process(backend.pid).children(recursive=True)
    bystander.kill()
    assert backend.wait() == 0
    assert gone(children)
    assert discovery.find() is None


def test_it_stays_for_another_program(start: Start, bystander: subprocess.Popen[bytes], folders: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as first:
        backend = start(parent_pid=first.pid).ready()
        with Client.connect(pid=bystander.pid):
            pass
    with pytest.raises(subprocess.TimeoutExpired):
        backend.wait(3)
    bystander.kill()
    assert backend.wait() == 0
    assert "every program that used this backend has ended" in (folders / "log" / "backend.log").read_text()


def test_a_plugin_that_never_reads_its_output(start: Start, sprite: Sprite, folders: Path) -> None:
    start(stderr=subprocess.PIPE, parent_pid=os.getpid(), log_level="debug").ready()
    with Client.connect() as client:
        for _ in range(1500):  # more lines of log than a pipe holds
            with pytest.raises(failures.UnknownActionError):
                client.submit(sprite, "fly").clip()
        assert client.status().errors == {"unknown_action": 1500}
    assert (folders / "log" / "backend.log").stat().st_size > 100_000


def test_a_parent_that_has_gone_already(start: Start, bystander: subprocess.Popen[bytes]) -> None:
    bystander.kill()
    bystander.wait()
    assert start(parent_pid=bystander.pid).wait() == 0


def test_it_ends_when_idle(start: Start) -> None:
    backend = start(idle_timeout_s=2.0)
    assert backend.wait() == 0
    assert discovery.find() is None


def test_a_long_job_is_not_idleness(start: Start, sprite: Sprite) -> None:
    start(environment={"AYO_TEST_STEP_S": "0.4"}, idle_timeout_s=10.0)
    with Client.connect() as client:
        assert len(client.submit(sprite, "walk", frames=32).clip().frames) == 32


def test_weights_are_put_away_and_fetched_again(start: Start, sprite: Sprite) -> None:
    backend = start(unload_after_s=1.0).ready()
    with Client.connect() as client:
        until(lambda: client.status().state == "asleep", "the weights to be put away")
        assert psutil.Process(backend.pid).children() == []
        assert client.status().memory.worker == 0
        assert len(client.submit(sprite, "walk").clip().frames) == 8
        assert client.status().worker.restarts == 0


def test_a_port_that_is_taken(start: Start, folders: Path) -> None:
    taken = connection_port(start())
    discovery_dir = folders / "second"
    run = subprocess.run(
        [sys.executable, "-m", "ayo_backend", "serve", "--port", str(taken)],
        cwd=ROOT,
        env=os.environ | {"AYO_RUNTIME_DIR": str(discovery_dir)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 1
    assert "Cannot listen" in run.stderr
    assert not (discovery_dir / "connection.json").exists()


def connection_port(_: Backend) -> int:
    return int(connection().endpoint.rpartition(":")[2])
