"""Runs a real backend process for the tests, and sees to it that nothing is left of it.

python service_host.py '{"engine": "service_engine", ...}'      (the fields of Settings)
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from ayo_backend.service import discovery
from ayo_backend.service.client import Client
from ayo_backend.service.discovery import Connection

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LONG = 300.0  # seconds; only ever waited for when something is wrong, on a slow machine


class Backend:
    """One backend, in the folders that the environment names (see conftest)."""

    def __init__(self, **settings: Any) -> None:
        self.settings = {"engine": "service_engine", "log_level": "debug", "backoff_s": 0.05} | settings
        self.process: subprocess.Popen[str] | None = None

    def start(self, stderr: int = subprocess.DEVNULL, **environment: str) -> Backend:
        """Start it and wait until it listens."""
        path = os.pathsep.join([str(ROOT), str(HERE)])
        command = [sys.executable, __file__, json.dumps(self.settings)]
        variables = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"} | environment
        self.process = subprocess.Popen(
            command,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=stderr,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        line = self.says()
        assert "listens" in line, line
        return self

    def says(self) -> str:
        """The next line of its output; waits for it."""
        assert self.process is not None
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def ready(self) -> Backend:
        """Wait for the weights."""
        with Client.connect() as client:
            state = until(lambda: {"loading": ""}.get(found := client.status().state, found), "the weights")
        assert state == "ready"
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def worker(self) -> int:
        """The process id of the worker; waits until there is one."""
        found: int = until(self._worker, "a worker process")
        return found

    def kill_worker(self) -> None:
        """As a crash would."""
        os.kill(self.worker(), signal.SIGKILL)

    def wait(self, seconds: float = LONG) -> int:
        """Until it has ended by itself; the exit code."""
        assert self.process is not None
        return self.process.wait(seconds)

    def stop(self) -> None:
        """End it as a person would, and check that nothing is left."""
        if self.process is None:
            return
        children = self._children()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(LONG)
        finally:
            self.process.kill()
            for stream in filter(None, (self.process.stdout, self.process.stderr)):
                stream.close()
        assert gone(children), "the worker outlived its broker"

    def _children(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _worker(self) -> int | None:
        for child in self._children():
            try:
                if "ayo_backend.service.worker" in child.cmdline():
                    return int(child.pid)
            except psutil.Error:
                continue
        return None


Start = Callable[..., Backend]


def until(question: Callable[[], Any], what: str, seconds: float = LONG) -> Any:
    """Ask again and again until the answer is true; returns the answer."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        answer = question()
        if answer:
            return answer
        time.sleep(0.01)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


def gone(processes: list[psutil.Process]) -> bool:
    """All of them have ended, or end within a while; whatever is left is killed."""
    _, left = psutil.wait_procs(processes, timeout=LONG)
    for process in left:
        process.kill()
    return not left


def make_sprite(seed: int, width: int = 16, height: int = 24) -> NDArray[np.uint8]:
    """A blob of a few colours."""
    random = np.random.default_rng(seed)
    palette = random.integers(0, 256, (5, 4), np.uint8)
    palette[:, 3] = 255
    picture = np.zeros((height, width, 4), np.uint8)
    picture[2:-1, 2:-2] = palette[random.integers(0, 5, (height - 3, width - 4))]
    return picture


def connection() -> Connection:
    """The connection file, which must be there."""
    found = discovery.find()
    assert found is not None
    return found


if __name__ == "__main__":
    from ayo_backend.service.serve import serve
    from ayo_backend.service.settings import Settings

    serve(Settings(**json.loads(sys.argv[1])), lambda line: print(line, flush=True))
