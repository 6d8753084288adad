"""Understanding: what the parser makes of one sprite, and the poses the mover plans for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ayo_backend import motion
from ayo_backend.actions import ACTIONS, FACINGS, Action, phases
from ayo_backend.dissect import Seen, dissect
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import KINDS, UNKNOWN_VIEW, VIEWS, Parse
from ayo_backend.model.tensors import numpy, premultiplied
from ayo_backend.rig import Pose, Rig, Role, View
from ayo_backend.sprite import Sprite
from ayo_backend.trunk import Placement, trunk

VIEW_OF_FACING = {"right": View.SIDE, "left": View.SIDE, "down": View.FRONT, "up": View.BACK}
ACTION_ROW = {name: row for row, name in enumerate(ACTIONS)}


@dataclass(frozen=True)
class Understanding:
    """A sprite taken apart. `sprite` looks right where it is seen from the side; `mirrored` says that the artist's
    looks left.
    """

    sprite: Sprite
    facing: str
    mirrored: bool
    rig: Rig
    placement: Placement
    kind: Tensor  # [1, KINDS] probabilities
    tokens: Tensor
    embedding: Tensor

    @property
    def armed(self) -> bool:
        """Something is in the near hand."""
        return any(layer.role is Role.HELD for layer in self.rig.layers)

    @property
    def legless(self) -> bool:
        """No leg is to be seen: the robe or the body itself must do the walking."""
        legs = (Role.NEAR_UPPER_LEG, Role.NEAR_LOWER_LEG, Role.FAR_UPPER_LEG, Role.FAR_LOWER_LEG)
        return not any(layer.role in legs for layer in self.rig.layers)


def parsed(generator: Generator, sprite: Sprite, view: int, device: torch.device) -> tuple[Parse, Placement]:
    """The parser's answer for one sprite; view: index into VIEWS or UNKNOWN_VIEW."""
    placement = trunk(sprite.rgba)
    picture = premultiplied(placement.apply(sprite.rgba))[None].to(device)
    return generator.parser(picture, torch.tensor([view], device=device)), placement


def understand(generator: Generator, sprite: Sprite, facing: str, device: torch.device) -> Understanding:
    """Take the sprite apart. facing: one of FACINGS, or "auto" to let the parser tell."""
    if facing == "auto":
        parse, _ = parsed(generator, sprite, UNKNOWN_VIEW, device)
        facing = FACINGS[int(parse.facing[0].argmax())]
    mirrored = facing == "left"
    sprite = sprite.mirrored() if mirrored else sprite
    view = VIEW_OF_FACING[facing]
    parse, placement = parsed(generator, sprite, VIEWS.index(view), device)
    shape = sprite.indices.shape
    points = parse.joint_points()
    kind = parse.kind.float().softmax(-1)
    masks = parse.visible.float().softmax(1)[:, 1:] * torch.from_numpy(placement.apply(sprite.mask)).to(device)
    seen = Seen(
        visible=placement.mask_back(numpy(masks[0]), shape),
        whole=placement.mask_back(numpy(parse.whole[0].float().sigmoid()), shape),
        joints=numpy(points[0] / placement.scale + torch.tensor([placement.left, placement.top], device=device)),
        kind=KINDS[int(kind[0].argmax())],
        view=view,
    )
    tokens = generator.mover.tokens(parse, masks, points)
    return Understanding(
        sprite, facing, mirrored, dissect(sprite, seen), placement, kind, tokens, parse.embedding.float()
    )


def plan(
    generator: Generator, figure: Understanding, action: Action, count: int, energy: float, style: int = 0
) -> list[Pose]:
    """The poses of a clip, one after another, each with the one before it as context."""
    rig, device = figure.rig, figure.kind.device
    previous = torch.zeros(1, len(Role) + 1, 5, device=device)
    poses = []
    for index, phase in enumerate(phases(action, count)):
        prior = motion.pose(
            action.name, rig.kind, rig.view, phase, height=rig.height, armed=figure.armed, legless=figure.legless
        )
        condition = conditions(
            [action.name],
            [VIEWS.index(rig.view)],
            [style],
            [index],
            [phase],
            [figure.armed],
            [action.loop == "loop"],
            figure.kind,
        )
        pose = generator.mover(
            figure.tokens, figure.embedding, condition, torch.from_numpy(prior.parts)[None].to(device), previous
        )
        previous = pose
        poses.append(Pose(numpy(pose[0] * (energy if action.name != "die" else 1.0)), prior.grounded))
    return poses


def conditions(
    action: Sequence[str],
    view: Sequence[int],
    style: Sequence[int],
    frame: Sequence[int],
    phase: Sequence[float],
    armed: Sequence[bool],
    loop: Sequence[bool],
    kind: Tensor,
) -> dict[str, Tensor]:
    """The mover's and refiner's condition for a batch of frames."""
    device = kind.device
    return {
        "action": torch.tensor([ACTION_ROW[name] for name in action], device=device),
        "view": torch.tensor(view, device=device),
        "style": torch.tensor(style, device=device),
        "frame": torch.tensor(frame, device=device),
        "phase": torch.tensor(phase, dtype=torch.float32, device=device),
        "armed": torch.tensor(armed, dtype=torch.float32, device=device),
        "loop": torch.tensor(loop, dtype=torch.float32, device=device),
        "kind": kind,
    }
