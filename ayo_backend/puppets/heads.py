"""Heads: skull, face, hair, beards, hats and helmets, from the side, front and back."""

from __future__ import annotations

from dataclasses import dataclass

from ayo_backend.puppets.paint import Material, Part
from ayo_backend.puppets.shapes import Capsule, Ellipse, Pixels, Point, Slab, between, move, shifted
from ayo_backend.puppets.skeleton import Bones
from ayo_backend.rig import Role, View

WHITE, DARK = Material((240, 240, 236)), Material((32, 26, 38))

HAIRCUTS = ("bald", "short", "bob", "long", "spiky", "afro", "ponytail", "mohawk", "bun")
HATS = (
    "none",
    "helmet",
    "great helm",
    "cap",
    "hood",
    "wizard",
    "brim",
    "crown",
    "horns",
    "band",
    "mask",
    "winged",
    "top hat",
    "helmet crest",
)
EYES = ("dot", "white", "tall", "glow", "slit", "none", "big")


@dataclass(frozen=True, slots=True)
class Face:
    """What sits on the neck. square: 0 round skull, 1 boxy."""

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
    ears: bool = False
    snout: float = 0.0


def head(bones: Bones, face: Face, view: View, turn: float) -> tuple[Part, Part | None]:
    """(the head, what hangs behind it or None)."""
    part = Part(Role.HEAD, bones.neck)
    c, w, h = bones.head, bones.head_w, bones.head_h
    thick = max(w * 0.38, bones.r_arm * 0.8)
    part.add(
        Capsule(shifted(bones.neck, 0, bones.r_arm * 0.6), between(bones.neck, c, 0.7), thick, thick), face.skin, -0.12
    )
    hanging = _hanging(bones, face, view)
    if face.haircut in ("bob", "long", "afro", "spiky", "bun", "ponytail") and face.hat not in (
        "great helm",
        "hood",
        "mask",
    ):
        _mane(part, face, c, w, h, view)
    part.add(Ellipse(c, w, h, square=face.square), face.skin)
    if face.ears and view is not View.BACK:
        for side in (-1, 1) if view is View.FRONT else (-1,):
            root = shifted(c, side * w * (0.9 if view is View.FRONT else 0.1), 0)
            part.add(Capsule(root, shifted(root, side * w * 0.45, -h * 0.25), max(h * 0.16, 0.7), 0.5), face.skin)
    if view is View.SIDE and face.snout > 0:
        part.add(Ellipse(shifted(c, w * 0.8, h * 0.3), w * face.snout, h * 0.35), face.skin)
    if view is not View.BACK:
        _features(part, face, c, w, h, view, turn)
        _beard(part, face, c, w, h, view)
    if face.haircut != "bald" and face.hat not in ("great helm", "hood", "mask"):
        _crop(part, face, c, w, h, view)
    _hat(part, face, c, w, h, view, turn)
    return part, hanging


def _eye_xs(w: float, view: View, turn: float) -> tuple[float, ...]:
    if view is View.FRONT:
        return (-0.42 * w, 0.42 * w)
    return (0.12 * w, 0.68 * w) if turn > 0.45 else (0.55 * w,)


def _features(part: Part, face: Face, c: Point, w: float, h: float, view: View, turn: float) -> None:
    pw, ph = max(1, round(w * 0.2)), max(1, round(h * 0.24))
    y = c[1] + h * 0.12 - ph / 2
    for dx in _eye_xs(w, view, turn):
        x = c[0] + dx - pw / 2
        if face.eyes == "none":
            continue
        if face.eyes in ("white", "big") and w >= 4:
            grow = 1 if face.eyes == "big" else 0
            part.add(
                Pixels(x - (pw + grow) / 2, y - grow, pw * 2 + grow, ph + 2 * grow), WHITE, 0.3, flat=True, clip=True
            )
            part.add(
                Pixels(x + (0.0 if view is View.FRONT else pw * 0.5), y, pw, ph), face.iris, -0.2, flat=True, clip=True
            )
        elif face.eyes == "tall":
            part.add(Pixels(x, y - ph * 0.5, pw, ph * 2), face.iris, -0.2, flat=True, clip=True)
        elif face.eyes == "glow":
            part.add(Pixels(x - pw * 0.5, y, pw * 2, max(ph - 1, 1)), face.iris, 0.4, flat=True, clip=True)
        elif face.eyes == "slit":
            part.add(Pixels(x - pw * 0.5, y, pw * 2, 1), DARK, -0.2, flat=True, clip=True)
        else:
            part.add(Pixels(x, y, pw, ph), DARK, -0.2, flat=True, clip=True)
    if face.mouth and h >= 5:
        mid = c[0] + (0.0 if view is View.FRONT else 0.45 * w)
        part.add(
            Pixels(mid - w * 0.25, c[1] + h * 0.55, max(1, round(w * 0.5)), 1), face.skin, -0.4, flat=True, clip=True
        )
    if view is View.SIDE and h >= 6 and turn < 0.6:
        part.add(Ellipse(shifted(c, w * 0.95, h * 0.25), max(w * 0.14, 0.7), max(h * 0.14, 0.7)), face.skin, 0.05)


