"""The command line around the commands: quick help, versions, doctor, preview."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from ayo_backend import __version__, animator, preview
from ayo_backend.cli import main
from ayo_backend.clip import Clip

ROOT = Path(__file__).parents[2]


def test_help_loads_nothing_heavy() -> None:
    """What takes seconds to load waits until a command needs it."""
    code = (
        "import sys\n"
        "from ayo_backend.cli import main\n"
        "assert main(['--help']) == 0\n"
        "assert main(['animate', '--help']) == 0\n"
        "print([name for name in ('torch', 'PIL', 'zmq', 'scipy', 'imageio', 'safetensors') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("[]\n")


def test_python_dash_m_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ayo_backend", "--version"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, f"ayo {__version__}\n")


def test_every_command_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in ("animate", "train", "evaluate", "doctor", "serve", "status", "stop"):
        assert re.search(rf"\W{command}\s", shown)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No backend."""
    monkeypatch.setenv("AYO_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def test_doctor_finds_all_well(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ayo_backend.doctor.NEEDED_MEMORY", 0)  # whatever else this machine is busy with
    monkeypatch.setattr("ayo_backend.doctor.NEEDED_DISK", 0)
    code = main(["doctor"])
    shown = capsys.readouterr().out
    assert (code, "✗" in shown) == (0, False), shown
    for what in ("python", "torch", "memory", "device", "weights", "backend"):
        assert what in shown


def test_doctor_tells_what_is_wrong_and_what_to_do(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(animator, "SHIPPED", alone / "gone.safetensors")
    monkeypatch.setattr("ayo_backend.doctor.NEEDED_MEMORY", 1 << 60)
    (alone / "connection.json").write_text(
        '{"ayo": 1, "endpoint": "tcp://127.0.0.1:9", "mechanism": "PLAIN", "user": "ayo", "password": "0",'
        ' "pid": 1, "interpreter": "python", "version": "0", "started": "2026-01-01T00:00:00Z"}'
    )
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    for what in ("weights", "memory", "backend"):
        (line,) = [i for i, line in enumerate(lines) if line.startswith(f"✗ {what}")]
        assert "→" in lines[line + 1]
    assert lines[-1] == "3 things to put right."


def clip() -> Clip:
    frames = np.zeros((2, 3, 2, 4), np.uint8)
    frames[0, 0, 0] = (255, 0, 0, 255)
    frames[0, 1, 0] = (0, 255, 0, 255)
    frames[1, 1, 1] = (0, 0, 255, 255)
    return Clip(frames, (500, 700), "loop", (1.0, 3.0), (0, 0), "walk")


def test_half_blocks_put_two_pixels_into_a_character() -> None:
    text = preview.half_blocks(clip().frames[0])
    assert text.plain == "▀ \n  \n"
    assert str(text.spans[0].style) == "#ff0000 on #00ff00" or "rgb(255,0,0) on rgb(0,255,0)" in str(
        text.spans[0].style
    )
    assert preview.half_blocks(clip().frames[1]).plain == " ▄\n  \n"


def test_a_preview_plays_at_the_clips_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(preview.time, "sleep", slept.append)
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="truecolor", no_color=False, width=40, height=20)
    assert preview.can_show(console)
    preview.play(clip(), console)
    assert slept == [0.5, 0.7] * 3
    assert "38;2;255;0;0" in out.getvalue()


@pytest.mark.parametrize("options", [{}, {"force_terminal": True, "no_color": True}])
def test_no_preview_without_colours(options: dict[str, bool]) -> None:
    assert not preview.can_show(Console(file=io.StringIO(), color_system="truecolor", **options))
