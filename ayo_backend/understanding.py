"""Understanding: what the parser makes of one sprite."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ayo_backend import motion
from ayo_backend.actions import FACINGS, MIRRORED
from ayo_backend.consensus import agreed
from ayo_backend.dissect import Seen, dissect
from ayo_backend.errors import AyoError
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import KINDS, UNKNOWN_KIND, UNKNOWN_VIEW, VIEWS, Parse
from ayo_backend.model.tensors import numpy, premultiplied
from ayo_backend.parts import LEGS, parts_of
from ayo_backend.rig import Kind, Layer, Rig, Role, View
from ayo_backend.sprite import Sprite, bounds
from ayo_backend.stance import stances
from ayo_backend.trunk import Placement, trunk

VIEW_OF_FACING = {"right": View.SIDE, "left": View.SIDE, "down": View.FRONT, "up": View.BACK}
SURELY = 0.85
WINGS = (Role.NEAR_WING, Role.FAR_WING)
STAND_INS = {  # what must be which other part, where a creature has no such part
    Kind.BIRD: {
        Role.NEAR_LOWER_ARM: Role.NEAR_WING,
        Role.NEAR_UPPER_ARM: Role.NEAR_WING,
        Role.FAR_LOWER_ARM: Role.FAR_WING,
        Role.FAR_UPPER_ARM: Role.FAR_WING,
        Role.HELD: Role.HEAD,
        Role.OFFHAND: Role.HEAD,
    },
    Kind.SPIDER: {Role.NEAR_WING: Role.NEAR_LOWER_ARM, Role.FAR_WING: Role.FAR_LOWER_ARM},
}
FINE = 128  # px: the side of the trunk on which what the parser saw reduced is heard
RIGHT = 2.0  # how much likelier (log odds) side art looks right
A_LEG = 0.015  # the least share of a figure that is a leg
A_WINGSPAN, RAISED = 0.29, 0.1  # and of one on the wing that is wings, and how far above its body, in its heights


class Build(TypedDict):
    """See motion.pose."""

    armed: bool
    left_handed: bool
    legless: bool
    stiff: bool
    sinking: float
    raised: tuple[float, float]
    ahead: tuple[bool, bool]
    aim: float
    upright: tuple[float, float]
    amid: bool
    wide: float


@dataclass(frozen=True)
class Understanding:
    """A sprite taken apart. `sprite` looks right where it is seen from the side; `mirrored` says that the artist's
    looks left. facing, creature: as told, or seen; `mistaken`: it looked like another creature than was told, so that
    it is hardly one whose kin the generator knows.
    """

    sprite: Sprite
    facing: str
    creature: Kind
    mistaken: bool
    mirrored: bool
    parts: NDArray[np.int32]  # [H, W] of Role, 0 where the sprite is transparent
    rig: Rig
    placement: Placement
    kind: Tensor  # [1, KINDS] probabilities
    tokens: Tensor
    embedding: Tensor

    @cached_property
    def build(self) -> Build:
        """What the authored motion needs to know of it."""
        return {
            "armed": self.armed,
            "left_handed": self.rig.left_handed,
            "legless": self.legless,
            "stiff": self.stiff,
            "sinking": self.sinking,
            "raised": self.raised,
            "ahead": self.ahead,
            "aim": self.aim,
            "upright": self.upright,
            "amid": self.rig.weapon is not None and self.rig.weapon.amid,
            "wide": self.wide,
        }

    @property
    def wide(self) -> float:
        """The width of the body, in its heights."""
        left, top, right, bottom = bounds(self.rig.body)
        return (right - left) / (bottom - top)

    @property
    def armed(self) -> bool:
        """Something is in the near hand."""
        return any(layer.role is Role.HELD for layer in self.rig.layers)

    @property
    def legless(self) -> bool:
        """No leg is to be seen: the robe or the body itself must do the walking."""
        return not any(layer.role in LEGS for layer in self.rig.layers)

    @cached_property
    def stiff(self) -> bool:
        """The torso stands: on the ground, or on feet too short to give way."""
        return Role.TORSO in stances(self.rig)

    @property
    def legs(self) -> float:
        """How many pixels the hips are above the ground, at most; 0 where no leg is to be seen."""
        return max((self.rig.ground - layer.joint[1] for layer in self.rig.layers if layer.role in LEGS), default=0.0)

    @property
    def sinking(self) -> float:
        """How far the body of one who walks on two legs sinks at each step; see motion.sinking."""
        if self.legless or self.rig.kind is not Kind.HUMANOID:
            return 0.0
        return motion.sinking(self.legs, self.rig.height, self.rig.view)

    @cached_property
    def raised(self) -> tuple[float, float]:
        """How many degrees the near and the far arm are lifted at rest: 0 hanging, 90 level, 180 straight up."""
        near = _elevation(self.rig, (Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM))
        return near, _elevation(self.rig, (Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM))

    @cached_property
    def ahead(self) -> tuple[bool, bool]:
        """Whether the near and the far wing lie ahead of where they hang."""
        lies = {w.role: np.nonzero(w.indices)[1].mean() > w.joint[0] for w in self.rig.layers if w.role in WINGS}
        near, far = (bool(lies.get(role, False)) for role in WINGS)
        return near, far

    @cached_property
    def aim(self) -> float:
        """Where the weapon points from the hand, in degrees from up, forward (back is negative); 45 without one."""
        weapon = self.rig.weapon
        if weapon is None:
            return 45.0
        forward, down = weapon.ahead
        return float(np.degrees(np.arctan2(forward, -down)))

    @cached_property
    def upright(self) -> tuple[float, float]:
        """How many degrees clockwise what the near and the far hand hold must turn to stand along the body."""
        turns = {layer.role: _to_upright(layer) for layer in self.rig.layers if layer.indices.any()}
        return turns.get(Role.HELD, 0.0), turns.get(Role.OFFHAND, 0.0)


def _to_upright(layer: Layer) -> float:
    """Degrees clockwise, -45..135, that turn the layer's longest axis through its joint upright; what points forward
    turns down.
    """
    across, down = layer.axis
    return float((45 - np.degrees(np.arctan2(across, -down))) % 180 - 45)


def _elevation(rig: Rig, arm: tuple[Role, Role]) -> float:
    parts = [layer for layer in rig.layers if layer.role in arm and layer.indices.any()]
    if not parts:
        return 0.0
    shoulder = min(parts, key=lambda layer: layer.role).joint
    y, x = np.nonzero(max(parts, key=lambda layer: layer.role).indices)
    down, aside = y.mean() + 0.5 - shoulder[1], x.mean() + 0.5 - shoulder[0]
    if rig.view is not View.SIDE and arm[0] is Role.NEAR_UPPER_ARM:
        aside = -aside
    return float(np.clip(np.degrees(np.arctan2(aside, down)), -180 if rig.view is View.SIDE else 0, 180))


def parsed(generator: Generator, sprite: Sprite, view: int, device: torch.device) -> Parse:
    """The parser's answer for one sprite; view: index into VIEWS or UNKNOWN_VIEW."""
    return _parse(generator, premultiplied(trunk(sprite.rgba).seen(sprite.rgba)).to(device), view)


