"""Bad input: exit code 2, one sentence and what to do, no traceback, no file touched."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ayo_backend import animator
from ayo_backend.cli import main
from ayo_backend.model.weights import FORMAT

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(900)  # whole processes, on a machine that may be busy


@pytest.fixture(autouse=True)
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a hero in it, and no backend."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AYO_RUNTIME_DIR", str(tmp_path / "nobody"))
    rgba = np.zeros((24, 16, 4), np.uint8)
    rgba[4:22, 4:12] = (200, 30, 40, 255)
    Image.fromarray(rgba).save("hero.png")
    return tmp_path


def everything(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def bomb() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10**7))) + chunk(b"IEND", b"")
    )


def transparent() -> None:
    Image.new("RGBA", (16, 16)).save("bad.png")


def large() -> None:
    Image.new("RGBA", (1025, 16), "red").save("bad.png")


def small() -> None:
    Image.new("RGBA", (7, 16), "red").save("bad.png")


def truncated() -> None:
    Path("bad.png").write_bytes(Path("hero.png").read_bytes()[:-40])


PICTURES: list[tuple[Callable[[], object], str]] = [
    (lambda: Path("bad.png").write_text("I am a text"), "bad.png is not a PNG"),
    (lambda: Path("bad.png").write_bytes(b""), "bad.png is an empty file"),
    (lambda: Path("bad.png").write_bytes(bomb()), "more pixels than a sprite"),
    (lambda: Path("bad.png").mkdir(), "There is no picture in bad.png"),
    (lambda: None, "There is no file bad.png"),
    (truncated, "bad.png is damaged or cut short"),
    (transparent, "fully transparent"),
    (large, "1025×16 px; Ayo takes up to 1024 px"),
    (small, "7×16 px; Ayo needs at least 8 px"),
]

OPTIONS = [
    (["-a", "wlak"], "Did you mean walk?"),
    (["-a", "walk", "--facing", "rihgt"], "Did you mean right?"),
    (["-a", "walk", "--creature", "spidre"], "Did you mean spider?"),
    (["-a", "walk", "--frames", "1"], "2 to 32 frames, not 1"),
    (["-a", "walk", "--frames", "33"], "2 to 32 frames, not 33"),
    (["-a", "walk", "-a", "walk"], "Ask for each action once."),
    (["-a", "walk", "--energy", "nan"], "The energy is 0 to 2, not nan."),
    (["-a", "walk", "--energy", "2.5"], "The energy is 0 to 2, not 2.5."),
    (["-a", "walk", "--seed", "-1"], "The seed is 0 to 4294967295, not -1."),
    (["-a", "walk", "--fps", "0"], "The frame rate is 1 to 100, not 0.0."),
    (["-a", "walk", "--background", "pink"], "#rrggbb"),
    (["-a", "walk", "--layout", "heap"], "rows, grid, strip"),
    (["-a", "walk", "--json-format", "xml"], "hash, array"),
    (["-a", "walk", "--padding", "-1"], "0 to 64 px"),
    (["-a", "walk", "--device", "tpu"], "auto, cpu, cuda, mps"),
    (["-a", "walk", "-o", "hero.jpeg"], "Ayo writes no .jpeg files"),
    (["-a", "walk", "-o", "none/hero.gif"], "There is no folder none"),
    (["-a", "walk", "-o", "taken.gif"], "taken.gif exists already"),
    (["-a", "walk", "-o", "pair.png"], "pair.json exists already"),
    (["-a", "walk", "-o", "hero.png", "--force"], "could replace hero.png"),
    (["-a", "walk", "-o", "hero.tres", "--force"], "could replace hero.png"),
    (["-a", "walk", "-o", ".", "--force"], "could replace hero.png"),
    (["-a", "walk", "-o", "taken.gif/a.gif"], "no folder taken.gif"),
    (["-a", "walk", "--weights", "none.safetensors"], "no weights at none.safetensors"),
    (["-a", "walk", "--weights", "taken.gif"], "taken.gif is not a whole set of Ayo weights"),
]


def refused(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    before = everything(folder)
    assert main(["animate", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("Error: ")
    assert shown.err.count("\n") == 1
    assert told in shown.err
    assert everything(folder) == before


@pytest.mark.parametrize(("make", "told"), PICTURES)
def test_bad_pictures(studio: Path, make: Callable[[], object], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    make()
    refused(["bad.png", "-a", "walk", "-o", "out.png"], told, capsys, studio)


@pytest.mark.parametrize(("options", "told"), OPTIONS)
def test_bad_options(studio: Path, options: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    (studio / "taken.gif").write_text("mine")
    (studio / "pair.json").write_text("mine")
    refused(["hero.png", *options], told, capsys, studio)


@pytest.mark.parametrize("options", [["--seed", "x"], ["--fps", "fast"], ["--nonsense"], []])
def test_what_the_parser_refuses(studio: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(studio)
    assert main(["animate", "hero.png", *(["-a", "walk"] if options else []), *options]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert everything(studio) == before


def test_truncated_weights(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (studio / "half.safetensors").write_bytes(animator.SHIPPED.read_bytes()[:100_000])
    refused(["hero.png", "-a", "walk", "--weights", "half.safetensors"], "not a whole set", capsys, studio)


def test_weights_of_a_newer_format(studio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = animator.SHIPPED.read_bytes()
    (size,) = struct.unpack_from("<Q", data)
    head = data[8 : 8 + size].replace(rb"\"format\": %d" % FORMAT, rb"\"format\": 9")
    assert head != data[8 : 8 + size]
    (studio / "new.safetensors").write_bytes(data[:8] + head + data[8 + size :])
    refused(["hero.png", "-a", "walk", "--weights", "new.safetensors"], "newer Ayo", capsys, studio)


def test_a_terminal_that_knows_ascii_only_and_a_name_that_is_no_text(studio: Path) -> None:
    name = os.fsdecode(b"h\xe9ros-\xff.png")
    shutil.copy("hero.png", name)
    done = subprocess.run(
        command(name, "-a", "walk", "-o", os.fsdecode(b"\xff.png")),
        env=environment() | {"PYTHONIOENCODING": "ascii:strict"},
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Wrote \\udcff.png and \\udcff.json: walk 8 frames, ")
    assert len(list(studio.iterdir())) == 4


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ayo_backend", "animate", *arguments]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.parametrize("output", ["out.png", "out"])
def test_a_disk_that_fills_up_half_way(studio: Path, output: str) -> None:
    before = everything(studio)
    done = subprocess.run(
        command("hero.png", "-a", "walk", "-o", output),
        env=environment(),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )
    assert done.returncode == 2
    assert "no room left" in done.stderr
    assert done.stderr.count("\n") == 1
    assert everything(studio) == before


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopping_leaves_whole_files_only(studio: Path, stop: signal.Signals, code: int) -> None:
    """Stopped after the first of many sprites: what is there is whole, and there is nothing else."""
    (studio / "crowd").mkdir()
    for i in range(200):
        shutil.copy("hero.png", studio / "crowd" / f"{i:03}.png")
    with subprocess.Popen(
        command("crowd", "-a", "walk", "-o", "out"),
        env=environment() | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a run in the background ignores it
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("Wrote")
        process.send_signal(stop)
        rest, errors = process.stdout.read(), process.stderr.read()
    assert process.returncode == code
    assert "Traceback" not in errors
    written = sorted(path.name for path in (studio / "out").iterdir())
    told = 1 + rest.count("Wrote")
    assert told < 200
    assert len(written) in (2 * told, 2 * told + 2)  # stopped between writing and telling
    for name in written[::2]:
        assert name.removesuffix("json") + "png" in written
        with Image.open(studio / "out" / f"{Path(name).stem}.png") as sheet:
            sheet.load()
