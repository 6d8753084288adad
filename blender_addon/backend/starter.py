"""Starts a backend as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .discovery import remembered_interpreter
from .errors import BackendError

INSTALL_HINT = "Install Ayo first (its README says how), or set the Python it is installed in below."


def serve_command(interpreter: str) -> list[str]:
    """What to run: the configured interpreter, else the one that ran last, else the `ayo` command.

    Raises `BackendError` no_interpreter when there is none.
    """
    tail = ["serve", "--parent-pid", str(os.getpid())]
    if interpreter:
        if not Path(interpreter).is_file():
            raise BackendError("no_interpreter", f"There is no Python at {interpreter}.", INSTALL_HINT)
        return [interpreter, "-m", "ayo_backend", *tail]
    remembered = remembered_interpreter()
    if remembered and Path(remembered).is_file():
        return [remembered, "-m", "ayo_backend", *tail]
    command = shutil.which("ayo")
    if command:
        return [command, *tail]
    raise BackendError("no_interpreter", "No Ayo was found on this computer.", INSTALL_HINT)


class Starter:
    """A backend on its way up. `problem` tells when it has given up."""

    def __init__(self, interpreter: str, log: Path) -> None:
        """Run it, its output going to `log`. Raises `BackendError` no_interpreter or cannot_start."""
        self.log = log
        command = serve_command(interpreter)
        windows = sys.platform == "win32"
        try:
            with log.open("wb") as output:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    # `python -m` looks for modules in the folder it is started in: never in a project's.
                    cwd=log.parent,
                    creationflags=subprocess.CREATE_NO_WINDOW if windows else 0,
                    start_new_session=not windows,
                )
        except OSError as error:
            raise BackendError(
                "cannot_start", f"{command[0]} could not be run ({error.strerror or error}).", INSTALL_HINT
            ) from error

    @property
    def pid(self) -> int:
        return self._process.pid

    def problem(self) -> BackendError | None:
        """Why it ended, or None while it runs or when it found another backend running (exit code 0)."""
        code = self._process.poll()
        if not code:
            return None
        said = self.log.read_text("utf-8", "replace").strip()
        if "No module named" in said and "ayo_backend" in said:
            return BackendError("no_interpreter", "The Python that was started has no Ayo in it.", INSTALL_HINT)
        reason = said.splitlines()[-1] if said else f"it ended with code {code} and said nothing"
        return BackendError("cannot_start", f"Ayo did not start: {reason}", f"All it said is in {self.log}.")
