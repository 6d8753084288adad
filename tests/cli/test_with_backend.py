"""ayo animate with a running backend and without: the same bytes, and never worse off for having one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ayo_backend.cli import main
from ayo_backend.parts_picture import PALETTE
from ayo_backend.rig import Role

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(900)  # whole processes, on a machine that may be busy


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a hero in it."""
    folder = tmp_path_factory.mktemp("studio")
    rgba = np.zeros((32, 24, 4), np.uint8)
    rgba[4:22, 6:18] = (200, 30, 40, 255)
    rgba[22:30, 7:11] = rgba[22:30, 13:17] = (60, 40, 20, 255)
    Image.fromarray(rgba).save(folder / "hero.png")
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Runtime, settings and log folders of this test's own."""
    home = tmp_path_factory.mktemp("home")
    own = {f"AYO_{name}_DIR": str(home / name.lower()) for name in ("RUNTIME", "CONFIG", "LOG")}
    return os.environ | own | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def backend(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A backend that is ready."""
    with subprocess.Popen(
        [sys.executable, "-m", "ayo_backend", "serve", "--device", "cpu"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert any(line.startswith("Ayo is ready") for line in process.stdout)
        yield process
        process.terminate()


def animate(studio: Path, environment: dict[str, str], output: str, *more: str) -> list[str]:
    """Run ayo animate in a process of its own; returns what it wrote to stderr, and whether it had to load torch."""
    code = (
        "import sys\n"
        "from ayo_backend.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "print('torch' in sys.modules, file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    order = ["animate", "hero.png", "-a", "walk", "--seed", "3", "--energy", "1.2", "-o", output, *more]
    done = subprocess.run(
        [sys.executable, "-c", code, *order], cwd=studio, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()


def test_a_backend_makes_the_same_bytes_and_spares_loading_torch(
    studio: Path, environment: dict[str, str], backend: subprocess.Popen[str]
) -> None:
    (studio / "with").mkdir()
    (studio / "without").mkdir()
    rgba = np.zeros((32, 24, 4), np.uint8)
    rgba[4:12, 6:18] = PALETTE[Role.HEAD]
    Image.fromarray(rgba).save(studio / "parts.png")
    with Image.open(studio / "hero.png") as hero:
        Image.fromarray(np.roll(np.asarray(hero), 2, 1)).save(studio / "frame.png")
        steps = [Image.fromarray(np.roll(np.asarray(hero), -(step % 4), 0)) for step in range(33)]
    for name, count in (("clip", 3), ("long", 33)):
        steps[0].save(studio / f"{name}.webp", save_all=True, append_images=steps[1:count], duration=70, lossless=True)
    alone = environment | {"AYO_RUNTIME_DIR": str(studio / "none")}
    wishes = {
        "a": ["-a", "attack"],
        "b": ["-a", "run", "--parts", "parts.png"],
        "c": ["--pin", "2=frame.png"],
        "d": ["--like", "clip.webp"],
    }
    for name, more in wishes.items():
        assert animate(studio, environment, f"with/{name}.png", *more) == ["False"]
        assert animate(studio, alone, f"without/{name}.png", *more) == ["True"]
    for name in (f"{wish}.{kind}" for wish in wishes for kind in ("png", "json")):
        assert (studio / "with" / name).read_bytes() == (studio / "without" / name).read_bytes()
    assert animate(studio, environment, "long.png", "--like", "long.webp") == ["True"], "the wire has no words for it"


def test_a_backend_that_died_is_no_hindrance(
    studio: Path, environment: dict[str, str], backend: subprocess.Popen[str]
) -> None:
    backend.kill()
    backend.wait()
    assert (Path(environment["AYO_RUNTIME_DIR"]) / "connection.json").exists(), "it had no time to clear away"
    assert animate(studio, environment, "after.png") == ["True"]
    assert (studio / "after.png").exists()


def test_a_backend_that_gives_up_is_told_and_replaced(
    studio: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As when its worker crashes in the middle of a clip."""
    from ayo_backend import making
    from ayo_backend.errors import AyoError

    class Broken:
        def submit(self, *_: object, **__: object) -> None:
            raise AyoError("worker_crashed", "The worker has ended.", "Try again.")

        def close(self) -> None:
            pass

    monkeypatch.setattr(making, "_running_backend", Broken)
    monkeypatch.chdir(studio)
    assert main(["animate", "hero.png", "-a", "walk", "-o", str(tmp_path / "a.gif")]) == 0
    assert "gave up: The worker has ended." in capsys.readouterr().err
    assert (tmp_path / "a.gif").exists()


def test_doctor_sees_the_backend(environment: dict[str, str], backend: subprocess.Popen[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ayo_backend", "doctor"], env=environment, capture_output=True, text=True
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("✓ backend")]
    assert f"process {backend.pid}" in line
