"""Take a sprite apart: from what the parser sees to whole layers with joints, at the sprite's own resolution.

Nothing is drawn but the sprite's own colours: what a part hides of another is filled from that other's nearest own
pixels. Flattening the rig at rest gives the sprite back, pixel for pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ayo_backend.outline import line_entries, outlined
from ayo_backend.parts import ARMS, LEGS
from ayo_backend.rig import PARENT, WEAPONS, Kind, Layer, Rig, Role, View
from ayo_backend.sprite import Sprite

R = Role
_WINGS = (R.NEAR_WING, R.FAR_WING)
_FAR_OF = {
    R.NEAR_UPPER_LEG: R.FAR_UPPER_LEG,
    R.NEAR_LOWER_LEG: R.FAR_LOWER_LEG,
    R.NEAR_UPPER_ARM: R.FAR_UPPER_ARM,
    R.NEAR_LOWER_ARM: R.FAR_LOWER_ARM,
}
_SIDE = (
    *(R.FAR_WING, R.CAPE, R.TAIL, R.OFFHAND, R.FAR_LOWER_ARM, R.FAR_UPPER_ARM, R.FAR_LOWER_LEG, R.FAR_UPPER_LEG),
    *(
        R.NEAR_LOWER_LEG,
        R.NEAR_UPPER_LEG,
        R.HAIR,
        R.TORSO,
        R.SKIRT,
        R.HEAD,
        R.HELD,
        R.NEAR_UPPER_ARM,
        R.NEAR_LOWER_ARM,
        R.NEAR_WING,
    ),
)
_ANIMAL_SIDE = (
    *(R.FAR_WING, R.CAPE, R.TAIL, R.OFFHAND, R.FAR_LOWER_ARM, R.FAR_UPPER_ARM, R.FAR_LOWER_LEG, R.FAR_UPPER_LEG),
    *(
        R.HAIR,
        R.TORSO,
        R.SKIRT,
        R.HEAD,
        R.NEAR_LOWER_LEG,
        R.NEAR_UPPER_LEG,
        R.NEAR_LOWER_ARM,
        R.NEAR_UPPER_ARM,
        R.HELD,
        R.NEAR_WING,
    ),
)
_FRONT = (
    *(
        R.NEAR_WING,
        R.FAR_WING,
        R.CAPE,
        R.TAIL,
        R.HAIR,
        R.NEAR_LOWER_LEG,
        R.FAR_LOWER_LEG,
        R.NEAR_UPPER_LEG,
        R.FAR_UPPER_LEG,
    ),
    *(
        R.TORSO,
        R.SKIRT,
        R.NEAR_UPPER_ARM,
        R.FAR_UPPER_ARM,
        R.HEAD,
        R.HELD,
        R.OFFHAND,
        R.NEAR_LOWER_ARM,
        R.FAR_LOWER_ARM,
    ),
)
_BACK = (
    *(
        R.HELD,
        R.OFFHAND,
        R.NEAR_LOWER_ARM,
        R.FAR_LOWER_ARM,
        R.NEAR_UPPER_ARM,
        R.FAR_UPPER_ARM,
        R.NEAR_LOWER_LEG,
        R.FAR_LOWER_LEG,
    ),
    *(R.NEAR_UPPER_LEG, R.FAR_UPPER_LEG, R.TORSO, R.SKIRT, R.TAIL, R.HEAD, R.HAIR, R.CAPE, R.NEAR_WING, R.FAR_WING),
)


def depth_order(kind: Kind, view: View) -> tuple[Role, ...]:
    """All roles from back to front."""
    if view is View.SIDE:
        return _SIDE if kind is Kind.HUMANOID else _ANIMAL_SIDE
    return _FRONT if view is View.FRONT else _BACK


@dataclass(frozen=True)
class Seen:
    """What is seen of a sprite, on the sprite's own canvas.

    parts: int32 [H, W], each pixel's part, 0 where it is transparent; whole: float [len(Role), H, W], how likely each
    part is there, seen or hidden; joints: float [len(Role), 2].
    """

    parts: NDArray[np.int32]
    whole: NDArray[np.float32]
    joints: NDArray[np.float32]
    kind: Kind
    view: View


def dissect(sprite: Sprite, seen: Seen) -> Rig:
    """The sprite as a rig."""
    if seen.kind is Kind.BLOB:
        return Rig(seen.kind, seen.view, (Layer(R.TORSO, sprite.indices, sprite.pivot),))
    order = depth_order(seen.kind, seen.view)
    labels, lines = seen.parts, line_entries(sprite)
    layers: dict[Role, Layer] = {}
    for role in order:
        if (labels == role).any():
            joint = _joint(labels, role, seen.joints[role - 1])
            alike = _WINGS if seen.kind is Kind.BIRD and role is R.TORSO else ()
            shown, hidden = _whole(sprite.indices, labels, role, order, seen.whole[role - 1], alike)
            layers[role] = Layer(role, _filled(shown, hidden, lines), joint)
    layers = outlined(sprite, _overlapped(layers, labels, order, lines), labels)
    if seen.view is View.SIDE and seen.kind is Kind.HUMANOID:
        _add_far_leg(layers, sprite)
    parts = [
        part
        for role in order
        if role in layers
        for part in (_split(layers[role], labels) if seen.kind is Kind.SPIDER else [layers[role]])
    ]
    return Rig(seen.kind, seen.view, tuple(parts))


def _joint(labels: NDArray[np.int32], role: Role, guess: NDArray[np.float32]) -> tuple[float, float]:
    """Where the part hangs: the parser's guess, held to where the part meets its nearest present ancestor."""
    own = labels == role
    parent = PARENT[role] if role not in LEGS or PARENT[role] is not None else R.TORSO
    if role is R.SKIRT:
        parent = R.TORSO
    while parent is not None and not (labels == parent).any():
        parent = PARENT[parent]
    if parent is None or parent == role:
        return float(guess[0]), float(guess[1])
    away = ndimage.distance_transform_edt(labels != parent)
    nearest = float(away[own].min())
    y, x = np.nonzero(own & (away <= max(nearest, 1.5)))
    distance = np.hypot(x + 0.5 - guess[0], y + 0.5 - guess[1])
    if distance.min() <= max(1.5, 0.2 * float(np.sqrt(own.sum()))):
        return float(guess[0]), float(guess[1])
    if distance.min() <= 0.5 * float(np.sqrt(own.sum())):
        return float(x[distance.argmin()] + 0.5), float(y[distance.argmin()] + 0.5)
    return float(x.mean() + 0.5), float(y.mean() + 0.5)


