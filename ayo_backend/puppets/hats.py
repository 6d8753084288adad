"""Hats, helmets, hoods and crowns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ayo_backend.puppets.heads import DARK, WHITE, Face, Skull, beard, features
from ayo_backend.puppets.paint import Part
from ayo_backend.rig import View

Hat = Callable[[Part, Face, Skull], None]


def _helmet(part: Part, face: Face, skull: Skull) -> None:
    hat = face.hat_material
    right = ((0.4, -1.08), (0.95, -0.75), (1.02, -0.1))
    part.add(skull.slab((-1.02, -0.1), (-0.95, -0.75), (-0.4, -1.08), *right, radius=0.6), hat)
    if skull.side:
        part.add(skull.slab((-1, -0.2), (-0.05, -0.2), (-0.15, 0.65), (-0.85, 0.65)), hat)
    elif skull.view is View.BACK:
        part.add(skull.oval(0, 0.1, 1, 0.75, 0.6), hat)
    else:
        for side in (-1, 1):
            part.add(skull.line(side * 0.9, -0.2, side * 0.8, 0.6, 0.2, 0.15), hat)
    part.add(skull.block(0, -0.13, 2.04, 0.14), face.trim, 0.1, clip=True)


def _horned(part: Part, face: Face, skull: Skull) -> None:
    _helmet(part, face, skull)
    for side in (-1, 1):
        part.add(skull.line(side * 0.85, -0.6, side * 1.4, -0.75, 0.2, 0.15), WHITE)
        part.add(skull.line(side * 1.4, -0.75, side * 1.5, -1.35, 0.15, 0.05), WHITE)


def _winged(part: Part, face: Face, skull: Skull) -> None:
    _helmet(part, face, skull)
    for side in (-1,) if skull.side else (-1, 1):
        part.add(skull.slab((side * 0.7, -0.5), (side * 1.6, -1.4), (side * 1.4, -0.5)), WHITE)


def _great_helm(part: Part, face: Face, skull: Skull) -> None:
    part.add(skull.oval(0, 0, 1.1, 1.05, 0.85), face.hat_material)
    if skull.view is View.BACK:
        return
    u = (0.3 if skull.turn > 0.45 else 0.45) if skull.side else 0.0
    part.add(skull.block(u, 0.02, 1.2 if skull.side else 1.5, 0.2), DARK, -0.3, flat=True, clip=True)
    part.add(skull.block(u, 0, 0.2, 2), face.trim, 0.1, clip=True)
    if face.eyes == "glow":
        for at in skull.eyes:
            part.add(skull.block(at, 0.02, 0.25, 0.1), face.iris, 0.4, flat=True, clip=True)


def _mask(part: Part, face: Face, skull: Skull) -> None:
    """A ninja's cloth: only the eyes are left."""
    part.add(skull.oval(0, 0, 1.08, 1.05, face.square), face.hat_material)
    if skull.view is not View.BACK:
        u = skull.face
        slit = skull.slab((u - 0.6, -0.12), (u + 0.65, -0.12), (u + 0.65, 0.32), (u - 0.6, 0.32), radius=0.2)
        part.add(slit, face.skin, clip=True)
        features(part, replace(face, mouth=False), skull)


def _skull(part: Part, face: Face, skull: Skull) -> None:
    """A bare bone face."""
    part.add(skull.oval(0, -0.1, 1, 0.9, 0.3), WHITE).add(skull.oval(skull.face * 0.8, 0.6, 0.6, 0.4, 0.6), WHITE)
    if skull.view is View.BACK:
        return
    for u in skull.eyes:
        part.add(skull.block(u, 0.1, 0.42, 0.4), DARK, -0.2, flat=True, clip=True)
        if face.eyes == "glow":
            part.add(skull.block(u, 0.1, 0.2, 0.2), face.iris, 0.4, flat=True, clip=True)
    part.add(skull.block(skull.face, 0.7, 0.9, 0.06), DARK, -0.2, flat=True, clip=True)


