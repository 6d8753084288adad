"""Ways of drawing, as families of packs share them."""

from __future__ import annotations

from ayo_backend.puppets.colours import DARKS
from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.paint import Style

ABOVE = ((-0.45, -0.65, 0.6), (0.0, -0.75, 0.65), (0.45, -0.65, 0.6), (-0.3, -0.5, 0.8), (0.0, -0.4, 0.9))
SMALL_FAMILIES = {"lined": 0.65, "painted": 0.1, "sharp": 0.15, "flat": 0.1}
FAMILIES = {"lined": 0.3, "painted": 0.2, "sharp": 0.26, "flat": 0.12, "rough": 0.12}


def random_style(dice: Dice, size: int) -> Style:
    """One pack's way of drawing, for a canvas of size pixels."""
    small = size <= 24
    family = dice.weigh(SMALL_FAMILIES if small else FAMILIES)
    line = (0, 0, 0) if dice.chance(0.3) else dice.pick(DARKS)
    outline, inner = "line", dice.weigh({"same": 0.6, "own": 0.25, "none": 0.15})
    dither = jitter = 0.0
    depth = dice.span(0.1, 0.4) if dice.chance(0.6) else 0.0
    if family == "lined":  # one dark line around everything, few shades
        shades, contrast = dice.weigh({1: 0.15, 2: 0.4, 3: 0.45}), dice.span(0.7, 1.2)
    elif family == "painted":  # each colour bounded by its own dark, many shades
        shades, contrast = dice.weigh({3: 0.4, 4: 0.4, 5: 0.2}), dice.span(0.8, 1.3)
        outline, inner = "own", dice.weigh({"same": 0.75, "none": 0.25})
    elif family == "sharp":  # hard contrasts, saturated, mostly no line
        shades, contrast = dice.weigh({3: 0.3, 4: 0.4, 5: 0.3}), dice.span(1.2, 1.9)
        outline = dice.weigh({"none": 0.6, "own": 0.25, "line": 0.15})
        inner = dice.weigh({"own": 0.3, "none": 0.7})
        jitter = dice.span(0, 0.5)
    elif family == "flat":  # one or two tones, no line
        shades, contrast = dice.whole(1, 2), dice.span(0.4, 0.9)
        outline, inner = dice.weigh({("none", "none"): 0.6, ("none", "own"): 0.2, ("own", "none"): 0.2})
    else:  # digitised or dithered
        shades, contrast = dice.whole(3, 5), dice.span(0.7, 1.4)
        outline = dice.weigh({"none": 0.6, "own": 0.4})
        inner, jitter = "none", dice.span(0.3, 0.8)
        dither = dice.span(0.5, 1.0) if dice.chance(0.5) else 0.0
    return Style(
        shades=min(shades, 3) if small else shades,
        outline=outline,
        inner=inner,
        line=line,
        corners=outline == "line" and dice.chance(0.2),
        light=dice.pick(ABOVE),
        dither=0.0 if small else dither,
        jitter=0.0 if small else jitter,
        contrast=contrast,
        depth=depth,
        hue_shift=dice.span(0.0, 0.12),
        salt=dice.whole(0, 1 << 20),
        selective="own" in (outline, inner) and dice.chance(0.35),
        plain=dice.chance(0.8 if small else 0.3),
    )
