"""PNG files of raw RGBA8 pixels, with a stamp that tells whether anyone changed the file since.

Written here and not by Blender's image.save(), which goes through colour management and knows no stamp.
https://www.w3.org/TR/png-3/
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
STAMP = b"Ayo"


def encode(width: int, height: int, rgba: bytes) -> bytes:
    """An 8-bit RGBA PNG of `rgba` (top row first, width * height * 4 bytes), stamped with its hash."""
    stride = width * 4
    rows = b"".join(b"\0" + rgba[y * stride : (y + 1) * stride] for y in range(height))
    picture = zlib.compress(rows, 6)
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
            _chunk(b"tEXt", STAMP + b"\0" + hashlib.sha256(picture).hexdigest().encode()),
            _chunk(b"IDAT", picture),
            _chunk(b"IEND", b""),
        )
    )


def is_untouched(path: Path) -> bool:
    """Whether `path` is a PNG that `encode` made and no other program has written since."""
    try:
        chunks = list(_chunks(path.read_bytes()))
    except (OSError, ValueError):
        return False
    stamps = [data.partition(b"\0")[2] for kind, data in chunks if kind == b"tEXt" and data.startswith(STAMP + b"\0")]
    picture = b"".join(data for kind, data in chunks if kind == b"IDAT")
    return stamps == [hashlib.sha256(picture).hexdigest().encode()]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not raw.startswith(SIGNATURE):
        raise ValueError("not a PNG")
    at = len(SIGNATURE)
    while at + 12 <= len(raw):
        size, kind = struct.unpack_from(">I4s", raw, at)
        yield kind, raw[at + 8 : at + 8 + size]
        at += 12 + size
