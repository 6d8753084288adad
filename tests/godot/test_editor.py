"""The dock in a real editor against a real backend."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import Suite
from godot_host import REPOSITORY, Godot


def test_dock_headless(suite: Suite, backend: None) -> None:
    suite("editor", editor=True, timeout=280)


def test_dock_on_a_screen(suite: Suite, backend: None, home: Path) -> None:
    """The same with a window: real clicks and keys, and screenshots kept in build/godot."""
    shots = home / "shots"
    shots.mkdir(exist_ok=True)
    try:
        suite("editor", "screen", editor=True, screen=True, timeout=280, shots=str(shots))
    finally:
        shutil.copytree(shots, REPOSITORY / "build" / "godot", dirs_exist_ok=True)
    assert {"dock.png", "result.png"} <= {shot.name for shot in shots.iterdir()}


def test_start_and_stop_of_the_backend(suite: Suite, godot: Godot, home: Path) -> None:
    """The dock starts the backend itself; it is killed at work and started again."""
    runtime = home / "start"
    runtime.mkdir(mode=0o700)
    python = godot.python(home)
    broken = home / "broken"
    broken.write_text(f'#!/bin/sh\nshift 2\nexec "{python}" -S -I -m ayo_backend "$@"\n')
    broken.chmod(0o755)
    suite("start", editor=True, runtime=str(runtime), python=python, broken=str(broken))
