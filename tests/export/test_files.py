"""Nothing half-written stays, and nothing a person did not give up is lost."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ayo_backend.errors import AyoError
from ayo_backend.export import files, write

from .clips import walker

PATHS = ["a.png", "a.gif", "a.apng", "a.webp", "a.tres", "frames"]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", PATHS)
def test_what_is_there_stays_unless_forced(tmp_path: Path, name: str) -> None:
    first = write([walker(3)], tmp_path / name)
    before = everything(tmp_path)
    assert sorted(before) == sorted(str(path.relative_to(tmp_path)) for path in first)
    with pytest.raises(AyoError) as caught:
        write([walker(4)], tmp_path / name)
    assert caught.value.code == "file_exists"
    assert "--force" in caught.value.hint
    assert everything(tmp_path) == before
    write([walker(4)], tmp_path / name, force=True)
    assert everything(tmp_path) != before


def test_a_second_file_of_a_pair_is_guarded_too(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("mine")
    with pytest.raises(AyoError, match=r"a\.json"):
        write([walker()], tmp_path / "a.png")
    assert everything(tmp_path) == {"a.json": b"mine"}


def test_several_clips_make_a_movie_each(tmp_path: Path) -> None:
    written = write([walker(), walker(tag="run")], tmp_path / "hero.gif")
    assert [path.name for path in written] == ["hero_walk.gif", "hero_run.gif"]


@pytest.mark.parametrize("name", ["a.xyz", "a.jpeg"])
def test_unknown_format(tmp_path: Path, name: str) -> None:
    with pytest.raises(AyoError) as caught:
        write([walker()], tmp_path / name)
    assert caught.value.code == "unknown_format"


@pytest.mark.parametrize("tags", [("walk", "walk"), ("../up",), ()])
def test_names_that_would_clash_or_wander(tmp_path: Path, tags: tuple[str, ...]) -> None:
    with pytest.raises(AyoError) as caught:
        write([walker(tag=tag) for tag in tags], tmp_path / "deep" / "a.png")
    assert caught.value.code == "bad_option"


@pytest.mark.parametrize("name", PATHS)
def test_missing_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(AyoError) as caught:
        write([walker()], tmp_path / "none" / name)
    assert caught.value.code == "no_folder"
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(AyoError) as caught:
        write([walker()], tmp_path / "a.png", force=True)
    assert caught.value.code == "file_exists"


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder that this process may look into but not write to, whoever runs the test."""
    parent = Path(tempfile.mkdtemp())  # pytest's own are closed to everybody else
    parent.chmod(0o755)
    folder = parent / "closed"
    folder.mkdir()
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o755)
    shutil.rmtree(parent)


@pytest.mark.parametrize("name", PATHS)
def test_a_folder_that_may_not_be_written_to(read_only_folder: Path, name: str) -> None:
    with pytest.raises(AyoError) as caught:
        write([walker()], read_only_folder / name)
    assert caught.value.code == "not_writable"
    assert not list(read_only_folder.iterdir())


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("old", [False, True])
def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, name: str, old: bool) -> None:
    """The kernel refuses to let any file grow past 64 bytes: the first write fails half-way."""
    if old:
        write([walker(2)], tmp_path / name)
    before = everything(tmp_path)
    code = (
        "import sys, resource\n"
        "from tests_clips import walker\n"
        "from ayo_backend import AyoError\n"
        "from ayo_backend.export import write\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))\n"
        "try: write([walker()], sys.argv[1], force=True)\n"
        "except AyoError as error: sys.exit(error.code)\n"
    ).replace("tests_clips", "clips")
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, tmp_path / name],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(here), str(here.parents[1])])},
        capture_output=True,
        text=True,
    )
    assert done.stderr.strip() == "disk_full"
    assert everything(tmp_path) == before
    assert (tmp_path / name).exists() == old


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("call", [1, 2])
def test_either_file_of_a_pair_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, call: int) -> None:
    write([walker(2)], tmp_path / "a.png")
    before = everything(tmp_path)
    monkeypatch.setattr(files.os, "fsync", failing_at(call, os.fsync, OSError(code, os.strerror(code))))
    with pytest.raises(AyoError) as caught:
        write([walker(3)], tmp_path / "a.png", force=True)
    assert caught.value.code == ("disk_full" if code == errno.ENOSPC else "not_writable")
    assert everything(tmp_path) == before


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "in use"), KeyboardInterrupt()])
@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("old", [False, True])
def test_a_rename_that_fails_takes_the_others_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, call: int, old: bool
) -> None:
    """As when another program holds one file of a pair, or the person presses Ctrl+C."""
    if old:
        write([walker(2)], tmp_path / "a.png")
    elif call == 3:
        call = 2  # without old files there are two renames
    before = everything(tmp_path)
    monkeypatch.setattr(Path, "replace", failing_at(call, Path.replace, error))
    with pytest.raises((AyoError, KeyboardInterrupt)):
        write([walker(3)], tmp_path / "a.png", force=True)
    assert everything(tmp_path) == before


def failing_at(call: int, real: Callable[..., object], error: BaseException) -> Callable[..., object]:
    calls = 0

    def fail(*args: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call:
            raise error
        return real(*args)

    return fail


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    write([walker(2)], tmp_path / "real" / "a.gif")
    (tmp_path / "a.gif").symlink_to(tmp_path / "real" / "a.gif")
    before = (tmp_path / "real" / "a.gif").read_bytes()
    write([walker(3)], tmp_path / "a.gif", force=True)
    assert (tmp_path / "a.gif").is_symlink()
    assert (tmp_path / "real" / "a.gif").read_bytes() != before


def test_files_get_the_permissions_that_files_get(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("")
    (path,) = write([walker()], tmp_path / "a.gif")
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode
