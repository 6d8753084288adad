"""Find a Godot 4 editor and run it on a copy of the plugin's project.

Looked for in this order: $AYO_GODOT, ``godot`` on the PATH, the chroot that install.sh makes. A chroot is entered in
a mount namespace of its own, so whatever is mounted for a run is gone when the run ends.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = REPOSITORY / "godot_plugin"
CHROOT = Path(os.environ.get("AYO_HOSTS", Path.home() / ".cache" / "ayo-hosts")) / "godot"

# Lines that mean a script is broken even where Godot exits with 0.
BROKEN = re.compile(r"SCRIPT ERROR|Parse Error|Failed to load script|Could not find type|Compile Error")


@dataclass(frozen=True)
class Run:
    """How a run of Godot ended; output is stdout and stderr together."""

    code: int
    output: str


@dataclass(frozen=True)
class Godot:
    """A Godot editor, outside (root None) or inside a chroot."""

    program: str
    root: Path | None = None

    def run(self, folder: Path, *args: str, screen: bool = False, timeout: float = 120) -> Run:
        """Run Godot with a private home below folder; with screen under a virtual screen, else headless."""
        inner = [self.program, "--headless", *args]
        if screen:
            size = "1600x900"
            inner = ["xvfb-run", "-a", "-s", f"-screen 0 {size}x24 -nolisten tcp", self.program]
            inner += ["--rendering-driver", "opengl3", "--audio-driver", "Dummy"]
            inner += ["--resolution", size, "--position", "0,0", *args]
        process = subprocess.Popen(
            self._enter(folder, inner),
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return Run(124, f"{output}\nGodot was killed: it had not ended after {timeout:.0f} s.\n")
        return Run(process.returncode, output)

    def _enter(self, folder: Path, command: list[str]) -> list[str]:
        if self.root is None:
            return command
        script = (
            'mkdir -p "$1$2" && mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" && '
            'mount --bind "$2" "$1$2" && exec chroot "$1" sh -c \'cd "$0" && exec "$@"\' "$2" ' + shlex.join(command)
        )
        space = ["unshare", "--mount", "--propagation", "private"]
        return [*space, "sh", "-c", script, "enter", str(self.root), str(folder)]

    def python(self, folder: Path) -> str:
        """A command that Godot can start and that runs this very Python, also from inside the chroot."""
        if self.root is None:
            return sys.executable
        wrapper = folder / "python"
        inside = f"--target {os.getpid()} --mount --root --wdns={shlex.quote(str(REPOSITORY))}"
        wrapper.write_text(f'#!/bin/sh\nexec nsenter {inside} {shlex.quote(sys.executable)} "$@"\n')
        wrapper.chmod(0o755)
        return str(wrapper)


def find_godot() -> Godot | None:
    """The Godot to test with, or None."""
    named = os.environ.get("AYO_GODOT") or shutil.which("godot")
    if named:
        return Godot(named)
    if (CHROOT / ".ready").exists() and os.geteuid() == 0:
        return Godot("godot", CHROOT)
    return None


def environment(folder: Path) -> dict[str, str]:
    """The environment of a run: a home, settings and runtime folder of its own below folder."""
    home = folder / "home"
    own = {
        "HOME": home,
        "XDG_DATA_HOME": home / "data",
        "XDG_CONFIG_HOME": home / "config",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_RUNTIME_DIR": home / "runtime",
    }
    for path in own.values():
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = os.environ["PATH"] + ":/usr/local/bin:/usr/bin:/bin:/usr/games"
    kept = {name: value for name, value in os.environ.items() if name in ("LANG", "TMPDIR")}
    # Threads that wait for each other are slow on a busy machine.
    kept["OMP_NUM_THREADS"] = "1"
    return kept | {"PATH": path} | {name: str(value) for name, value in own.items()}


def copy_project(folder: Path) -> Path:
    """A copy of the development project in folder, without the editor's cache."""
    return Path(shutil.copytree(PROJECT, folder / "project", ignore=shutil.ignore_patterns(".godot")))
