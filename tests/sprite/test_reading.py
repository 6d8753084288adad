"""A sprite file of any kind gives its own pixels back, and a bad one gives a sentence."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from ayo_backend.errors import AyoError
from ayo_backend.sprite_io import read_sprite

Picture = NDArray[np.uint8]


def blob(width: int = 16, height: int = 20) -> Picture:
    """A red block with a green head on nothing."""
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[6:, 4:12] = (200, 30, 40, 255)
    rgba[2:6, 6:10] = (30, 180, 60, 255)
    return rgba


def seen(rgba: Picture) -> Picture:
    """Transparent pixels all alike, as a sprite has them."""
    return np.where(rgba[..., 3:] == 0, np.uint8(0), rgba)


def save(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *extra: tuple[bytes, bytes]) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    chunks = b"".join(chunk(kind, data) for kind, data in extra)
    return b"\x89PNG\r\n\x1a\n" + head + chunks + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def refused(path: Path, code: str, background: str = "none") -> AyoError:
    with pytest.raises(AyoError) as caught:
        read_sprite(path, background)
    assert caught.value.code == code
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    return caught.value


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rgba=st.tuples(st.integers(8, 24), st.integers(8, 24)).flatmap(lambda size: arrays(np.uint8, (*size, 4))),
    suffix=st.sampled_from(["png", "webp"]),
)
def test_every_pixel_of_a_lossless_file_comes_back(tmp_path: Path, rgba: Picture, suffix: str) -> None:
    rgba[0, 0, 3] = 255
    path = save(Image.fromarray(rgba), tmp_path / f"a.{suffix}", lossless=True)
    assert np.array_equal(seen(read_sprite(path).rgba), seen(rgba))


MODES = {
    "png": ("RGBA", "LA", "L", "RGB", "1", "P"),
    "webp": ("RGBA", "RGB"),
    "bmp": ("RGB", "L", "1", "P", "RGBA"),
    "gif": ("RGBA", "L", "1", "P"),
    "jpg": ("CMYK", "L", "RGB"),
}


@pytest.mark.parametrize(("suffix", "mode"), [(suffix, mode) for suffix, modes in MODES.items() for mode in modes])
def test_every_mode_reads_as_pillow_shows_it(tmp_path: Path, suffix: str, mode: str) -> None:
    image = Image.fromarray(blob()).convert("RGB" if mode == "CMYK" else "RGBA").convert(mode)
    path = save(image, tmp_path / f"a.{suffix}", **({"lossless": True} if suffix == "webp" else {}))
    with Image.open(path) as stored:
        shown = stored.convert("RGB" if mode == "CMYK" else "RGBA").convert("RGBA")
    assert np.array_equal(read_sprite(path).rgba, seen(np.array(shown)))


def test_indexed_picture_with_several_alphas(tmp_path: Path) -> None:
    image = Image.fromarray((np.arange(16 * 16) % 3).astype(np.uint8).reshape(16, 16), "P")
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    path = save(image, tmp_path / "a.png", transparency=bytes([0, 128, 255]))
    assert {tuple(c) for c in read_sprite(path).palette.tolist()} == {
        (0, 0, 0, 0),
        (40, 50, 60, 128),
        (70, 80, 90, 255),
    }


def test_sixteen_bit_grey_keeps_its_upper_bits(tmp_path: Path) -> None:
    grey = np.full((10, 10), 0x80FF, ">u2")
    grey[2, 2] = 0x1234
    rows = b"".join(b"\0" + row.tobytes() for row in grey)
    (tmp_path / "a.png").write_bytes(png(10, 10, 16, 0, rows, (b"tRNS", b"\x80\xff")))
    rgba = read_sprite(tmp_path / "a.png").rgba
    assert rgba[2, 2].tolist() == [0x12, 0x12, 0x12, 255]
    assert int((rgba[..., 3] > 0).sum()) == 1


def test_sixteen_bit_colour_with_a_transparent_colour(tmp_path: Path) -> None:
    colours = np.full((10, 10, 3), (0xFF11, 0x0022, 0xEE33), ">u2")
    colours[4, 5] = (0x1000, 0x2000, 0x3000)
    rows = b"".join(b"\0" + row.tobytes() for row in colours)
    key = colours[0, 0].tobytes()
    (tmp_path / "a.png").write_bytes(png(10, 10, 16, 2, rows, (b"tRNS", key)))
    rgba = read_sprite(tmp_path / "a.png").rgba
    assert rgba[4, 5].tolist() == [0x10, 0x20, 0x30, 255]
    assert int((rgba[..., 3] > 0).sum()) == 1


@pytest.mark.parametrize(("depth", "step"), [(2, 85), (4, 17)])
def test_shallow_grey_with_a_transparent_shade(tmp_path: Path, depth: int, step: int) -> None:
    shades = np.full((8, 8), 1)
    shades[3, 3] = 2
    per_byte = 8 // depth
    weights = 1 << (depth * np.arange(per_byte)[::-1])
    packed = (shades.reshape(8, -1, per_byte) * weights).sum(-1).astype(np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in packed)
    (tmp_path / "a.png").write_bytes(png(8, 8, depth, 0, rows, (b"tRNS", b"\x00\x01")))
    rgba = read_sprite(tmp_path / "a.png").rgba
    assert rgba[3, 3].tolist() == [2 * step] * 3 + [255]
    assert int((rgba[..., 3] > 0).sum()) == 1


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_an_animation_gives_its_first_frame_and_says_so(
    tmp_path: Path, suffix: str, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = Image.fromarray(blob()), Image.fromarray(blob()[:, ::-1] // 2)
    path = save(first, tmp_path / f"a.{suffix}", save_all=True, append_images=[second], lossless=True, disposal=2)
    assert np.array_equal(read_sprite(path).rgba, blob())
    assert "first frame" in caplog.text


def test_a_jpeg_is_read_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    read_sprite(save(Image.fromarray(blob()).convert("RGB"), tmp_path / "a.jpg"))
    assert "JPEG" in caplog.text


def on_background(colour: tuple[int, int, int]) -> Picture:
    rgba = blob()
    rgba[rgba[..., 3] == 0] = (*colour, 255)
    rgba[10:12, 7:9] = (*colour, 255)  # an enclosed hole
    return rgba


def test_a_background_is_cut_only_when_asked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    picture = on_background((255, 0, 255))
    path = save(Image.fromarray(picture).convert("RGB"), tmp_path / "a.png")
    assert np.array_equal(read_sprite(path).rgba, picture)
    assert "--background auto" in caplog.text
    whole = blob()
    whole[10:12, 7:9] = (255, 0, 255, 255)
    assert np.array_equal(read_sprite(path, "auto").rgba, whole)
    assert "4 px" in caplog.text
    whole[10:12, 7:9] = 0
    assert np.array_equal(read_sprite(path, "#FF00ff").rgba, whole)


def test_auto_leaves_a_picture_that_has_no_flat_background(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = save(Image.fromarray(blob()), tmp_path / "a.png")
    with caplog.at_level(logging.WARNING):
        assert np.array_equal(read_sprite(path, "auto").rgba, blob())
    assert "no flat background" in caplog.text


@pytest.mark.parametrize("background", ["red", "#12345", "#12345g", "", "Auto"])
def test_no_such_background(tmp_path: Path, background: str) -> None:
    refused(save(Image.fromarray(blob()), tmp_path / "a.png"), "bad_background", background)


def test_a_picture_that_is_all_background_is_empty(tmp_path: Path) -> None:
    refused(save(Image.new("RGB", (16, 16), "red"), tmp_path / "a.png"), "empty_image", "auto")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    refused(tmp_path / "none.png", "file_not_found")
    refused(tmp_path, "bad_image")


@pytest.mark.parametrize("content", [b"", b"hello, I am no picture", b"\x89PNG\r\n\x1a\n", b"GIF89a", bytes(100)])
def test_not_an_image(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    refused(tmp_path / "a.png", "bad_image")


def test_fully_transparent(tmp_path: Path) -> None:
    refused(save(Image.new("RGBA", (16, 16)), tmp_path / "a.png"), "empty_image")


@pytest.mark.parametrize(("size", "code"), [((1025, 16), "image_too_large"), ((16, 7), "image_too_small")])
def test_size_limits(tmp_path: Path, size: tuple[int, int], code: str) -> None:
    error = refused(save(Image.new("RGB", size, "red"), tmp_path / "a.png"), code)
    assert f"{size[0]}×{size[1]}" in error.message


@pytest.mark.parametrize("side", [12_000, 20_000, 2**31 - 1])
def test_a_decompression_bomb_is_refused_before_it_unfolds(tmp_path: Path, side: int) -> None:
    (tmp_path / "a.png").write_bytes(png(side, side, 8, 2, bytes(1_000_000)))
    refused(tmp_path / "a.png", "image_too_large")


def test_a_text_bomb_is_refused(tmp_path: Path) -> None:
    text = b"k\0\0" + zlib.compress(bytes(80_000_000), 9)
    (tmp_path / "a.png").write_bytes(png(16, 16, 8, 2, bytes(16 * 49), (b"zTXt", text)))
    refused(tmp_path / "a.png", "bad_image")


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kind=st.sampled_from(["PNG", "GIF", "WEBP", "BMP"]), share=st.floats(0, 0.999), flip=st.none() | st.integers(0))
def test_a_damaged_file_gives_the_picture_or_a_sentence(
    tmp_path: Path, kind: str, share: float, flip: int | None
) -> None:
    """Cut short: never a picture that is half there. A changed byte: never anything but a sprite or an AyoError."""
    noise = np.random.default_rng(7).integers(0, 255, (32, 32, 4), np.uint8)
    noise[..., 3] = 255
    buffer = io.BytesIO()
    Image.fromarray(noise).convert("RGB").save(buffer, kind, lossless=True)
    data, path = buffer.getvalue(), tmp_path / "a.img"
    path.write_bytes(data)
    whole = read_sprite(path).rgba
    if flip is None:
        path.write_bytes(data[: int(share * len(data))])
    else:
        at = flip % len(data)
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
    try:
        sprite = read_sprite(path)
    except AyoError:
        return
    assert flip is not None or np.array_equal(sprite.rgba, whole)
