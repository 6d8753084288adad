"""The zip for the Asset Library: what is in it, and that it works in an empty project."""

from __future__ import annotations

import importlib.util
import re
import zipfile
from pathlib import Path

import pytest
from conftest import complain
from godot_host import PROJECT, REPOSITORY, Godot

TOOL = REPOSITORY / "tools" / "build_godot_plugin.py"
ENABLED = '[editor_plugins]\nenabled=PackedStringArray("res://addons/ayo/plugin.cfg")\n'


def build(folder: Path) -> Path:
    spec = importlib.util.spec_from_file_location("build_godot_plugin", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return Path(tool.build(folder))


def test_zip_holds_the_addon_and_the_licence(tmp_path: Path) -> None:
    first, second = build(tmp_path / "a"), build(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = set(archive.namelist())
    assert {name.split("/")[0] for name in names} == {"addons", "LICENSE"}
    files = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / "addons").rglob("*") if path.is_file()}
    assert names == files | {"LICENSE"}


def test_version_is_the_backend_s() -> None:
    ours = re.search(r'version="(.+)"', (PROJECT / "addons/ayo/plugin.cfg").read_text("utf-8"))
    theirs = re.search(r'^version = "(.+)"', (REPOSITORY / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert ours is not None
    assert theirs is not None
    assert ours[1] == theirs[1]


@pytest.mark.usefixtures("backend")
def test_zip_works_in_an_empty_project(godot: Godot, home: Path) -> None:
    project = home / "empty"
    with zipfile.ZipFile(build(home)) as archive:
        archive.extractall(project)
    (project / "project.godot").write_text("config_version=5\n\n" + ENABLED)
    (project / "smoke.gd").write_bytes((PROJECT / "tests" / "zip" / "smoke.gd").read_bytes())
    run = godot.run(home, "--path", str(project), "--import")
    complain(run)
    run = godot.run(home, "--editor", "--path", str(project), "--script", "res://smoke.gd")
    complain(run)
    assert re.search(r"AYO ready with [1-9]\d* actions", run.output)
