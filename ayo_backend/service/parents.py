"""The programs a backend lives for: the one that started it, and those that said hello with their process id."""

from __future__ import annotations

import psutil

CHECK_S = 1.0


class Parents:
    """Without a first process it watches nothing, and nothing is ever gone."""

    def __init__(self, first: int | None) -> None:
        self._watching = first is not None
        self._alive: dict[int, psutil.Process] = {}
        self._checked = 0.0
        if first is not None:
            self.add(first)

    def add(self, pid: int) -> None:
        """One more to live for; one that does not exist is left out."""
        if self._watching and pid not in self._alive:
            try:
                self._alive[pid] = psutil.Process(pid)
            except psutil.Error:
                return

    def all_gone(self, now: float) -> bool:
        """Nobody is left. Looks at the processes at most once a second."""
        if not self._watching or now - self._checked < CHECK_S:
            return False
        self._checked = now
        self._alive = {pid: process for pid, process in self._alive.items() if _lives(process)}
        return not self._alive


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)  # is_running knows a reused id
    except psutil.Error:
        return False
