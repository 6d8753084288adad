"""Fixtures: a real Godot, and the plugin's project imported by it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from godot_host import BROKEN, REPOSITORY, Godot, Run, copy_project, environment, find_godot

Suite = Callable[..., str]


@pytest.fixture(scope="session")
def godot() -> Godot:
    """A Godot editor. Missing: a skip, and a failure where AYO_CI is set."""
    found = find_godot()
    if found is None:
        reason = "no Godot: set AYO_GODOT, put godot on the PATH, or run tests/godot/install.sh"
        if os.environ.get("AYO_CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that everything of this run of Godot lies in."""
    return tmp_path_factory.mktemp("godot")


@pytest.fixture(scope="session")
def project(godot: Godot, home: Path) -> Path:
    """A copy of the development project, imported."""
    copy = copy_project(home)
    run = godot.run(home, "--path", str(copy), "--import")
    complain(run)
    return copy


@pytest.fixture(scope="session")
def backend(home: Path) -> Iterator[None]:
    """A real backend process, found by Godot through its connection file."""
    command = [sys.executable, "-m", "ayo_backend", "serve", "--device", "cpu"]
    with (home / "backend.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, env=environment(home), stdout=log, stderr=log, start_new_session=True
        )
    try:
        until = time.monotonic() + 120
        while not (home / "home" / "runtime" / "ayo" / "connection.json").exists():
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail("the backend did not start:\n" + (home / "backend.log").read_text())
            time.sleep(0.05)
        threading.Thread(target=_slow_down, args=(process, home / "project" / "slow"), daemon=True).start()
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def _slow_down(process: subprocess.Popen[bytes], wish: Path) -> None:
    """Make the backend and its workers ten times as slow while the file `wish` exists: a job is whole in a moment, and
    there are tests that interrupt one.
    """
    while process.poll() is None:
        if wish.exists():
            os.killpg(process.pid, signal.SIGSTOP)
            time.sleep(0.18)
            os.killpg(process.pid, signal.SIGCONT)
        time.sleep(0.02)


@pytest.fixture
def shots(home: Path) -> Iterator[Path]:
    """A folder for screenshots; what is in it afterwards is kept in build/godot, to be looked at."""
    folder = home / "shots"
    folder.mkdir(exist_ok=True)
    yield folder
    shutil.copytree(folder, REPOSITORY / "build" / "godot", dirs_exist_ok=True)


@pytest.fixture
def suite(godot: Godot, home: Path, project: Path) -> Suite:
    """Runs folders of test suites inside Godot and returns its output; fails if a test there fails."""

    def run_suite(
        *folders: str,
        options: tuple[str, ...] = (),
        editor: bool = False,
        screen: bool = False,
        timeout: float = 150,
        **given: str,
    ) -> str:
        # An editor would open the last one's scenes again, and ask about those that have changed.
        for stale in (home / "home" / "config" / "godot", project / ".godot" / "editor", project / "made"):
            shutil.rmtree(stale, ignore_errors=True)
        (project / "slow").unlink(missing_ok=True)  # of a Godot that was killed
        where = ["--editor"] if editor else []
        arguments = [f"{name}={value}" for name, value in given.items()]
        suites = "suites=" + ",".join(f"res://tests/{name}" for name in folders)
        script = ["--path", str(project), "--script", "res://tests/runner.gd", "--", suites]
        run = godot.run(home, *options, *where, *script, *arguments, screen=screen, timeout=timeout)
        print(run.output)
        complain(run)
        assert "AYO 0 tests" not in run.output
        return run.output

    return run_suite


def complain(run: Run) -> None:
    """Fail if Godot ended badly, was too late, or said that a script is broken."""
    broken = [line for line in run.output.splitlines() if BROKEN.search(line)]
    if run.code or broken:
        pytest.fail(f"Godot ended with {run.code}; {broken}\n{run.output[-8000:]}", pytrace=False)
