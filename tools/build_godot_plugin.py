"""Build the Godot plugin: dist/ayo-godot-<version>.zip, the same bytes for the same sources. Needs no Godot.

python tools/build_godot_plugin.py [folder]

The zip holds addons/ayo and, beside addons, the licence: Godot's installer takes a lone top folder for a wrapper and
would drop it, and the plugin would land outside addons.
"""

from __future__ import annotations

import configparser
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "godot_plugin"
ADDON = PROJECT / "addons" / "ayo"
KINDS = {".cfg", ".gd", ".import", ".md", ".svg", ".tscn", ".uid"}


def build(folder: Path) -> Path:
    """Write the zip into `folder` and return its path."""
    config = configparser.ConfigParser()
    config.read(ADDON / "plugin.cfg", encoding="utf-8")
    version = config["plugin"]["version"].strip('"')
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"ayo-godot-{version}.zip"
    licence = ADDON / "LICENSE"
    files = [path for path in sorted(ADDON.rglob("*")) if path.suffix in KINDS or path == licence]
    contents = {path.relative_to(PROJECT).as_posix(): path.read_bytes() for path in files}
    contents["LICENSE"] = licence.read_bytes()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return target


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"))
