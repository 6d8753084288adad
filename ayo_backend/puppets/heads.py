"""Heads: skull, face, hair and beard, from the side, front and back."""

from __future__ import annotations

from dataclasses import dataclass

from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Pixels, Point, Slab, between, shifted
from ayo_backend.puppets.skeleton import Bones
from ayo_backend.rig import Role, View

WHITE, DARK = Material((240, 240, 236)), Material((32, 26, 38))
HAIRCUTS = ("bald", "short", "bob", "long", "spiky", "afro", "ponytail", "mohawk", "bun", "curtain", "balding", "flame")
EYES = ("dot", "white", "tall", "glow", "slit", "none", "big", "lashes")
EARS = ("", "round", "elf", "cat", "rabbit", "horns")
COVERING = frozenset({"great helm", "hood", "mask", "skull"})  # hats that leave no room for hair


@dataclass(frozen=True, slots=True)
class Face:
    """What sits on the neck. square: 0 round skull, 1 boxy. snout: its length in half head widths. hat: see hats.py."""

    skin: Material
    hair: Material
    haircut: str = "short"
    hat: str = "none"
    hat_material: Material = DARK
    trim: Material = DARK
    eyes: str = "dot"
    iris: Material = DARK
    beard: str = ""
    mouth: bool = False
    square: float = 0.2
    ears: str = ""
    snout: float = 0.0


@dataclass(frozen=True, slots=True)
class Skull:
    """Where the head is. Points on it are (u, v) in its half widths (forward or right) and half heights (down)."""

    centre: Point
    w: float
    h: float
    view: View
    turn: float

    @property
    def side(self) -> bool:
        """Whether it is seen from the side."""
        return self.view is View.SIDE

    def at(self, u: float, v: float) -> Point:
        """The pixel position of (u, v)."""
        return self.centre[0] + u * self.w, self.centre[1] + v * self.h

    def oval(self, u: float, v: float, ru: float, rv: float, square: float = 0.0) -> Ellipse:
        """An ellipse around (u, v)."""
        return Ellipse(self.at(u, v), ru * self.w, rv * self.h, square=square)

    def line(self, u0: float, v0: float, u1: float, v1: float, r0: float, r1: float) -> Capsule:
        """A stroke; radii in half head heights."""
        return Capsule(self.at(u0, v0), self.at(u1, v1), r0 * self.h, r1 * self.h)

    def slab(self, *uv: Point, radius: float = 0.5) -> Slab:
        """A polygon."""
        return Slab(tuple(self.at(u, v) for u, v in uv), radius)

    def block(self, u: float, v: float, wide: float, tall: float) -> Pixels:
        """Whole pixels centred on (u, v), at least one."""
        w, h = max(1, round(wide * self.w)), max(1, round(tall * self.h))
        x, y = self.at(u, v)
        return Pixels(x - w / 2, y - h / 2, w, h)

    @property
    def eyes(self) -> tuple[float, ...]:
        """Where the eyes lie along u."""
        if not self.side:
            return -0.42, 0.42
        return (0.12, 0.68) if self.turn > 0.45 else (0.55,)

    @property
    def face(self) -> float:
        """The middle of the face along u."""
        return 0.4 if self.side else 0.0


def skull_of(bones: Bones, view: View, turn: float) -> Skull:
    """The skull of that skeleton."""
    return Skull(bones.head, bones.head_w, bones.head_h, view, turn)


def bare_head(part: Part, bones: Bones, face: Face, skull: Skull) -> None:
    """Neck, skull, ears, face, beard and hair, without a hat."""
    thick = max(skull.w * 0.38, bones.r_arm * 0.8)
    neck = Capsule(shifted(bones.neck, 0, bones.r_arm * 0.6), between(bones.neck, bones.head, 0.7), thick, thick)
    part.add(neck, face.skin, -0.12)
    hairy = face.hat not in COVERING
    if hairy:
        _mane(part, face, skull)
    if face.ears in ("cat", "rabbit", "horns"):
        _tall_ears(part, face, skull)
    part.add(skull.oval(0, 0, 1, 1, face.square), face.skin)
    if face.ears in ("round", "elf") and skull.view is not View.BACK:
        _ears(part, face, skull)
    if skull.side and face.snout:
        part.add(skull.oval(0.8, 0.3, face.snout, 0.35), face.skin)
    if skull.view is not View.BACK:
        features(part, face, skull)
        beard(part, face, skull)
    if hairy and face.haircut != "bald":
        _crop(part, face, skull)


