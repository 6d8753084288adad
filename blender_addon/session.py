"""What the add-on knows while Blender runs: the backend's state, the run under way, the last problem. Never saved."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from . import preferences
from .backend import discovery
from .backend.client import Client
from .backend.errors import BackendError
from .backend.monitor import Monitor, State
from .backend.starter import Starter

if TYPE_CHECKING:
    from .run import Run

VERSION: str = tomllib.loads((Path(__file__).parent / "blender_manifest.toml").read_text("utf-8"))["version"]
TICK_SECONDS = 0.5
# Problems that are none any more once a backend answers.
SOLVED_BY_RUNNING = ("not_running", "lost", "refused", "silent", "cannot_start", "no_interpreter")


@dataclass(frozen=True)
class Address:
    """The preferences that say where the backend is, copied so that other threads may use them."""

    connection_file: str = ""
    endpoint: str = ""
    online: bool = False

    def connect(self) -> Client:
        """A fresh connection; reads the connection file anew. Raises `BackendError`."""
        found = discovery.find_connection(self.connection_file, self.endpoint)
        if not found.is_loopback and not self.online:
            raise BackendError(
                "offline",
                f"The endpoint {found.host} is not this computer, and Blender may not go online.",
                "Allow online access in the preferences (System), or clear the endpoint.",
            )
        return Client(found, VERSION)


@dataclass
class Session:
    """The one session of the add-on.

    problem: what went wrong last, shown in the panel until it is solved or dismissed.
    notes: what the user should know about the last result.
    animated: the name of the sprite that was animated last.
    """

    address: Address = Address()
    monitor: Monitor | None = None
    starter: Starter | None = None
    run: Run | None = None
    problem: BackendError | None = None
    notes: tuple[str, ...] = ()
    animated: str = ""
    shown_state: State = field(default_factory=State)
    on_tick: Callable[[], None] = lambda: None


current = Session()


def state() -> State:
    """How things stand with the backend, as far as is known."""
    return current.monitor.state if current.monitor else State()


def address() -> Address:
    """Where to connect by the preferences of this moment. Main thread only."""
    chosen = preferences.get()
    return Address(bpy.path.abspath(chosen.connection_file), chosen.endpoint.strip(), bpy.app.online_access)


def log_file() -> Path:
    """Where a backend started from Blender writes what it has to say."""
    return Path(bpy.utils.extension_path_user(__package__, path="", create=True)) / "backend.log"


def redraw() -> None:
    """Have every editor that shows the panel draw it again."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in ("IMAGE_EDITOR", "VIEW_3D", "SEQUENCE_EDITOR"):
                area.tag_redraw()


def begin_watching(on_tick: Callable[[], None]) -> None:
    """Look after the backend from now on, calling `on_tick` twice a second.

    Not in background mode, where no timer ticks and nobody looks.
    """
    if bpy.app.background:
        return
    current.on_tick = on_tick
    current.monitor = Monitor(lambda: current.address.connect())
    bpy.app.timers.register(_tick, first_interval=0.1, persistent=True)


def end() -> None:
    """Let go of everything: threads, timers and the run under way. A backend that was started ends with Blender."""
    if current.run is not None:
        current.run.abandon()
    if current.monitor is not None:
        current.monitor.stop()
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    current.monitor = current.starter = current.problem = None
    current.notes = ()


def _tick() -> float:
    """The main thread's look at what the threads have found out."""
    current.address = address()
    current.on_tick()
    if current.starter is not None:
        current.problem = current.starter.problem() or current.problem
        if current.problem or state().error is None:
            current.starter = None
    if state() != current.shown_state or current.starter is not None:
        current.shown_state = state()
        if current.shown_state.error is None and current.problem and current.problem.code in SOLVED_BY_RUNNING:
            current.problem = None
        redraw()
    return TICK_SECONDS
