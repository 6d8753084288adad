"""Sprite packs: the clips that are trained on and measured against.

A pack is a folder or a zip with `clips.jsonl`, one JSON object a line for each clip: `path` (a strip of equal frames
side by side), `source`, `character`, `action`, `facing`, `view`, `frames`, `width` and `height` of a frame, `loop`,
`rest_path` and `rest_index` (the strip and frame that show the character's neutral pose; an empty path for none),
`split` ("train" or "val"), `license`, `author`, `url` and, where it applies, `prop_change`. Or it is a plain folder of
Aseprite sheets with their JSON, whose tags are named like actions ("walk", "run_left").
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ayo_backend import aseprite
from ayo_backend.actions import ACTIONS, FACINGS
from ayo_backend.aseprite import Box
from ayo_backend.errors import AyoError
from ayo_backend.trunk import Placement, trunk

__all__ = ["PackClip", "Placement", "read_pack", "trunk"]

INDEX = "clips.jsonl"
CACHED_PICTURES = 64

Count = Annotated[int, msgspec.Meta(ge=1)]


@dataclass(frozen=True)
class Cel:
    """One frame: the `box` (left, top, right, bottom) of a picture, laid at `place` on a canvas of `size` (w, h)."""

    path: str
    box: Box
    place: tuple[int, int]
    size: tuple[int, int]


@dataclass(frozen=True)
class PackClip:
    """One true clip.

    action: Ayo's, or another ("fall", "other"); facing: right, left, up, down or a diagonal ("upleft"); view: side,
    topdown or iso; prop_change: a weapon is in the clip but not in the rest frame, or the reverse. Pictures are read
    when asked for. All clips of a character share one canvas, so rest and frames line up.
    """

    source: str
    character: str
    action: str
    facing: str
    view: str
    loop: bool
    split: str
    prop_change: bool
    license: str
    author: str
    url: str
    pack: Path
    cels: tuple[Cel, ...]
    rest_cel: Cel | None

    @property
    def n_frames(self) -> int:
        """How many frames the clip has."""
        return len(self.cels)

    def frames(self) -> NDArray[np.uint8]:
        """uint8 [N, H, W, 4], straight alpha. Raises AyoError bad_pack when the picture is missing or broken."""
        return np.stack([_cel(self.pack, cel) for cel in self.cels])

    def rest(self) -> NDArray[np.uint8]:
        """The character's neutral pose, uint8 [H, W, 4]. AyoError bad_pack when there is none (`rest_cel` is None)."""
        if self.rest_cel is None:
            name = f"{self.action} clip of {self.character} in {self.source}"
            raise AyoError("bad_pack", f"The {name} has no rest frame.", f"Give it a rest_path in {INDEX}.")
        return _cel(self.pack, self.rest_cel)

    def phases(self) -> list[float]:
        """When in the action each frame lies, 0..1: i/N in a loop, i/(N-1) otherwise."""
        return [i / (self.n_frames if self.loop else max(1, self.n_frames - 1)) for i in range(self.n_frames)]


def read_pack(path: str | Path) -> list[PackClip]:
    """The clips of a pack, in its order. Raises AyoError (file_not_found, bad_pack) for what is no pack."""
    pack = Path(path)
    if not pack.exists():
        raise AyoError("file_not_found", f"There is no pack at {pack}.", "Give a folder or a zip of sprites.")
    members = _members(pack)
    if INDEX in members:
        clips = [_from_row(pack, row) for row in _rows(pack)]
    else:
        sheets = sorted(name for name in members if name.lower().endswith(".json"))
        clips = [clip for name in sheets for clip in _from_aseprite(pack, name)]
    if not clips:
        hint = f"A pack has {INDEX}, or Aseprite sheets with their JSON, whose tags are named like actions."
        raise AyoError("bad_pack", f"{pack} holds no clips.", hint)
    return clips


class _Row(msgspec.Struct):
    """A line of clips.jsonl; other keys are notes for people."""

    path: str
    source: str
    character: str
    action: str
    facing: str
    view: str
    frames: Count
    width: Count
    height: Count
    loop: bool
    split: Literal["train", "val"]
    rest_path: str = ""
    rest_index: Annotated[int, msgspec.Meta(ge=0)] = 0
    prop_change: bool = False
    license: str = ""
    author: str = ""
    url: str = ""


