"""Layout, timing and files of the results, by value."""

from __future__ import annotations

import io
import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ayo_backend.clip import Clip as BackendClip
from ayo_backend.export.sheet import SheetOptions, sheet_files
from blender_addon.backend.clip import Clip, Frame
from blender_addon.results import files, layout, png, sheet_json
from blender_addon.results.timing import Pace, per_scene_frame, playback_order, schedule


def clip_of(count=3, size=(4, 5), offset=(0, 0), loop="loop", durations=None, tag="walk", seed=0):
    pixels = np.random.default_rng(seed).integers(0, 256, (count, size[1], size[0], 4), np.uint8)
    durations = durations or [100] * count
    frames = tuple(Frame(i, *size, offset, durations[i], pixels[i].tobytes()) for i in range(count))
    return Clip(tag, frames, loop, (size[0] / 2, float(size[1])))


clips = st.lists(
    st.builds(
        clip_of,
        count=st.integers(1, 9),
        size=st.tuples(st.integers(1, 12), st.integers(1, 12)),
        offset=st.tuples(st.integers(-5, 0), st.integers(-5, 0)),
        seed=st.integers(0, 99),
    ),
    min_size=1,
    max_size=4,
)


@given(clips, st.integers(0, 2))
def test_every_frame_is_on_the_sheet_where_the_layout_says(made, border):
    cell = layout.common_cell(made)
    plan = layout.arrange([len(clip.frames) for clip in made], cell, border)
    sheet = layout.paint(made, plan)
    assert sheet.shape == (plan.size[1], plan.size[0], 4)
    assert len({place for places in plan.places for place in places}) == sum(len(clip.frames) for clip in made)
    for clip, places in zip(made, plan.places, strict=True):
        dx, dy = cell.inset(clip)
        for frame, place in zip(clip.frames, places, strict=True):
            x, y = plan.corner(place)
            found = sheet[y + dy : y + dy + frame.height, x + dx : x + dx + frame.width]
            assert found.tobytes() == frame.rgba
            if border:
                outer = sheet[y - 1 : y + cell.height + 1, x - 1 : x + cell.width + 1]
                assert np.array_equal(outer[0, 1:-1], outer[1, 1:-1])
                assert np.array_equal(outer[:, 0], outer[:, 1])


@given(clips)
def test_the_character_stays_put_in_the_common_cell(made):
    """A pixel of the source lies at the same place of the cell in every clip."""
    cell = layout.common_cell(made)
    for clip in made:
        dx, dy = cell.inset(clip)
        assert (dx - clip.offset[0], dy - clip.offset[1]) == (-cell.origin[0], -cell.origin[1])
        assert dx >= 0
        assert dy >= 0
        assert dx + clip.size[0] <= cell.width
        assert dy + clip.size[1] <= cell.height


def test_wide_clips_wrap_before_the_sheet_gets_too_wide_for_a_texture():
    plan = layout.arrange([8, 3], layout.Cell(1024, 1024, (0, 0)))
    assert plan.size == (4096, 3072)
    assert plan.places[0][4] == (0, 1)
    assert plan.places[1][0] == (0, 2)


@given(
    st.lists(st.integers(1, 2000), min_size=1, max_size=12),
    st.sampled_from([12, 23.976, 24, 30, 60]),
    st.sampled_from(["loop", "once", "ping-pong"]),
)
def test_timing_never_drifts(durations, fps, loop):
    clip = clip_of(len(durations), loop=loop, durations=durations)
    starts, length = schedule(clip, Pace(fps))
    order = playback_order(len(durations), loop)
    assert [picture for _, picture in starts] == order
    times = [start for start, _ in starts] + [length]
    assert times[0] == 0
    assert all(b > a for a, b in itertools.pairwise(times))
    if all(ms * fps >= 1000 for ms in durations):
        total = 0
        for picture, end in zip(order, times[1:], strict=True):
            total += durations[picture]
            assert abs(end - total * fps / 1000) <= 0.5
    shown = per_scene_frame(clip, Pace(fps))
    assert len(shown) == length
    assert all(shown[start] == picture for start, picture in starts)


def test_scene_timing_holds_every_picture_as_long():
    starts, length = schedule(clip_of(3, durations=[50, 500, 70]), Pace(24, hold=2))
    assert (starts, length) == ([(0, 0), (2, 1), (4, 2)], 6)