def _beard(part: Part, face: Face, c: Point, w: float, h: float, view: View) -> None:
    if not face.beard:
        return
    x = c[0] + (0.0 if view is View.FRONT else w * 0.35)
    length = {"short": 0.85, "full": 1.2, "long": 1.9}[face.beard] * h
    wide = w * (0.75 if view is View.FRONT else 0.6)
    part.add(
        Slab(
            (
                (x - wide, c[1] + h * 0.4),
                (x + wide, c[1] + h * 0.4),
                (x + wide * 0.8, c[1] + length * 0.8),
                (x, c[1] + length),
                (x - wide * 0.8, c[1] + length * 0.8),
            ),
            0.4,
        ),
        face.hair,
    )
    part.add(Pixels(x - w * 0.2, c[1] + h * 0.5, max(1, round(w * 0.4)), 1), face.skin, -0.3, flat=True, clip=True)


def _mane(part: Part, face: Face, c: Point, w: float, h: float, view: View) -> None:
    """The mass of hair behind the face."""
    back = -0.22 * w if view is View.SIDE else 0.0
    if face.haircut == "afro":
        part.add(Ellipse(shifted(c, back, -h * 0.25), w * 1.35, h * 1.2), face.hair)
    elif face.haircut == "spiky":
        for angle in (110, 145, 180, 215, 250):
            part.add(
                Capsule(shifted(c, back, -h * 0.2), move(shifted(c, back, -h * 0.2), angle, h * 1.45), w * 0.5, 0.5),
                face.hair,
            )
    elif face.haircut == "bun":
        part.add(Ellipse(shifted(c, back * 3.5, -h * 1.0), w * 0.45, w * 0.45), face.hair)
    if face.haircut in ("bob", "long"):
        part.add(Ellipse(shifted(c, back * 1.3, h * 0.12), w * 1.12, h * 1.02, square=0.5), face.hair)


def _crop(part: Part, face: Face, c: Point, w: float, h: float, view: View) -> None:
    """Hair that lies over the skull."""
    hair = face.hair
    if face.haircut == "mohawk":
        x = c[0] - (0.2 * w if view is View.SIDE else 0.0)
        half = w * (0.75 if view is View.SIDE else 0.2)
        part.add(
            Slab(
                (
                    (x - half, c[1] - h * 0.6),
                    (x - half * 0.8, c[1] - h * 1.4),
                    (x + half * 0.8, c[1] - h * 1.4),
                    (x + half, c[1] - h * 0.75),
                ),
                0.5,
            ),
            hair,
        )
        return
    if view is View.BACK:
        part.add(Ellipse(shifted(c, 0, -h * 0.08), w * 1.06, h * 0.98, square=face.square), hair)
    elif view is View.FRONT:
        part.add(Ellipse(shifted(c, 0, -h * 0.62), w * 1.04, h * 0.5, square=0.4), hair)
        part.add(Capsule(shifted(c, -w * 0.92, -h * 0.5), shifted(c, -w * 0.95, h * 0.15), w * 0.2, w * 0.12), hair)
        part.add(Capsule(shifted(c, w * 0.92, -h * 0.5), shifted(c, w * 0.95, h * 0.15), w * 0.2, w * 0.12), hair)
    else:
        part.add(Ellipse(shifted(c, -w * 0.08, -h * 0.6), w * 1.02, h * 0.5, square=0.3), hair)
        part.add(Ellipse(shifted(c, -w * 0.6, -h * 0.05), w * 0.55, h * 0.85, square=0.2), hair)
        part.add(Capsule(shifted(c, w * 0.1, -h * 0.7), shifted(c, w * 0.8, -h * 0.35), h * 0.25, h * 0.1), hair)