def _rows(pack: Path) -> Iterator[_Row]:
    for number, line in enumerate(_read(pack, INDEX).splitlines(), 1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=_Row)
            except msgspec.DecodeError as error:
                place = f"Line {number} of {pack / INDEX}"
                raise AyoError("bad_pack", f"{place} is no clip: {error}.", "Mend or remove the line.") from None


def _from_row(pack: Path, row: _Row) -> PackClip:
    def cel(path: str, index: int) -> Cel:
        return Cel(path, (index * row.width, 0, (index + 1) * row.width, row.height), (0, 0), (row.width, row.height))

    rest = cel(row.rest_path, row.rest_index) if row.rest_path else None
    cels = tuple(cel(row.path, index) for index in range(row.frames))
    return PackClip(
        row.source, row.character, row.action, row.facing, row.view, row.loop, row.split, row.prop_change,
        row.license, row.author, row.url, pack, cels, rest,
    )  # fmt: skip


def _from_aseprite(pack: Path, name: str) -> Iterator[PackClip]:
    """The tags of one sheet. Other JSON is passed over."""
    try:
        sheet = aseprite.parse(_read(pack, name), Path(name).stem)
    except ValueError:
        return
    image = (Path(name).parent / sheet.image).as_posix()
    cels = [Cel(image, cel.box, cel.place, cel.size) for cel in sheet.cels]
    rest = cels[next((span for tag, span in sheet.tags if _words(tag)[0] == "idle"), sheet.tags[0][1])[0]]
    for tag, span in sheet.tags:
        action, facing = _words(tag)
        view = "topdown" if facing in ("up", "down") else "side"
        loop = action not in ACTIONS or ACTIONS[action].loop == "loop"
        yield PackClip(
            pack.stem, Path(name).stem, action, facing, view, loop, "train", False, "", "", "", pack,
            tuple(cels[index] for index in span), rest,
        )  # fmt: skip


def _words(tag: str) -> tuple[str, str]:
    """(action, facing) that a tag's name speaks of; "other" and "right" when it doesn't."""
    words = re.findall("[a-z]+", tag.lower())
    action = next((word for word in words if word in ACTIONS), "other")
    return action, next((word for word in words if word in FACINGS), "right")


def _members(pack: Path) -> list[str]:
    if pack.is_dir():
        return [path.relative_to(pack).as_posix() for path in pack.rglob("*.json*")]
    return _archive(pack, os.getpid()).namelist()


def _read(pack: Path, member: str) -> bytes:
    try:
        if not pack.is_dir():
            return _archive(pack, os.getpid()).read(member)
        path = (pack / member).resolve()
        if path.is_relative_to(pack.resolve()):
            return path.read_bytes()
    except (OSError, KeyError, zipfile.BadZipFile):
        pass
    hint = f"Mend the pack, or take the clip out of its {INDEX}."
    raise AyoError("bad_pack", f"{member} is missing from the pack {pack}.", hint)


@lru_cache(maxsize=32)
def _archive(pack: Path, process: int) -> zipfile.ZipFile:
    """The open zip of this process: forked data loaders must not share one file position."""
    try:
        return zipfile.ZipFile(pack)
    except (OSError, zipfile.BadZipFile):
        message = f"{pack} is neither a folder nor a zip."
        raise AyoError("bad_pack", message, "Give a folder or a zip of sprites.") from None


@lru_cache(maxsize=CACHED_PICTURES)
def _picture(pack: Path, member: str) -> NDArray[np.uint8]:
    try:
        with Image.open(io.BytesIO(_read(pack, member))) as image:
            pixels = np.asarray(image.convert("RGBA"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise AyoError("bad_pack", f"{member} in the pack {pack} is no picture.", "Save it as an RGBA PNG.") from None
    pixels.flags.writeable = False
    return pixels


def _cel(pack: Path, cel: Cel) -> NDArray[np.uint8]:
    picture = _picture(pack, cel.path)
    left, top, right, bottom = cel.box
    if right > picture.shape[1] or bottom > picture.shape[0]:
        hint = f"Mend frames, width and height in its {INDEX}."
        raise AyoError("bad_pack", f"{cel.path} in the pack {pack} is smaller than its frames.", hint)
    (x, y), (width, height) = cel.place, cel.size
    canvas = np.zeros((height, width, 4), np.uint8)
    canvas[y : y + bottom - top, x : x + right - left] = picture[top:bottom, left:right]
    return canvas