def _parse(generator: Generator, picture: Tensor, view: int, kind: int = UNKNOWN_KIND) -> Parse:
    parse: Parse = generator.parser(picture[None], *torch.tensor([[view], [kind]], device=picture.device))
    return parse


def looks(generator: Generator, sprite: Sprite, device: torch.device) -> str:
    """Which of FACINGS the character looks, told from the picture and its mirror image; right in doubt."""
    told, mirrored = (parsed(generator, s, UNKNOWN_VIEW, device).facing[0] for s in (sprite, sprite.mirrored()))
    chances = told + mirrored[list(MIRRORED)]
    chances[FACINGS.index("right")] += RIGHT
    return FACINGS[int(chances.argmax())]


def understand(
    generator: Generator,
    sprite: Sprite,
    facing: str,
    device: torch.device,
    creature: str = "auto",
    told: NDArray[np.int32] | None = None,
) -> Understanding:
    """Take the sprite apart. facing: one of FACINGS, creature: one of CREATURES, or "auto" to let the parser tell.

    told: int32 [H, W] of Role, the part that a pixel is; where it is 0, and where it is None, the parser tells.
    """
    facing = looks(generator, sprite, device) if facing == "auto" else facing
    mirrored = facing == "left"
    sprite = sprite.mirrored() if mirrored else sprite
    view = VIEW_OF_FACING[facing]
    placement = trunk(sprite.rgba)
    picture = premultiplied(placement.seen(sprite.rgba)).to(device)
    parse = _parse(generator, picture, VIEWS.index(view))
    opaque = torch.from_numpy(placement.apply(sprite.mask)).to(device)
    if not opaque.any():
        message = f"What the picture shows is {_size(sprite)} px, too thin to be a character."
        raise AyoError("image_too_small", message, "Choose one that is less long or drawn thicker.")
    told = np.zeros_like(sprite.indices) if told is None else told[:, ::-1] if mirrored else told
    sure = torch.from_numpy(placement.apply(told)).to(device)
    kind, embedding = parse.kind.float().softmax(-1), parse.embedding.float()
    masks = _masks(parse, opaque, sure)
    if (told > Role.TORSO).any():
        kind[0, KINDS.index(Kind.BLOB)] = 0  # which has no parts
    built = looked = _kind(kind[0], masks[0])
    if creature != "auto":
        built = Kind(creature)
        parse = _parse(generator, picture, VIEWS.index(view), KINDS.index(built))
        masks = _masks(parse, opaque, sure)
        kind = torch.eye(len(KINDS), device=device)[[KINDS.index(built)]]
    points, whole = parse.joint_points(), parse.whole.float().sigmoid()
    for role, other in STAND_INS.get(built, {}).items():
        _stand_in(masks[0], whole[0], points[0], role - 1, other - 1)
    standing = _flying(built, masks[0])
    visible, there = (placement.mask_back(numpy(chances), sprite.indices.shape) for chances in (masks[0], whole[0]))
    likely = _likely(sprite, placement, masks[0], visible)
    parts = parts_of(sprite, visible, likely, standing)
    _obey(told * sprite.mask, parts, there)
    joints = numpy(points[0] / placement.scale + torch.tensor([placement.left, placement.top], device=device))
    rig = dissect(sprite, Seen(parts, there, joints, standing, view))
    tokens = generator.mover.tokens(parse, masks, points)
    mistaken = built is not looked
    return Understanding(sprite, facing, built, mistaken, mirrored, parts, rig, placement, kind, tokens, embedding)


