"""How clients find a backend: the connection file, the lock that settles two starts, the note of where Ayo is.

docs/protocol.md, sections 1 and 2, tells the same to client authors.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import platformdirs

from ayo_backend import __version__
from ayo_backend.errors import AyoError
from ayo_backend.service.protocol import VERSION

CONNECTION = "connection.json"
INSTALLATION = "installation.json"


class Connection(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The connection file. user and password belong to PLAIN; the keys (Z85) to CURVE."""

    ayo: int
    endpoint: str
    mechanism: str
    pid: int
    interpreter: str
    version: str
    started: str
    user: str = ""
    password: str = ""
    server_key: str = ""
    public_key: str = ""
    secret_key: str = ""


def described(endpoint: str, mechanism: str, **credentials: str) -> Connection:
    """The connection file of this process."""
    started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Connection(
        ayo=VERSION,
        endpoint=endpoint,
        mechanism=mechanism,
        pid=os.getpid(),
        interpreter=sys.executable,
        version=__version__,
        started=started,
        **credentials,
    )


def runtime_dir() -> Path:
    """The folder a backend keeps its connection file in; only its user can enter it. Created when missing."""
    return private(Path(os.environ.get("AYO_RUNTIME_DIR") or _platform_runtime_dir()))


def config_dir() -> Path:
    """The folder of keys and of the installation note. Created when missing."""
    path = os.environ.get("AYO_CONFIG_DIR") or platformdirs.user_config_dir("ayo", appauthor=False)
    return private(Path(path))


def log_file() -> Path:
    """The backend's log. Its folder is created when missing."""
    path = os.environ.get("AYO_LOG_DIR") or platformdirs.user_log_dir("ayo", appauthor=False)
    return private(Path(path)) / "backend.log"


def find() -> Connection | None:
    """The connection file of this user's backend, or None. A file is no proof: only an answered hello is."""
    for folder in _candidates():
        try:
            owned = os.name == "nt" or (folder / CONNECTION).stat().st_uid == os.geteuid()
            if owned:
                return msgspec.json.decode((folder / CONNECTION).read_bytes(), type=Connection)
        except (OSError, msgspec.DecodeError):
            continue
    return None


def publish(connection: Connection) -> Path:
    """Write the connection file, readable by its user alone; a reader sees the old one or the new one, never half."""
    path = runtime_dir() / CONNECTION
    write_private(path, msgspec.json.format(msgspec.json.encode(connection), indent=2))
    return path


def withdraw(connection: Connection) -> None:
    """Remove the connection file if it is this one."""
    path = runtime_dir() / CONNECTION
    with contextlib.suppress(OSError, msgspec.DecodeError):
        if msgspec.json.decode(path.read_bytes(), type=Connection) == connection:
            path.unlink()


def note_installation() -> None:
    """Leave word of this interpreter, so that a plugin can start a backend without being told where Ayo is."""
    note: dict[str, Any] = {"ayo": VERSION, "interpreter": sys.executable, "version": __version__}
    write_private(config_dir() / INSTALLATION, msgspec.json.encode(note))


@contextlib.contextmanager
def sole_backend() -> Iterator[bool]:
    """True for the one process that holds the lock; it is given back by the system however the process ends."""
    with (runtime_dir() / "serve.lock").open("a+b") as file:
        yield _lock(file)


def write_private(path: Path, content: bytes) -> None:
    """Put a file of mode 0600 in place in one step."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _platform_runtime_dir() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR is common on servers, and the fallback is checked
        return platformdirs.user_runtime_dir("ayo", appauthor=False)


def _candidates() -> list[Path]:
    override = os.environ.get("AYO_RUNTIME_DIR")
    if override:
        return [Path(override)]
    folders = [Path(_platform_runtime_dir())]
    if sys.platform != "win32" and sys.platform != "darwin":
        run = "/run" if sys.platform == "linux" else "/var/run"
        bases = [os.environ.get("XDG_RUNTIME_DIR"), f"{run}/user/{os.geteuid()}"]
        bases.append(f"{tempfile.gettempdir()}/runtime-{os.geteuid()}")
        folders += [Path(base) / "ayo" for base in bases if base]
    return folders


def private(folder: Path) -> Path:
    """The folder, created when missing, and closed to others. Raises AyoError when it is somebody else's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "nt":
        entry = folder.lstat()
        if not stat.S_ISDIR(entry.st_mode) or entry.st_uid != os.geteuid():
            hint = "Remove it, or set AYO_RUNTIME_DIR to a folder of your own."
            raise AyoError("unsafe_folder", f"{folder} is not a folder that belongs to you.", hint)
        folder.chmod(0o700)
    return folder


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
