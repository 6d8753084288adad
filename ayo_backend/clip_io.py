"""Read a clip: a movie, a sheet with Aseprite's JSON beside it, or a folder of frames."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence, UnidentifiedImageError

from ayo_backend import aseprite
from ayo_backend.clip import Clip
from ayo_backend.errors import AyoError
from ayo_backend.sprite import check_size
from ayo_backend.sprite_io import SUFFIXES, read_rgba, without_surroundings

LONGEST = 120  # frames
UNTOLD_MS = 100  # how long a frame is shown whose file doesn't say
FORMATS = ("PNG", "GIF", "WEBP")

Frames = NDArray[np.uint8]


def read_clip(path: str | os.PathLike[str], tag: str = "") -> Clip:
    """The clip in a GIF, APNG or WebP file, in a sheet (PNG) with Aseprite's JSON beside it, or in a folder of frames.

    tag: which one of a sheet's tags, where it has several. A flat background is cut out. Raises AyoError
    (file_not_found, bad_clip, image_too_large, image_too_small) for what can't be read, and for a single picture.
    """
    path = Path(path)
    if not path.exists():
        raise AyoError("file_not_found", f"There is no file {path}.", "Check the name and the folder.")
    if path.is_dir():
        frames, durations = _folder(path)
    elif is_sheet(path):
        frames, durations = _sheet(path, path.with_suffix(".json"), tag)
    else:
        frames, durations = _movie(path)
    if len(frames) < 2:
        message = f"{path.name} is one picture, not a clip."
        raise AyoError(
            "bad_clip", message, "Name a GIF, APNG or WebP, a folder of frames, or a sheet with its JSON beside it."
        )
    height, width = frames.shape[1:3]
    return Clip(without_surroundings(frames), durations, "loop", (width / 2, float(height)), (0, 0), path.stem)


def is_sheet(path: Path) -> bool:
    """Whether there is a PNG with its JSON beside it, which may have several tags."""
    return path.suffix.lower() == ".png" and path.with_suffix(".json").exists()


def _movie(path: Path) -> tuple[Frames, tuple[int, ...]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                check_size(*image.size)
                _check_length(path, getattr(image, "n_frames", 1))
                shown = [
                    (np.array(f.convert("RGBA")), f.info.get("duration", 0)) for f in ImageSequence.Iterator(image)
                ]
    except AyoError as error:
        raise AyoError(error.code, f"{path.name}: {error.message}", error.hint) from None
    except UnidentifiedImageError:
        raise _unread(path, "is no GIF, APNG, WebP or PNG") from None
    except Exception as error:  # Pillow's decoders raise whatever the broken bytes lead them to
        raise _unread(path, f"can't be read ({error})") from None
    return np.stack([frame for frame, _ in shown]), tuple(int(ms) or UNTOLD_MS for _, ms in shown)


def _sheet(path: Path, data: Path, tag: str) -> tuple[Frames, tuple[int, ...]]:
    try:
        sheet = aseprite.parse(data.read_bytes(), path.stem)
    except (OSError, ValueError):
        raise _unread(data, "is no JSON of Aseprite's") from None
    cels = [sheet.cels[index] for index in _span(path, sheet.tags, tag)]
    _check_length(path, len(cels))
    try:
        with Image.open(path, formats=("PNG",)) as image:
            picture = np.array(image.convert("RGBA"))
    except Exception as error:
        raise _unread(path, f"can't be read ({error})") from None
    if len({cel.size for cel in cels}) > 1:
        raise _unread(data, "has frames of different sizes")
    try:
        check_size(*cels[0].size)
        return np.stack([_cut(picture, cel) for cel in cels]), tuple(max(1, cel.duration_ms) for cel in cels)
    except (ValueError, TypeError):
        raise _unread(path, "is smaller than its JSON says") from None


def _span(path: Path, tags: Sequence[tuple[str, tuple[int, ...]]], wanted: str) -> tuple[int, ...]:
    """The frames of the tag that is, or has in its name, the wanted word; of the only tag."""
    if len(tags) == 1:
        return tags[0][1]
    for name, span in tags:
        if wanted and wanted in re.findall("[a-z]+", name.lower()):
            return span
    names = ", ".join(name for name, _ in tags)
    message = f"{path.name} has no tag {wanted!r}." if wanted else f"{path.name} has several tags."
    raise AyoError("bad_clip", message, f"Its tags are {names}.")


def _cut(picture: Frames, cel: aseprite.Cel) -> Frames:
    (left, top, right, bottom), (x, y), (width, height) = cel.box, cel.place, cel.size
    frame = np.zeros((height, width, 4), np.uint8)
    frame[y : y + bottom - top, x : x + right - left] = picture[top:bottom, left:right]
    return frame


def _folder(path: Path) -> tuple[Frames, tuple[int, ...]]:
    """The pictures of a folder in the order of the numbers in their names."""

    def order(file: Path) -> list[tuple[int, str]]:
        return [(int(word) if word.isdigit() else 0, word) for word in re.split(r"(\d+)", file.stem)]

    files = sorted((file for file in path.iterdir() if file.suffix.lower() in SUFFIXES), key=order)
    _check_length(path, len(files))
    pictures = [read_rgba(file) for file in files]
    if len({picture.shape for picture in pictures}) > 1:
        raise _unread(path, "holds pictures of different sizes")
    frames = np.stack(pictures) if pictures else np.zeros((0, 1, 1, 4), np.uint8)
    return frames, (UNTOLD_MS,) * len(pictures)


def _check_length(path: Path, frames: int) -> None:
    if frames > LONGEST:
        message = f"{path.name} has {frames} frames; Ayo reads clips of up to {LONGEST}."
        raise AyoError("bad_clip", message, "Cut it to one round of the motion.")


def _unread(path: Path, why: str) -> AyoError:
    return AyoError("bad_clip", f"{path.name} {why}.", "Export the clip again, as a GIF, APNG or WebP.")
