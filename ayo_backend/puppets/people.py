"""Chance people: the spread of builds, stances and clothes that real packs show."""

from __future__ import annotations

from dataclasses import replace

from ayo_backend.puppets import colours
from ayo_backend.puppets.build import Build, Gear, Outfit
from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.hats import ARMOURED, HATS
from ayo_backend.puppets.heads import EARS, EYES, HAIRCUTS, Face
from ayo_backend.puppets.paint import Material
from ayo_backend.puppets.skeleton import Frame, Stance
from ayo_backend.puppets.weapons import RANGED, SHIELDS, TWO_HANDED, WEAPONS
from ayo_backend.rig import View

BUILDS = {"villager": 0.28, "chibi": 0.2, "stocky": 0.17, "tall": 0.23, "giant": 0.12}
SMALL_BUILDS = {"block": 0.5, "villager": 0.1, "chibi": 0.28, "stocky": 0.08, "tall": 0.04}


def person(dice: Dice, view: View, size: int) -> Build:
    """One chance humanoid for a canvas of size pixels."""
    build = dice.weigh(BUILDS if size > 24 else SMALL_BUILDS)
    frame, stance, face, outfit = _frame(dice, build), _stance(dice, view, build), _face(dice), _outfit(dice)
    gear = _gear(dice, view, 0.35 if build == "villager" else 0.65)
    if gear.held in RANGED and view is View.SIDE:
        stance = replace(stance, near=(dice.span(10, 60), dice.span(15, 70)))
    if build == "villager":
        plain = replace(outfit, breastplate=False, pauldrons=0.0, trimmed=dice.chance(0.1), wings=0.0, knees=False)
        outfit = plain if dice.chance(0.75) else outfit
        outfit = replace(outfit, skirt=0.0, cape=0.0, tail=0.0) if dice.chance(0.6) else outfit
        face = replace(face, hat="none") if dice.chance(0.5) else face
    if size <= 24:
        outfit = replace(
            outfit, trimmed=False, emblem="", knees=False, fist=1.0, belted=outfit.belted and dice.chance(0.5)
        )
        face = replace(face, square=dice.span(0.2, 0.9), snout=0.0, mouth=False)
    crossed = view is View.BACK and min(stance.near[1], stance.far[1]) < -20  # hands before a body that looks away
    return Build(view, frame, stance, face, outfit, gear, crossed or dice.chance(0.3), dice.chance(0.15))


def _frame(dice: Dice, build: str) -> Frame:
    s = dice.span
    if build == "villager":  # as drawn for role-playing games seen from above
        return Frame(
            head=s(0.36, 0.48), legs=s(0.45, 0.58), shoulders=s(1.3, 1.9), hips=s(0.95, 1.3), waist=s(0.55, 0.8),
            arm=s(0.042, 0.058), leg=s(0.052, 0.07), reach=s(0.85, 1.1), broad=s(0.78, 1.0), sunk=s(0.1, 0.25),
            forward=s(0, 0.08),
        )  # fmt: skip
    if build == "block":  # a square head on a stub of a body, as drawn in 16 pixels
        return Frame(
            head=s(0.52, 0.76), legs=s(0.3, 0.6), shoulders=s(1.4, 2.2), hips=s(1.2, 2.0), waist=s(0.8, 1.0),
            arm=s(0.045, 0.07), leg=s(0.055, 0.09), reach=s(0.5, 0.9), broad=s(0.9, 1.25), sunk=s(0.02, 0.15),
        )  # fmt: skip
    if build == "chibi":
        return Frame(
            head=s(0.42, 0.62), legs=s(0.28, 0.5), shoulders=s(0.9, 1.6), hips=s(0.7, 1.2), waist=s(0.75, 1.0),
            arm=s(0.035, 0.06), leg=s(0.045, 0.08), reach=s(0.8, 1.2), broad=s(0.85, 1.2), belly=s(0, 0.15),
            sunk=s(0.05, 0.25), forward=s(0, 0.1),
        )  # fmt: skip
    if build == "stocky":
        return Frame(
            head=s(0.25, 0.38), legs=s(0.38, 0.52), shoulders=s(0.8, 1.2), hips=s(0.5, 0.8), waist=s(0.7, 0.95),
            arm=s(0.032, 0.055), leg=s(0.04, 0.06), reach=s(0.9, 1.15), broad=s(0.75, 1.0), belly=s(0, 0.12),
            sunk=s(0.02, 0.25), forward=s(0, 0.15),
        )  # fmt: skip
    if build == "giant":
        return Frame(
            head=s(0.14, 0.28), legs=s(0.32, 0.46), shoulders=s(0.85, 1.25), hips=s(0.5, 0.8), waist=s(0.6, 0.9),
            arm=s(0.05, 0.095), leg=s(0.055, 0.09), reach=s(0.95, 1.3), broad=s(0.75, 1.05), belly=s(0, 0.25),
            sunk=s(0.1, 0.5), forward=s(0.1, 0.6),
        )  # fmt: skip
    return Frame(
        head=s(0.14, 0.27), legs=s(0.46, 0.58), shoulders=s(0.6, 0.95), hips=s(0.36, 0.58), waist=s(0.55, 0.85),
        arm=s(0.022, 0.04), leg=s(0.028, 0.046), reach=s(0.95, 1.2), broad=s(0.65, 0.95), sunk=s(0, 0.15),
        forward=s(0, 0.15),
    )  # fmt: skip


