"""The sprite sheet: an image packed in the .blend, and a PNG with its JSON on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bpy

from .. import record
from ..backend.clip import Clip
from . import files, images, layout, sheet_json
from .output import Output, relative

MAX_SHEET_HEIGHT = 16_384


def make(clips: Sequence[Clip], output: Output) -> bpy.types.Image:
    """A new sheet of `clips`."""
    image = bpy.data.images.new(_name(clips, output), 1, 1, alpha=True)
    image.use_fake_user = True
    _fill(image, clips, output, None)
    return image


def update(image: bpy.types.Image, clips: Sequence[Clip], output: Output) -> None:
    """Put `clips` into a sheet that was made before, and over its files if they are as Ayo left them."""
    known = record.read(image)
    path = known.extra.get("path") if known else None
    _fill(image, clips, output, Path(bpy.path.abspath(path)) if path else None)


def _name(clips: Sequence[Clip], output: Output) -> str:
    return f"{output.stem}_{clips[0].tag if len(clips) == 1 else 'sheet'}"


def _fill(image: bpy.types.Image, clips: Sequence[Clip], output: Output, old_path: Path | None) -> None:
    plan = layout.arrange([len(clip.frames) for clip in clips], layout.common_cell(clips))
    if plan.size[1] > MAX_SHEET_HEIGHT:
        output.notes.append(
            f"The sheet is {plan.size[1]} px high: make fewer actions at once for graphics cards to take it."
        )
    data = images.put_pixels(image, layout.paint(clips, plan), output.colour_space)
    path = _save(data, clips, plan, output, old_path)
    output.sign(image, "sheet", path=relative(path) if path else None, **_told(clips, plan))
    if path:
        image.filepath_raw = relative(path)


def _told(clips: Sequence[Clip], plan: layout.Layout) -> dict[str, object]:
    """Where the frames are, for those who want them back: [x, y, milliseconds] each, by action."""
    frames = {
        clip.tag: [[*plan.corner(place), frame.duration_ms] for place, frame in zip(places, clip.frames, strict=False)]
        for clip, places in zip(clips, plan.places, strict=True)
    }
    return {"cell": [plan.cell.width, plan.cell.height], "frames": frames}


def _save(
    data: bytes,
    clips: Sequence[Clip],
    plan: layout.Layout,
    output: Output,
    old_path: Path | None,
) -> Path | None:
    if output.folder is None:
        output.notes.append("The sheet is packed in the .blend only: save the .blend to get PNG and JSON beside it.")
        return None
    if old_path and all(files.may_replace(path) for path in (old_path, old_path.with_suffix(".json"))):
        path = old_path
    else:
        stem = _name(clips, output)
        path = output.folder / (files.free_stem(output.folder, stem, (".png", ".json")) + ".png")
        if old_path:
            output.notes.append(f"{old_path.name} was changed by another program and is kept; this one is {path.name}.")
    described = sheet_json.describe(clips, plan, path.name, output.version)
    try:
        files.write_all({path: data, path.with_suffix(".json"): files.stamped_json(described)})
    except OSError as error:
        output.notes.append(
            f"The sheet is packed in the .blend only: {path.parent} can't be written to ({error.strerror})."
        )
        return None
    output.notes.append(f"Saved {path.name} and its JSON in {path.parent.name or path.parent}")
    return path
