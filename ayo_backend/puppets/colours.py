"""What things are coloured like: skins, cloths, metals, woods, hides."""

from __future__ import annotations

import colorsys

from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.paint import RGB, Material

SKINS: tuple[RGB, ...] = ((247, 208, 170), (232, 180, 136), (205, 142, 98), (160, 104, 68), (116, 72, 48), (84, 52, 40))
ODD_SKINS: tuple[RGB, ...] = (
    (112, 168, 64),
    (96, 140, 190),
    (150, 110, 190),
    (200, 60, 50),
    (226, 220, 200),
    (120, 130, 140),
    (64, 60, 84),
)
HAIRS: tuple[RGB, ...] = (
    (60, 44, 48),
    (110, 70, 44),
    (168, 108, 56),
    (226, 184, 88),
    (190, 76, 40),
    (206, 206, 214),
    (70, 90, 190),
    (90, 170, 90),
    (214, 96, 150),
)
METALS: tuple[RGB, ...] = (
    (172, 182, 198),
    (128, 138, 158),
    (214, 174, 80),
    (186, 122, 78),
    (84, 88, 108),
    (230, 236, 244),
)
WOODS: tuple[RGB, ...] = ((134, 88, 52), (98, 64, 44), (172, 126, 78), (76, 56, 56))
HIDES: tuple[RGB, ...] = (
    (150, 104, 64),
    (108, 78, 60),
    (120, 122, 132),
    (214, 190, 150),
    (60, 56, 68),
    (216, 120, 52),
    (230, 226, 220),
)
DARKS: tuple[RGB, ...] = ((20, 16, 24), (0, 0, 0), (34, 32, 52), (46, 30, 36), (24, 36, 44), (44, 26, 60))


def vivid(dice: Dice, low: float = 0.35, high: float = 0.9) -> RGB:
    """Any hue, as cloth, slime or scales may have."""
    red, green, blue = colorsys.hsv_to_rgb(dice.span(0, 1), dice.span(low, high), dice.span(0.45, 0.95))
    return round(red * 255), round(green * 255), round(blue * 255)


def cloth(dice: Dice) -> Material:
    """Clothes: mostly plain; sometimes grey or patterned."""
    rgb = vivid(dice, 0.3, 0.85)
    if dice.chance(0.25):
        value = dice.whole(50, 225)
        rgb = (value, value, min(value + dice.whole(0, 16), 255))
    if dice.chance(0.14):
        return Material(
            rgb,
            pattern=dice.pick(("stripes", "bands", "checks", "spots", "noise")),
            second=vivid(dice),
            period=dice.pick((2, 4, 4, 6)),
        )
    return Material(rgb)


def metal(dice: Dice) -> Material:
    """Armour and blades."""
    return Material(dice.pick(METALS), metal=True)


def skin(dice: Dice) -> Material:
    """People's, and now and then an orc's, a ghoul's, a skeleton's."""
    return Material(dice.pick(ODD_SKINS if dice.chance(0.2) else SKINS))


def hide(dice: Dice) -> Material:
    """Fur, scales, feathers."""
    rgb = vivid(dice) if dice.chance(0.4) else dice.pick(HIDES)
    if dice.chance(0.3):
        return Material(
            rgb,
            pattern=dice.pick(("stripes", "spots", "noise", "checks")),
            second=dice.pick(HIDES),
            period=dice.pick((4, 6, 8)),
        )
    return Material(rgb)
