"""The JSON that Aseprite writes beside a sheet; https://www.aseprite.org/docs/cli/#data, hash or array."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Cel:
    """One frame: the `box` (left, top, right, bottom) of a picture, laid at `place` on a canvas of `size` (w, h)."""

    box: Box
    place: tuple[int, int]
    size: tuple[int, int]
    duration_ms: int


@dataclass(frozen=True)
class Sheet:
    """image: the picture's file name; tags: their names, each with its frames in the order in which they are shown."""

    image: str
    cels: tuple[Cel, ...]
    tags: tuple[tuple[str, tuple[int, ...]], ...]


def parse(text: bytes, name: str) -> Sheet:
    """The sheet that the JSON tells of; one without tags is a tag of that name. ValueError for any other JSON."""
    try:
        sheet = json.loads(text)
        listed, meta = sheet["frames"], sheet["meta"]
        cels = tuple(_cel(entry) for entry in (listed.values() if isinstance(listed, dict) else listed))
        tags = meta.get("frameTags") or [{"name": name, "from": 0, "to": len(cels) - 1}]
        spans = tuple((str(tag["name"]), _played(tag)) for tag in tags)
        if not cels or not all(span and min(span) >= 0 and max(span) < len(cels) for _, span in spans):
            raise ValueError("a tag has frames that are not there")
        return Sheet(PurePosixPath(str(meta["image"]).replace("\\", "/")).name, cels, spans)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is not Aseprite's JSON: {error}") from None


def _cel(entry: dict[str, Any]) -> Cel:
    if entry.get("rotated"):
        raise ValueError("rotated frames are not Aseprite's")
    frame = entry["frame"]
    place = entry.get("spriteSourceSize", {"x": 0, "y": 0})
    size = entry.get("sourceSize", frame)
    box = (frame["x"], frame["y"], frame["x"] + frame["w"], frame["y"] + frame["h"])
    return Cel(box, (place["x"], place["y"]), (size["w"], size["h"]), int(entry.get("duration", 100)))


def _played(tag: dict[str, Any]) -> tuple[int, ...]:
    span = tuple(range(tag["from"], tag["to"] + 1))
    direction = tag.get("direction", "forward")
    if direction.endswith("reverse"):
        span = span[::-1]
    return span + span[-2:0:-1] if direction.startswith("pingpong") else span
