"""A PNG sheet of all frames, with the JSON that Aseprite writes beside one.

Format: https://github.com/aseprite/docs/blob/main/cli.md (--sheet, --data, --list-tags, --list-slices). What it has no
place for (half-pixel pivots, the settings that made a clip) stands under "ayo" in "meta", where other readers pass by.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ayo_backend import __version__
from ayo_backend.clip import Clip
from ayo_backend.errors import AyoError
from ayo_backend.export.align import on_one_canvas

Layout = Literal["rows", "grid", "strip"]
JsonFormat = Literal["hash", "array"]

WRAP_SIDE = 4096  # the widest texture that phones and browsers are sure to take
MAX_SIDE = 16384  # the widest that graphics cards take
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class SheetOptions:
    """How frames lie on a sheet.

    layout: "rows" begins a row for every clip and wraps at 4096 px, "grid" is as square as it gets, "strip" is one row.
    padding: empty pixels between neighbouring frames; extrude: how often a frame's edge pixels are repeated around it.
    json_format: "hash" (frames by name, Aseprite's default) or "array" (frames in a list).
    """

    layout: Layout = "rows"
    padding: int = 0
    extrude: int = 0
    json_format: JsonFormat = "hash"

    def __post_init__(self) -> None:
        for name, value, known in (("layout", self.layout, Layout), ("JSON format", self.json_format, JsonFormat)):
            names = known.__args__  # type: ignore[attr-defined]
            if value not in names:
                raise AyoError("bad_option", f"There is no {name} {value!r}.", f"Choose one of {', '.join(names)}.")
        for name, pixels in (("padding", self.padding), ("extrude", self.extrude)):
            if not 0 <= pixels <= 64:
                raise AyoError(
                    "bad_option", f"The {name} is 0 to 64 px, not {pixels}.", "Choose a number in that range."
                )


@dataclass(frozen=True)
class Sheet:
    """picture: uint8 [H, W, 4]; boxes: for each clip, for each frame, its (x, y, width, height) on the picture."""

    clips: list[Clip]
    picture: NDArray[np.uint8]
    boxes: list[list[Box]]

    @property
    def png(self) -> bytes:
        """The picture as a PNG file."""
        return png_bytes(self.picture)


def lay_out(clips: Sequence[Clip], options: SheetOptions) -> Sheet:
    """Put the frames of all clips on one picture, in cells of one size, all standing on the same spot of their cell."""
    clips = on_one_canvas(clips)
    width, height = clips[0].size
    cell_w, cell_h = width + 2 * options.extrude, height + 2 * options.extrude
    step_x, step_y = cell_w + options.padding, cell_h + options.padding
    cells = _cells(
        [len(clip.frames) for clip in clips], options.layout, max(1, (WRAP_SIDE + options.padding) // step_x)
    )
    sheet_w = max(column for row in cells for column, _ in row) * step_x + cell_w
    sheet_h = max(row for clip in cells for _, row in clip) * step_y + cell_h
    if max(sheet_w, sheet_h) > MAX_SIDE:
        message = f"The sheet would be {sheet_w}×{sheet_h} px, more than the {MAX_SIDE} px that graphics cards take."
        raise AyoError("sheet_too_large", message, "Use the layout grid, fewer actions a sheet, or a folder of frames.")
    picture = np.zeros((sheet_h, sheet_w, 4), np.uint8)
    boxes: list[list[Box]] = []
    for clip, places in zip(clips, cells, strict=True):
        boxes.append([])
        for frame, (column, row) in zip(clip.frames, places, strict=True):
            x, y = column * step_x, row * step_y
            around = ((options.extrude, options.extrude), (options.extrude, options.extrude), (0, 0))
            picture[y : y + cell_h, x : x + cell_w] = np.pad(frame, around, mode="edge")
            boxes[-1].append((x + options.extrude, y + options.extrude, width, height))
    return Sheet(clips, picture, boxes)


def _cells(counts: list[int], layout: Layout, fit: int) -> list[list[tuple[int, int]]]:
    """(column, row) of every frame of every clip; fit is how many cells a row may have."""
    total = sum(counts)
    columns = {"rows": fit, "grid": min(fit, math.ceil(math.sqrt(total))), "strip": total}[layout]
    cells: list[list[tuple[int, int]]] = []
    place = 0
    for count in counts:
        if layout == "rows":
            place = -(-place // columns) * columns
        cells.append([((place + i) % columns, (place + i) // columns) for i in range(count)])
        place += count
    return cells


def sheet_files(clips: Sequence[Clip], path: Path, options: SheetOptions) -> dict[Path, bytes]:
    """The sheet and its JSON, by their paths."""
    sheet = lay_out(clips, options)
    names = [f"{path.stem} {i}.aseprite" for i in range(sum(len(clip.frames) for clip in clips))]
    places = [box for boxes in sheet.boxes for box in boxes]
    frames = [_frame(name, box, ms) for name, box, ms in zip(names, places, _durations(sheet.clips), strict=True)]
    meta = clips_meta(sheet.clips) | {
        "image": path.name,
        "size": {"w": sheet.picture.shape[1], "h": sheet.picture.shape[0]},
    }
    return {path: sheet.png, path.with_suffix(".json"): json_bytes(frames, meta, options.json_format)}


def _durations(clips: Sequence[Clip]) -> list[int]:
    return [ms for clip in clips for ms in clip.durations_ms]


def _frame(name: str, box: Box, duration_ms: int) -> dict[str, Any]:
    x, y, width, height = box
    return {
        "filename": name,
        "frame": {"x": x, "y": y, "w": width, "h": height},
        "rotated": False,
        "trimmed": False,
        "spriteSourceSize": {"x": 0, "y": 0, "w": width, "h": height},
        "sourceSize": {"w": width, "h": height},
        "duration": duration_ms,
    }


def clips_meta(clips: Sequence[Clip]) -> dict[str, Any]:
    """Aseprite's "meta" for clips on one canvas: a tag each, and the pivot as a slice keyed where each tag starts."""
    starts = [sum(len(clip.frames) for clip in clips[:i]) for i in range(len(clips))]
    width, height = clips[0].size
    keys = [
        {
            "frame": start,
            "bounds": {"x": 0, "y": 0, "w": width, "h": height},
            "pivot": {"x": math.floor(clip.pivot[0]), "y": math.floor(clip.pivot[1])},
        }
        for clip, start in zip(clips, starts, strict=True)
    ]
    return {
        "app": "Ayo",
        "version": __version__,
        "format": "RGBA8888",
        "scale": "1",
        "frameTags": [_tag(clip, start) for clip, start in zip(clips, starts, strict=True)],
        "slices": [{"name": "pivot", "color": "#0000ffff", "keys": keys}],
        "ayo": {
            clip.tag: {"pivot": clip.pivot, "offset": clip.offset, "loop": clip.loop, "settings": clip.settings}
            for clip in clips
        },
    }


def _tag(clip: Clip, start: int) -> dict[str, Any]:
    """A frame tag; Aseprite repeats a tag for ever unless it says how often."""
    tag = {
        "name": clip.tag,
        "from": start,
        "to": start + len(clip.frames) - 1,
        "direction": "pingpong" if clip.loop == "ping-pong" else "forward",
        "color": "#000000ff",
    }
    return tag | {"repeat": "1"} if clip.loop == "once" else tag


def json_bytes(frames: list[dict[str, Any]], meta: dict[str, Any], json_format: JsonFormat) -> bytes:
    """The JSON file of frames and meta, as an array of frames or a hash by their file names."""
    listed: Any = frames
    if json_format == "hash":
        listed = {frame["filename"]: {key: frame[key] for key in frame if key != "filename"} for frame in frames}
    return (json.dumps({"frames": listed, "meta": meta}, indent=1, ensure_ascii=False) + "\n").encode(errors="replace")


def png_bytes(picture: NDArray[np.uint8]) -> bytes:
    """A uint8 [H, W, 4] picture as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()
