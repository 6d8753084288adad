"""Animator: a sprite and an order in, a clip out, one frame at a time.

The only place where clips are made. `animate` is for one clip; `begin` and `step` let a caller run many at once and
hand out each frame as soon as it exists.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from ayo_backend import actions, likeness, parts_picture, pinning
from ayo_backend.actions import Action
from ayo_backend.clip import Clip, Loop
from ayo_backend.errors import AyoError
from ayo_backend.gradual import Gradual, at_once
from ayo_backend.grid import Grid
from ayo_backend.model.generator import Generator
from ayo_backend.model.weights import load
from ayo_backend.order import Order as Order
from ayo_backend.order import check_pinned
from ayo_backend.planning import LEARNED, amplitude, plan, recognised
from ayo_backend.pointing import FAMILIES, KEY_POSES, pointed_out
from ayo_backend.posing import Posed
from ayo_backend.sprite import Sprite
from ayo_backend.understanding import Understanding, understand

Device = Literal["auto", "cpu", "cuda", "mps"]
SHIPPED = Path(__file__).parent / "weights" / "ayo-0.1.safetensors"
_WATCHED = 16  # clips whose motion is known
_REMEMBERED = 8  # sprites kept taken apart, so that the next action starts at once


@dataclass(frozen=True)
class Frame:
    """index: 0-based; rgba: uint8 [h, w, 4] on the rollout's canvas."""

    index: int
    rgba: NDArray[np.uint8]
    duration_ms: int


class Drawing(Protocol):
    """How the frames of a clip come about. canvas: (left, top, right, bottom) in pixels of the figure's sprite."""

    @property
    def canvas(self) -> tuple[int, int, int, int]: ...

    def __call__(self, index: int) -> NDArray[np.int32]:
        """That frame's indices, int32 [h, w] on the canvas."""


@dataclass
class Rollout:
    """One clip in the making. Everything but the pixels is known from the start.

    It is made at the sprite's own size and enlarged to the size it was handed over in: size, offset and pivot are in
    pixels of the latter.
    """

    figure: Understanding
    order: Order
    source: Sprite  # as it was handed over, perhaps on a larger canvas
    grid: Grid  # the blocks that stand for the source's pixels
    handed: tuple[int, int, int, int]  # what was handed over: (left, top, right, bottom) on `source`
    durations_ms: tuple[int, ...]
    loop: Loop
    drawing: Drawing
    made: int = 0  # frames so far

    @property
    def creature(self) -> str:
        """What it is taken for: what was told or seen."""
        return self.figure.creature.value

    @property
    def facing(self) -> str:
        """The way the character looks, as told or recognised."""
        return self.figure.facing

    @property
    def parts(self) -> NDArray[np.int32]:
        """The part that each pixel handed over was taken for: [H, W] of Role, 0 where it is transparent."""
        grid, parts, (left, top, right, bottom) = self.grid, self.figure.parts, self.handed
        blocks = grid.enlarged(parts[:, ::-1] if self.figure.mirrored else parts)
        return blocks[top - grid.top : bottom - grid.top, left - grid.left : right - grid.left]

    @property
    def canvas(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) of every frame in pixels of figure.sprite."""
        return self.drawing.canvas

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of every frame."""
        step = self.grid.step
        return (self.canvas[2] - self.canvas[0]) * step, (self.canvas[3] - self.canvas[1]) * step

    @property
    def offset(self) -> tuple[int, int]:
        """Where the frames' top-left corner lies relative to that of what was handed over (zero or less)."""
        x, y = self.place
        return -x - self.handed[0], -y - self.handed[1]

    @property
    def place(self) -> tuple[int, int]:
        """Where the source's top-left corner lies in the frames."""
        left = self.canvas[2] - self.figure.sprite.size[0] if self.figure.mirrored else -self.canvas[0]
        return left * self.grid.step - self.grid.left, -self.canvas[1] * self.grid.step - self.grid.top

    @property
    def pivot(self) -> tuple[float, float]:
        """The feet in frame pixels."""
        x, y = self.figure.sprite.pivot
        x = self.canvas[2] - x if self.figure.mirrored else x - self.canvas[0]
        return x * self.grid.step, (y - self.canvas[1]) * self.grid.step

    @property
    def frames(self) -> int:
        """How many frames the clip will have."""
        return len(self.durations_ms)

    @property
    def done(self) -> bool:
        """All frames are made."""
        return self.made == self.frames


