"""`ayo doctor`: what Ayo runs on, what is wrong, and what to do about it."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import typer

from ayo_backend import __version__, terminal
from ayo_backend.errors import AyoError

NEEDED_MEMORY = 1 << 30  # loading and animating takes about 700 MB
NEEDED_DISK = 100 << 20
PACKAGES = ("torch", "numpy", "pillow", "pyzmq", "safetensors", "typer", "rich")


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was seen, and, when it is wrong, what to do."""

    what: str
    seen: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Nothing has to be done."""
        return not self.remedy


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(doctor)


def doctor() -> None:
    """Check that Ayo can work here; exit with 1 if something is wrong."""
    wrong = 0
    for finding in examine():
        terminal.stdout.print("✓" if finding.ok else "✗", style="green" if finding.ok else "bold red", end=" ")
        terminal.stdout.print(f"{finding.what:<10} {finding.seen}")
        if not finding.ok:
            terminal.stdout.print(f"  {'':<10} → {finding.remedy}", style="yellow")
            wrong += 1
    if wrong:
        terminal.stdout.print(f"{wrong} thing{'s' if wrong > 1 else ''} to put right.")
        raise typer.Exit(1)
    terminal.stdout.print("All is well.")


def examine() -> Iterator[Finding]:
    """The findings, one after another, as they are made. A check that fails in an unforeseen way is a finding, too."""
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("memory", _memory),
        ("disk", _disk),
        ("device", _device),
        ("weights", _weights),
        ("backend", _backend),
    )
    for what, check in checks:
        try:
            yield from check()
        except AyoError as error:
            yield Finding(what, error.message, error.hint or "Install Ayo again.")
        except Exception as error:
            yield Finding(
                what, f"{type(error).__name__}: {error}", "Install Ayo again; if that does not help, report this."
            )


def _python() -> Iterator[Finding]:
    seen = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}"
    yield Finding("python", seen, "" if sys.version_info >= (3, 11) else "Install Python 3.11 or newer.")
    yield Finding("ayo", f"{__version__}, {Path(__file__).parent}")


def _packages() -> Iterator[Finding]:
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    remedy = f"Install what is missing: {', '.join(missing)}." if missing else ""
    yield Finding("packages", ", ".join(found), remedy)


def _memory() -> Iterator[Finding]:
    import psutil

    free = psutil.virtual_memory().available
    yield Finding(
        "memory", f"{_size(free)} free", "" if free >= NEEDED_MEMORY else "Close other programs: 1 GB is needed."
    )


def _disk() -> Iterator[Finding]:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    yield Finding("disk", f"{_size(free)} free in {folder}", "" if free >= NEEDED_DISK else "Free some disk space.")


def _device() -> Iterator[Finding]:
    import torch

    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        yield Finding("device", f"cuda, {torch.cuda.get_device_name()}, {_size(free)} of {_size(total)} free")
    elif torch.backends.mps.is_available():
        yield Finding("device", "mps, Apple GPU")
    else:
        yield Finding("device", f"cpu, {torch.get_num_threads()} threads (no GPU that torch can use; none is needed)")


def _weights() -> Iterator[Finding]:
    from ayo_backend.animator import SHIPPED, Animator

    start = time.perf_counter()
    model = Animator(device="cpu").model
    name = model.get("name", SHIPPED.stem)
    yield Finding(
        "weights",
        f"{name}, {_size(SHIPPED.stat().st_size)}, loaded in {time.perf_counter() - start:.1f} s, "
        f"sha256 {model['sha256'][:12]}…",
    )


def _backend() -> Iterator[Finding]:
    from ayo_backend.service import discovery
    from ayo_backend.service.client import Client

    connection = discovery.find()
    if connection is None:
        yield Finding("backend", "not running (start it with ayo serve; ayo animate works without)")
        return
    with Client.connect(connection) as client:
        report = client.status()
    seen = f"{report.state} at {report.endpoint}, process {report.pid}, version {report.backend}"
    remedy = f"{report.problem.message} {report.problem.hint}" if report.problem else ""
    if report.backend != __version__:
        remedy = "It is of another version: end it with ayo stop, and start it again."
    yield Finding("backend", seen, remedy)


def _size(count: float) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{count / 2**20:.0f} MB"
