"""Keeps an eye on the backend from a thread of its own, so that the panel can say at once how things stand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .client import Client
from .errors import BackendError

LOOK_EVERY_SECONDS = 2.0
WORDS = {
    "looking": "Looking for Ayo…",
    "loading": "Loading the model…",
    "not_running": "Not running",
    "wrong_version": "Wrong version",
    "silent": "Does not answer",
    "offline": "Not allowed to go online",
}


@dataclass(frozen=True)
class State:
    """How things stand.

    kind: looking (not known yet), loading, ready, asleep or failed (as the backend says), or the code of `error`.
    welcome: header fields of the backend's `welcome`, also kept from an earlier one while there is an error.
    """

    kind: str = "looking"
    device: str = ""
    welcome: dict[str, Any] | None = None
    error: BackendError | None = None

    @property
    def text(self) -> str:
        """The state in a few plain words."""
        if self.kind in ("ready", "asleep"):
            place = f" on {_device_name(self.device)}" if self.device else ""
            return f"Ready{place}" if self.kind == "ready" else f"Resting{place}"
        return WORDS.get(self.kind, "Ayo has a problem")


class Monitor:
    """Looks for the backend every two seconds until stopped. `state` may be read from any thread."""

    def __init__(self, connect: Callable[[], Client]) -> None:
        """`connect` makes a fresh connection and may raise `BackendError`; it runs on the monitor's thread."""
        self._connect = connect
        self._stop = threading.Event()
        self._look = threading.Event()
        self.state = State()
        self._thread = threading.Thread(target=self._run, name="ayo-monitor", daemon=True)
        self._thread.start()

    def look_now(self) -> None:
        """Look again without waiting for the next turn."""
        self._look.set()

    def stop(self) -> None:
        self._stop.set()
        self._look.set()

    def join(self, timeout: float) -> None:
        self._thread.join(timeout)

    def _run(self) -> None:
        client: Client | None = None
        while not self._stop.is_set():
            try:
                if client is None:
                    client = self._connect()
                    fields = client.welcome
                else:
                    fields = client.status()
                self.state = _read_state(fields, client.welcome)
            except BackendError as error:
                if client is not None:
                    client.close()
                    client = None
                    if error.code == "lost":
                        continue  # a new one may have taken its place
                self.state = State(error.code, welcome=self.state.welcome, error=error)
            self._look.wait(LOOK_EVERY_SECONDS)
            self._look.clear()
        if client is not None:
            client.close()


def _read_state(fields: dict[str, Any], welcome: dict[str, Any]) -> State:
    kind, problem = fields.get("state"), fields.get("problem")
    if kind == "failed" or kind not in ("loading", "ready", "asleep"):
        told = problem if isinstance(problem, dict) else {}
        error = BackendError(
            "failed", str(told.get("message") or "Ayo cannot animate."), str(told.get("hint") or "Start it again.")
        )
        return State("failed", welcome=welcome, error=error)
    return State(kind, str(fields.get("device") or ""), welcome)


def _device_name(device: str) -> str:
    """ "cuda:0 NVIDIA GeForce RTX 4070" as "CUDA (NVIDIA GeForce RTX 4070)"."""
    kind, _, name = device.partition(" ")
    kind = {"cpu": "CPU", "cuda": "CUDA", "mps": "Metal"}.get(kind.partition(":")[0], kind)
    return f"{kind} ({name})" if name else kind
