"""Which sprites the command line animates, and the file each animation goes to."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ayo_backend.errors import AyoError
from ayo_backend.export import FORMATS, check, targets
from ayo_backend.sprite_io import SUFFIXES

KINDS = {suffix.removeprefix(".") or "frames": suffix for suffix in FORMATS}


@dataclass(frozen=True)
class Task:
    """One sprite and where its animation goes."""

    source: Path
    target: Path


def plan(
    names: Sequence[str],
    output: Path | None,
    kind: str,
    tags: Sequence[str],
    force: bool,
    models: Sequence[Path] = (),
) -> list[Task]:
    """A task for every sprite that the names (files, folders, patterns) stand for.

    kind: a key of KINDS, the format when there are many sprites; output is a folder then, and made by whoever writes.
    models: what else the animations are made from, which no animation may replace.
    Raises what `export.check` raises, and AyoError for names that stand for nothing or targets that can't be.
    """
    sources = _sources(names)
    label = tags[0] if len(tags) == 1 else "sheet"
    many = len(sources) > 1 or any(Path(name).is_dir() or _is_pattern(name) for name in names)
    if not many:
        tasks = [Task(sources[0], output or Path(f"{sources[0].stem}_{label}.png"))]
    else:
        if kind not in KINDS:
            raise AyoError("unknown_format", f"Ayo writes no {kind!r} files.", f"Choose one of {', '.join(KINDS)}.")
        if output is None or output.suffix:
            raise AyoError("no_folder", "Many sprites need a folder to go to.", "Name one: -o animations")
        tasks = [Task(source, output / f"{source.stem}_{label}{KINDS[kind]}") for source in sources]
        _check_folder(tasks, output)
    for task in tasks:
        spare([*sources, *models], task.target, tags)
        if task.target.parent.is_dir() or not many:
            check(task.target, tags, force=force)
    return tasks


def _sources(names: Sequence[str]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
            if not inside:
                raise AyoError("file_not_found", f"There is no picture in {path}.", "Name a folder of sprites.")
            found += inside
        elif _is_pattern(name):
            matching = sorted(Path(match) for match in glob.glob(name, recursive=True))  # noqa: PTH207 - absolute patterns, too
            if not matching:
                raise AyoError("file_not_found", f"Nothing matches {name}.", "Check the pattern and the folder.")
            found += matching
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _is_pattern(name: str) -> bool:
    """For shells that leave patterns to the program."""
    return glob.has_magic(name) and not Path(name).exists()


def _check_folder(tasks: Sequence[Task], folder: Path) -> None:
    first_for: dict[Path, Path] = {}
    for task in tasks:
        if task.source.parent.resolve() == folder.resolve():
            message = f"{folder} is where the sprites are."
            raise AyoError("no_folder", message, "Name another folder, so that animations and sprites stay apart.")
        other = first_for.setdefault(task.target, task.source)
        if other != task.source:
            message = f"{other} and {task.source} would both become {task.target}."
            raise AyoError("file_exists", message, "Rename one of them, or animate them one by one.")
    if not folder.is_dir():
        check(folder, ["folder"])


def spare(sources: Sequence[Path], target: Path, tags: Sequence[str]) -> None:
    """No order to replace files is an order to replace the sprite, or what lies where the frames of a folder go."""
    taken = {target.resolve(), *(path.resolve() for path in targets(target, tags))}
    for source in sources:
        if source.resolve() in taken or (not target.suffix and source.parent.resolve() == target.resolve()):
            message = f"Writing {target} could replace {source}, which it is made from."
            raise AyoError("file_exists", message, "Choose another name.")
