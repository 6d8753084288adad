"""The dock in a real editor against a real backend."""

from __future__ import annotations

from conftest import Suite


def test_dock_headless(suite: Suite, backend: None) -> None:
    suite("editor", editor=True, timeout=280)
