"""Where a run's results go: names, folder, scene and the notes for the user."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import bpy

from .. import record
from ..record import Record
from .timing import Pace


@dataclass
class Output:
    """Everything a result needs to know about its surroundings.

    folder: where files may be written, or None while the .blend is unsaved and no folder is set.
    notes: sentences for the user, in the order they came up.
    """

    scene: bpy.types.Scene
    collection: bpy.types.Collection
    source: bpy.types.Image | None
    record: Record
    stem: str
    pixels_per_unit: float
    folder: Path | None
    colour_space: str = "sRGB"
    version: str = "0"
    empty: bpy.types.Object | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def pace(self) -> Pace:
        return Pace(self.scene.render.fps / self.scene.render.fps_base, self.record.hold)

    def sign(self, owner: object, kind: str, **extra: object) -> None:
        """Attach the record of this run to a result."""
        # Strips and actions hold no pointers to other data; they find the source by its name.
        pointer = self.source if isinstance(owner, bpy.types.Image | bpy.types.Object) else None
        record.write(owner, replace(self.record, kind=kind, extra=extra), pointer)


def output_folder(setting: str) -> Path | None:
    """The folder for files: the one set in the preferences, else the .blend's; None when the .blend is unsaved."""
    if not bpy.data.filepath and (not setting or setting.startswith("//")):
        return None
    return Path(bpy.path.abspath(setting or "//"))


def check_folder(folder: Path) -> str:
    """Why nothing can be written to `folder`, or an empty string."""
    existing = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not existing.is_dir():
        return f"{existing} is no folder."
    if not os.access(existing, os.W_OK | os.X_OK):
        return f"{folder} can't be written to."
    return ""


def relative(path: Path) -> str:
    """`path` as Blender stores it: relative to the .blend where that works."""
    try:
        return bpy.path.relpath(str(path)) if bpy.data.filepath else str(path)
    except ValueError:  # another drive
        return str(path)
