"""Put files in place whole or not at all, and never over one that a person did not give up."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from ayo_backend.errors import AyoError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def check_free(targets: Iterable[Path], force: bool) -> None:
    """Raise AyoError (no_folder, not_writable, file_exists) if one of the files could not be written."""
    for target in targets:
        try:
            if target.is_dir():
                raise AyoError("file_exists", f"{target} is a folder.", "Choose another name.")
            if target.exists() and not force:
                hint = "Choose another name, or add --force to replace it."
                raise AyoError("file_exists", f"{target} exists already.", hint)
            if not target.parent.is_dir():
                raise AyoError("no_folder", f"There is no folder {target.parent}.", "Create it, or choose another.")
        except OSError as error:
            raise _explained(error, target) from None
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise _explained(PermissionError(errno.EACCES, ""), target)


def write_files(contents: Mapping[Path, bytes], *, force: bool = False) -> list[Path]:
    """Write all files or none: each under a temporary name in its own folder, then all renamed.

    A rename that fails takes back the ones before it. Without force, AyoError file_exists for a file that is there.
    Raises AyoError: no_folder, not_writable, disk_full, file_exists.
    """
    check_free(contents, force)
    waiting: dict[Path, Path] = {}
    try:
        for target, content in contents.items():
            real = Path(os.path.realpath(target))  # a link stays a link
            waiting[real] = _write_aside(real, content)
        _rename_all(waiting)
    except OSError as error:
        raise _explained(error, target) from None
    finally:
        for aside in waiting.values():
            aside.unlink(missing_ok=True)
    return list(contents)


def write_folder(
    folder: Path, contents: Mapping[Path, bytes], stale: Iterable[Path], *, force: bool = False
) -> list[Path]:
    """Like `write_files`, into a folder that is made if need be; once all is written, the other stale files go."""
    made = not folder.exists()
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise _explained(error, folder) from None
    try:
        written = write_files(contents, force=force)
    except BaseException:
        if made:
            folder.rmdir()
        raise
    for old in set(stale) - set(contents):
        old.unlink(missing_ok=True)
    return written


def _write_aside(target: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=".ayo-", suffix=target.suffix, dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _rename_all(waiting: Mapping[Path, Path]) -> None:
    """Rename each file to its target; after the last nothing can fail, so only the earlier ones need a way back."""
    *earlier, last = waiting.items()
    undo: list[tuple[Path, Path | None]] = []
    try:
        for target, aside in earlier:
            kept = aside.with_name(aside.name + ".old") if target.exists() else None
            undo.append((target, kept))
            if kept is not None:
                target.replace(kept)
            aside.replace(target)
        last[1].replace(last[0])
    except BaseException:
        for target, kept in reversed(undo):
            if kept is None:
                target.unlink(missing_ok=True)
            elif kept.exists():
                kept.replace(target)
        raise
    for _, kept in undo:
        if kept is not None:
            kept.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _explained(error: OSError, target: Path) -> AyoError:
    if error.errno in NO_ROOM:
        message = f"The disk has no room left for {target}; nothing was written."
        return AyoError("disk_full", message, "Free some space, or choose another folder.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return AyoError("not_writable", f"{target} can't be written there.", "Choose a folder you may write to.")
    reason = error.strerror or type(error).__name__
    return AyoError("not_writable", f"{target} can't be written ({reason}).", "Choose another name or folder.")