class Animator:
    """Makes clips. Loads the generator once; use it for any number of clips, from one thread."""

    def __init__(self, weights: Path | None = None, device: Device = "auto") -> None:
        """weights: a file `ayo train` made, the shipped ones if None. Raises AyoError when they or the device are not
        to be had.
        """
        self.device = _device(device)
        self.generator = Generator()
        self.model: dict[str, Any] = load(self.generator, weights or SHIPPED)
        self.generator.to(self.device).eval()
        self._figures: OrderedDict[str, Understanding] = OrderedDict()
        self._watched: OrderedDict[tuple[str, str, str], likeness.Motion] = OrderedDict()

    def begin(self, sprite: Sprite, order: Order) -> Rollout:
        """Understand the sprite and plan the clip; raises AyoError for an order that can't be met."""
        return at_once(self.beginning(sprite, order))

    @torch.inference_mode()
    def beginning(self, sprite: Sprite, order: Order) -> Gradual[Rollout]:
        """As begin, for callers with other work: to follow a clip or pins takes seconds."""
        plain = yield from self._planned(sprite, order)
        return (yield from self._pinned(plain)) if order.pins else plain

    def _planned(self, sprite: Sprite, order: Order) -> Gradual[Rollout]:
        """The clip in the making, as it is without pins."""
        action = actions.action_named(order.action)
        own_count = None if order.like is None else likeness.length(order.like)
        count = actions.frame_count(action, order.frames or own_count)
        check_pinned([pin.frame for pin in order.pins], count)
        facing, creature = actions.facing_named(order.facing), actions.creature_named(order.creature)
        figure = self._figure(sprite.native(), facing, creature, _told(sprite, order.parts, sprite.grid))
        durations_ms = likeness.durations(order.like, count) if order.like else actions.durations(action, count)
        drawing: Drawing | None = None
        if order.energy == 1 and order.seed == 0 and order.like is None and order.parts is None:
            pack = self._pack(figure)
            if self._shown(pack, action, count):
                drawing = pointed_out(self.generator, figure, action, count, pack)
        if drawing is None:
            drawing = yield from self._moved(figure, order, action, count)
        handed = 0, 0, *sprite.size
        return Rollout(figure, order, sprite, sprite.grid, handed, durations_ms, action.loop, drawing)

    def _pinned(self, plain: Rollout) -> Gradual[Rollout]:
        """The clip whose other frames follow the pinned ones; pins that are as large as the frames that the others give
        follow upon those.
        """
        pins, usual = plain.order.pins, (plain.source.size, plain.size)
        before = tuple(pin for pin in pins if pin.picture.size in usual)
        if before and len(before) < len(pins):
            first = yield from self._pinned(replace(plain, order=replace(plain.order, pins=before)))
            after = tuple(pin for pin in pins if pin.picture.size not in usual)
            plain = replace(first, order=replace(first.order, pins=first.order.pins + after))
        action, figure, puppet = actions.action_named(plain.order.action), plain.figure, plain.drawing
        if not isinstance(puppet, Posed):
            puppet = yield from self._moved(figure, plain.order, action, plain.frames)
        sprite, order = pinning.placed(plain.source, plain.order, plain.size, plain.place)
        (left, top), grid, handed = plain.canvas[:2], plain.grid, plain.handed
        if sprite is not plain.source:
            x, y = plain.place
            left, top, grid = 0, 0, Grid(grid.step, 0, 0)
            handed = handed[0] + x, handed[1] + y, handed[2] + x, handed[3] + y
            told = _told(sprite, order.parts, grid)
            figure = self._figure(sprite.shrunk(grid), plain.facing, order.creature, told)
        width, height = figure.sprite.size

        def own(frame: int) -> NDArray[np.uint8]:
            picture = plain.figure.sprite.palette[plain.drawing(frame)]
            return picture[-top : height - top, -left : width - left]

        pictures = {pin.frame - 1: pin.picture.shrunk(grid) for pin in order.pins}
        shown = {
            frame: ((picture.mirrored() if figure.mirrored else picture).rgba, own(frame))
            for frame, picture in pictures.items()
        }
        poses = yield from pinning.follow(figure, puppet.shown, shown, plain.durations_ms, plain.loop == "loop")
        room = plain.canvas if sprite is plain.source else None
        drawing = Posed(figure, poses, action.name, self._effects(order, action), planned=False, room=room)
        return Rollout(figure, order, sprite, grid, handed, plain.durations_ms, plain.loop, drawing)

    @torch.inference_mode()
    def step(self, rollouts: Sequence[Rollout]) -> list[Frame]:
        """The next frame of each rollout, in their order. A rollout that is done must not be given."""
        frames = []
        for rollout in rollouts:
            index = rollout.made
            rollout.made += 1
            frames.append(Frame(index, _pixels(rollout, index), rollout.durations_ms[index]))
        return frames

    def animate(self, sprite: Sprite, order: Order, shown: Callable[[Frame], None] = lambda frame: None) -> Clip:
        """The whole clip at once; shown is called with each frame as soon as it exists."""
        rollout = self.begin(sprite, order)
        frames = []
        while not rollout.done:
            (frame,) = self.step([rollout])
            frames.append(frame.rgba)
            shown(frame)
        settings = {
            "action": order.action,
            "facing": rollout.facing,
            "creature": rollout.creature,
            "frames": rollout.frames,
            "seed": order.seed,
            "energy": order.energy,
            "slash": order.slash,
            "glow": order.glow,
        }
        if order.parts is not None:
            settings["parts"] = "told"
        if order.pins:
            settings["pins"] = [pin.frame for pin in order.pins]
        if order.like is not None:
            settings["like"] = order.like.tag
        settings["model"] = self.model.get("name", "")
        return Clip(
            np.stack(frames), rollout.durations_ms, rollout.loop, rollout.pivot, rollout.offset, order.action, settings
        )

    @property
    def _learned(self) -> Sequence[str]:
        """The actions that follow what the weights were taught."""
        learned: Sequence[str] = self.model.get("learned", LEARNED)
        return learned

    def _pack(self, figure: Understanding) -> str:
        """The pack of those learned from whose characters the sprite looks like; "" for a stranger."""
        names: list[str] = ["", *self.model.get("sources", ())]
        style = recognised(self.generator, figure)
        return names[style] if style < len(names) else ""

    def _shown(self, pack: str, action: Action, count: int) -> bool:
        """The pack showed the pointer that action, if not in mere key poses; a stranger's shows nothing."""
        packs: dict[str, dict[str, int]] = FAMILIES | self.model.get("pointed", {})
        frames = packs.get(pack, {}).get(action.name, 0)
        return frames > KEY_POSES or frames == count

    def _moved(self, figure: Understanding, order: Order, action: Action, count: int) -> Gradual[Posed]:
        """The puppet's frames, planned or taken off a clip."""
        pack = self._pack(figure)
        familiar = pack in FAMILIES and self._shown(pack, action, count)
        energy, seed = (1.0, 0) if order.like else (order.energy, order.seed)
        poses = plan(self.generator, figure, action, count, energy, seed, self._learned, familiar)
        if order.like is not None:
            seen = yield from self._motion(order.like, action, figure.facing)
            scale, planned = amplitude(action, order.energy, order.seed), np.stack([pose.parts for pose in poses])
            poses = likeness.carried(seen, figure, action, count, scale, planned)
        return Posed(figure, poses, action.name, self._effects(order, action), planned=order.like is None)

    def _effects(self, order: Order, action: Action) -> bool:
        """What is drawn around who does that is wanted, and the motion is the authored one."""
        wanted = {"attack": order.slash, "cast": order.glow, "shoot": order.glow}.get(action.name, False)
        return wanted and order.like is None and action.name not in self._learned

    def _motion(self, clip: Clip, action: Action, facing: str) -> Gradual[likeness.Motion]:
        """What the clip's character does; the last answers are kept, for many sprites that all move like it."""
        asked = hashlib.sha256(clip.frames.tobytes()).hexdigest(), action.name, facing
        if asked not in self._watched:
            seen = yield from likeness.watch(self.generator, clip, action, facing, self.device)
            self._watched[asked] = seen
            if len(self._watched) > _WATCHED:
                self._watched.popitem(last=False)
        return self._watched[asked]

    def _figure(self, sprite: Sprite, facing: str, creature: str, told: NDArray[np.int32] | None) -> Understanding:
        asked = f"{sprite.size} {sprite.pivot} {facing} {creature}"
        parts = b"" if told is None else told.tobytes()
        key = hashlib.sha256(sprite.rgba.tobytes() + asked.encode() + parts).hexdigest()
        if key not in self._figures:
            self._figures[key] = understand(self.generator, sprite, facing, self.device, creature, told)
            if len(self._figures) > _REMEMBERED:
                self._figures.popitem(last=False)
        self._figures.move_to_end(key)
        return self._figures[key]


def _pixels(rollout: Rollout, index: int) -> NDArray[np.uint8]:
    """The frame, uint8 [h, w, 4]: the artist's own where it is pinned."""
    pinned = next((pin.picture for pin in rollout.order.pins if pin.frame == index + 1), None)
    if pinned is None:
        indices, figure = rollout.drawing(index), rollout.figure
        return rollout.grid.enlarged(figure.sprite.palette[indices[:, ::-1] if figure.mirrored else indices])
    return pinned.laid_on(rollout.size, rollout.place).rgba


def _told(sprite: Sprite, picture: Sprite | None, grid: Grid) -> NDArray[np.int32] | None:
    """The parts that the picture tells, one for each block of the sprite's."""
    return None if picture is None else grid.shrunk(parts_picture.told(picture, sprite.size))


def _device(wanted: Device) -> torch.device:
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return torch.device(next(name for name in ("cuda", "mps", "cpu") if there[name]))
    if not there.get(wanted, False):
        known = ", ".join(name for name, here in there.items() if here)
        raise AyoError(
            "no_device", f"This computer has no {wanted} device that torch can use.", f"Use one of: auto, {known}."
        )
    return torch.device(wanted)
