"""What goes wrong between Blender and the backend, in words for the person in front of it."""

from __future__ import annotations


class BackendError(Exception):
    """code: one of docs/protocol.md, section 6, or of the add-on's own:

    not_running, needs_curve, refused, lost, silent, bad_answer, wrong_version, too_old, offline, cannot_start,
    no_interpreter.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.code, self.message, self.hint = code, message, hint
