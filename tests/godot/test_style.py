"""GDScript is formatted, linted, and free of parse errors and of untyped declarations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from godot_host import PROJECT

FOLDERS = ["addons", "tests", "demo"]


@pytest.mark.parametrize("tool", [["gdformat", "--check"], ["gdlint"]], ids=lambda tool: tool[0])
def test_tool_finds_nothing(tool: list[str]) -> None:
    name, *options = tool
    program = Path(sys.executable).with_name(name)
    done = subprocess.run([program, *options, *FOLDERS], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_script_has_its_uid() -> None:
    scripts = [path for path in PROJECT.rglob("*.gd") if ".godot" not in path.parts]
    assert scripts
    assert not [path for path in scripts if not path.with_name(path.name + ".uid").exists()]


def test_import_finds_no_broken_script(project: Path) -> None:
    """The fixture fails on a parse error; the project makes untyped declarations in addons one."""
    assert 'directory_rules={\n"res://addons": 1' in (project / "project.godot").read_text("utf-8")