def _size(sprite: Sprite) -> str:
    left, top, right, bottom = bounds(sprite.mask)
    return f"{right - left}×{bottom - top}"


def _likely(sprite: Sprite, placement: Placement, masks: Tensor, visible: NDArray[np.float32]) -> NDArray[np.float32]:
    """How likely each pixel shows each part when the pixels have heard each other: [ROLES, H, W].

    masks: [ROLES, side, side] and visible: [ROLES, H, W], the parser's chances. What it saw reduced is heard on a finer
    trunk, so that parts end where the drawing's edges are.
    """
    fine = placement
    if placement.scale < 1:
        fine = trunk(sprite.rgba, FINE)
        masks = torch.from_numpy(np.moveaxis(fine.apply(np.moveaxis(visible, 0, -1)), -1, 0)).to(masks.device)
    picture = premultiplied(fine.apply(sprite.rgba)).to(masks.device)
    opaque = torch.from_numpy(fine.apply(sprite.mask)).to(masks.device)
    heard = agreed(masks * opaque, picture, opaque, fine.scale / placement.scale)
    return fine.mask_back(numpy(heard), sprite.indices.shape)


def _obey(told: NDArray[np.int32], parts: NDArray[np.int32], there: NDArray[np.float32]) -> None:
    """Have each pixel be of the part that is told, in place; nor does what it is not go on behind it.

    told, parts: int32 [H, W] of Role; there: float [ROLES, H, W], how likely each part is there, seen or hidden.
    """
    y, x = np.nonzero((told > 0) & (told != parts))
    there[parts[y, x] - 1, y, x] = 0
    parts[y, x] = told[y, x]


def _masks(parse: Parse, opaque: Tensor, sure: Tensor) -> Tensor:
    """How likely each part is seen at each pixel of the sprite: [1, ROLES, side, side].

    sure: int [side, side] of Role, 0 where the parser tells.
    """
    told = F.one_hot(sure.long(), len(Role) + 1).movedim(-1, 0).float()
    return torch.where(sure > 0, told, parse.visible.float().softmax(1))[:, 1:] * opaque


def _stand_in(masks: Tensor, whole: Tensor, points: Tensor, role: int, other: int) -> None:
    """Take what was seen as one part for another, in place."""
    if masks[role].sum() > masks[other].sum():
        points[other] = points[role]
    masks[other] += masks[role]
    whole[other] = torch.maximum(whole[other], whole[role])
    masks[role], whole[role] = 0, 0


def _kind(chance: Tensor, masks: Tensor) -> Kind:
    """The likeliest kind by the chances [KINDS] and the parts' masks [ROLES, side, side].

    A blob only when there is little doubt, for a humanoid that squashes like one looks worst. What stands on two legs
    and would else be a humanoid is one, however round.
    """
    others = chance.clone()
    others[KINDS.index(Kind.BLOB)] = 0
    second = KINDS[int(others.argmax())]
    area = masks.sum((1, 2)) / masks.sum()
    legs = [area[upper - 1] + area[upper] for upper in (Role.NEAR_UPPER_LEG, Role.FAR_UPPER_LEG)]
    doubtful = chance[KINDS.index(Kind.BLOB)] < SURELY
    return second if doubtful or (second is Kind.HUMANOID and min(legs) >= A_LEG) else KINDS[int(chance.argmax())]


def _flying(kind: Kind, masks: Tensor) -> Kind:
    """The kind; of a bird whose wings are large and well above its body, what floats."""
    wings, torso = masks[[Role.NEAR_WING - 1, Role.FAR_WING - 1]].sum(0), masks[Role.TORSO - 1]
    rows = torch.arange(masks.shape[1], device=masks.device)
    wings_at, torso_at = (float((mask.sum(1) * rows).sum() / mask.sum().clamp(min=1e-6)) for mask in (wings, torso))
    height = int((masks.sum((0, 2)) > 0.5).sum())
    spread = bool(wings.sum() > A_WINGSPAN * masks.sum()) and torso_at - wings_at > RAISED * height
    return Kind.FLOATER if kind is Kind.BIRD and spread else kind
