"""What a person sees in the terminal: results on stdout; errors, notes and progress on stderr."""

from __future__ import annotations

import logging

from rich.console import Console

from ayo_backend.errors import AyoError

stdout = Console(highlight=False, markup=False, soft_wrap=True)
stderr = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def show(error: AyoError) -> None:
    """What is wrong, and what to do."""
    stderr.print("Error:", style="bold red", end=" ")
    stderr.print(str(error))


class Notes(logging.Handler):
    """Shows what the package logs as a note for the person, not as a log line."""

    def emit(self, record: logging.LogRecord) -> None:
        stderr.print("Note:", record.getMessage(), style="yellow")
