"""What a clip is worth: right against a true one, moving, still itself, and clean.

Pictures are uint8 [H, W, 4] with straight alpha, clips uint8 [N, H, W, 4]. "Visible" is alpha > 0. Differences are
between premultiplied RGBA in [-1, 1]. A figure that makes no sense for a clip (the change of a single frame) is NaN.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import ndimage

from ayo_backend.sprite import bounds

Frames = NDArray[np.uint8]
Picture = NDArray[np.uint8]

EIGHT = np.ones((3, 3), bool)  # pixels that touch by a corner belong together
REACH, AIR = 8, 2  # px: how far feet are looked for, with how much of what is around them
SPECK = 3  # px: what appears for one frame alone and is no larger is a flaw, not a limb passing by
NAN = float("nan")


def canvas(frames: Frames) -> NDArray[np.float32]:
    """Premultiplied RGBA in [-1, 1], of the same shape; transparent is -1 in all four."""
    rgba = frames.astype(np.float32) / 255
    rgba[..., :3] *= rgba[..., 3:]
    values: NDArray[np.float32] = (rgba * 2 - 1).astype(np.float32)
    return values


def packed(frames: Frames) -> NDArray[np.uint32]:
    """One number a pixel for its colour and alpha; 0 for every fully transparent one. [..., H, W]."""
    numbers = np.ascontiguousarray(frames).view(np.uint32)[..., 0]
    return np.where(frames[..., 3] == 0, np.uint32(0), numbers)


def laid(frames: Frames, offset: tuple[int, int], size: tuple[int, int]) -> Frames:
    """The clip on a canvas of `size` (w, h), its top-left corner at `offset` (x, y): cropped and padded as need be."""
    count, height, width = frames.shape[:3]
    x, y = offset
    out = np.zeros((count, size[1], size[0], 4), np.uint8)
    left, top, right, bottom = max(0, x), max(0, y), min(size[0], x + width), min(size[1], y + height)
    if left < right and top < bottom:
        out[:, top:bottom, left:right] = frames[:, top - y : bottom - y, left - x : right - x]
    return out


def fidelity(made: Frames, true: Frames) -> dict[str, float]:
    """How near to the true clip on its own canvas; both [N, H, W, 4].

    l1, mse: mean over the canvas; exact, union_l1: share of equal pixels, and L1, where either is visible;
    iou: of what is visible; change_mse: between the changes from frame to frame (temporal consistency).
    """
    a, b = canvas(made), canvas(true)
    difference = np.abs(a - b)
    seen = (made[..., 3] > 0) | (true[..., 3] > 0)
    both = (made[..., 3] > 0) & (true[..., 3] > 0)
    some = max(1, int(seen.sum()))
    return {
        "l1": float(difference.mean()),
        "mse": float(np.square(difference).mean()),
        "exact": float((packed(made) == packed(true))[seen].sum() / some),
        "union_l1": float(difference[seen].sum() / (4 * some)),
        "iou": float(both.sum() / some),
        "change_mse": float(np.square(np.diff(a, axis=0) - np.diff(b, axis=0)).mean()) if len(made) > 1 else NAN,
    }


def changes(frames: Frames, loop: bool) -> NDArray[np.float32]:
    """How much each frame differs from the one before, [N-1], and in a loop the first from the last, [N]; summed."""
    values = canvas(frames)
    before = np.roll(values, 1, axis=0)
    summed: NDArray[np.float32] = np.abs(values - before).sum((1, 2, 3))
    return np.roll(summed, -1) if loop else summed[1:]


def energy(made: Frames, true: Frames, loop: bool) -> float:
    """Change of the made clip over that of the true one: 1 is as lively, 0 stands still."""
    reference = float(changes(true, loop).sum())
    return float(changes(made, loop).sum()) / reference if reference else NAN


def identity(made: Frames, rest: Picture) -> dict[str, float]:
    """Whether the character stays itself, against its rest picture.

    area, area_min: visible area over the rest's, mean and least; histogram: intersection of the colour histograms (1 is
    equal); pieces: connected pieces more than the rest has, mean; colours, alphas: how many colours, and degrees of
    partial alpha, occur that the rest lacks. The last two must be 0.
    """
    visible = made[..., 3] > 0
    areas = visible.sum((1, 2)) / (rest[..., 3] > 0).sum()
    own, used = packed(rest), packed(made)
    soft = set(np.unique(made[..., 3]).tolist()) - {0, 255} - set(np.unique(rest[..., 3]).tolist())
    whole = ndimage.label(rest[..., 3] > 0, EIGHT)[1]
    pieces = [max(0, ndimage.label(mask, EIGHT)[1] - whole) for mask in visible]
    return {
        "area": float(areas.mean()),
        "area_min": float(areas.min()),
        "histogram": float(np.mean([_intersection(own, frame) for frame in used])),
        "pieces": float(np.mean(pieces)),
        "colours": float(len(np.setdiff1d(used, own[own != 0])) - bool((used == 0).any())),
        "alphas": float(len(soft)),
    }


def _intersection(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> float:
    """Of the histograms of visible colours of two packed pictures."""
    colours, slots = np.unique(np.concatenate([a[a != 0], b[b != 0]]), return_inverse=True)
    first, second = slots[: (a != 0).sum()], slots[(a != 0).sum() :]
    if not len(second):
        return 0.0
    shares = [np.bincount(part, minlength=len(colours)) / len(part) for part in (first, second)]
    return float(np.minimum(*shares).sum())


def steadiness(made: Frames, rest: Picture, offset: tuple[int, int], loop: bool) -> dict[str, float]:
    """What a player would see as a mistake. `offset` is where the clip's canvas lies on the rest's.

    closure: change from the last frame to the first over the mean change (loops); foot, torso: how far, in pixels, the
    feet have slid (up to 8 each way) and the middle of the body lies aside, from the rest's, mean; popping: see there.
    """
    steps = changes(made, loop)
    moving = loop and len(made) > 2 and steps.sum() > 0
    middle = _middle(rest[..., 3] > 0)
    torsos = [abs(_middle(mask) + offset[0] - middle) for mask in made[..., 3] > 0 if mask.any()]
    return {
        "closure": float(steps[-1] / steps.mean()) if moving else NAN,
        "foot": float(np.mean(_slide(made, rest, offset))),
        "torso": float(np.mean(torsos)) if torsos else NAN,
        "popping": popping(made, loop),
    }


def popping(made: Frames, loop: bool) -> float:
    """Visible pixels that show for one frame alone, in specks of at most 3 px, over the visible area.

    Alone: the place has another colour just before and just after, the same both times, and neither of those frames has
    the pixel's colour within a pixel of there, as it would have if a part had moved by.
    """
    if len(made) < 3:
        return NAN
    colours = packed(made)
    before, after = np.roll(colours, 1, axis=0), np.roll(colours, -1, axis=0)
    blinks = (before == after) & (colours != before) & (colours != 0)
    if not loop:
        blinks[[0, -1]] = False
    for neighbour in (before, after):
        padded = np.pad(neighbour, ((0, 0), (1, 1), (1, 1)))
        for y, x in np.ndindex(3, 3):
            blinks &= padded[:, y : y + colours.shape[1], x : x + colours.shape[2]] != colours
    specks = 0
    for frame in blinks:
        sizes = np.bincount(ndimage.label(frame, EIGHT)[0].ravel())[1:]
        specks += int(sizes[sizes <= SPECK].sum())
    return specks / max(1, int((colours != 0).sum()))


def _slide(made: Frames, rest: Picture, offset: tuple[int, int]) -> list[float]:
    """How far, in pixels, the rest's lowest tenth has slid in each frame: where most of it is found."""
    left, top, right, bottom = bounds(rest[..., 3] > 0)
    height = max(2, (bottom - top) // 10)
    x, y = left - AIR, bottom - height  # the corner of what is looked for
    size = right - left + 2 * AIR, height + AIR
    sole = packed(laid(rest[None], (-x, -y), size))[0]
    steps = [(across, down) for across in range(-REACH, REACH + 1) for down in range(-REACH, REACH + 1)]
    steps.sort(key=lambda step: math.hypot(*step))  # of equals, the nearest
    corner = offset[0] - x + REACH, offset[1] - y + REACH
    slides = []
    for frame in packed(laid(made, corner, (size[0] + 2 * REACH, size[1] + 2 * REACH))):
        windows = sliding_window_view(frame, sole.shape)
        found = [int((windows[down + REACH, across + REACH] == sole).sum()) for across, down in steps]
        slides.append(math.hypot(*steps[int(np.argmax(found))]))
    return slides


def _middle(mask: NDArray[np.bool_]) -> float:
    """The median column of the middle half of the body's height."""
    _, top, _, bottom = bounds(mask)
    quarter = (bottom - top) // 4
    columns = np.nonzero(mask[top + quarter : bottom - quarter])[1]
    return float(np.median(columns if len(columns) else np.nonzero(mask)[1]))
