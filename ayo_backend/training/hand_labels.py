"""Parts of true stills, labelled by hand: what puppets can't teach, for they are drawn by rules.

`hand_labels.jsonl` has a line for each still: whose it is, the kind of creature, and what its opaque pixels show on the
trunk, in reading order, as runs `[count, part]`. A part is a role or several that a person would not tell apart: an arm
need not be cut at the elbow. No picture is stored: without its pack a line says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ayo_backend.errors import AyoError
from ayo_backend.model.parser import ROLES, Parse
from ayo_backend.rig import Kind, Role, View
from ayo_backend.sprite import Sprite
from ayo_backend.training.data import PackClip
from ayo_backend.training.losses import small_louder
from ayo_backend.trunk import Placement, trunk
from ayo_backend.understanding import VIEW_OF_FACING

LABELS = Path(__file__).parent / "hand_labels.jsonl"
_NEAR_ARM, _FAR_ARM = {Role.NEAR_UPPER_ARM, Role.NEAR_LOWER_ARM}, {Role.FAR_UPPER_ARM, Role.FAR_LOWER_ARM}
_NEAR_LEG, _FAR_LEG = {Role.NEAR_UPPER_LEG, Role.NEAR_LOWER_LEG}, {Role.FAR_UPPER_LEG, Role.FAR_LOWER_LEG}
_WHOLE_ROLES = ("torso", "head", "hair", "held", "offhand", "cape", "skirt", "tail", "near_wing", "far_wing")
PARTS: dict[str, set[Role]] = {"unsure": set()} | {name: {Role[name.upper()]} for name in _WHOLE_ROLES}
PARTS |= {"near_arm": _NEAR_ARM, "far_arm": _FAR_ARM, "arm": _NEAR_ARM | _FAR_ARM}
PARTS |= {"near_leg": _NEAR_LEG, "far_leg": _FAR_LEG, "leg": _NEAR_LEG | _FAR_LEG}
NAMES = tuple(PARTS)  # a label's number is its place here; 0 is also for what is not opaque
_IN_MIRROR = {"near": "far", "far": "near", "held": "offhand", "offhand": "held"}


@dataclass(frozen=True)
class Labelled:
    """A still on the trunk. indices: int32 [64, 64] into palette (uint8 [K, 4]); parts: uint8 [64, 64] into NAMES."""

    source: str
    character: str
    indices: NDArray[np.int32]
    palette: NDArray[np.uint8]
    parts: NDArray[np.uint8]
    kind: Kind
    view: View


class _Line(msgspec.Struct):
    source: str
    character: str
    facing: str
    kind: Kind
    runs: list[tuple[int, str]]


def labelled(clips: Sequence[PackClip], path: Path = LABELS) -> list[Labelled]:
    """The labelled stills among those of the clips."""
    lines = [msgspec.json.decode(line, type=_Line) for line in path.read_text(encoding="utf-8").splitlines()]
    clip_of = {(c.source, c.character, c.facing): c for c in reversed(clips) if c.rest_cel is not None}
    asked = [(line, clip_of[key]) for line in lines if (key := (line.source, line.character, line.facing)) in clip_of]
    return [found for line, clip in asked if (found := _labelled(line, clip)) is not None]


def _labelled(line: _Line, clip: PackClip) -> Labelled | None:
    """None where the pack's still is not the one that was labelled."""
    try:
        sprite, place = placed(clip)
    except AyoError:
        return None
    indices = place.apply(sprite.indices)
    numbers = np.repeat([NAMES.index(part) for _, part in line.runs], [count for count, _ in line.runs])
    if len(numbers) != (indices != 0).sum():
        return None
    parts = np.zeros(indices.shape, np.uint8)
    parts[indices != 0] = numbers
    view = VIEW_OF_FACING[line.facing]
    return Labelled(line.source, line.character, indices, sprite.palette, parts, line.kind, view)


def placed(clip: PackClip) -> tuple[Sprite, Placement]:
    """The clip's still as it is taken apart, looking right where it is seen from the side, and its place on the trunk.

    Raises AyoError where it is no sprite.
    """
    return on_trunk(clip.rest(), clip.facing == "left")


def on_trunk(rgba: NDArray[np.uint8], mirrored: bool) -> tuple[Sprite, Placement]:
    """The picture, perhaps mirrored, as a sprite at its own size, and its place on the trunk. Raises AyoError where it
    is none.
    """
    sprite = Sprite.from_rgba(rgba).native()
    sprite = sprite.mirrored() if mirrored else sprite
    return sprite, trunk(sprite.rgba)


def _mirrored(name: str) -> str:
    first, *rest = name.split("_")
    return "_".join([_IN_MIRROR.get(first, first), *rest])


MIRRORED = np.array([NAMES.index(_mirrored(name)) for name in NAMES], np.uint8)
MAY_BE = torch.zeros(len(NAMES), ROLES + 1)  # [parts, roles]: which roles a part may be
for _row, _roles in enumerate(PARTS.values()):
    MAY_BE[_row, [int(role) for role in _roles]] = 1


def label_loss(parse: Parse, sample: dict[str, Tensor]) -> dict[str, Tensor]:
    """Parts and kind against those labelled: the likelihood that a pixel is any of the roles that it may be.

    Small parts count more, as in losses.parse_loss.
    """
    parts = sample["parts"]
    likely = torch.einsum("brhw,pr->bphw", parse.visible.float().softmax(1), MAY_BE.to(parts.device))
    missed = -likely.gather(1, parts[:, None])[:, 0].clamp(min=1e-6).log()
    known = (parts > 0).float()
    return {
        "labels": (missed * small_louder(parts, len(NAMES), known) * known).sum() / (known.sum() + 1),
        "kinds": F.cross_entropy(parse.kind.float(), sample["kind"]),
    }


def may_be(roles: Tensor, parts: Tensor) -> Tensor:
    """Whether a role is one that a labelled pixel may show: bool, long roles and parts of the same shape."""
    return MAY_BE.to(parts.device)[parts, roles].bool()


def agreement(parse: Parse, parts: Tensor) -> Tensor:
    """The share of each still's labelled pixels whose likeliest role is one that they may show: [B]."""
    right, known = may_be(parse.visible[:, 1:].argmax(1) + 1, parts), parts > 0
    return right.sum((1, 2)) / known.sum((1, 2)).clamp(min=1)
