"""Read a sprite from a picture file, whatever its mode, and cut out a flat background when asked to."""

from __future__ import annotations

import logging
import os
import re
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from scipy import ndimage

from ayo_backend.errors import AyoError
from ayo_backend.sprite import Sprite, check_size

FORMATS = ("PNG", "GIF", "WEBP", "BMP", "JPEG")
SUFFIXES = (".png", ".gif", ".webp", ".bmp", ".jpg", ".jpeg")
FLAT_SHARE = 0.5  # a background covers at least this share of the picture's border: the character may stand on its edge

log = logging.getLogger(__name__)


def read_sprite(path: str | os.PathLike[str], background: str = "none") -> Sprite:
    """The sprite in a PNG, GIF, WebP, BMP or JPEG file of any mode; of an animation, its first frame.

    background: "none" takes the picture as it is; "auto" cuts out a flat background that reaches in from the border;
    "#rrggbb" cuts out every pixel of that colour.
    What a person should know but that is no error (an animation, a background left in) is logged as a warning.
    Raises AyoError: file_not_found, bad_image, image_too_large, image_too_small, empty_image, bad_background.
    """
    path = Path(path)
    key = _background_colour(background)
    rgba = cut_background(read_rgba(path), key, path.name)
    try:
        return Sprite.from_rgba(rgba)
    except AyoError as error:
        raise AyoError(error.code, f"{path.name}: {error.message}", error.hint) from None


def cut_background(rgba: NDArray[np.uint8], background: str | tuple[int, int, int], name: str) -> NDArray[np.uint8]:
    """The uint8 [H, W, 4] picture without its background; background is none, auto or a colour; notes use the name."""
    if background == "none":
        colour = flat_background(rgba)
        if colour is not None:
            log.warning("%s has a flat background, %s; --background auto cuts it out.", name, _hex(colour))
        return rgba
    if background == "auto":
        colour = flat_background(rgba)
        if colour is None:
            log.warning("%s has no flat background to cut out.", name)
            return rgba
        same = _is_colour(rgba, colour)
        cut = _reached_from_border(same)
        kept = int(same.sum() - cut.sum())
        if kept:
            note = "%s: %d px of the background's colour inside the character stay; --background %s cuts them out too."
            log.warning(note, name, kept, _hex(colour))
    else:
        assert isinstance(background, tuple)
        cut = _is_colour(rgba, background)
        if not cut.any():
            log.warning("%s has no pixel of the colour %s to cut out.", name, _hex(background))
    result = rgba.copy()
    result[cut] = 0
    return result


def flat_background(rgba: NDArray[np.uint8]) -> tuple[int, int, int] | None:
    """The opaque colour that covers most of the border of a picture without a transparent pixel, if there is one."""
    if (rgba[..., 3] < 255).any():
        return None
    border = np.concatenate([rgba[0], rgba[-1], rgba[1:-1, 0], rgba[1:-1, -1]])
    colours, counts = np.unique(border, axis=0, return_counts=True)
    if counts.max() < FLAT_SHARE * len(border):
        return None
    red, green, blue = (int(value) for value in colours[counts.argmax()][:3])
    return red, green, blue


def without_surroundings(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Frames [N, H, W, 4] of one clip without the flat background of the first, as far as it reaches in from the
    border."""
    colour = flat_background(frames[0])
    if colour is None:
        return frames
    cut = np.stack([_reached_from_border(_is_colour(frame, colour)) for frame in frames])
    return np.where(cut[..., None], np.uint8(0), frames)


def _reached_from_border(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The parts of the mask that are joined, side by side, to the picture's border."""
    labels, _ = ndimage.label(mask)
    outside = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    reached: NDArray[np.bool_] = np.isin(labels, outside[outside > 0])
    return reached


def _is_colour(rgba: NDArray[np.uint8], colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (rgba[..., :3] == colour).all(-1) & (rgba[..., 3] > 0)
    return same


def _hex(colour: tuple[int, int, int]) -> str:
    return "#" + bytes(colour).hex()


def _background_colour(background: str) -> str | tuple[int, int, int]:
    if background in ("none", "auto"):
        return background
    if not re.fullmatch("#[0-9a-fA-F]{6}", background):
        message = f"{background!r} is no background."
        raise AyoError("bad_background", message, "Write auto, none, or a colour as #rrggbb, such as #ff00ff.")
    red, green, blue = bytes.fromhex(background[1:])
    return red, green, blue


def read_rgba(path: Path) -> NDArray[np.uint8]:
    """The pixels of the picture, of an animation the first frame's; raises what `read_sprite` raises of the file."""
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as image:
                check_size(*image.size)
                rgba = _to_rgba(image)
                _note_format(image, path.name)
                return rgba
    except AyoError as error:
        raise AyoError(error.code, f"{path.name}: {error.message}", error.hint) from None
    except FileNotFoundError:
        raise AyoError("file_not_found", f"There is no file {path}.", "Check the name and the folder.") from None
    except IsADirectoryError:
        raise AyoError("bad_image", f"{path} is a folder.", "Name a picture in it.") from None
    except PermissionError:
        raise AyoError("bad_image", f"{path} can't be read.", "Check who may read it.") from None
    except UnidentifiedImageError:
        if path.stat().st_size == 0:
            raise AyoError("bad_image", f"{path.name} is an empty file.", "Save the sprite again.") from None
        hint = "Save the sprite as a PNG."
        raise AyoError("bad_image", f"{path.name} is not a PNG, GIF, WebP, BMP or JPEG picture.", hint) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise AyoError("image_too_large", f"{path.name} has far more pixels than a sprite.", "Crop it.") from None
    except Exception as error:  # Pillow's decoders raise whatever the broken bytes lead them to
        message = f"{path.name} is damaged or cut short ({error})."
        raise AyoError("bad_image", message, "Save the sprite again, as a PNG.") from None


def _to_rgba(image: Image.Image) -> NDArray[np.uint8]:
    """uint8 [H, W, 4] of the first frame; deeper channels keep their upper eight bits."""
    rawmode = str(getattr(image, "tile", ""))  # only known before loading: it tells how deep the file's channels are
    image.load()
    key = image.info.get("transparency")
    if image.mode.startswith("I"):
        grey = np.asarray(image).astype(np.int64)
        alpha = np.where(grey == key, 0, 255)
        return np.stack([grey >> 8] * 3 + [alpha], axis=-1).clip(0, 255).astype(np.uint8)
    # PNG states its transparent colour in the file's own depth, Pillow gives pixels in eight bits.
    if isinstance(key, tuple) and ";16" in rawmode:
        image.info["transparency"] = tuple(value >> 8 for value in key)
    elif isinstance(key, int) and image.mode == "L":
        image.info["transparency"] = key * (85 if "L;2" in rawmode else 17 if "L;4" in rawmode else 1)
    if image.mode not in ("RGBA", "P", "PA", "L", "LA", "RGB", "1"):  # CMYK and the like know no alpha
        image = image.convert("RGB")
    return np.array(image.convert("RGBA"))


def _note_format(image: Image.Image, name: str) -> None:
    try:
        animated = bool(getattr(image, "is_animated", False))
    except (OSError, EOFError, SyntaxError, ValueError):
        animated = False  # the first frame is sound, a later one is not
    if animated:
        log.warning("%s is an animation; Ayo takes its first frame.", name)
    if image.format == "JPEG":
        log.warning("%s is a JPEG, which smears colours and has no transparency; a PNG animates more cleanly.", name)