def _hanging(bones: Bones, face: Face, view: View) -> Part | None:
    """Long hair, a ponytail or a plume, which waves by itself."""
    c, w, h = bones.head, bones.head_w, bones.head_h
    back = -w * 0.75 if view is View.SIDE else 0.0
    if face.hat == "helmet crest":
        root = shifted(c, back * 0.2, -h * 1.05)
        part = Part(Role.HAIR, root)
        tip = shifted(root, -w * 1.5 if view is View.SIDE else w * 0.5, h * 0.35)
        bow = shifted(between(root, tip, 0.45), 0, -h * 0.45)
        return part.add(Capsule(root, bow, h * 0.16, h * 0.26), face.trim).add(
            Capsule(bow, tip, h * 0.26, h * 0.1), face.trim
        )
    if face.hat in ("great helm", "hood", "mask") or face.haircut not in ("long", "ponytail"):
        if face.hat == "band":
            root = shifted(c, -w * 0.8, -h * 0.25)
            tip = shifted(root, -w * 1.0, h * 0.5)
            return Part(Role.HAIR, root).add(Capsule(root, tip, max(h * 0.12, 0.6), max(h * 0.15, 0.6)), face.trim)
        return None
    if face.haircut == "long":
        root = shifted(c, back * 0.5, -h * 0.1)
        bottom = h * 1.5 + bones.torso * 0.25
        wide = w * (0.62 if view is View.SIDE else 1.05)
        x, y = root
        shape = Slab(
            (
                (x - wide, y - h * 0.3),
                (x + wide, y - h * 0.3),
                (x + wide, y + bottom * 0.7),
                (x + wide * 0.3, y + bottom),
                (x - wide * 0.5, y + bottom * 0.95),
                (x - wide * 1.05, y + bottom * 0.75),
            ),
            0.5,
        )
        return Part(Role.HAIR, root).add(shape, face.hair, -0.05)
    root = shifted(c, back * 1.1 if view is View.SIDE else w * 0.3, -h * 0.45)
    elbow = shifted(root, -w * 0.7 if view is View.SIDE else w * 0.5, h * 0.35)
    tip = shifted(elbow, -w * 0.25, h * 1.1)
    part = Part(Role.HAIR, root)
    return part.add(Capsule(root, elbow, w * 0.22, w * 0.35), face.hair).add(
        Capsule(elbow, tip, w * 0.35, w * 0.1), face.hair
    )


