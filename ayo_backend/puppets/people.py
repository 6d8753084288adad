"""Chance people: the spread of builds, stances and clothes that real packs show."""

from __future__ import annotations

from ayo_backend.puppets import colours
from ayo_backend.puppets.dice import Dice
from ayo_backend.puppets.heads import EYES, HAIRCUTS, HATS, Face
from ayo_backend.puppets.humanoid import Build, Gear, Outfit
from ayo_backend.puppets.paint import Material
from ayo_backend.puppets.skeleton import Frame, Stance
from ayo_backend.puppets.weapons import TWO_HANDED, WEAPONS
from ayo_backend.rig import View


def person(dice: Dice, view: View, size: int) -> Build:
    """One chance humanoid for a canvas of size pixels."""
    build = dice.weigh(
        {"chibi": 0.3 if size > 24 else 0.7, "stocky": 0.25, "tall": 0.3 if size > 24 else 0.1, "giant": 0.15}
    )
    stance = _stance(dice, view, build)
    outfit = _outfit(dice)
    return Build(
        view, _frame(dice, build), stance, _face(dice), outfit, _gear(dice, view), arms_behind=dice.chance(0.3)
    )


def _frame(dice: Dice, build: str) -> Frame:
    s = dice.span
    if build == "chibi":
        return Frame(
            head=s(0.38, 0.6),
            legs=s(0.3, 0.5),
            shoulders=s(0.8, 1.3),
            hips=s(0.6, 0.95),
            waist=s(0.75, 1.0),
            arm=s(0.035, 0.06),
            leg=s(0.045, 0.075),
            reach=s(0.9, 1.3),
            broad=s(0.85, 1.2),
            belly=s(0, 0.15),
        )
    if build == "stocky":
        return Frame(
            head=s(0.25, 0.38),
            legs=s(0.38, 0.52),
            shoulders=s(0.75, 1.1),
            hips=s(0.5, 0.8),
            waist=s(0.7, 0.95),
            arm=s(0.032, 0.055),
            leg=s(0.04, 0.06),
            reach=s(0.95, 1.25),
            broad=s(0.75, 1.0),
            belly=s(0, 0.12),
        )
    if build == "giant":
        return Frame(
            head=s(0.12, 0.24),
            legs=s(0.3, 0.45),
            shoulders=s(1.0, 1.5),
            hips=s(0.5, 0.8),
            waist=s(0.6, 0.9),
            arm=s(0.05, 0.1),
            leg=s(0.055, 0.09),
            reach=s(1.1, 1.5),
            broad=s(0.75, 1.0),
            belly=s(0, 0.25),
        )
    return Frame(
        head=s(0.14, 0.26),
        legs=s(0.46, 0.58),
        shoulders=s(0.55, 0.9),
        hips=s(0.36, 0.58),
        waist=s(0.55, 0.85),
        arm=s(0.02, 0.038),
        leg=s(0.026, 0.045),
        reach=s(1.0, 1.3),
        broad=s(0.65, 0.9),
    )


def _stance(dice: Dice, view: View, build: str) -> Stance:
    s = dice.span
    if view is not View.SIDE:
        bent = dice.chance(0.35)
        arm = (s(2, 25), s(-10, 10)) if not bent else (s(15, 50), s(-90, -20))
        near = arm
        far = arm if dice.chance(0.7) else ((s(2, 40), s(-100, 20)))
        feet = s(-0.05, 0.12) if dice.chance(0.7) else s(0.1, 0.4)
        return Stance(near, far, (feet, feet), s(0.85, 1.0), s(-3, 3), 0.0, 1.0)
    turn = s(0, 0.3) if dice.chance(0.4) else s(0.4, 1.0)
    arms = {"hang": 0.35, "bent": 0.25, "forward": 0.25, "spread": 0.15}

    def arm_angles(back: float) -> tuple[float, float]:
        kind = dice.weigh(arms)
        if kind == "hang":
            return (s(-15, 15) - back, s(0, 25))
        if kind == "bent":
            return (s(-35, 10) - back, s(40, 110))
        if kind == "forward":
            return (s(20, 80), s(0, 60))
        return (s(-60, -20) if back else s(15, 60), s(-10, 40))

    near, far = arm_angles(8.0), arm_angles(0.0)
    legs = dice.weigh({"together": 0.4, "apart": 0.4, "stride": 0.2})
    gap = {"together": s(0, 0.1), "apart": s(0.15, 0.35), "stride": s(0.3, 0.55)}[legs]
    sway = s(-0.08, 0.08)
    crouch = s(0.95, 1.0) if legs == "together" else s(0.75, 0.98)
    lean = s(-4, 6) if dice.chance(0.6) else s(0, 22)
    return Stance(near, far, (sway - gap, sway + gap), crouch, lean, s(-8, 8), turn)


