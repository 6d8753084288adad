"""The composite, differentiable: parts as soft masks, moved whole and laid over each other back to front."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ayo_backend.model.parser import ROLES, SIDE
from ayo_backend.rig import LOOSE, PARENT, Role
from ayo_backend.stance import CROUCH, STRETCH

GROUND = 60.0  # trunk y of the ground line; trunk x of the feet is the middle


class Standing(NamedTuple):
    """How each figure stands, as in stance.py, in trunk pixels. anchor: [B, ROLES, 2]; sole: [B, ROLES], NaN for a part
    that does not stand; slope: [B, ROLES], how far its rows may shift from each to the next; carried: [B, ROLES] bool,
    whether the torso carries it rather than the whole figure; lying: [B] bool; steepest: [B] degrees that a torso
    leans; planted: [B] bool, whether the pose keeps the soles.
    """

    anchor: Tensor
    sole: Tensor
    slope: Tensor
    carried: Tensor
    lying: Tensor
    steepest: Tensor
    planted: Tensor


def moves(
    pose: Tensor, joints: Tensor, feet: Tensor, height: Tensor, soles: Tensor, grounded: Tensor, standing: Standing
) -> Tensor:
    """Forward kinematics as in compose.Stage, without the whole-pixel rounding.

    pose: [B, ROLES + 1, 5]; joints: [B, ROLES, 2]; feet: [B, 2]; height: [B] in trunk pixels; soles: [B, ROLES, P, 2]
    outline points of each part, NaN where there is none; grounded: [B] bool. Returns [B, ROLES, 2, 3], rest -> posed.
    """
    reach = (standing.sole - standing.anchor[..., 1]).nan_to_num(0.0)
    planted = standing.planted & (reach >= 1).any(1)
    angle = torch.deg2rad(pose[..., 0])
    cos, sin = angle.cos(), angle.sin()
    scale = torch.exp2(pose[..., 3:5])
    local = torch.stack(
        [
            torch.stack([cos * scale[..., 0], -sin * scale[..., 1]], -1),
            torch.stack([sin * scale[..., 0], cos * scale[..., 1]], -1),
        ],
        -2,
    )
    kept = torch.ones_like(pose[..., 1:3])  # a head on a torso that stands goes nowhere aside (see Stage._turned)
    kept[planted & ~standing.sole[:, Role.TORSO - 1].isnan(), Role.HEAD, 0] = 0
    shift = pose[..., 1:3] * height[:, None, None] * kept
    lift = torch.where(grounded, shift[:, 0, 1], torch.zeros_like(height))
    flying = torch.where(grounded & ~planted, torch.zeros_like(height), shift[:, 0, 1])
    far = torch.where(planted, reach.masked_fill(reach < 1, 1e4).amin(1), torch.full_like(height, 1e4))
    root_shift = torch.stack([shift[:, 0, 0].clamp(-far, far), flying.maximum(-(STRETCH - 1) * far)], -1)

    def about(linear: Tensor, at: Tensor, landed: Tensor) -> Tensor:
        return torch.cat([linear, (landed - torch.einsum("bij,bj->bi", linear, at)).unsqueeze(-1)], -1)

    def moved(move: Tensor, at: Tensor) -> Tensor:
        return torch.einsum("bij,bj->bi", move[:, :, :2], at) + move[:, :, 2]

    root = about(local[:, 0], feet, feet + root_shift)
    placed: dict[Role, Tensor] = {}
    for role in sorted(Role, key=_depth):
        parent = PARENT[role]
        base = root if parent is None else placed[parent]
        at = joints[:, role - 1]
        landed = moved(base, at) + shift[:, role]
        turn = _lean(pose[:, role, 0], standing) if role is Role.TORSO else local[:, role]
        linear = root[:, :, :2] if parent is Role.TORSO else base[:, :, :2]
        placed[role] = about(linear @ turn, at, landed)
        if role is Role.TORSO:
            stooped, stoops = _bent(standing, reach, placed[role][:, None])
            on_ground = planted & stoops[:, role - 1]
            placed[role] = torch.where(on_ground[:, None, None], stooped[:, role - 1], placed[role])
    result = torch.stack([placed[role] for role in Role], 1)
    missing = soles[..., 1].isnan()
    points = torch.einsum("brij,brpj->brpi", result[..., :2], soles.nan_to_num(0.0)) + result[:, :, None, :, 2]
    firm = torch.tensor([role not in LOOSE for role in Role], device=pose.device)
    low = points[..., 1].masked_fill(missing | ~firm[None, :, None], -1e4).flatten(1).amax(1)
    drop = torch.where(grounded & ~planted & (low > -1e3), GROUND - low + lift, torch.zeros_like(low))
    down = torch.zeros_like(result)
    down[..., 1, 2] = drop[:, None]
    carriers = torch.where(standing.carried[..., None, None], placed[Role.TORSO][:, None], root[:, None])
    bent, can = _bent(standing, reach, carriers)
    return torch.where((planted[:, None] & can)[..., None, None], bent, result + down)


def _lean(degrees: Tensor, standing: Standing) -> Tensor:
    """A torso's shear, [B, 2, 2]."""
    lying = standing.lying
    slope = torch.deg2rad(degrees.clamp(-standing.steepest, standing.steepest)).tan()
    still, one = torch.zeros_like(slope), torch.ones_like(slope)
    across, down = torch.where(lying, still, -slope), torch.where(lying, slope, still)
    return torch.stack([torch.stack([one, across], -1), torch.stack([down, one], -1)], -2)