def features(part: Part, face: Face, skull: Skull) -> None:
    """Eyes, nose and mouth."""
    if face.eyes != "none":
        for u in skull.eyes:
            _eye(part, face, skull, u)
    if face.mouth and skull.h >= 5:
        part.add(skull.block(skull.face, 0.6, 0.5, 0.05), face.skin, -0.4, flat=True, clip=True)
    if skull.side and skull.h >= 6 and skull.turn < 0.6:
        part.add(skull.oval(0.95, 0.25, 0.14, 0.14), face.skin, 0.05)


def _eye(part: Part, face: Face, skull: Skull, u: float) -> None:
    v = 0.15
    look = 0.12 if skull.side else -0.06 if u < 0 else 0.06
    if face.eyes in ("white", "big", "lashes") and skull.w >= 4:
        tall = 0.42 if face.eyes == "big" else 0.28
        part.add(skull.block(u, v, 0.4, tall), WHITE, 0.3, flat=True, clip=True)
        part.add(skull.block(u + look, v, 0.2, tall), face.iris, -0.2, flat=True, clip=True)
        if face.eyes == "lashes":
            part.add(skull.block(u, v - tall / 2 - 0.5 / skull.h, 0.45, 0.05), DARK, -0.2, flat=True, clip=True)
    elif face.eyes == "tall":
        part.add(skull.block(u, v, 0.2, 0.45), face.iris, -0.2, flat=True, clip=True)
    elif face.eyes == "glow":
        part.add(skull.block(u, v, 0.38, 0.18), face.iris, 0.4, flat=True, clip=True)
    elif face.eyes == "slit":
        part.add(skull.block(u, v, 0.4, 0.05), DARK, -0.2, flat=True, clip=True)
    else:
        part.add(skull.block(u, v, 0.2, 0.24), DARK, -0.2, flat=True, clip=True)


def beard(part: Part, face: Face, skull: Skull) -> None:
    """A beard, when it has one."""
    if not face.beard:
        return
    u, wide = skull.face, 0.6 if skull.side else 0.75
    low = {"short": 0.85, "full": 1.2, "long": 1.9}[face.beard]
    corners = ((u - wide, 0.4), (u + wide, 0.4), (u + wide * 0.8, low * 0.8), (u, low), (u - wide * 0.8, low * 0.8))
    part.add(skull.slab(*corners, radius=0.4), face.hair)
    part.add(skull.block(u, 0.55, 0.4, 0.05), face.skin, -0.3, flat=True, clip=True)


def _ears(part: Part, face: Face, skull: Skull) -> None:
    tip = 0.5 if face.ears == "elf" else 0.12
    for side in (-1.0,) if skull.side else (-1.0, 1.0):
        u = -0.1 if skull.side else side * 0.92
        part.add(skull.line(u, 0.1, u + side * tip, 0.1 - tip * 0.6, 0.18, 0.08), face.skin)


def _tall_ears(part: Part, face: Face, skull: Skull) -> None:
    for side in (-1.0, 1.0):
        u = side * (0.4 if skull.side else 0.6)
        if face.ears == "cat":
            part.add(skull.slab((u - 0.35, -0.6), (u + side * 0.2, -1.5), (u + 0.35, -0.6)), face.skin)
        elif face.ears == "rabbit":
            part.add(skull.line(u, -0.7, u + side * 0.15, -1.9, 0.22, 0.2), face.skin)
        else:
            part.add(skull.line(u, -0.7, u + side * 0.5, -1.1, 0.2, 0.15), WHITE)
            part.add(skull.line(u + side * 0.5, -1.1, u + side * 0.45, -1.7, 0.15, 0.05), WHITE)


