"""The command line: `ayo`, which is also `python -m ayo_backend`.

Every command is loaded here, but what it works with (torch, the service) only when it runs: `ayo --help` must not wait.
Bad input ends with exit code 2 and a sentence, Ctrl+C with 130; a traceback is always a fault of Ayo's.
"""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence

import typer

from ayo_backend import __version__, animate_command, doctor, parts_command, terminal
from ayo_backend.errors import AyoError
from ayo_backend.service import commands as service_commands
from ayo_backend.training import commands as training_commands

BAD_INPUT, STOPPED = 2, 130

app = typer.Typer(
    help="One still sprite in, a playable animation out, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _options(version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
    if version:
        typer.echo(f"ayo {__version__}")
        raise typer.Exit


animate_command.register(app)
parts_command.register(app)
training_commands.register(app)
doctor.register(app)
service_commands.register(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name or a sign that the terminal's encoding lacks is no error
            stream.reconfigure(errors="backslashreplace")
    log = logging.getLogger("ayo_backend")
    if not log.handlers:
        log.addHandler(terminal.Notes())
        log.propagate = False
    try:
        app(arguments, prog_name="ayo")
    except AyoError as error:
        terminal.show(error)
        return BAD_INPUT
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:  # the reader of our output has gone; nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
