"""The clip that is moved like: a sheet that Ayo made, any other sheet, or an image sequence of another character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from . import record, source
from .backend.job import Like
from .opening import Opens
from .record import Region

MAX_FRAMES = 32
MAX_FILES = 240
SHEET_MS = 100  # how long a frame stays that nobody has told

Frames = list[tuple[NDArray[np.uint8], int]]  # pixels, as source.read_pixels has them, and milliseconds


def _guess_cells(self: AyoLike, _context: bpy.types.Context) -> None:
    """Most sheets have square cells."""
    width, height = self.clip.size if self.clip else (1, 1)
    side = max(1, min(width, height))
    square = width % side == height % side == 0
    self.columns, self.rows, self.row = (width // side, height // side, 1) if square else (1, 1, 1)


class AyoLike(bpy.types.PropertyGroup):
    """One per scene, so that many sprites can be made to move alike."""

    clip: bpy.props.PointerProperty(
        type=bpy.types.Image,
        name="Move Like",
        description="Another character's animation, which looks the same way: a sheet, or an image sequence",
        update=_guess_cells,
    )
    columns: bpy.props.IntProperty(name="Columns", description="Frames in a row", default=1, min=1, max=256)
    rows: bpy.props.IntProperty(name="Rows", description="Rows of the sheet", default=1, min=1, max=256)
    row: bpy.props.IntProperty(name="Row", description="The animation's row, from the top", default=1, min=1, max=256)


class AYO_OT_open_like(Opens, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Open the animation of another character: a sheet, or all pictures of a sequence"""

    bl_idname = "ayo.open_like"
    bl_label = "Open Animation"

    def opened(self, picture: bpy.types.Image, context: bpy.types.Context) -> None:
        context.scene.ayo_like.clip = picture


def draw(layout: bpy.types.UILayout, settings: AyoLike) -> None:
    """The choice, and how a sheet is divided that Ayo did not make."""
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    row = column.row(align=True)
    row.prop(settings, "clip")
    row.operator("ayo.open_like", text="", icon="FILE_FOLDER")
    if settings.clip and settings.clip.source != "SEQUENCE" and not _told(settings.clip):
        column.prop(settings, "columns")
        column.prop(settings, "rows")
        if settings.rows > 1:
            column.prop(settings, "row")


def read(settings: AyoLike, actions: Sequence[str], fps: float) -> dict[str, Like]:
    """The clips to move like, by action; empty where none is chosen. Raises `source.UnusableError`."""
    image = settings.clip
    if image is None or not actions:
        return {}
    if told := _told(image):
        source.check(image)
        sheet, (width, height) = source.read_pixels(image), told["cell"]
        return {
            action: _clip(image, ((_cell(sheet, x, y, width, height), ms) for x, y, ms in _of(image, told, action)))
            for action in actions
        }
    if len(actions) > 1:
        raise source.UnusableError(f"“{image.name}” shows one action: choose only that, or clear Move Like.")
    frames = _sequence(image, 1000 / fps) if image.source == "SEQUENCE" else _row(image, settings)
    return {actions[0]: _clip(image, frames)}


def _told(image: bpy.types.Image) -> dict[str, object]:
    """Where the frames of a sheet are that Ayo made, see results.sheet; of another image, or one that was cut since,
    nothing.
    """
    known, (width, height) = record.read(image), image.size
    if known is None or "frames" not in known.extra:
        return {}
    wide, high = known.extra["cell"]
    places = (place for frames in known.extra["frames"].values() for place in frames)
    return known.extra if all(x + wide <= width and y + high <= height for x, y, _ in places) else {}


def _of(image: bpy.types.Image, told: dict[str, object], action: str) -> list[tuple[int, int, int]]:
    """The places and milliseconds of that action's frames, or of the only action that there is."""
    frames = told["frames"]
    if action in frames or len(frames) == 1:
        return frames.get(action) or next(iter(frames.values()))
    raise source.UnusableError(f"“{image.name}” has no {action} to move like; it has {', '.join(frames)}.")


def _row(image: bpy.types.Image, settings: AyoLike) -> Frames:
    """The frames in the chosen row of a sheet, without the empty ones at its end."""
    if image.source == "MOVIE":
        raise source.UnusableError(f"“{image.name}” is a movie: save its frames as pictures, and open them all.")
    source.check(image)
    columns, rows, (width, height) = settings.columns, settings.rows, image.size
    if width % columns or height % rows:
        text = f"“{image.name}”, {width} × {height} px, can't be divided into {columns} × {rows} equal cells."
        raise source.UnusableError(text)
    if settings.row > rows:
        raise source.UnusableError(f"“{image.name}” has {rows} rows, so there is no row {settings.row}.")
    sheet, wide, high = source.read_pixels(image), width // columns, height // rows
    cells = [_cell(sheet, x * wide, (settings.row - 1) * high, wide, high) for x in range(columns)]
    while cells and not cells[-1][..., 3].any():
        cells.pop()
    return [(cell, SHEET_MS) for cell in cells]


def _cell(sheet: NDArray[np.uint8], x: int, y: int, width: int, height: int) -> NDArray[np.uint8]:
    return source.cut(sheet, Region(x, y, width, height))


def _sequence(image: bpy.types.Image, ms: float) -> Frames:
    """The numbered pictures from the first on, a scene frame each; what is shown for several is one frame."""
    frames: list[tuple[NDArray[np.uint8], float]] = []
    for path in _numbered(Path(bpy.path.abspath(image.filepath))):
        picture = bpy.data.images.load(str(path), check_existing=False)
        try:
            source.check(picture)
            pixels = source.read_pixels(picture)
        finally:
            bpy.data.images.remove(picture)
        if frames and pixels.shape != frames[0][0].shape:
            raise source.UnusableError(f"The pictures of “{image.name}” are not all of one size.")
        if frames and np.array_equal(pixels, frames[-1][0]):
            frames[-1] = pixels, frames[-1][1] + ms
        else:
            frames.append((pixels, ms))
    return [(pixels, max(1, round(each))) for pixels, each in frames]


def _numbered(first: Path) -> list[Path]:
    """The picture and those that follow it: walk_03.png, walk_04.png, ..."""
    match = re.fullmatch(r"(.*?)(\d+)", first.stem)
    if match is None:
        return [first]
    stem, digits = match.groups()
    files = [first]
    while len(files) < MAX_FILES:
        following = first.with_stem(f"{stem}{int(digits) + len(files):0{len(digits)}}")
        if not following.exists():
            break
        files.append(following)
    return files


def _clip(image: bpy.types.Image, frames: Iterable[tuple[NDArray[np.uint8], int]]) -> Like:
    """At most MAX_FRAMES of the frames, evenly spread; each lasts as long as those that it stands for."""
    shown = list(frames)
    if len(shown) < 2:
        raise source.UnusableError(
            f"“{image.name}” shows one picture: set its columns and rows, or open all pictures of a sequence."
        )
    count = min(len(shown), MAX_FRAMES)
    begins = [i * len(shown) // count for i in range(count + 1)]
    durations = [sum(ms for _, ms in shown[i:j]) for i, j in pairwise(begins)]
    height, width = shown[0][0].shape[:2]
    return Like(width, height, tuple(shown[i][0].tobytes() for i in begins[:-1]), tuple(durations))


CLASSES = (AyoLike, AYO_OT_open_like)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Scene.ayo_like = bpy.props.PointerProperty(type=AyoLike)


def unregister() -> None:
    del bpy.types.Scene.ayo_like
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