def _stance(dice: Dice, view: View, build: str) -> Stance:
    calm = build in ("villager", "block") and dice.chance(0.7)
    return _side_stance(dice, calm) if view is View.SIDE else _facing_stance(dice, calm)


def _facing_stance(dice: Dice, calm: bool) -> Stance:
    """Seen from the front or the back."""
    s = dice.span
    near, far = _facing_arm(dice, calm), _facing_arm(dice, calm)
    far = near if dice.chance(0.65) else far
    apart = s(-0.05, 0.1) if calm or dice.chance(0.6) else s(0.1, 0.4)
    return Stance(near, far, (apart, apart), s(0.93, 1.0), s(-3, 3), 0.0, 1.0)


def _facing_arm(dice: Dice, calm: bool) -> tuple[float, float]:
    s = dice.span
    kind = "hang" if calm else dice.weigh({"hang": 0.5, "bent": 0.22, "akimbo": 0.16, "raised": 0.12})
    if kind == "hang":
        return s(2, 25), s(-12, 8)
    if kind == "bent":
        return s(5, 35), s(-90, -20)
    if kind == "akimbo":
        return s(30, 60), s(-110, -70)
    return s(45, 100), s(0, 70)


def _side_stance(dice: Dice, calm: bool) -> Stance:
    s = dice.span
    turn = s(0, 0.45) if dice.chance(0.4) else s(0.4, 1.0)
    if calm:
        near, far = (s(-22, 6), s(0, 30)), (s(-10, 18), s(0, 35))
        gap, crouch, lean = s(0, 0.16), s(0.96, 1.0), s(-4, 4)
    else:
        near, far = _side_arm(dice, 8.0), _side_arm(dice, 0.0)
        legs = dice.weigh({"together": 0.35, "apart": 0.42, "stride": 0.23})
        gap = {"together": s(0, 0.12), "apart": s(0.15, 0.4), "stride": s(0.35, 0.6)}[legs]
        crouch = s(0.95, 1.0) if legs == "together" else s(0.72, 0.97)
        lean = s(-4, 6) if dice.chance(0.6) else s(0, 28)
    sway = s(-0.08, 0.1)
    feet = (sway - gap, sway + gap) if dice.chance(0.8) else (sway + gap, sway - gap)
    return Stance(near, far, feet, crouch, lean, s(-8, 8), turn)


def _side_arm(dice: Dice, back: float) -> tuple[float, float]:
    s = dice.span
    kind = dice.weigh({"hang": 0.45, "guard": 0.32, "forward": 0.15, "out": 0.08})
    if kind == "hang":
        return s(-18, 12) - back, s(2, 35)
    if kind == "guard":
        return s(-40, 12) - back, s(45, 115)
    if kind == "forward":
        return s(15, 60), s(5, 70)
    return (s(-65, -25), s(-5, 40)) if back else (s(40, 85), s(-20, 40))


def _face(dice: Dice) -> Face:
    hat = "none" if dice.chance(0.5) else dice.pick(tuple(HATS))
    hat_material = colours.metal(dice) if hat in ARMOURED and dice.chance(0.8) else colours.cloth(dice)
    iris = Material(colours.vivid(dice, 0.4, 1.0), glow=True)
    eyes = dice.weigh(dict(zip(EYES, (0.3, 0.22, 0.1, 0.1, 0.06, 0.04, 0.06, 0.12), strict=True)))
    tint = dice.pick(colours.HAIRS) if dice.chance(0.85) else colours.vivid(dice)
    hair = Material(tint, texture=dice.weigh({"": 0.35, "strands": 0.4, "curls": 0.15, "fur": 0.1}))
    return Face(
        skin=colours.skin(dice),
        hair=hair,
        haircut=dice.pick(HAIRCUTS),
        hat=hat,
        hat_material=hat_material,
        trim=colours.cloth(dice),
        eyes=eyes,
        iris=iris,
        beard=dice.pick(("short", "full", "long")) if dice.chance(0.13) else "",
        mouth=dice.chance(0.3),
        square=dice.span(0, 0.7),
        ears=dice.pick(EARS[1:]) if dice.chance(0.22) else "",
        snout=dice.span(0.3, 0.7) if dice.chance(0.08) else 0.0,
    )


