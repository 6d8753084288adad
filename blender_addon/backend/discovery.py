"""Where the backend is, and what can start one: sections 1 and 2 of docs/protocol.md."""

from __future__ import annotations

import ipaddress
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .errors import BackendError
from .zmtp import Credentials

START_HINT = "Start it with the button below."


class Connection(NamedTuple):
    """Where to connect, and as whom. The password stays in memory: it is in no log, scene or .blend file."""

    host: str
    port: int
    credentials: Credentials

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether `host` is this computer and nothing else."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parse_endpoint(endpoint: str) -> tuple[str, int]:
    """Host and port of "tcp://host:port"; ValueError when it is anything else."""
    parts = urlsplit(endpoint.strip())
    if parts.scheme != "tcp" or not parts.hostname or not parts.port or parts.path or parts.query or parts.username:
        raise ValueError(f"{endpoint!r} is no endpoint; one looks like tcp://127.0.0.1:5555")
    return parts.hostname, parts.port


def runtime_folders(env: Mapping[str, str] = os.environ, platform: str = sys.platform) -> list[Path]:
    """The folders that may hold the connection file, most likely first."""
    if env.get("AYO_RUNTIME_DIR"):
        return [Path(env["AYO_RUNTIME_DIR"])]
    if platform == "win32":
        return [_local_app_data(env) / "Temp" / "ayo"]
    if platform == "darwin":
        return [_home(env) / "Library/Caches/TemporaryItems/ayo"]
    uid = os.getuid()
    run = "/run/user" if platform == "linux" else "/var/run/user"
    named = [Path(env["XDG_RUNTIME_DIR"], "ayo")] if env.get("XDG_RUNTIME_DIR") else []
    return [*named, Path(f"{run}/{uid}/ayo"), Path(env.get("TMPDIR") or "/tmp", f"runtime-{uid}", "ayo")]


def config_folder(env: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The folder that holds installation.json."""
    if env.get("AYO_CONFIG_DIR"):
        return Path(env["AYO_CONFIG_DIR"])
    if platform == "win32":
        return _local_app_data(env) / "ayo"
    if platform == "darwin":
        return _home(env) / "Library/Application Support/ayo"
    return Path(env.get("XDG_CONFIG_HOME") or _home(env) / ".config", "ayo")


def find_connection(connection_file: str = "", endpoint: str = "") -> Connection:
    """Read the connection file afresh: `connection_file` if given, else the first one in the runtime folders.

    `endpoint` replaces the address in the file (a forwarded port). Raises `BackendError` not_running, needs_curve,
    wrong_version or bad_answer.
    """
    content = _read_connection_file(
        [Path(connection_file)] if connection_file else [f / "connection.json" for f in runtime_folders()]
    )
    if content.get("ayo") != 1:
        raise BackendError(
            "wrong_version", "The running Ayo is of another generation than this add-on.", "Update both."
        )
    if content.get("mechanism") != "PLAIN":
        raise BackendError(
            "needs_curve",
            "The running Ayo serves a network (CURVE), which this add-on does not speak.",
            "Start one for this computer: ayo serve.",
        )
    try:
        host, port = parse_endpoint(endpoint or content["endpoint"])
        credentials = Credentials(str(content["user"]), str(content["password"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = "The endpoint in the preferences" if endpoint else "Ayo's connection file"
        raise BackendError(
            "bad_answer", f"{what} can't be read: {error}.", "Correct it, or start Ayo again."
        ) from error
    return Connection(host, port, credentials)


def remembered_interpreter() -> str:
    """The Python of the Ayo that ran last on this computer, or an empty string."""
    try:
        content = json.loads((config_folder() / "installation.json").read_text("utf-8"))
        interpreter = content["interpreter"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return interpreter if isinstance(interpreter, str) else ""


def _read_connection_file(candidates: list[Path]) -> dict[str, Any]:
    for path in candidates:
        try:
            if hasattr(os, "getuid") and path.stat().st_uid != os.getuid():
                continue
            content = json.loads(path.read_text("utf-8"))
        except OSError:
            continue
        except ValueError as error:
            raise BackendError(
                "bad_answer", f"{path} is no connection file.", "Delete it and start Ayo again."
            ) from error
        if isinstance(content, dict):
            return content
    raise BackendError("not_running", "Ayo is not running.", START_HINT)


def _home(env: Mapping[str, str]) -> Path:
    return Path(env["HOME"]) if env.get("HOME") else Path.home()


def _local_app_data(env: Mapping[str, str]) -> Path:
    return Path(env["LOCALAPPDATA"]) if env.get("LOCALAPPDATA") else _home(env) / "AppData" / "Local"
