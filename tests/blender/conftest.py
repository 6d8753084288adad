"""The add-on's modules without Blender: a stand-in for the package, whose own __init__ needs bpy."""

from __future__ import annotations

import sys
import types
from pathlib import Path

ADDON = Path(__file__).parents[2] / "blender_addon"

if "blender_addon" not in sys.modules:
    package = types.ModuleType("blender_addon")
    package.__path__ = [str(ADDON)]
    sys.modules["blender_addon"] = package
