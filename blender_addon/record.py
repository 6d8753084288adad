"""What a result remembers of its making, so that it can be made again. Kept as custom properties on the datablock."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

import bpy

from .backend.job import Request

KEY = "ayo"
SOURCE_KEY = "ayo_source"


@dataclass(frozen=True)
class Region:
    """The part of an image that is the sprite, in pixels, top row 0. Width 0 stands for the whole image."""

    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Record:
    """One press of the button.

    run: its id: results of the same press share it.
    kind: what this result is: sheet, atlas, plane, action, strip, sequence or empty.
    region: the part of the source; hold: see Pace; model: name and hash of the weights; extra: what one kind needs.
    """

    run: str
    source_name: str
    source_sha256: str
    region: Region
    requests: tuple[Request, ...]
    hold: int | None
    model: str
    kind: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def write(owner: Any, record: Record, source: bpy.types.Image | None) -> None:
    """Attach `record` to an image, object, action or strip. The source is a pointer: renaming it breaks nothing."""
    owner[KEY] = json.dumps(asdict(record))
    if source is not None:
        owner[SOURCE_KEY] = source


def read(owner: Any) -> Record | None:
    """The record of a result, or None for what is none (or of an add-on that wrote it otherwise)."""
    try:
        fields = json.loads(owner[KEY])
        fields["region"] = Region(**fields["region"])
        fields["requests"] = tuple(Request(**request) for request in fields["requests"])
        return Record(**fields)
    except (KeyError, TypeError, ValueError):
        return None


def source_of(owner: Any) -> bpy.types.Image | None:
    """The sprite that a result was made from, while it exists."""
    record = read(owner)
    if record is None:
        return None
    source = owner.get(SOURCE_KEY)
    return source if isinstance(source, bpy.types.Image) else bpy.data.images.get(record.source_name)
