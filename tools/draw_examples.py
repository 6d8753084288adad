"""Draw docs/images/examples.png, what Ayo makes of the example sprites, and parts.png, what telling it parts does.

python tools/draw_examples.py
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from ayo_backend import Animator, Order, Sprite
from ayo_backend.parts_picture import PALETTE
from ayo_backend.puppets.examples import example
from ayo_backend.sprite_io import read_sprite
from ayo_backend.training.contact import Row, contact_sheet
from ayo_backend.training.metrics import laid

ROOT = Path(__file__).parent.parent
SHOWN = (
    ("knight_64", "walk"),
    ("knight_64", "attack"),
    ("mage_64", "cast"),
    ("archer_64", "run"),
    ("wolf_64", "attack"),
    ("wolf_64", "run"),
    ("bird_64", "walk"),
    ("slime_64", "jump"),
    ("knight_32", "die"),
    ("wolf_32", "walk"),
    ("mage_16", "walk"),
)


TOLD = (("archer", 64, "shoot"), ("mage", 64, "attack"))


def row(animator: Animator, title: str, sprite: Sprite, order: Order, parts: bool = False) -> Row:
    """The still, its parts if they are to be shown, and the frames."""
    rollout, clip = animator.begin(sprite, order), animator.animate(sprite, order)
    stills = [sprite.rgba, PALETTE[rollout.parts]] if parts else [sprite.rgba]
    width, height = clip.size
    shown = laid(np.stack(stills), (-clip.offset[0], -clip.offset[1]), (width, height))
    return title, np.concatenate([shown, clip.frames])


def examples(animator: Animator) -> Iterator[Row]:
    """What Ayo makes of the examples by itself."""
    for name, action in SHOWN:
        sprite = read_sprite(ROOT / "examples" / f"{name}.png")
        yield row(animator, f"{name}.png  {action}", sprite, Order(action, frames=8))


def told(animator: Animator) -> Iterator[Row]:
    """What it makes of some whose parts it does not see, and what with the parts told."""
    for name, size, action in TOLD:
        puppet = example(name, size)
        seen, order = f"{name}_{size}.png  {action}, as Ayo sees its parts", Order(action, "right", slash=False)
        true = np.zeros_like(puppet.sprite.indices)
        for layer in puppet.rig.layers:
            true[layer.indices != 0] = layer.role
        yield row(animator, seen, puppet.sprite, order, parts=True)
        painted = replace(order, parts=Sprite.from_rgba(PALETTE[true]))
        yield row(animator, "with its parts painted by hand", puppet.sprite, painted, parts=True)


def main() -> None:
    """Write the pictures."""
    animator = Animator(device="cpu")
    for name, rows in (("examples", examples(animator)), ("parts", told(animator))):
        target = ROOT / "docs" / "images" / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        contact_sheet(list(rows), scale=2).save(target, optimize=True)
        print(target)


if __name__ == "__main__":
    main()
