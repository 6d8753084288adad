"""Runs inside Blender: the add-on from its zip, checked by the functions of the other inside_ files.

Usage: inside.py FOLDER, which holds those files, ayo.zip, knight.png, sheet.png, clips.npz and connection.json. Writes
report.json. All checks share one Blender, and each begins with an empty file.
"""

import json
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

import bpy

FOLDER = Path(sys.argv[-1])
MODULES = (
    "inside_results",
    "inside_plane",
    "inside_again",
    "inside_parts",
    "inside_pins",
    "inside_like",
    "inside_session",
)


def install():
    if "bl_pkg" not in bpy.context.preferences.addons:
        bpy.ops.preferences.addon_enable(module="bl_pkg")
    bpy.ops.extensions.package_install_files(
        filepath=str(FOLDER / "ayo.zip"), repo="user_default", enable_on_install=True
    )
    assert "bl_ext.user_default.ayo" in bpy.context.preferences.addons, list(bpy.context.preferences.addons.keys())


def run_checks(report):
    only = os.environ.get("AYO_ONLY")
    for module in map(import_module, MODULES):
        for name, check in list(vars(module).items()):
            if name.startswith("check_") and (not only or name == only):
                try:
                    check()
                    report[name] = "ok"
                except Exception:
                    report[name] = traceback.format_exc()


def main():
    report = {"blender": bpy.app.version_string}
    sys.path.insert(0, str(FOLDER))
    try:
        install()
        report["check_install"] = "ok"
        run_checks(report)
    except Exception:
        report["check_install"] = traceback.format_exc()
    (FOLDER / "report.json").write_text(json.dumps(report))
    # A left-over timer or handler would hang the module's interpreter at exit.
    os._exit(0)


main()
