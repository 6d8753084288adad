"""A folder with one PNG a frame, and clips.json with their timing in Aseprite's terms."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from ayo_backend.clip import Clip
from ayo_backend.export.align import on_one_canvas
from ayo_backend.export.sheet import JsonFormat, clips_meta, json_bytes, png_bytes

INDEX = "clips.json"


def frame_files(clips: Sequence[Clip], folder: Path, json_format: JsonFormat) -> dict[Path, bytes]:
    """walk_00.png, walk_01.png... on one canvas for all clips, and the index, by their paths."""
    clips = on_one_canvas(clips)
    width, height = clips[0].size
    files, frames = {}, []
    for clip in clips:
        for i, (picture, duration_ms) in enumerate(zip(clip.frames, clip.durations_ms, strict=True)):
            name = f"{clip.tag}_{i:02}.png"
            files[folder / name] = png_bytes(picture)
            frames.append({"filename": name, "sourceSize": {"w": width, "h": height}, "duration": duration_ms})
    return files | {folder / INDEX: json_bytes(frames, clips_meta(clips), json_format)}


def stale_files(folder: Path) -> list[Path]:
    """The frames that the folder's index names: those of an earlier clip that a new, shorter one would leave behind."""
    try:
        frames = json.loads((folder / INDEX).read_bytes())["frames"]
        names = [frame["filename"] for frame in frames] if isinstance(frames, list) else list(frames)
        return [folder / name for name in names if re.fullmatch(r"[\w-]+_\d\d\.png", name)]
    except (OSError, ValueError, LookupError, TypeError):
        return []  # no index of ours: nothing there is ours to remove
