"""The Blenders that install.sh puts in place, and a real backend for them to talk to."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
HOSTS = Path(os.environ.get("AYO_HOSTS") or Path.home() / ".cache/ayo-hosts") / "blender"
TRIXIE = HOSTS / "trixie"


def require(name: str) -> None:
    """Skip the test when that Blender is not installed; fail instead where AYO_CI says that nothing may be missing."""
    found = (TRIXIE / ".complete").exists() if name == "trixie" else (HOSTS / name / "bin/python").exists()
    if not found:
        reason = f"no Blender at {HOSTS / name}: run tests/blender/install.sh"
        pytest.fail(reason) if os.environ.get("AYO_CI") else pytest.skip(reason)


class Backend:
    """A real backend process; `folder` holds its connection file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection_file = folder / "connection.json"
        self._log = (folder / "serve.log").open("wb")
        environment = os.environ | {
            "AYO_RUNTIME_DIR": str(folder),
            "AYO_CONFIG_DIR": str(folder),
            "XDG_STATE_HOME": str(folder),
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "ayo_backend", "serve", "--parent-pid", str(os.getpid())]
        self._process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True
        )
        deadline = time.monotonic() + 120
        while not self.connection_file.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the backend did not start:\n{(folder / 'serve.log').read_text()}")
            time.sleep(0.05)

    def doze(self) -> None:
        """Keep it and its workers from working for a moment: called in a loop, it is ten times as slow."""
        os.killpg(self._process.pid, signal.SIGSTOP)
        time.sleep(0.18)
        os.killpg(self._process.pid, signal.SIGCONT)
        time.sleep(0.02)

    def kill(self) -> None:
        """End it without a word, as a crash would."""
        self._process.kill()
        self._process.wait(30)

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
        self._log.close()


class Blender:
    """One of the Blenders, with a folder that both sides see and settings of its own.

    folder: as this process sees it; inside: as Blender sees it.
    """

    def __init__(self, name: str, parent: Path) -> None:
        require(name)
        self.name = name
        self._chroot = TRIXIE if name == "trixie" else None
        base = TRIXIE / "tmp" if self._chroot else parent
        self.folder = Path(tempfile.mkdtemp(prefix=f"ayo-{name}-", dir=base))
        self.inside = "/" + str(self.folder.relative_to(TRIXIE)) if self._chroot else str(self.folder)

    def put(self, *paths: Path) -> None:
        """Copy files to where Blender finds them."""
        for path in paths:
            shutil.copy(path, self.folder)

    def environment(self) -> dict[str, str]:
        """Nothing of the user's: no settings, no running backend but the one whose connection file was put."""
        return {
            "HOME": self.inside,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "BLENDER_USER_RESOURCES": f"{self.inside}/blender",
            "AYO_RUNTIME_DIR": self.inside,
            "AYO_CONFIG_DIR": self.inside,
            "OMP_NUM_THREADS": "1",
        }

    def command(self, script: str, *arguments: str) -> list[str]:
        """The command line that runs a script without a window."""
        if self._chroot is None:
            return [str(HOSTS / self.name / "bin/python"), f"{self.inside}/{script}", *arguments]
        flags = ["-b", "--factory-startup", "--python-exit-code", "4", "--python", f"{self.inside}/{script}", "--"]
        return self.chroot("blender", *flags, *arguments)

    def chroot(self, *command: str) -> list[str]:
        return [shutil.which("chroot") or "/usr/sbin/chroot", str(TRIXIE), *command]

    def run(self, command: list[str], timeout: float = 240, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end in this Blender's environment."""
        environment = self.environment() | extra
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, errors="replace", timeout=timeout, check=False
        )

    def check(self, script: str) -> dict[str, Any]:
        """Run a script of checks; it writes report.json, from the name of each check to "ok" or its traceback."""
        self.put(*HERE.glob("inside*.py"))
        done = self.run(self.command(script, self.inside))
        report = self.folder / "report.json"
        if not report.exists():
            pytest.fail(f"{self.name} made no report (exit code {done.returncode}):\n{done.stdout}\n{done.stderr}")
        return dict(json.loads(report.read_text()))

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