def _cap(part: Part, face: Face, skull: Skull) -> None:
    part.add(skull.oval(0, -0.5, 1.08, 0.62, 0.3), face.hat_material)
    if skull.view is not View.BACK:
        u = 0.75 if skull.side else 0.0
        part.add(skull.line(u - 0.6, -0.22, u + 0.6, -0.22, 0.12, 0.12), face.trim)


def _band(part: Part, face: Face, skull: Skull) -> None:
    part.add(skull.block(0, -0.3, 2.4, 0.25), face.trim, clip=True)


def _hood(part: Part, face: Face, skull: Skull) -> None:
    back = -0.1 if skull.side else 0.0
    part.add(skull.oval(back, -0.02, 1.2, 1.15, 0.3), face.hat_material)
    part.add(skull.line(back * 3, -0.8, back * 9, -1.2, 0.35, 0.1), face.hat_material)
    if skull.view is View.BACK:
        return
    shadowed = face.eyes == "glow"
    opening = skull.oval(skull.face * 0.9, 0.15, 0.75, 0.72, 0.2)
    part.add(opening, DARK if shadowed else face.skin, -0.2 if shadowed else -0.08, clip=True)
    features(part, replace(face, skin=DARK) if shadowed else face, skull)
    beard(part, face, skull)


def _wizard(part: Part, face: Face, skull: Skull) -> None:
    hat = face.hat_material
    tip = (-0.7, -2.5) if skull.side else (0.25, -2.5)
    part.add(skull.slab((-0.95, -0.5), (-0.45, -1.6), tip, (0.3, -1.6), (0.95, -0.5), radius=0.6), hat)
    part.add(skull.line(-1.55, -0.4, 1.55, -0.4, 0.15, 0.15), hat)
    part.add(skull.block(0, -0.7, 2, 0.2), face.trim, clip=True)


def _brimmed(part: Part, face: Face, skull: Skull) -> None:
    tall = 1.9 if face.hat == "top hat" else 1.35
    crown = ((-0.85, -0.45), (-0.75, -tall), (0.75, -tall), (0.85, -0.45))
    part.add(skull.slab(*crown, radius=0.7), face.hat_material)
    part.add(skull.line(-1.6, -0.42, 1.6, -0.42, 0.13, 0.13), face.hat_material)
    part.add(skull.block(0, -0.65, 1.8, 0.2), face.trim, clip=True)


def _straw(part: Part, face: Face, skull: Skull) -> None:
    """A flat cone, as farmers and ronin wear."""
    part.add(skull.slab((-1.6, -0.3), (0, -1.3), (1.6, -0.3), radius=0.6), face.hat_material)


def _crown(part: Part, face: Face, skull: Skull) -> None:
    spikes = [(0.45 * i - 0.9, -0.9 if i % 2 else -1.35) for i in range(5)]
    part.add(skull.slab((-0.9, -0.5), *spikes, (0.9, -0.5), radius=0.3), face.hat_material)


def _halo(part: Part, face: Face, skull: Skull) -> None:
    part.add(skull.line(-0.7, -1.5, 0.7, -1.5, 0.12, 0.12), face.trim, 0.2)
    part.add(skull.line(0, -1.4, 0, -0.8, 0.06, 0.06), face.trim, 0.2)


HATS: dict[str, Hat] = {
    "helmet": _helmet,
    "helmet crest": _helmet,
    "horns": _horned,
    "winged": _winged,
    "great helm": _great_helm,
    "mask": _mask,
    "skull": _skull,
    "cap": _cap,
    "band": _band,
    "hood": _hood,
    "wizard": _wizard,
    "brim": _brimmed,
    "top hat": _brimmed,
    "straw": _straw,
    "crown": _crown,
    "halo": _halo,
}
ARMOURED = frozenset({"helmet", "helmet crest", "horns", "winged", "great helm", "crown"})


def put_on(part: Part, face: Face, skull: Skull) -> None:
    """Put the face's hat on, if it wears one."""
    if face.hat in HATS:
        HATS[face.hat](part, face, skull)
