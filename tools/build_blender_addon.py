"""Build the Blender extension: dist/ayo-blender-<version>.zip, the same bytes for the same sources. Needs no Blender.

python tools/build_blender_addon.py [folder]
"""

from __future__ import annotations

import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
ADDON = ROOT / "blender_addon"
KINDS = {".py", ".toml"}


def build(folder: Path) -> Path:
    """Write the zip into `folder` and return its path."""
    manifest = tomllib.loads((ADDON / "blender_manifest.toml").read_text("utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"ayo-blender-{manifest['version']}.zip"
    files = [path for path in sorted(ADDON.rglob("*")) if path.suffix in KINDS and "__pycache__" not in path.parts]
    # Blender reads the manifest from the top of the zip.
    contents = {path.relative_to(ADDON).as_posix(): path.read_bytes() for path in files}
    contents["LICENSE"] = (ROOT / "LICENSE").read_bytes()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return target


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"))
