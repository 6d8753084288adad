"""Puts result files on disk whole or not at all, and never over a file that is not Ayo's own or was changed since."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import png


def safe_stem(name: str) -> str:
    """A datablock's name as a file name without its ending: "Knight / old.png" becomes "Knight _ old"."""
    stem = re.sub(r"\.(png|tga|bmp|jpe?g|webp|tiff?|exr|hdr|psd)$", "", name, flags=re.IGNORECASE)
    stem = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", stem).strip(" .")
    # Windows knows a few names as devices, whatever their ending.
    reserved = re.fullmatch(r"(?i)con|prn|aux|nul|(com|lpt)\d", stem)
    return (f"_{stem}" if reserved else stem)[:80] or "sprite"


def stamped_json(content: dict[str, Any]) -> bytes:
    """`content` as a JSON file, with a hash of itself under meta.ayo_stamp."""
    meta = content["meta"] | {"ayo_stamp": _digest(content)}
    return (json.dumps(content | {"meta": meta}, indent=1, ensure_ascii=False) + "\n").encode()


def is_untouched(path: Path) -> bool:
    """Whether Ayo wrote this PNG or JSON file and no other program has changed it since."""
    if path.suffix != ".json":
        return png.is_untouched(path)
    try:
        content = json.loads(path.read_text("utf-8"))
        stamp = content["meta"].pop("ayo_stamp")
        return bool(stamp == _digest(content))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def may_replace(path: Path) -> bool:
    """Whether nothing is lost by writing to `path`."""
    return not path.exists() or is_untouched(path)


def free_stem(folder: Path, stem: str, suffixes: tuple[str, ...]) -> str:
    """`stem`, or the first of stem.001, stem.002 ... whose files (stem + suffix) do not exist."""
    candidates = [stem, *(f"{stem}.{number:03d}" for number in range(1, 10_000))]
    return next(name for name in candidates if not any((folder / (name + suffix)).exists() for suffix in suffixes))


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write every file under a temporary name, then rename; makes missing folders. No file is left half on OSError."""
    asides: dict[Path, Path] = {}
    try:
        for path, data in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".ayo-", suffix=path.suffix, dir=path.parent)
            asides[path] = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            asides[path].chmod(0o666 & ~_umask())
        for path in contents:
            asides.pop(path).replace(path)
    finally:
        for aside in asides.values():
            aside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
