"""Frames as numbered PNG files in a folder of their own, for results that Blender reads from disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..backend.clip import Clip
from . import files, png


class NoFolderError(Exception):
    """Files can't be written; the text says why and what to do."""


def write(folder: Path | None, stem: str, clip: Clip, pictures: Sequence[int], old: Path | None) -> list[Path]:
    """Write `pictures` (frame numbers of `clip`, repeated ones too) as 0001.png, 0002.png ... and return their paths.

    They go into `old`, the folder of an earlier run, when nobody has changed anything in it; else into a fresh folder
    named `stem` inside `folder`. Raises `NoFolderError`.
    """
    if folder is None:
        raise NoFolderError("needs files: save the .blend first, or set an output folder in the preferences")
    width, height = clip.size
    encoded = {number: png.encode(width, height, clip.frames[number].rgba) for number in set(pictures)}
    target = old if old and _may_refill(old) else folder / files.free_stem(folder, files.safe_stem(stem), ("",))
    paths = [target / f"{number:04d}.png" for number in range(1, len(pictures) + 1)]
    try:
        files.write_all({path: encoded[picture] for path, picture in zip(paths, pictures, strict=True)})
        for stale in set(target.glob("*.png")) - set(paths):
            stale.unlink()
    except OSError as error:
        raise NoFolderError(f"{target} can't be written to ({error.strerror})") from error
    return paths


def _may_refill(folder: Path) -> bool:
    return folder.is_dir() and all(files.is_untouched(path) for path in folder.iterdir())
