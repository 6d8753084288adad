"""The project's own example sprites, drawn by the puppet drawer: python -m ayo_backend.puppets.examples examples/"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from PIL import Image

from ayo_backend.puppets.birds import Bird, bird
from ayo_backend.puppets.blobs import Blob, blob
from ayo_backend.puppets.build import Build, Gear, Outfit
from ayo_backend.puppets.eyes import Gaze
from ayo_backend.puppets.heads import Face
from ayo_backend.puppets.humanoid import humanoid
from ayo_backend.puppets.paint import Material, Style
from ayo_backend.puppets.puppet import Anatomy, Puppet, assemble
from ayo_backend.puppets.quadrupeds import Beast, quadruped
from ayo_backend.puppets.skeleton import Frame, Stance
from ayo_backend.rig import Kind, View

SIZES = (16, 32, 64, 128)
INK = (36, 28, 52)
STYLE = Style(shades=4, outline="line", inner="own", line=INK, depth=0.22, contrast=1.15, hue_shift=0.09, plain=True)

STEEL, GOLD = Material((150, 164, 190), metal=True), Material((228, 176, 74), metal=True)
BLADE, IRON = Material((206, 216, 232), metal=True), Material((92, 100, 128))
LEATHER, WOOD = Material((122, 76, 50)), Material((146, 96, 56))
PEACH, INDIGO, CRIMSON = Material((240, 190, 146)), Material((74, 84, 176)), Material((196, 52, 64))
FOREST, MOSS, SAND = Material((58, 118, 74)), Material((112, 132, 66)), Material((206, 176, 122))
SILVER, COCOA, SPARK = Material((222, 226, 236)), Material((116, 70, 52)), Material((92, 214, 236), glow=True)

KNIGHT = Build(
    view=View.SIDE,
    frame=Frame(head=0.31, legs=0.46, shoulders=0.95, hips=0.6, waist=0.75, arm=0.045, leg=0.052, broad=0.88, sunk=0.1),
    stance=Stance(near=(-24, 62), far=(10, 50), feet=(-0.2, 0.3), crouch=0.93, lean=3, turn=0.75),
    face=Face(PEACH, COCOA, "bald", "great helm", STEEL, GOLD, square=0.3),
    outfit=Outfit(
        INDIGO, IRON, STEEL, STEEL, GOLD, STEEL, CRIMSON, pauldrons=0.5, gloved=True, boot_height=0.75, tunic=0.3,
        cape=0.8, flare=0.45, knees=True, trim=LEATHER, emblem="cross",
    ),
    gear=Gear("sword", 118, "kite", main=BLADE, grip=GOLD, trim=GOLD),
)  # fmt: skip
MAGE = Build(
    view=View.SIDE,
    frame=Frame(head=0.32, legs=0.48, shoulders=0.75, hips=0.6, waist=0.8, arm=0.042, leg=0.045, broad=0.85, sunk=0.06),
    stance=Stance(near=(12, 58), far=(24, 50), feet=(-0.06, 0.12), crouch=0.98, lean=2, turn=0.6),
    face=Face(PEACH, SILVER, "long", "wizard", INDIGO, GOLD, beard="long"),
    outfit=Outfit(
        INDIGO, INDIGO, LEATHER, LEATHER, GOLD, INDIGO, CRIMSON, skirt=0.98, flare=0.45, trimmed=True, trim=GOLD,
        fist=1.1,
    ),
    gear=Gear("staff", 176, "flame", grip=WOOD, gem=SPARK),
)  # fmt: skip
ARCHER = Build(
    view=View.SIDE,
    frame=Frame(head=0.29, legs=0.5, shoulders=0.75, hips=0.55, waist=0.72, arm=0.038, leg=0.045, broad=0.86, sunk=0.1),
    stance=Stance(near=(35, 40), far=(-18, 40), feet=(-0.22, 0.24), crouch=0.96, lean=-1, turn=0.55),
    face=Face(PEACH, Material((214, 130, 58)), "short", "hood", FOREST, LEATHER, "tall"),
    outfit=Outfit(
        FOREST, SAND, LEATHER, LEATHER, LEATHER, LEATHER, MOSS, sleeves=1, boot_height=0.8, gloved=True, tunic=0.34,
        cape=0.55, flare=0.4, trim=GOLD, emblem="bandolier",
    ),
    gear=Gear("bow", 90, main=SILVER, grip=WOOD),
)  # fmt: skip
SLIME = Blob(Material((86, 190, 110)), wide=0.64, slump=0.4, face=(0.4, 0.15, 0.17), gaze=Gaze("tall", "line"))
BIRD = Bird(
    feather=Material((70, 132, 200)),
    wing_feather=Material((54, 92, 168)),
    beak=Material((240, 168, 60)),
    breast=Material((244, 220, 176)),
    leg=0.14,
    head=0.19,
    limb=0.026,
    bill=(0.75, 0.15),
    tail=(0.8, 0.5, 0.32, 0.2),
    gaze=Gaze("tall"),
)
WOLF = Beast(
    hide=Material((122, 130, 150)),
    under=Material((196, 202, 214)),
    paws=Material((214, 218, 226)),
    mane=Material((96, 104, 126)),
    long=0.44,
    leg=0.36,
    chest=0.18,
    rump=0.135,
    limb=0.052,
    head=0.16,
    neck=(0.14, 0.2),
    muzzle=(1.0, 0.35, 0.42),
    tail=(0.24, -0.12, 0.055, 0.075),
    gaze=Gaze("tall"),
)
FIGURES: dict[str, Build | Blob | Bird | Beast] = {
    "knight": KNIGHT,
    "mage": MAGE,
    "archer": ARCHER,
    "slime": SLIME,
    "bird": BIRD,
    "wolf": WOLF,
}
TALL = {"knight": 0.82, "mage": 0.7, "archer": 0.86, "slime": 0.62, "bird": 0.8, "wolf": 0.7}  # share of the canvas


def example(name: str, size: int) -> Puppet:
    """The example of that name on a canvas of size x size pixels."""
    style = replace(STYLE, shades=3, inner="none") if size < 32 else STYLE
    kind, anatomy = _anatomy(FIGURES[name], size)
    return assemble(name, kind, View.SIDE, anatomy, style, size, size * (1.0 if size < 32 else TALL[name]))


def _anatomy(figure: Build | Blob | Bird | Beast, size: int) -> tuple[Kind, Anatomy]:
    if isinstance(figure, Build):
        return Kind.HUMANOID, partial(humanoid, figure if size >= 64 else _stout(figure, size))
    if isinstance(figure, Beast):
        return Kind.QUADRUPED, partial(quadruped, figure, View.SIDE)
    if isinstance(figure, Bird):
        return Kind.BIRD, partial(bird, figure, View.SIDE)
    return Kind.BLOB, partial(blob, figure, View.SIDE)


def _stout(figure: Build, size: int) -> Build:
    """Small people get large heads and stout limbs; the smallest carry nothing small, as none of it would be seen."""
    frame = figure.frame
    if size >= 32:
        return replace(figure, frame=replace(frame, head=frame.head + 0.1, arm=frame.arm * 1.15, leg=frame.leg * 1.15))
    return replace(
        figure,
        frame=replace(frame, head=0.5, legs=0.45, shoulders=1.3, hips=1.3, arm=0.055, leg=0.07, reach=1.2, broad=0.95),
        stance=replace(figure.stance, near=(42, 40), far=(10, 30), feet=(-0.3, 0.35), crouch=1.0, lean=0, turn=0.4),
        face=replace(figure.face, eyes="dot", beard="", haircut="bald"),
        outfit=replace(figure.outfit, cape=0.0, pauldrons=0.0, knees=False, emblem="", trimmed=False),
        gear=replace(figure.gear, offhand="", angle=115 if figure.gear.held == "sword" else figure.gear.angle),
    )


def main(folder: Path) -> None:
    """Draw every example at every size into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FIGURES:
        for size in SIZES:
            Image.fromarray(example(name, size).sprite.rgba).save(folder / f"{name}_{size}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
