"""The dock in a real editor against a real backend."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Suite
from godot_host import Godot

pytestmark = pytest.mark.timeout(900)


def test_dock_headless(suite: Suite, backend: None) -> None:
    suite("editor", "trouble", editor=True, timeout=600)


def test_dock_on_a_screen(suite: Suite, backend: None, shots: Path) -> None:
    """The results again with a window: real clicks and keys, and screenshots."""
    suite("editor", "screen", editor=True, screen=True, timeout=600, shots=str(shots))
    assert {f"{shot}.png" for shot in ("dock", "parts", "pins", "like", "result", "files")} <= {
        shot.name for shot in shots.iterdir()
    }


def test_demo_game(suite: Suite, shots: Path) -> None:
    # Two seconds of the game, however long the machine takes.
    suite("game", options=("--fixed-fps", "60"), screen=True, timeout=300, shots=str(shots))
    assert (shots / "game.png").exists()


def test_start_and_stop_of_the_backend(suite: Suite, godot: Godot, home: Path) -> None:
    """The dock starts the backend itself; it is killed at work and started again."""
    runtime = home / "start"
    runtime.mkdir(mode=0o700)
    python = godot.python(home)
    broken = home / "broken"
    broken.write_text(f'#!/bin/sh\nshift 2\nexec "{python}" -S -I -m ayo_backend "$@"\n')
    broken.chmod(0o755)
    suite("start", editor=True, timeout=600, runtime=str(runtime), python=python, broken=str(broken))
