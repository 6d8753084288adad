"""Write clips to files: sheets, movies, folders of frames, Godot resources.

    from ayo_backend.export import SheetOptions, write
    write([clip], "hero_walk.png")                                  # and hero_walk.json
    write([walk, run], "hero.tres", options=SheetOptions(padding=1, extrude=1))

| path | holds |
| --- | --- |
| name.png | a sheet, its Aseprite JSON beside it as name.json; a tag for each clip |
| name.gif, .apng, .webp | one clip; of several, each gets a file of its own: name_walk.gif, name_run.gif |
| name.tres | Godot 4 SpriteFrames with an animation for each clip, the sheet beside it as name.png |
| name (no suffix) | a folder with a PNG for each frame and clips.json |
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from ayo_backend.clip import Clip
from ayo_backend.errors import AyoError
from ayo_backend.export.files import check_free, write_files, write_folder
from ayo_backend.export.frames import INDEX, frame_files, stale_files
from ayo_backend.export.godot import godot_files
from ayo_backend.export.movie import apng_bytes, gif_bytes, webp_bytes
from ayo_backend.export.sheet import SheetOptions, sheet_files

__all__ = ["FORMATS", "SheetOptions", "check", "targets", "write"]

MOVIES: dict[str, Callable[[Clip], bytes]] = {".gif": gif_bytes, ".apng": apng_bytes, ".webp": webp_bytes}
FORMATS = (".png", *MOVIES, ".tres", "")


def write(
    clips: Sequence[Clip],
    path: str | os.PathLike[str],
    *,
    force: bool = False,
    options: SheetOptions | None = None,
) -> list[Path]:
    """Write clips of one character to path, in the format of its suffix, and return every file written.

    All files appear whole, or none does. Files that are there stay unless force is true; a folder of frames is made if
    its parent exists. options matter to sheets only, but for the JSON format.
    Raises AyoError: unknown_format, file_exists, no_folder, not_writable, disk_full, sheet_too_large, bad_option.
    """
    path, options = Path(path), options or SheetOptions()
    tags = [clip.tag for clip in clips]
    check(path, tags, force=force)
    if path.suffix:
        return write_files(_contents(clips, path, options), force=force)
    return write_folder(path, frame_files(clips, path, options.json_format), stale_files(path), force=force)


def check(path: str | os.PathLike[str], tags: Sequence[str], *, force: bool = False) -> None:
    """Raise what `write` would raise for this path, before there are clips."""
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        known = "Choose .png, .gif, .apng, .webp, .tres, or a name without a suffix for a folder of frames."
        raise AyoError("unknown_format", f"Ayo writes no {path.suffix} files.", known)
    if not all(re.fullmatch(r"[\w-]+", tag) for tag in tags):
        raise AyoError("bad_option", f"A clip can't be named {', '.join(tags)}.", "Use letters, digits, _ and - only.")
    if len(set(tags)) < len(tags) or not tags:
        raise AyoError("bad_option", "Clips in one file need names of their own.", "Ask for each action once.")
    if path.suffix or path.is_dir():
        check_free(targets(path, tags), force)
    elif path.exists():
        raise AyoError("file_exists", f"{path} is a file, not a folder.", "Choose another name.")
    else:
        check_free([path], force)


def targets(path: Path, tags: Sequence[str]) -> list[Path]:
    """The files `write` would write; of a folder of frames only its index is known before."""
    suffix = path.suffix.lower()
    if suffix in MOVIES:
        return [_movie_path(path, tag, len(tags)) for tag in tags]
    if not suffix:
        return [path / INDEX]
    partner = {".png": ".json", ".tres": ".png"}.get(suffix)
    return [path, path.with_suffix(partner)] if partner else [path]


def _contents(clips: Sequence[Clip], path: Path, options: SheetOptions) -> dict[Path, bytes]:
    suffix = path.suffix.lower()
    if suffix in MOVIES:
        return {_movie_path(path, clip.tag, len(clips)): MOVIES[suffix](clip) for clip in clips}
    return (sheet_files if suffix == ".png" else godot_files)(clips, path, options)


def _movie_path(path: Path, tag: str, count: int) -> Path:
    return path if count == 1 else path.with_stem(f"{path.stem}_{tag}")
