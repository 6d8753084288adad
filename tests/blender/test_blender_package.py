"""The extension as a file: what is in it, and what Blender's own validator says."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import zipfile

from hosts import ROOT, Blender

ADDON = ROOT / "blender_addon"


def test_the_same_sources_give_the_same_bytes(addon_zip, tmp_path):
    command = [sys.executable, str(ROOT / "tools/build_blender_addon.py"), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / addon_zip.name).read_bytes() == addon_zip.read_bytes()


def test_the_zip_is_small_and_holds_only_script(addon_zip):
    with zipfile.ZipFile(addon_zip) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert "blender_manifest.toml" in names
    assert {"__init__.py", "backend/zmtp.py", "results/plane.py"} <= set(names)
    assert {name.rpartition(".")[2] for name in names} == {"py", "toml", "LICENSE"}
    assert addon_zip.stat().st_size < 100_000


def test_versions_agree():
    manifest = tomllib.loads((ADDON / "blender_manifest.toml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert manifest["version"] == project["project"]["version"]


def test_blender_finds_the_extension_valid(addon_zip, tmp_path):
    blender = Blender("trixie", tmp_path)
    try:
        blender.put(addon_zip)
        inside = f"{blender.inside}/{addon_zip.name}"
        done = blender.run(blender.chroot("blender", "--command", "extension", "validate", inside))
    finally:
        blender.close()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Success" in done.stdout, done.stdout + done.stderr


def test_the_pure_part_needs_nothing_but_the_standard_library():
    for path in sorted((ADDON / "backend").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            assert all(name.partition(".")[0] in sys.stdlib_module_names for name in names), (path, names)


def test_the_addon_never_imports_itself_by_name():
    """An extension's name is not known beforehand: bl_ext.user_default.ayo, bl_ext.anything.ayo ..."""
    for path in sorted(ADDON.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert not (node.module or "").startswith(("blender_addon", "ayo")), path