def _outfit(dice: Dice) -> Outfit:
    top = colours.cloth(dice)
    bottom = top if dice.chance(0.2) else colours.cloth(dice)
    armoured = dice.chance(0.32)
    skirt = dice.weigh({0.0: 0.64, 0.35: 0.1, 0.55: 0.09, 0.98: 0.17})
    plate = colours.metal(dice) if dice.chance(0.7) else colours.cloth(dice)
    leather = Material(dice.pick(colours.WOODS)) if dice.chance(0.5) else colours.cloth(dice)
    emblems = {"": 0.4, "cross": 0.06, "stripe": 0.1, "vest": 0.1, "bandolier": 0.1}
    return Outfit(
        top=plate if armoured and dice.chance(0.4) else top,
        bottom=plate if armoured and dice.chance(0.4) else bottom,
        boots=leather if dice.chance(0.7) else plate,
        gloves=plate if armoured else leather,
        belt=leather if dice.chance(0.6) else colours.cloth(dice),
        plate=plate,
        cloak=colours.cloth(dice),
        sleeves=dice.weigh({0: 0.25, 1: 0.2, 2: 0.55}),
        trousers=dice.weigh({0: 0.15, 1: 0.15, 2: 0.7}),
        boot_height=dice.weigh({0.0: 0.2, 0.15: 0.25, 0.5: 0.35, 0.85: 0.2}),
        gloved=dice.chance(0.4),
        belted=dice.chance(0.5),
        pauldrons=dice.span(0.3, 1.4) if armoured or dice.chance(0.12) else 0.0,
        breastplate=armoured,
        tunic=dice.span(0.15, 0.4) if dice.chance(0.25) and not skirt else 0.0,
        skirt=skirt,
        flare=dice.span(0.1, 0.9),
        flap=skirt < 0.9 and dice.chance(0.4),
        cape=dice.span(0.45, 1.0) if dice.chance(0.25) else 0.0,
        collar=dice.chance(0.2),
        scarf=dice.chance(0.08),
        mantle=dice.chance(0.2),
        emblem=dice.weigh(emblems | {"chevron": 0.08, "gem": 0.06, "ribs": 0.05, "muscles": 0.05}),
        wings=dice.span(0.35, 0.7) if dice.chance(0.06) else 0.0,
        tail=dice.span(0.3, 0.6) if dice.chance(0.07) else 0.0,
        trimmed=dice.chance(0.35),
        trim=colours.metal(dice) if dice.chance(0.6) else colours.cloth(dice),
        knees=armoured and dice.chance(0.5),
        fist=dice.span(0.9, 1.2) if dice.chance(0.8) else dice.span(1.2, 1.8),
        baggy=dice.span(0.9, 1.1) if dice.chance(0.8) else dice.span(1.1, 1.6),
    )


def _gear(dice: Dice, view: View, armed: float) -> Gear:
    held = dice.pick(WEAPONS) if dice.chance(armed) else ""
    if view is View.SIDE:
        ranges = {"up": (105, 175), "low": (45, 95), "back": (-75, -20), "over": (190, 235)}
        low, high = ranges[dice.weigh({"up": 0.4, "low": 0.3, "back": 0.17, "over": 0.13})]
        if held in RANGED:
            low, high = 55, 110
    else:
        low, high = dice.weigh({(185, 230): 0.5, (-60, -5): 0.3, (150, 185): 0.2})
    if held in TWO_HANDED and dice.chance(0.35):
        low, high = 170, 185
    angle = dice.span(low, high)
    offhand = ""
    if dice.chance(0.38 * armed):
        offhand = dice.pick((*SHIELDS, *SHIELDS, "dagger", "sword", "wand", "flame", "orb", "gun"))
    off_angle = dice.span(60, 160) if view is View.SIDE else dice.span(5, 170)
    glow = Material(colours.vivid(dice, 0.3, 1.0), glow=True)
    return Gear(
        held=held,
        angle=angle,
        offhand=offhand,
        off_angle=off_angle,
        both=held in TWO_HANDED and dice.chance(0.6) and not offhand,
        main=glow if dice.chance(0.15) else colours.metal(dice),
        grip=Material(dice.pick(colours.WOODS)),
        gem=glow,
        trim=colours.metal(dice),
        shield=dice.span(0.7, 1.3),
    )
