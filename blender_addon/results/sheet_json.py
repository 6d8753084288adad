"""The JSON that Aseprite writes beside a sheet, as Godot, Phaser, Unity and others read it.

Format: https://github.com/aseprite/docs/blob/main/cli.md (--data, --list-tags, --list-slices). What has no place there
stands under meta.ayo, as in the files that `ayo animate` writes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from ..backend.clip import Clip
from .layout import Layout


def describe(clips: Sequence[Clip], layout: Layout, image_name: str, version: str) -> dict[str, Any]:
    """Frames with their places and durations; a tag for each clip; the pivot as a slice."""
    starts = [0, *accumulate(len(clip.frames) for clip in clips)]
    stem = image_name.rpartition(".")[0]
    cell = layout.cell
    places = [place for clip_places in layout.places for place in clip_places]
    durations = [ms for clip in clips for ms in clip.durations_ms]
    return {
        "frames": {
            f"{stem} {number}.aseprite": _frame(layout, place, duration)
            for number, (place, duration) in enumerate(zip(places, durations, strict=True))
        },
        "meta": {
            "app": "Ayo",
            "version": version,
            "image": image_name,
            "format": "RGBA8888",
            "size": {"w": layout.size[0], "h": layout.size[1]},
            "scale": "1",
            "frameTags": [_tag(clip, start) for clip, start in zip(clips, starts, strict=False)],
            "slices": [
                {
                    "name": "pivot",
                    "color": "#0000ffff",
                    "keys": [_pivot_key(clip, start, layout) for clip, start in zip(clips, starts, strict=False)],
                }
            ],
            "ayo": {
                clip.tag: {
                    "pivot": cell.pivot(clip),
                    "offset": cell.origin,
                    "loop": clip.loop,
                    "settings": clip.settings,
                }
                for clip in clips
            },
        },
    }


def _frame(layout: Layout, place: tuple[int, int], duration_ms: int) -> dict[str, Any]:
    x, y = layout.corner(place)
    size = {"w": layout.cell.width, "h": layout.cell.height}
    return {
        "frame": {"x": x, "y": y, **size},
        "rotated": False,
        "trimmed": False,
        "spriteSourceSize": {"x": 0, "y": 0, **size},
        "sourceSize": size,
        "duration": duration_ms,
    }


def _tag(clip: Clip, start: int) -> dict[str, Any]:
    """Aseprite repeats a tag for ever unless it says how often."""
    direction = "pingpong" if clip.loop == "ping-pong" else "forward"
    tag = {
        "name": clip.tag,
        "from": start,
        "to": start + len(clip.frames) - 1,
        "direction": direction,
        "color": "#000000ff",
    }
    return tag | {"repeat": "1"} if clip.loop == "once" else tag


def _pivot_key(clip: Clip, start: int, layout: Layout) -> dict[str, Any]:
    x, y = layout.cell.pivot(clip)
    bounds = {"x": 0, "y": 0, "w": layout.cell.width, "h": layout.cell.height}
    return {"frame": start, "bounds": bounds, "pivot": {"x": math.floor(x), "y": math.floor(y)}}