def _mane(part: Part, face: Face, skull: Skull) -> None:
    """The mass of hair behind the face."""
    back = -0.22 if skull.side else 0.0
    if face.haircut == "afro":
        part.add(skull.oval(back, -0.25, 1.35, 1.2), face.hair)
    elif face.haircut == "spiky":
        for u, v in ((-1.35, -0.5), (-0.85, -1.25), (0.0, -1.6), (0.8, -1.25), (1.3, -0.5)):
            part.add(skull.line(back, -0.2, back + u, v, 0.45, 0.05), face.hair)
    elif face.haircut == "flame":
        for u, v in ((-1.1, -1.2), (-0.5, -2.0), (0.3, -1.6), (0.9, -1.1)):
            part.add(skull.line(back, -0.3, back + u, v, 0.6, 0.08), face.hair)
    elif face.haircut == "bun":
        part.add(skull.oval(back * 3.5, -1.0, 0.45, 0.4), face.hair)
    elif face.haircut in ("bob", "long", "curtain"):
        part.add(skull.oval(back * 1.3, 0.12, 1.14, 1.02, 0.5), face.hair)


def _crop(part: Part, face: Face, skull: Skull) -> None:
    """Hair that lies over the skull."""
    hair = face.hair
    if face.haircut == "mohawk":
        u, half = (-0.2, 0.75) if skull.side else (0.0, 0.2)
        part.add(skull.slab((u - half, -0.6), (u - half * 0.8, -1.4), (u + half * 0.8, -1.4), (u + half, -0.75)), hair)
    elif face.haircut == "balding":
        if skull.view is View.FRONT:
            part.add(skull.oval(-0.95, -0.1, 0.15, 0.4), hair).add(skull.oval(0.95, -0.1, 0.15, 0.4), hair)
        else:
            part.add(skull.oval(-0.6 if skull.side else 0.0, 0.1, 0.42 if skull.side else 1.02, 0.5), hair)
    elif skull.view is View.BACK:
        part.add(skull.oval(0, -0.08, 1.06, 0.98, face.square), hair)
    elif skull.view is View.FRONT:
        if face.haircut == "curtain":
            for side in (-1, 1):
                part.add(skull.slab((0, -1.05), (side * 0.95, -0.8), (side * 1.05, 0.5), (side * 0.75, 0.4)), hair)
            return
        part.add(skull.oval(0, -0.62, 1.04, 0.5, 0.4), hair)
        for side in (-1, 1):
            part.add(skull.line(side * 0.92, -0.5, side * 0.95, 0.15, 0.2, 0.12), hair)
    else:
        part.add(skull.oval(-0.08, -0.6, 1.02, 0.5, 0.3), hair)
        part.add(skull.oval(-0.6, -0.05, 0.55, 0.85, 0.2), hair)
        part.add(skull.line(0.1, -0.7, 0.8, -0.35, 0.25, 0.1), hair)


def hanging(bones: Bones, face: Face, skull: Skull) -> list[Part]:
    """Long hair, a ponytail, a plume or ribbons: what waves by itself, hung on the head."""
    if face.hat == "helmet crest":
        tip = (-1.6, -0.5) if skull.side else (0.5, -0.6)
        bow = (-0.8, -1.5) if skull.side else (0.2, -1.6)
        return [_strand(skull, face.trim, (-0.2, -1.0), bow, tip, (0.16, 0.26, 0.1))]
    if face.hat == "band":
        return [_strand(skull, face.trim, (-0.8, -0.25), (-1.3, 0.0), (-1.8, 0.3), (0.12, 0.12, 0.15))]
    if face.hat in COVERING:
        return []
    if face.haircut == "ponytail":
        root, bow, tip = (
            ((-0.8, -0.45), (-1.5, -0.1), (-1.7, 1.0)) if skull.side else ((0.3, -0.45), (0.8, 0.0), (0.6, 1.0))
        )
        return [_strand(skull, face.hair, root, bow, tip, (0.22, 0.33, 0.1))]
    if face.haircut == "long":
        u, wide = (-0.4, 0.62) if skull.side else (0.0, 1.05)
        low = 1.4 + bones.torso * 0.25 / skull.h
        left = ((u - wide * 0.5, low * 0.95), (u - wide * 1.05, low * 0.75), (u - wide, -0.4))
        part = Part(Role.HAIR, skull.at(u, -0.1))
        return [part.add(skull.slab((u + wide, -0.4), (u + wide, low * 0.7), (u + wide * 0.3, low), *left), face.hair)]
    return []


def _strand(skull: Skull, hair: Material, root: Point, bow: Point, tip: Point, radii: tuple[float, ...]) -> Part:
    part = Part(Role.HAIR, skull.at(*root))
    part.add(skull.line(*root, *bow, radii[0], radii[1]), hair)
    return part.add(skull.line(*bow, *tip, radii[1], radii[2]), hair)
