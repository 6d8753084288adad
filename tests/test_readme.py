"""Every command and every line of Python in the README works, one block after another, as a reader tries them.

A block stands for itself unless a line `<!-- no-test -->` stands right above it: set-up, git, endless servers.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```(bash|sh|python)\s*\n(.*?)^```\s*$", re.M | re.S)
UNTESTED = "<!-- no-test -->"


@dataclass(frozen=True)
class Block:
    """Code of the README, the language it is in, and the line it begins at."""

    line: int
    language: str
    code: str


def blocks(text: str) -> list[Block]:
    """The blocks to try."""
    found = []
    for match in FENCE.finditer(text):
        before = text[: match.start()].rstrip()
        if not before.endswith(UNTESTED):
            found.append(Block(text.count("\n", 0, match.start()) + 2, match[1], match[2]))
    return found


def test_blocks_are_found_but_for_those_left_out() -> None:
    text = (
        "# A\n```bash\nayo doctor\n```\n\n<!-- no-test -->\n```bash\nmake demo\n```\n```console\n$ no\n```\n"
        "<!-- no-test -->\n\n```python\nno\n```\ntext\n```python\nprint(1)\n```\n"
    )
    assert blocks(text) == [Block(3, "bash", "ayo doctor\n"), Block(20, "python", "print(1)\n")]


@pytest.fixture
def reader(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A reader's folder with the examples in it, and an environment with this `ayo` and this `python`."""
    desk, programs = tmp_path / "desk", tmp_path / "bin"
    desk.mkdir()
    programs.mkdir()
    shutil.copytree(ROOT / "examples", desk / "examples")
    for name, command in {"ayo": "-m ayo_backend", "python": "", "python3": ""}.items():
        script = programs / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    own = {f"AYO_{name}_DIR": str(tmp_path / name.lower()) for name in ("RUNTIME", "CONFIG", "LOG")}
    paths = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return desk, os.environ | own | paths


@pytest.mark.timeout(1800)
def test_the_readme_works(reader: tuple[Path, dict[str, str]]) -> None:
    desk, environment = reader
    found = blocks((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {block.language for block in found} >= {"bash", "python"}
    for block in found:
        program = [sys.executable, "-c"] if block.language == "python" else ["bash", "-euo", "pipefail", "-c"]
        done = subprocess.run(
            [*program, block.code],
            cwd=desk,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
        )
        assert done.returncode == 0, f"README.md, line {block.line}:\n{block.code}\n{done.stdout}"
