"""What the add-on's tests share."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

import pytest
from hosts import ROOT, Backend
from PIL import Image, ImageDraw

ADDON = ROOT / "blender_addon"

# The add-on's modules without Blender: a stand-in for the package, whose own __init__ needs bpy.
if "blender_addon" not in sys.modules:
    package = types.ModuleType("blender_addon")
    package.__path__ = [str(ADDON)]
    sys.modules["blender_addon"] = package


@pytest.fixture(scope="session")
def addon_zip(tmp_path_factory):
    """The built extension."""
    command = [sys.executable, str(ROOT / "tools/build_blender_addon.py"), str(tmp_path_factory.mktemp("dist"))]
    return Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


@pytest.fixture(scope="session")
def backend(tmp_path_factory):
    """A real backend process."""
    process = Backend(tmp_path_factory.mktemp("backend"))
    yield process
    process.close()


@pytest.fixture(scope="session")
def sprites(tmp_path_factory):
    """Two small sprites drawn here: `knight.png`, and `sheet.png` with a knight in the second of four cells."""
    folder = tmp_path_factory.mktemp("sprites")
    knight = draw_knight()
    knight.save(folder / "knight.png")
    sheet = Image.new("RGBA", (knight.width * 4, knight.height))
    sheet.paste(knight, (knight.width, 0))
    sheet.save(folder / "sheet.png")
    return folder


def draw_knight():
    """A knight of 24 x 32 px who looks to the right, with a few translucent pixels in his plume."""
    image = Image.new("RGBA", (24, 32))
    pen = ImageDraw.Draw(image)
    steel, dark, skin, cloth, boot = "#8d99ae", "#2b2d42", "#f2c49b", "#c1292e", "#5c4033"
    pen.rectangle((8, 3, 15, 10), fill=steel, outline=dark)
    pen.rectangle((12, 6, 15, 7), fill=skin)
    pen.line((6, 2, 9, 2), fill=(193, 41, 46, 128))
    pen.rectangle((7, 11, 16, 20), fill=cloth, outline=dark)
    pen.rectangle((4, 12, 6, 19), fill=steel, outline=dark)
    pen.rectangle((17, 12, 19, 19), fill=steel, outline=dark)
    pen.rectangle((8, 21, 10, 29), fill=steel, outline=dark)
    pen.rectangle((13, 21, 15, 29), fill=steel, outline=dark)
    pen.rectangle((7, 29, 11, 31), fill=boot)
    pen.rectangle((12, 29, 17, 31), fill=boot)
    return image
