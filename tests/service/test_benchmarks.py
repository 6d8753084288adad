"""The benchmarks run: what README.md tells to run answers with a table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("command", "row"),
    [
        (("service.py", "--clips", "8", "--trips", "20"), "64 client(s), all jobs at once"),
        (("speed.py", "--sprite", "examples/archer_16.png"), "another clip of the same sprite"),
    ],
    ids=["service", "speed"],
)
def test_it_measures(command: tuple[str, ...], row: str) -> None:
    script, *options = command
    ran = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / script, *options], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert row in ran.stdout
