"""Being the one backend of this user: lock, log, connection file, signals, and the broker in between."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import signal
import time
from collections.abc import Callable

from ayo_backend.errors import AyoError
from ayo_backend.service import discovery, security
from ayo_backend.service.client import Client
from ayo_backend.service.settings import Settings

log = logging.getLogger("ayo")

OTHER_START_S = 30.0  # how long another process may take from the lock to answering


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until told to stop, or return at once when a backend is running. Raises AyoError when it can't serve."""
    security.check_bind(settings.bind, settings.curve)
    say = _unheard(say)
    with discovery.sole_backend() as alone:
        if alone:
            _serve(settings, say)
        else:
            say(f"Ayo is already running: {_other()}")


def _serve(settings: Settings, say: Callable[[str], None]) -> None:
    from ayo_backend.service.broker import Broker

    _start_log(settings.log_level, console=settings.parent_pid is None)
    broker = Broker(settings)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: broker.stop())
    path = discovery.publish(broker.connection)
    try:
        discovery.note_installation()
        say(f"Ayo listens on {broker.connection.endpoint} (connection file {path}, log {discovery.log_file()})")
        broker.run(say)
    finally:
        discovery.withdraw(broker.connection)
    say("Ayo has stopped.")


def _unheard(say: Callable[[str], None]) -> Callable[[str], None]:
    """The same, when nobody may be listening any more."""

    def try_to_say(line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            say(line)

    return try_to_say


def _other() -> str:
    """The endpoint of the backend that holds the lock; it may still be starting."""
    give_up = time.monotonic() + OTHER_START_S
    while time.monotonic() < give_up:
        try:
            with Client.connect() as client:
                return client.connection.endpoint
        except AyoError:
            time.sleep(0.2)
    message = "Another Ayo backend holds the lock but does not answer."
    raise AyoError("not_answering", message, "End that process, then try again.")


def _start_log(level: str, console: bool) -> None:
    """To a rotating file, and to the console of a person; a plugin may leave our output unread, which would stop us."""
    form = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    file = logging.handlers.RotatingFileHandler(
        discovery.log_file(), maxBytes=2_000_000, backupCount=3, encoding="utf-8", delay=True
    )
    handlers: list[logging.Handler] = [file, logging.StreamHandler()] if console else [file]
    for handler in handlers:
        handler.setFormatter(form)
        log.addHandler(handler)
    log.setLevel(level.upper())
    log.propagate = False
