"""One frame's repairs: show the refiner the composite, carry out what it points at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ayo_backend.model.generator import Generator
from ayo_backend.model.refiner import inputs
from ayo_backend.model.tensors import palette_tensor, premultiplied
from ayo_backend.repair import Decision, repaired, representative, smallest_piece
from ayo_backend.trunk import Placement
from ayo_backend.understanding import Understanding, conditions


@dataclass(frozen=True)
class Refinement:
    """Refines the frames of one clip. canvas: (left, top, right, bottom) in pixels of figure.sprite."""

    generator: Generator
    figure: Understanding
    action: str
    canvas: tuple[int, int, int, int]

    @cached_property
    def placement(self) -> Placement:
        """The trunk on the clip's canvas."""
        place = self.figure.placement
        return Placement(place.scale, place.left - self.canvas[0], place.top - self.canvas[1], place.size)

    @cached_property
    def entries(self) -> NDArray[np.int64]:
        """The palette entries that can be pointed at."""
        sprite = self.figure.sprite
        return representative(sprite.palette, np.bincount(sprite.indices.ravel(), minlength=len(sprite.palette)))

    @cached_property
    def source(self) -> Tensor:
        """The still as the trunk sees it."""
        return premultiplied(self.figure.placement.apply(self.figure.sprite.rgba))[None].to(self.figure.kind.device)

    @cached_property
    def smallest(self) -> int:
        """Pixels in the sprite's smallest separate piece."""
        return smallest_piece(self.figure.sprite.mask)

    @cached_property
    def table(self) -> Tensor:
        """The entries' colours and shares: [1, K, 5]."""
        sprite = self.figure.sprite
        return palette_tensor(sprite.palette, sprite.indices, self.entries)[None].to(self.figure.kind.device)

    def __call__(
        self, composite: NDArray[np.int32], previous: NDArray[np.int32] | None, index: int, phase: float
    ) -> NDArray[np.int32]:
        """The repaired frame. composite, previous (the last repaired frame): int32 [h, w] indices on the canvas."""
        refiner = self.generator.refiner
        before = self.source if previous is None else self._seen(previous)
        pictures, hole = inputs(self._seen(composite), self.source, before)
        condition = refiner.condition(conditions(self.figure, [self.action], [0], [index], [phase]))
        flow, choice, entries = refiner(pictures, hole, condition, self.table)
        decision = Decision(
            choice=choice[0].argmax(0).cpu().numpy(),
            flow=flow[0].cpu().numpy(),
            entry=self.entries[entries[0].argmax(0).cpu().numpy()],
        )
        return repaired(composite, decision, self.placement, self.smallest)

    def _seen(self, picture: NDArray[np.int32]) -> Tensor:
        rgba = self.figure.sprite.palette[self.placement.apply(picture)]
        return premultiplied(rgba)[None].to(self.figure.kind.device)
