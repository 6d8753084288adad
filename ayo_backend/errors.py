"""The one exception that reaches a person: what is wrong, and what to do about it."""

from __future__ import annotations


class AyoError(Exception):
    """code: a word a program can act on (the wire's error codes and a few of the files'); message and hint: sentences
    for a person.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.code, self.message, self.hint = code, message, hint
