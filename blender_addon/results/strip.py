"""The image strip in the Video Sequencer, with the clip's timing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from .. import compat, record
from ..backend.clip import Clip
from . import frames
from .output import Output, relative
from .timing import per_scene_frame


def make(clip: Clip, output: Output, begin: int) -> Any:
    """A new strip at scene frame `begin`, on the lowest channel that is free there. Raises frames.NoFolderError."""
    shown = per_scene_frame(clip, output.pace)
    paths = _write(clip, output, None)
    strips = compat.strips_of(output.scene)
    taken = {s.channel for s in strips if compat.strip_start(s) < begin + len(shown) and compat.strip_end(s) > begin}
    channel = next(number for number in range(1, 1000) if number not in taken)
    strip = strips.new_image(
        name=f"{output.stem} {clip.tag}",
        filepath=relative(paths[shown[0]]),
        channel=channel,
        frame_start=begin,
        fit_method="ORIGINAL",
    )
    strip.transform.filter = "NEAREST"
    _fill(strip, clip, output, paths)
    return strip


def update(strip: Any, clip: Clip, output: Output) -> None:
    """Give a strip that was made before the frames of `clip`; its place, transform and effects stay."""
    known = record.read(strip)
    old = Path(bpy.path.abspath(known.extra["folder"])) if known and "folder" in known.extra else None
    _fill(strip, clip, output, _write(clip, output, old))


def _write(clip: Clip, output: Output, old: Path | None) -> list[Path]:
    """Every frame once; a strip may show one file for many scene frames."""
    return frames.write(output.folder, f"{output.stem}_{clip.tag}", clip, range(len(clip.frames)), old)


def _fill(strip: Any, clip: Clip, output: Output, paths: list[Path]) -> None:
    shown = per_scene_frame(clip, output.pace)
    strip.directory = relative(paths[0].parent)
    strip.elements[0].filename = paths[shown[0]].name
    while len(strip.elements) > len(shown):
        strip.elements.pop(len(strip.elements) - 1)
    for number, picture in enumerate(shown):
        if number < len(strip.elements):
            strip.elements[number].filename = paths[picture].name
        else:
            strip.elements.append(paths[picture].name)
    strip.colorspace_settings.name = output.colour_space
    output.sign(strip, "strip", folder=relative(paths[0].parent), tag=clip.tag)
