"""Draw what the parser makes of characters nobody trained on: each still beside its parts in their roles' colours.

    python tools/draw_parse.py --data PACK... --out DIR

The joints are dots in their part's colour. Shows up to --limit characters a pack, one still for every way they face.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from PIL import Image, ImageDraw

from ayo_backend import Animator, Sprite
from ayo_backend.parts_picture import COLOURS, PALETTE
from ayo_backend.rig import Role
from ayo_backend.sprite import bounds
from ayo_backend.training.data import PackClip, read_pack
from ayo_backend.training.evaluate import chosen
from ayo_backend.understanding import understand

CELL = 190  # px of the sheet for a still, and as many for its parts
ACROSS, ON_A_SHEET = 4, 12
PAPER, INK = (70, 76, 84), (240, 240, 240)


def stills(clips: list[PackClip], limit: int) -> Iterator[PackClip]:
    """One clip for each still and facing of the first `limit` characters of every pack."""
    for _, pack in groupby(clips, lambda clip: clip.source):
        by_character: dict[str, dict[tuple[str, bytes], PackClip]] = {}
        for clip in pack:
            by_character.setdefault(clip.character, {}).setdefault((clip.facing, clip.rest().tobytes()), clip)
        for facings in islice(by_character.values(), limit):
            yield from facings.values()


def drawn(clip: PackClip, animator: Animator) -> Image.Image:
    """A still beside its parts, with what the parser says of it."""
    sprite = Sprite.from_rgba(clip.rest()).native()
    with torch.no_grad():
        figure = understand(animator.generator, sprite, clip.facing, animator.device)
        guess = understand(animator.generator, sprite, "auto", animator.device).facing
    left, top, right, bottom = bounds(figure.sprite.mask)
    zoom = (CELL - 4) / max(right - left, bottom - top)
    zoom = float(int(zoom)) if zoom >= 1 else zoom
    cell = Image.new("RGB", (2 * CELL, CELL + 24), PAPER)
    for column, picture in enumerate((figure.sprite.rgba, PALETTE[figure.parts])):
        image = Image.fromarray(np.ascontiguousarray(picture[top:bottom, left:right]))
        image = image.resize((round(image.width * zoom), round(image.height * zoom)), Image.Resampling.NEAREST)
        cell.paste(image, (column * CELL + 2, 26), image)
    pen = ImageDraw.Draw(cell)
    for layer in figure.rig.layers:
        x, y = ((layer.joint[0] - left) * zoom + CELL + 2, (layer.joint[1] - top) * zoom + 26)
        pen.ellipse((x - 4, y - 4, x + 4, y + 4), COLOURS[layer.role], (0, 0, 0), 1)
    pen.text((2, 1), f"{clip.source} {clip.character}"[:60], fill=INK)
    pen.text((2, 12), f"{figure.rig.kind}, faces {clip.facing}, auto {guess}", fill=INK)
    return cell


def legend() -> Image.Image:
    """Which colour is which role."""
    strip = Image.new("RGB", (ACROSS * 2 * CELL, 30), (0, 0, 0))
    pen = ImageDraw.Draw(strip)
    for index, role in enumerate(Role):
        x, y = index % 9 * 165 + 4, index // 9 * 15 + 2
        pen.rectangle((x, y, x + 10, y + 10), COLOURS[role])
        pen.text((x + 14, y), role.name.lower(), fill=INK)
    return strip


def main(
    data: Annotated[list[Path], typer.Option(help="A sprite pack; may be given several times.")],
    out: Annotated[Path, typer.Option(help="The folder for the sheets.")],
    limit: Annotated[int, typer.Option(help="At most so many characters of each pack.")] = 15,
    weights: Annotated[Path | None, typer.Option(help="Weights in place of those Ayo ships with.")] = None,
) -> None:
    """Write the sheets."""
    animator = Animator(weights, device="cpu")
    clips = chosen([clip for pack in data for clip in read_pack(pack)], "val")
    cells = [drawn(clip, animator) for clip in stills(clips, limit)]
    out.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(cells), ON_A_SHEET):
        shown = cells[start : start + ON_A_SHEET]
        rows = -(-len(shown) // ACROSS)
        sheet = Image.new("RGB", (ACROSS * 2 * CELL, 30 + rows * (CELL + 24)))
        sheet.paste(legend(), (0, 0))
        for index, cell in enumerate(shown):
            sheet.paste(cell, (index % ACROSS * 2 * CELL, 30 + index // ACROSS * (CELL + 24)))
        sheet.save(out / f"parse-{start // ON_A_SHEET + 1:02}.png")
    print(f"{len(cells)} stills in {out}")


if __name__ == "__main__":
    typer.run(main)
