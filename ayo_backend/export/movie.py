"""GIF, APNG and lossless WebP that keep every frame and every duration.

Pillow compresses each picture; the container around them is put together here, because Pillow (GIF, APNG) and libwebp
merge a frame that looks like the one before it, and a clip that is read back would have lost frames.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ayo_backend.clip import Clip
from ayo_backend.export.align import baked
from ayo_backend.export.sheet import png_bytes

GIF_COLOURS = 255  # and one index for nothing
GIF_SHORTEST = 2  # hundredths of a second: browsers slow anything shorter down to a tenth of a second

log = logging.getLogger(__name__)
Picture = NDArray[np.uint8]


def apng_bytes(clip: Clip) -> bytes:
    """An animated PNG: 8-bit alpha, whole milliseconds. Chunks: https://www.w3.org/TR/png-3/#apng-frame-based-animation."""
    clip = baked(clip)
    height, width = clip.frames.shape[1:3]
    pictures = [_png_chunks(png_bytes(frame)) for frame in clip.frames]
    numbers = iter(range(2 * len(pictures)))
    out = [b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", pictures[0][b"IHDR"])]
    out.append(_chunk(b"acTL", struct.pack(">II", len(pictures), _plays(clip))))
    for i, (picture, ms) in enumerate(zip(pictures, clip.durations_ms, strict=True)):
        control = struct.pack(">IIIIIHHBB", next(numbers), width, height, 0, 0, ms, 1000, 0, 0)
        out.append(_chunk(b"fcTL", control))
        data = picture[b"IDAT"]
        out.append(_chunk(b"IDAT", data) if i == 0 else _chunk(b"fdAT", struct.pack(">I", next(numbers)) + data))
    return b"".join([*out, _chunk(b"IEND", b"")])


def _png_chunks(png: bytes) -> dict[bytes, bytes]:
    """The data of each kind of chunk, chunks of one kind joined."""
    chunks: dict[bytes, bytes] = {}
    at = 8
    while at < len(png):
        size, kind = struct.unpack_from(">I4s", png, at)
        chunks[kind] = chunks.get(kind, b"") + png[at + 8 : at + 8 + size]
        at += size + 12
    return chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def webp_bytes(clip: Clip) -> bytes:
    """A lossless animated WebP. Layout: https://developers.google.com/speed/webp/docs/riff_container#animation."""
    clip = baked(clip)
    height, width = clip.frames.shape[1:3]
    has_alpha, has_animation = 0x10, 0x02
    size = _uint24(width - 1) + _uint24(height - 1)
    body = [_riff(b"VP8X", bytes([has_alpha | has_animation, 0, 0, 0]) + size)]
    body.append(_riff(b"ANIM", struct.pack("<IH", 0, _plays(clip))))
    for frame, ms in zip(clip.frames, clip.durations_ms, strict=True):
        buffer = io.BytesIO()
        Image.fromarray(frame).save(buffer, "WEBP", lossless=True, exact=True)
        replaces_all = 0x02  # no blending with the frame before
        head = _uint24(0) + _uint24(0) + size + _uint24(ms) + bytes([replaces_all])
        body.append(_riff(b"ANMF", head + _still_webp(buffer.getvalue())))
    return _riff(b"RIFF", b"WEBP" + b"".join(body))


def _still_webp(webp: bytes) -> bytes:
    """The chunk with the compressed picture of a lossless still."""
    at = webp.index(b"VP8L")
    (size,) = struct.unpack_from("<I", webp, at + 4)
    return webp[at : at + 8 + size + size % 2]


def _riff(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _uint24(value: int) -> bytes:
    return struct.pack("<I", value)[:3]


def _plays(clip: Clip) -> int:
    """How often APNG and WebP play a clip; 0 means for ever."""
    return 1 if clip.loop == "once" else 0


def gif_bytes(clip: Clip) -> bytes:
    """A GIF89a with one palette if the clip's colours fit, else one a frame. https://www.w3.org/Graphics/GIF/spec-gif89a.txt

    GIF knows hundredths of a second (see `gif_delays`), no half-transparent pixel (those at 50 % and up become opaque)
    and 255 colours a frame (of more, the commonest stay and the others take the nearest); the last two are logged.
    """
    clip = baked(clip)
    if ((clip.frames[..., 3] > 0) & (clip.frames[..., 3] < 255)).any():
        log.warning("GIF can't hold the soft edges of %s; .apng and .webp can.", clip.tag)
    height, width = clip.frames.shape[1:3]
    shared = _gif_palette(clip.frames)
    head = bytes([0x70, 0, 0])  # no palette for all
    if len(shared) <= GIF_COLOURS:
        flags, table, _, _ = _gif_still(_gif_indices(clip.frames[0], shared), shared)
        head = bytes([0x70 | flags, 0, 0]) + table
    out = [b"GIF89a", struct.pack("<HH", width, height), head]
    if clip.loop != "once":
        out.append(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
    most = 0
    for frame, delay in zip(clip.frames, gif_delays(clip.durations_ms), strict=True):
        palette = shared if len(shared) <= GIF_COLOURS else _gif_palette(frame)
        most = max(most, len(palette))
        if len(palette) > GIF_COLOURS:
            palette = _commonest(frame, palette)
        flags, table, place, data = _gif_still(_gif_indices(frame, palette), palette)
        clears_after_itself, sees_through = 0x08, 0x01
        out.append(b"\x21\xf9\x04" + struct.pack("<BHBx", clears_after_itself | sees_through, delay, len(palette)))
        out.append(place + (b"\0" if palette is shared else bytes([flags]) + table) + data)
    if most > GIF_COLOURS:
        log.warning("GIF can't hold the %d colours of %s; .apng and .webp can.", most, clip.tag)
    return b"".join([*out, b"\x3b"])


def gif_delays(durations_ms: tuple[int, ...]) -> Iterator[int]:
    """Hundredths of a second for each frame; what rounding adds or takes is made good by the next frame."""
    due = 0
    for ms in durations_ms:
        due += ms
        delay = max(GIF_SHORTEST, (due + 5) // 10)
        due -= 10 * delay
        yield delay


def _gif_palette(frames: Picture) -> NDArray[np.uint32]:
    """The colours of all pixels that are half opaque or more, each as one number, in order."""
    palette: NDArray[np.uint32] = np.unique(_packed(frames)[frames[..., 3] >= 128])
    return palette


def _packed(frames: Picture) -> NDArray[np.uint32]:
    """Red, green and blue as one number a pixel."""
    red, green, blue = (frames[..., i].astype(np.uint32) for i in range(3))
    packed: NDArray[np.uint32] = (red << 16 | green << 8 | blue).astype(np.uint32)
    return packed


def _unpacked(palette: NDArray[np.uint32]) -> Picture:
    return np.stack([palette >> 16, palette >> 8 & 255, palette & 255], axis=-1).astype(np.uint8)


def _commonest(frame: Picture, palette: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """As many of the frame's colours as GIF can hold: those with the most pixels."""
    _, counts = np.unique(_packed(frame)[frame[..., 3] >= 128], return_counts=True)
    kept: NDArray[np.uint32] = np.sort(palette[np.argsort(-counts, kind="stable")[:GIF_COLOURS]])
    return kept


def _gif_indices(frame: Picture, palette: NDArray[np.uint32]) -> Picture:
    """uint8 [h, w]: each pixel's colour, or the nearest, in the palette; one past the last stands for nothing."""
    opaque = frame[..., 3] >= 128
    colours, inverse = np.unique(_packed(frame)[opaque], return_inverse=True)
    known = _unpacked(palette).astype(int)
    nearest = [int(np.square(known - colour).sum(1).argmin()) for colour in _unpacked(colours).astype(int)]
    indices = np.full(opaque.shape, len(palette), np.uint8)
    indices[opaque] = np.array(nearest, np.uint8)[inverse]
    return indices


def _gif_still(indices: Picture, palette: NDArray[np.uint32]) -> tuple[int, bytes, bytes, bytes]:
    """What Pillow writes of a still: its palette's flags and table, place and size on the screen, compressed pixels."""
    image = Image.fromarray(indices, "P")
    image.putpalette(_unpacked(palette).tobytes() + bytes(3))
    buffer = io.BytesIO()
    image.save(buffer, "GIF", optimize=False, interlace=False)
    still = buffer.getvalue()
    bits = still[10] & 7
    table_end = 13 + 3 * 2 ** (bits + 1)
    at = table_end
    while still[at] == 0x21:  # extensions: a kind, then sized blocks up to an empty one
        at += 2
        while still[at]:
            at += still[at] + 1
        at += 1
    has_palette = 0x80
    return has_palette | bits, still[13:table_end], still[at : at + 9], still[at + 10 : -1]