def _whole(
    indices: NDArray[np.int32],
    labels: NDArray[np.int32],
    role: Role,
    order: tuple[Role, ...],
    whole: NDArray[np.float32],
    alike: tuple[Role, ...],
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """The part's own pixels, and where it likely goes on behind parts in front of it. Behind those that are drawn alike
    it has theirs: a bird's back is feathered as the wing on it, and what is seen of the torso is mostly belly.
    """
    own = labels == role
    in_front = np.isin(labels, order[order.index(role) + 1 :])
    hidden = in_front & (whole > 0.5)
    if role in (R.TORSO, R.HEAD, R.SKIRT):
        hidden |= in_front & np.isin(labels, (*ARMS, *WEAPONS)) & _hull(own)
    if role in WEAPONS:  # as wide as it is, not as the hand is that it goes through
        hidden &= ndimage.distance_transform_edt(~own) <= 2 * ndimage.distance_transform_edt(own).max()
    pieces, _ = ndimage.label(own | hidden)
    hidden &= np.isin(pieces, np.unique(pieces[own]))
    return np.where(own | (hidden & np.isin(labels, alike)), indices, 0), hidden


def _filled(layer: NDArray[np.int32], where: NDArray[np.bool_], lines: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The layer, extended to `where` by copying its nearest pixel, none of its outline if it has anything else. lines:
    bool [K], the palette's entries that outlines have.
    """
    own = layer != 0
    if not where.any() or not own.any():
        return layer
    inside = ndimage.binary_erosion(own) | (own & ~lines[layer])
    source = inside if inside.any() else own
    nearest = ndimage.distance_transform_edt(~source, return_distances=False, return_indices=True)
    return np.where(where & ~own, layer[tuple(nearest)], layer).astype(np.int32)


def _hull(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows and columns filled between their outermost pixels: a cheap, pixel-true hull."""
    across = np.logical_or.accumulate(mask, 1) & np.logical_or.accumulate(mask[:, ::-1], 1)[:, ::-1]
    down = np.logical_or.accumulate(mask, 0) & np.logical_or.accumulate(mask[::-1], 0)[::-1]
    return across & down


def _overlapped(
    layers: dict[Role, Layer], labels: NDArray[np.int32], order: tuple[Role, ...], lines: NDArray[np.bool_]
) -> dict[Role, Layer]:
    """Round each joint: the part behind reaches a little under the one in front, so that no gap opens when it turns."""
    y, x = np.indices(labels.shape) + 0.5
    result = dict(layers)
    for role, layer in layers.items():
        parent = PARENT[role] or (R.TORSO if role != R.TORSO else None)
        while parent is not None and parent not in layers:
            parent = PARENT[parent]
        if parent is None:
            continue
        radius = max(1.5, 0.45 * float(np.sqrt(min((labels == role).sum(), (labels == parent).sum()))))
        disc = np.hypot(x - layer.joint[0], y - layer.joint[1]) <= radius
        behind, front = (role, parent) if order.index(role) < order.index(parent) else (parent, role)
        under = result[behind]
        result[behind] = Layer(behind, _filled(under.indices, disc & (labels == front), lines), under.joint)
    return result


def _add_far_leg(layers: dict[Role, Layer], sprite: Sprite) -> None:
    """Seen from the side, legs that stand together look like one: the far one is then the near one again, a shade
    darker.
    """
    near = [layers[r] for r in (R.NEAR_UPPER_LEG, R.NEAR_LOWER_LEG) if r in layers]
    far = [layers[r] for r in (R.FAR_UPPER_LEG, R.FAR_LOWER_LEG) if r in layers]
    near_area, far_area = (sum(int((part.indices != 0).sum()) for part in leg) for leg in (near, far))
    if not near or far_area > 0.4 * near_area:
        return
    darker = _shade(sprite.palette)
    for part in near:
        role = _FAR_OF[part.role]
        copied = darker[part.indices]
        seen = layers[role].indices if role in layers else np.zeros_like(copied)
        layers[role] = Layer(role, np.where(seen != 0, seen, copied).astype(np.int32), part.joint)


def _shade(palette: NDArray[np.uint8]) -> NDArray[np.int32]:
    """For each palette entry the entry nearest to it at three quarters of its light; int32 [K]."""
    colours = palette.astype(np.float32)
    wanted = colours * (0.75, 0.75, 0.75, 1.0)
    chunks = (
        [((wanted[i : i + 256, None] - colours[None]) ** 2).sum(-1) for i in range(0, len(colours), 256)]
        if len(colours) <= 4096
        else []
    )
    darker = np.concatenate([c.argmin(1) for c in chunks]) if chunks else np.arange(len(colours))
    darker[0] = 0
    return np.where((darker == 0) & (np.arange(len(colours)) > 0), np.arange(len(colours)), darker).astype(np.int32)


def _split(layer: Layer, labels: NDArray[np.int32]) -> list[Layer]:
    """Each connected piece a layer with its own joint: where it meets the body."""
    pieces, count = ndimage.label(layer.indices != 0, np.ones((3, 3)))
    if count <= 1 or layer.role is R.TORSO:
        return [layer]
    body = ndimage.binary_dilation(labels == R.TORSO, np.ones((3, 3)))
    parts = []
    for piece in range(1, count + 1):
        own = pieces == piece
        y, x = np.nonzero(own & body if (own & body).any() else own)
        parts.append(
            Layer(
                layer.role,
                np.where(own, layer.indices, 0).astype(np.int32),
                (float(x.mean() + 0.5), float(y.mean() + 0.5)),
            )
        )
    return parts
