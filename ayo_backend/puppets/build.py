"""What a humanoid is drawn from: frame, stance, face, clothes and what it holds."""

from __future__ import annotations

from dataclasses import dataclass

from ayo_backend.puppets.heads import Face
from ayo_backend.puppets.paint import Material
from ayo_backend.puppets.skeleton import Frame, Stance
from ayo_backend.rig import View

GOLD = Material((214, 174, 80), metal=True)
STEEL = Material((172, 182, 198), metal=True)
WOOD = Material((98, 64, 44))
CRYSTAL = Material((90, 200, 230), glow=True)


@dataclass(frozen=True, slots=True)
class Outfit:
    """What it wears, and what grows on it.

    sleeves: 0 none, 1 to the elbow, 2 to the wrist; trousers: 0 none, 1 to the knee, 2 to the ankle.
    skirt: length in leg lengths, 0 none; flare: how much wider it gets; flap: a loincloth that bares the thighs.
    cape: length in heights of the neck, 0 none; scarf: a ribbon in its stead; mantle: it hides the arms.
    fist, baggy: how much thicker hands and trousers are than limbs. wings, tail: size in figure heights, 0 none.
    emblem: "", "cross", "stripe", "vest", "bandolier", "chevron", "ribs", "gem".
    """

    top: Material
    bottom: Material
    boots: Material
    gloves: Material
    belt: Material
    plate: Material
    cloak: Material
    sleeves: int = 2
    trousers: int = 2
    boot_height: float = 0.5
    gloved: bool = False
    belted: bool = True
    pauldrons: float = 0.0
    breastplate: bool = False
    tunic: float = 0.0
    skirt: float = 0.0
    flare: float = 0.3
    flap: bool = False
    cape: float = 0.0
    collar: bool = False
    scarf: bool = False
    mantle: bool = False
    emblem: str = ""
    wings: float = 0.0
    tail: float = 0.0
    trimmed: bool = False
    trim: Material = GOLD
    knees: bool = False
    fist: float = 1.0
    baggy: float = 1.0


@dataclass(frozen=True, slots=True)
class Gear:
    """What it holds. angles: 0 down, 90 forward (right), 180 up. both: the far hand grips it too. shield: its size."""

    held: str = ""
    angle: float = 120.0
    offhand: str = ""
    off_angle: float = 90.0
    both: bool = False
    main: Material = STEEL
    grip: Material = WOOD
    gem: Material = CRYSTAL
    trim: Material = GOLD
    shield: float = 1.0


@dataclass(frozen=True, slots=True)
class Build:
    """Everything a humanoid is drawn from."""

    view: View
    frame: Frame
    stance: Stance
    face: Face
    outfit: Outfit
    gear: Gear = Gear()
    arms_behind: bool = False  # seen from the front or the back
    held_behind: bool = False  # what the near hand holds lies behind the body
