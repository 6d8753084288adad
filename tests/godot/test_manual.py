"""docs/godot.md says what is so."""

from __future__ import annotations

import re

from godot_host import REPOSITORY

from ayo_backend.parts_picture import COLOURS


def test_manual_has_the_colour_of_every_part() -> None:
    manual = (REPOSITORY / "docs" / "godot.md").read_text("utf-8")
    assert sorted(re.findall(r"`(#[0-9a-f]{6})`", manual)) == sorted(COLOURS.values())