def _bent(standing: Standing, reach: Tensor, carriers: Tensor) -> tuple[Tensor, Tensor]:
    """See stance.bent: the movements [B, ROLES, 2, 3], and where there is one, [B, ROLES]."""
    sole, length = standing.sole.nan_to_num(0.0), reach.clamp_min(1.0)
    there = torch.einsum("brij,brj->bri", carriers[..., :2], standing.anchor) + carriers[..., 2]
    squash = torch.where(reach < 1, torch.ones_like(reach), (sole - there[..., 1]) / length)
    slope = torch.where(reach < 1, torch.zeros_like(reach), (standing.anchor[..., 0] - there[..., 0]) / length)
    slope = slope.maximum(-standing.slope).minimum(standing.slope)
    can = ~standing.sole.isnan() & (squash <= STRETCH)
    squash = squash.clamp_min(CROUCH)
    still, one = torch.zeros_like(slope), torch.ones_like(slope)
    rows = torch.stack([one, slope, -slope * sole], -1), torch.stack([still, squash, sole * (1 - squash)], -1)
    return torch.stack(rows, -2), can


def _depth(role: Role) -> int:
    parent = PARENT[role]
    return 0 if parent is None else 1 + _depth(parent)


def flatten(layers: Tensor, move: Tensor, order: Tensor) -> Tensor:
    """Lay the moved parts over each other.

    layers: [B, R, C, h, w] pictures of the trunk, premultiplied by the part's mask, which is the last channel; move:
    [B, R, 2, 3] rest -> posed in trunk pixels; order: [B, R] layers from back to front. Returns [B, C, h, w],
    premultiplied.
    """
    batch, roles = layers.shape[:2]
    linear = move[..., :2]
    inverse = torch.linalg.inv(linear.float())
    offset = -(inverse @ move[..., 2:].float())
    middle = torch.full_like(offset, SIDE / 2)
    theta = torch.cat([inverse, (inverse @ middle + offset - middle) / (SIDE / 2)], -1)
    grid = F.affine_grid(theta.flatten(0, 1), [batch * roles, *layers.shape[2:]], align_corners=False)
    moved = F.grid_sample(layers.flatten(0, 1).float(), grid, align_corners=False)
    moved = moved.view(layers.shape)
    moved = moved.gather(1, order[:, :, None, None, None].expand_as(moved))
    out = torch.zeros_like(moved[:, 0])
    for layer in moved.unbind(1):
        out = layer + out * (1 - layer[:, -1:])
    return out


def soles(masks: Tensor) -> Tensor:
    """Outline points of each part: the ends of its lowest, highest, leftmost and rightmost rows and columns.

    masks: [B, ROLES, 64, 64] bool -> [B, ROLES, 8, 2] as (x, y), NaN for an empty part.
    """
    at = torch.arange(SIDE, device=masks.device)
    big = 10_000

    def ends(along: Tensor, across: Tensor) -> list[Tensor]:
        """The first and last line that has a pixel, and the first and last pixel on it: [..., 4 points as (line,
        pixel)].
        """
        lines = along.any(-1)
        first = torch.where(lines, at, big).amin(-1)
        last = torch.where(lines, at, -big).amax(-1)
        points = []
        for line, edge in ((first, 0), (last, 1)):
            row = along.gather(-2, line.clamp(0, SIDE - 1)[..., None, None].expand(*line.shape, 1, SIDE)).squeeze(-2)
            for pixel in (torch.where(row, at, big).amin(-1), torch.where(row, at, -big).amax(-1) + 1):
                points.append(torch.stack([pixel, line + edge], -1))
        return points

    rows = ends(masks, masks)
    columns = [p.flip(-1) for p in ends(masks.transpose(-1, -2), masks)]
    points = torch.stack(rows + columns, -2).float()
    return points.masked_fill(~masks.flatten(2).any(-1)[..., None, None], float("nan"))


assert len(PARENT) == ROLES
