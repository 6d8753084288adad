"""Draw docs/images/examples.png: what Ayo makes of the example sprites.

python tools/draw_examples.py
"""

from pathlib import Path

import numpy as np

from ayo_backend import Animator, Order
from ayo_backend.sprite_io import read_sprite
from ayo_backend.training.contact import Row, contact_sheet

ROOT = Path(__file__).parent.parent
SHOWN = (
    ("knight_64", "walk"),
    ("knight_64", "attack"),
    ("mage_64", "cast"),
    ("archer_64", "run"),
    ("archer_64", "jump"),
    ("wolf_64", "run"),
    ("bird_64", "walk"),
    ("slime_64", "jump"),
    ("knight_32", "die"),
    ("wolf_32", "walk"),
    ("mage_16", "walk"),
)


def main() -> None:
    """Write the picture."""
    animator = Animator(device="cpu")
    rows: list[Row] = []
    for name, action in SHOWN:
        sprite = read_sprite(ROOT / "examples" / f"{name}.png")
        clip = animator.animate(sprite, Order(action, frames=8))
        still = np.zeros_like(clip.frames[:1])
        left, top = -clip.offset[0], -clip.offset[1]
        still[0, top : top + sprite.size[1], left : left + sprite.size[0]] = sprite.rgba
        rows.append((f"{name}.png  {action}", np.concatenate([still, clip.frames])))
    target = ROOT / "docs" / "images" / "examples.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    contact_sheet(rows, scale=2).save(target, optimize=True)
    print(target)


if __name__ == "__main__":
    main()
