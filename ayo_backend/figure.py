"""Figure: a character's parts as tensors on the trunk, its soft composite, and how far one picture is from another.

What teaching the mover and fitting poses to given pictures share: both move parts through the composite and feel, at
several scales, where they should be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ayo_backend.dissect import depth_order
from ayo_backend.model import stage
from ayo_backend.model.parser import ROLES, SIDE
from ayo_backend.rig import Kind, Role
from ayo_backend.stance import lying, stances, steepest
from ayo_backend.trunk import Placement
from ayo_backend.understanding import Understanding


@dataclass(frozen=True)
class Figure:
    """A character ready to be moved: `understood`, and its layers as `placement` shows them on the trunk (uint8 [ROLES,
    64, 64, 4], straight alpha).
    """

    understood: Understanding
    placement: Placement
    layers: NDArray[np.uint8]
    joints: Tensor  # [ROLES, 2] trunk pixels
    soles: Tensor
    order: Tensor
    feet: Tensor
    height: float
    standing: stage.Standing  # of a batch of one


def lay_out(understood: Understanding, place: Placement) -> Figure:
    """The character's parts on the trunk. place: must put its ground line at stage.GROUND."""
    rig = understood.rig
    layers = np.zeros((ROLES, SIDE, SIDE, 4), np.uint8)
    for layer in rig.layers:
        picture = place.apply(understood.sprite.palette[layer.indices])
        layers[layer.role - 1] = np.where(picture[..., 3:] > 0, picture, layers[layer.role - 1])
    joints = np.zeros((ROLES, 2), np.float32)
    for role, joint in rig.joints().items():
        joints[role - 1] = (np.asarray(joint) - (place.left, place.top)) * place.scale
    points = stage.soles(torch.from_numpy(layers[..., 3] > 0)[None])[0]
    order = torch.tensor([role - 1 for role in depth_order(rig.kind, rig.view)])
    feet = torch.tensor(
        (np.asarray(understood.sprite.pivot) - (place.left, place.top)) * place.scale, dtype=torch.float32
    )
    height, standing = rig.height * place.scale, _standing(understood, place)
    return Figure(understood, place, layers, torch.from_numpy(joints), points, order, feet, height, standing)


def _standing(figure: Understanding, place: Placement) -> stage.Standing:
    """How the figure stands on the trunk, its soles kept."""
    anchor, sole = torch.zeros(1, ROLES, 2), torch.full((1, ROLES), float("nan"))
    slope = torch.full((1, ROLES), float("inf"))
    carried = torch.zeros(1, ROLES, dtype=torch.bool)
    for role, stance in stances(figure.rig).items():
        x, y = stance.anchor
        anchor[0, role - 1] = torch.tensor([(x - place.left) * place.scale, (y - place.top) * place.scale])
        sole[0, role - 1] = (stance.sole - place.top) * place.scale
        slope[0, role - 1] = stance.slope
        carried[0, role - 1] = stance.carrier is Role.TORSO
    lies, lean = torch.tensor([lying(figure.rig)]), torch.tensor([steepest(figure.rig)])
    return stage.Standing(anchor, sole, slope, carried, lies, lean, torch.tensor([True]))


def composite(
    figures: Sequence[Figure], poses: Tensor, planted: Sequence[bool], device: torch.device, side: int = SIDE
) -> Tensor:
    """The figures in poses [B, S, ROLES + 1, 5] as premultiplied RGBA in [0, 1]: [B, S, 4, side, side].

    planted: whether each keeps its soles (see rig.Pose). side: the trunk's 64, or that halved once or more for a
    coarser, quicker look.
    """
    batch, shown = poses.shape[:2]

    def each(values: list[Tensor]) -> Tensor:
        return torch.stack(values).to(device).repeat_interleave(shown, 0)

    pictures = np.stack([figure.layers for figure in figures])
    present = torch.from_numpy(np.flatnonzero(pictures[..., 3].any((0, 2, 3))))  # what nobody has takes no time
    if not len(present):  # so flat or thin that the trunk's pixels miss it
        return torch.zeros(batch, shown, 4, side, side, device=device)
    layers = premultiplied_on(torch.from_numpy(pictures[:, present]).to(device))
    layers = F.avg_pool2d(layers.flatten(0, 1), SIDE // side).view(batch, len(present), 4, side, side)
    standing = stage.Standing(
        *(each(list(parts)).squeeze(1) for parts in zip(*(f.standing for f in figures), strict=True))
    )
    move = stage.moves(
        poses.flatten(0, 1),
        each([f.joints for f in figures]),
        each([f.feet for f in figures]),
        each([torch.tensor(f.height, dtype=torch.float32) for f in figures]),
        each([f.soles for f in figures]),
        each([torch.tensor(f.understood.rig.kind is not Kind.FLOATER) for f in figures]),
        standing._replace(planted=standing.planted & each([torch.tensor(is_planted) for is_planted in planted])),
    )
    order = each([torch.searchsorted(present, f.order[torch.isin(f.order, present)]) for f in figures])
    flat = stage.flatten(layers.repeat_interleave(shown, 0), move[:, present.to(device)], order)
    return flat.view(batch, shown, 4, side, side)


def premultiplied_on(rgba: Tensor) -> Tensor:
    """uint8 [..., H, W, 4] -> float [..., 4, H, W], premultiplied, in [0, 1], on the tensor's device."""
    value = rgba.float() / 255
    return torch.cat([value[..., :3] * value[..., 3:], value[..., 3:]], -1).movedim(-1, -3)


def neighbourhood(*pictures: Tensor) -> Tensor:
    """Where anything is or was, and a few pixels round it: [B, 1, 1, 64, 64], 1 there and 0.05 elsewhere."""
    seen = torch.stack([picture[:, :, 3].amax(1) for picture in pictures]).amax(0)[:, None]
    return (F.max_pool2d((seen > 0.1).float(), 7, 1, 3) * 0.95 + 0.05)[:, None]


def pyramid_loss(made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
    """Mean distance at full, half, quarter and eighth scale, [B, S, 4, 64, 64] each."""
    total = torch.zeros((), device=made.device)
    difference = ((made - true) * weight).flatten(0, 1)
    for scale in range(4):
        total = total + difference.abs().mean() * (1.0, 1.5, 2.0, 2.0)[scale]
        difference = F.avg_pool2d(difference, 2)
    return total
