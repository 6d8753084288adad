"""SpriteFrames for Godot 4: a text resource (.tres) over a PNG sheet that lies beside it.

Format: https://docs.godotengine.org/en/stable/engine_details/file_formats/tscn.html. A path without "res://" is taken
from the resource's own folder, so the two files work wherever they are dropped into a project.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

from ayo_backend.clip import Clip
from ayo_backend.export.align import baked
from ayo_backend.export.sheet import Box, SheetOptions, lay_out


def godot_files(clips: Sequence[Clip], path: Path, options: SheetOptions) -> dict[Path, bytes]:
    """The resource and its sheet, by their paths."""
    sheet = lay_out([baked(clip) for clip in clips], options)
    image = path.with_suffix(".png")
    count = sum(len(boxes) for boxes in sheet.boxes)
    pivot = sheet.clips[0].pivot
    text = [
        f'[gd_resource type="SpriteFrames" load_steps={count + 2} format=3]',
        f'[ext_resource type="Texture2D" path={_quoted(image.name)} id="sheet"]',
        *(_texture(f"{number}_{i}", box) for number, boxes in enumerate(sheet.boxes) for i, box in enumerate(boxes)),
        "[resource]\nanimations = ["
        + ", ".join(_animation(clip, number) for number, clip in enumerate(sheet.clips))
        + f"]\nmetadata/pivot = Vector2({pivot[0]}, {pivot[1]})",
    ]
    return {image: sheet.png, path: ("\n\n".join(text) + "\n").encode(errors="replace")}


def _texture(name: str, box: Box) -> str:
    region = ", ".join(str(value) for value in box)
    head = f'[sub_resource type="AtlasTexture" id="{name}"]\natlas = ExtResource("sheet")'
    return f"{head}\nregion = Rect2({region})\nfilter_clip = true"


def _animation(clip: Clip, number: int) -> str:
    """Godot shows a frame for duration / speed seconds: whole multiples of the longest common beat keep it exact."""
    beat = math.gcd(*clip.durations_ms)
    frames = ", ".join(
        f'{{\n"duration": {ms // beat}.0,\n"texture": SubResource("{number}_{i}")\n}}'
        for i, ms in enumerate(clip.durations_ms)
    )
    loop = "true" if clip.loop == "loop" else "false"
    return f'{{\n"frames": [{frames}],\n"loop": {loop},\n"name": &{_quoted(clip.tag)},\n"speed": {1000 / beat}\n}}'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