def _hat(part: Part, face: Face, c: Point, w: float, h: float, view: View, turn: float) -> None:
    hat, trim, x, y = face.hat_material, face.trim, c[0], c[1]
    side = view is View.SIDE
    if face.hat in ("helmet", "helmet crest", "horns", "winged"):
        part.add(
            Slab(
                (
                    (x - w * 1.02, y - h * 0.1),
                    (x - w * 0.95, y - h * 0.75),
                    (x - w * 0.4, y - h * 1.08),
                    (x + w * 0.4, y - h * 1.08),
                    (x + w * 0.95, y - h * 0.75),
                    (x + w * 1.02, y - h * 0.1),
                ),
                0.6,
            ),
            hat,
        )
        if side:
            part.add(
                Slab(
                    (
                        (x - w, y - h * 0.2),
                        (x - w * 0.05, y - h * 0.2),
                        (x - w * 0.15, y + h * 0.65),
                        (x - w * 0.85, y + h * 0.65),
                    ),
                    0.5,
                ),
                hat,
            )
        elif view is View.BACK:
            part.add(Ellipse(shifted(c, 0, h * 0.1), w, h * 0.75, square=0.6), hat)
        else:
            for s in (-1, 1):
                part.add(
                    Capsule((x + s * w * 0.9, y - h * 0.2), (x + s * w * 0.8, y + h * 0.6), w * 0.2, w * 0.15), hat
                )
        part.add(
            Pixels(x - w * 1.02, y - h * 0.2, max(1, round(w * 2.04)), max(1, round(h * 0.14))), trim, 0.1, clip=True
        )
        for s in (-1, 1) if face.hat in ("horns", "winged") else ():
            root = (x + s * w * 0.85, y - h * 0.6)
            if face.hat == "horns":
                bow = shifted(root, s * w * 0.55, -h * 0.15)
                part.add(Capsule(root, bow, h * 0.2, h * 0.15), WHITE).add(
                    Capsule(bow, shifted(bow, s * w * 0.1, -h * 0.6), h * 0.15, 0.5), WHITE
                )
            elif s == -1 or not side:
                part.add(
                    Slab((root, shifted(root, s * w * 0.8, -h * 0.8), shifted(root, s * w * 0.6, h * 0.1)), 0.5), WHITE
                )
    elif face.hat == "great helm":
        part.add(Ellipse(c, w * 1.1, h * 1.05, square=0.85), hat)
        if view is not View.BACK:
            mid = x + (w * (0.3 if turn > 0.45 else 0.45) if side else 0.0)
            wide = w * (0.6 if side else 0.75)
            part.add(
                Pixels(mid - wide, y - h * 0.08, max(2, round(wide * 2)), max(1, round(h * 0.2))),
                DARK,
                -0.3,
                flat=True,
                clip=True,
            )
            part.add(
                Pixels(mid - w * 0.1, y - h * 0.9, max(1, round(w * 0.2)), max(2, round(h * 1.9))), trim, 0.1, clip=True
            )
            if face.eyes == "glow":
                for dx in _eye_xs(w, view, turn):
                    part.add(
                        Pixels(x + dx, y - h * 0.05, max(1, round(w * 0.2)), max(1, round(h * 0.12))),
                        face.iris,
                        0.4,
                        flat=True,
                        clip=True,
                    )
    elif face.hat in ("cap", "band", "mask"):
        if face.hat == "mask":
            part.add(Ellipse(c, w * 1.08, h * 1.05, square=face.square), hat)
            if view is not View.BACK:
                mid = x + (w * 0.4 if side else 0.0)
                part.add(
                    Slab(
                        (
                            (mid - w * 0.6, y - h * 0.12),
                            (mid + w * 0.65, y - h * 0.12),
                            (mid + w * 0.65, y + h * 0.3),
                            (mid - w * 0.6, y + h * 0.3),
                        ),
                        0.2,
                    ),
                    face.skin,
                    clip=True,
                )
                _features(part, face, c, w, h, View.FRONT if not side else View.SIDE, turn)
        elif face.hat == "cap":
            part.add(Ellipse((x, y - h * 0.5), w * 1.08, h * 0.62, square=0.3), hat)
            if view is not View.BACK:
                brim = x + (w * 0.75 if side else 0.0)
                part.add(
                    Capsule(
                        (brim - w * 0.6, y - h * 0.22),
                        (brim + w * 0.6, y - h * 0.22),
                        max(h * 0.12, 0.6),
                        max(h * 0.12, 0.6),
                    ),
                    trim,
                )
        if face.hat == "band":
            part.add(
                Pixels(x - w * 1.2, y - h * 0.42, max(2, round(w * 2.4)), max(1, round(h * 0.25))), trim, clip=True
            )
    elif face.hat == "hood":
        part.add(Ellipse((x - (w * 0.1 if side else 0), y - h * 0.02), w * 1.2, h * 1.15, square=0.3), hat)
        part.add(
            Capsule(
                (x - (w * 0.3 if side else 0), y - h * 0.8), (x - (w * 0.9 if side else 0), y - h * 1.2), w * 0.4, 0.6
            ),
            hat,
        )
        if view is not View.BACK:
            mid = x + (w * 0.35 if side else 0.0)
            dark = face.eyes == "glow"
            part.add(
                Ellipse((mid, y + h * 0.15), w * 0.75, h * 0.72, square=0.2),
                DARK if dark else face.skin,
                -0.2 if dark else -0.08,
                clip=True,
            )
            _features(part, face, c, w, h, view, turn)
            _beard(part, face, c, w, h, view)
    elif face.hat == "wizard":
        tip = (x - (w * 0.7 if side else -w * 0.25), y - h * 2.6)
        part.add(
            Slab(
                (
                    (x - w * 0.95, y - h * 0.5),
                    (x - w * 0.45, y - h * 1.6),
                    tip,
                    (x + w * 0.3, y - h * 1.6),
                    (x + w * 0.95, y - h * 0.5),
                ),
                0.6,
            ),
            hat,
        )
        part.add(
            Capsule((x - w * 1.6, y - h * 0.4), (x + w * 1.6, y - h * 0.4), max(h * 0.15, 0.7), max(h * 0.15, 0.7)), hat
        )
        part.add(Pixels(x - w, y - h * 0.8, max(2, round(w * 2)), max(1, round(h * 0.2))), trim, clip=True)
    elif face.hat in ("brim", "top hat"):
        tall = 1.9 if face.hat == "top hat" else 1.35
        part.add(
            Slab(
                (
                    (x - w * 0.85, y - h * 0.45),
                    (x - w * 0.75, y - h * tall),
                    (x + w * 0.75, y - h * tall),
                    (x + w * 0.85, y - h * 0.45),
                ),
                0.7,
            ),
            hat,
        )
        part.add(
            Capsule((x - w * 1.6, y - h * 0.42), (x + w * 1.6, y - h * 0.42), max(h * 0.13, 0.7), max(h * 0.13, 0.7)),
            hat,
        )
        part.add(Pixels(x - w * 0.9, y - h * 0.75, max(2, round(w * 1.8)), max(1, round(h * 0.2))), trim, clip=True)
    elif face.hat == "crown":
        spikes: list[Point] = [(x - w * 0.9, y - h * 0.5)]
        for i in range(5):
            spikes.append((x + w * (-0.9 + 0.45 * i), y - h * (1.35 if i % 2 == 0 else 0.9)))
        part.add(Slab((*spikes, (x + w * 0.9, y - h * 0.5)), 0.3), hat)