def _face(dice: Dice) -> Face:
    hat = "none" if dice.chance(0.45) else dice.pick(HATS[1:])
    hat_material = (
        colours.metal(dice)
        if hat in ("helmet", "great helm", "horns", "winged", "crown", "helmet crest") and dice.chance(0.8)
        else colours.cloth(dice)
    )
    iris = Material(colours.vivid(dice, 0.4, 1.0), glow=True)
    eyes = dice.weigh(dict(zip(EYES, (0.35, 0.25, 0.12, 0.1, 0.08, 0.04, 0.06), strict=True)))
    hair = Material(dice.pick(colours.HAIRS)) if dice.chance(0.85) else Material(colours.vivid(dice))
    beard = dice.pick(("short", "full", "long")) if dice.chance(0.14) else ""
    return Face(
        colours.skin(dice),
        hair,
        dice.pick(HAIRCUTS),
        hat,
        hat_material,
        colours.cloth(dice),
        eyes,
        iris,
        beard,
        dice.chance(0.3),
        dice.span(0, 0.7),
        dice.chance(0.15),
        dice.span(0.3, 0.6) if dice.chance(0.08) else 0.0,
    )


def _outfit(dice: Dice) -> Outfit:
    top = colours.cloth(dice)
    bottom = top if dice.chance(0.2) else colours.cloth(dice)
    armoured = dice.chance(0.3)
    skirt = dice.weigh({0.0: 0.68, 0.35: 0.08, 0.55: 0.07, 0.98: 0.17})
    plate = colours.metal(dice) if dice.chance(0.75) else colours.cloth(dice)
    leather = Material(dice.pick(colours.WOODS)) if dice.chance(0.5) else colours.cloth(dice)
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
        boot_height=dice.weigh({0.0: 0.2, 0.15: 0.2, 0.5: 0.35, 0.85: 0.25}),
        gloved=dice.chance(0.4),
        belted=dice.chance(0.6),
        pauldrons=dice.span(0.3, 1.4) if armoured or dice.chance(0.15) else 0.0,
        breastplate=armoured,
        tunic=dice.span(0.15, 0.4) if dice.chance(0.25) and not skirt else 0.0,
        skirt=skirt,
        flare=dice.span(0.1, 0.9),
        cape=dice.span(0.45, 1.0) if dice.chance(0.25) else 0.0,
        collar=dice.chance(0.25),
        emblem=dice.weigh({"": 0.55, "cross": 0.1, "stripe": 0.12, "vest": 0.11, "bandolier": 0.12}),
        wings=dice.span(0.35, 0.7) if dice.chance(0.06) else 0.0,
        tail=dice.span(0.3, 0.6) if dice.chance(0.07) else 0.0,
    )


def _gear(dice: Dice, view: View) -> Gear:
    held = dice.pick(WEAPONS) if dice.chance(0.6) else ""
    poise = dice.weigh({"up": 0.4, "low": 0.3, "back": 0.15, "over": 0.15})
    angle = {
        "up": dice.span(105, 175),
        "low": dice.span(45, 95),
        "back": dice.span(-75, -20),
        "over": dice.span(190, 235),
    }[poise]
    if held in ("bow", "gun", "rifle", "crossbow"):
        angle = dice.span(55, 110)
    if held in ("staff", "spear", "halberd") and dice.chance(0.5):
        angle = dice.span(170, 185)
    if view is not View.SIDE and held:
        angle = dice.weigh({dice.span(185, 230): 0.5, dice.span(-60, -5): 0.3, dice.span(150, 185): 0.2})
    offhand, off_angle = "", 90.0
    if dice.chance(0.25):
        offhand = dice.weigh({"round": 0.3, "kite": 0.25, "tower": 0.15, "dagger": 0.1, "sword": 0.1, "wand": 0.1})
        off_angle = dice.span(60, 160) if view is View.SIDE else dice.span(5, 170)
    glow = Material(colours.vivid(dice, 0.3, 1.0), glow=True)
    main = glow if dice.chance(0.15) else colours.metal(dice)
    return Gear(
        held,
        angle,
        offhand,
        off_angle,
        held in TWO_HANDED and dice.chance(0.6) and not offhand,
        main,
        Material(dice.pick(colours.WOODS)),
        glow,
        colours.metal(dice),
    )