def test_ping_pong_does_not_double_its_ends():
    assert playback_order(4, "ping-pong") == [0, 1, 2, 3, 2, 1]
    assert playback_order(2, "ping-pong") == [0, 1]
    assert playback_order(1, "ping-pong") == [0]


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 9))
def test_png_is_read_back_bit_by_bit_by_another_program(width, height, seed):
    rgba = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    with Image.open(io.BytesIO(png.encode(width, height, rgba.tobytes()))) as image:
        assert image.mode == "RGBA"
        assert np.array_equal(np.asarray(image), rgba)


def test_only_files_of_ayo_that_nobody_changed_count_as_untouched(tmp_path):
    path = tmp_path / "sheet.png"
    assert not png.is_untouched(path)
    path.write_bytes(png.encode(2, 2, bytes(16)))
    assert png.is_untouched(path)
    Image.open(path).save(path)
    assert not png.is_untouched(path)
    for raw in (b"", b"\x89PNG\r\n\x1a\n", b"not a picture", png.encode(2, 2, bytes(16))[:-30]):
        path.write_bytes(raw)
        assert not png.is_untouched(path)


def test_a_repainted_file_that_kept_the_stamp_is_not_untouched(tmp_path):
    path = tmp_path / "sheet.png"
    ours, theirs = png.encode(2, 2, bytes(16)), png.encode(2, 2, b"\xff" * 16)
    stamp = ours[ours.index(b"tEXt") : ours.index(b"IDAT")]
    path.write_bytes(theirs[: theirs.index(b"tEXt")] + stamp + theirs[theirs.index(b"IDAT") :])
    assert not png.is_untouched(path)


def test_the_json_is_the_one_that_the_command_line_writes(tmp_path):
    made = [clip_of(3, (4, 5), (0, -1), "once"), clip_of(9, (6, 5), (-2, 0), "ping-pong", tag="idle", seed=1)]
    plan = layout.arrange([len(clip.frames) for clip in made], layout.common_cell(made))
    ours = sheet_json.describe(made, plan, "knight.png", "1")
    twins = [
        BackendClip(
            frames=np.stack([np.frombuffer(f.rgba, np.uint8).reshape(f.height, f.width, 4) for f in clip.frames]),
            durations_ms=clip.durations_ms,
            loop=clip.loop,
            pivot=clip.pivot,
            offset=clip.offset,
            tag=clip.tag,
        )
        for clip in made
    ]
    written = sheet_files(twins, tmp_path / "knight.png", SheetOptions())
    theirs = json.loads(written[tmp_path / "knight.json"])
    theirs["meta"]["version"] = "1"
    assert json.loads(json.dumps(ours)) == theirs
    with Image.open(io.BytesIO(written[tmp_path / "knight.png"])) as image:
        assert np.array_equal(np.asarray(image.convert("RGBA")), layout.paint(made, plan))


def test_stamped_json_tells_whether_it_was_changed(tmp_path):
    path = tmp_path / "sheet.json"
    path.write_bytes(files.stamped_json({"frames": {"ü": 1}, "meta": {"app": "Ayo"}}))
    assert files.may_replace(path)
    path.write_text(path.read_text().replace('"ü": 1', '"ü": 2'))
    assert not files.may_replace(path)
    for text in ("", "[]", "{}", '{"meta": []}', "[" * 50_000):
        path.write_text(text)
        assert not files.may_replace(path)


@given(st.text(max_size=120))
def test_any_datablock_name_makes_a_file_name(name):
    stem = files.safe_stem(name)
    assert stem
    assert len(stem) <= 81
    assert not set(stem) & set('<>:"/\\|?*')
    assert stem.strip(" .") == stem
    assert stem.lower() not in ("con", "nul", "com1")


def test_a_write_that_fails_leaves_nothing_half(tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("x")
    with pytest.raises(OSError, match=r"a file"):
        files.write_all({tmp_path / "good.png": b"1", blocked / "bad.png": b"2"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a file"]


def test_free_names_count_up(tmp_path):
    (tmp_path / "walk.json").touch()
    (tmp_path / "walk.001.png").touch()
    assert files.free_stem(tmp_path, "walk", (".png", ".json")) == "walk.002"
