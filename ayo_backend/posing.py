"""Posing: the frames of a puppet, its parts moved whole, as indices into the sprite's palette."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ayo_backend.actions import ACTIONS
from ayo_backend.antialiased import Antialiased, soft
from ayo_backend.compose import Stage
from ayo_backend.crumbs import smallest_piece, without_crumbs
from ayo_backend.flash import flash
from ayo_backend.gait import GAITS
from ayo_backend.glow import glow
from ayo_backend.joined import joined
from ayo_backend.level import level
from ayo_backend.move import Canvas
from ayo_backend.rig import Pose
from ayo_backend.slash import slash
from ayo_backend.understanding import Understanding

WHOLE = 0.78  # the least share of the still's opaque area that a frame shows
EFFECTS = {"attack": slash, "cast": glow, "shoot": flash}  # what is drawn around who does that
SEAM = 1.3  # times a loop's mean change from frame to frame that its end may be from its beginning


class Posed:
    """A figure in the poses of a clip. A death may fold as much of it away as it likes.

    effects: a blow leaves a slash, a cast has a glow, a shot a flash. planned: the poses are Ayo's own, not taken off a
    clip or pinned. canvas: (left, top, right, bottom) in source pixels: holds every pose, the effects, and the room,
    which is the still's canvas unless more is wanted.
    """

    def __init__(
        self,
        figure: Understanding,
        poses: Sequence[Pose],
        action: str,
        effects: bool = True,
        planned: bool = True,
        room: Canvas | None = None,
    ) -> None:
        self.figure = figure
        self.enough = 0.0 if action == "die" else WHOLE * figure.sprite.mask.sum()
        self.begun_anywhere = planned and ACTIONS[action].loop == "loop"
        self.smallest = smallest_piece(figure.sprite.mask)
        self.stage = Stage(figure.rig, figure.sprite.pivot)
        self.soft = Antialiased(self.stage, figure.sprite) if soft(figure.sprite) else None
        if planned and action in GAITS:
            poses = level(self.stage, poses)
        held = joined(self.stage, poses, room or (0, 0, *figure.sprite.size))
        self.poses, self._stood, self._pictures = held.poses, held.canvas, held.pictures
        self.air = EFFECTS[action](self.stage, self.poses, figure.sprite) if action in EFFECTS and effects else None
        self.canvas = self.air.around(self._stood) if self.air else self._stood

    def __call__(self, index: int) -> NDArray[np.int32]:
        """The picture of that frame."""
        return self.round[1][index] if self.begun_anywhere else self.picture(index)

    @property
    def shown(self) -> list[Pose]:
        """The poses in the order in which they are shown."""
        first = self.round[0] if self.begun_anywhere else 0
        return [*self.poses[first:], *self.poses[:first]]

    @cached_property
    def round(self) -> tuple[int, list[NDArray[np.int32]]]:
        """Which of a loop's pictures comes first, and all from there on: the first whose change from the one before
        would not show as a seam.
        """
        pictures = [self.picture(index) for index in range(len(self.poses))]
        changes = np.array([(picture != pictures[index - 1]).sum() for index, picture in enumerate(pictures)])
        first = int(np.argmax(changes <= SEAM * changes.mean()))
        return first, pictures[first:] + pictures[:first]

    def picture(self, index: int) -> NDArray[np.int32]:
        """The picture of that pose; where it folds too much away it is taken back towards the still."""
        pose = self.poses[index]
        seen = None if self.soft else self._pictures.pop(index, None)
        picture = seen.indices if seen else self._flat(pose)
        for share in (0.75, 0.5, 0.25):
            if (picture != 0).sum() >= self.enough:
                break
            picture = self._flat(replace(pose, parts=pose.parts * np.float32(share)))
        picture = without_crumbs(picture, self.smallest)
        return self.air.drawn(picture, index, self._stood, self.soft) if self.air else picture

    def _flat(self, pose: Pose) -> NDArray[np.int32]:
        return self.soft.picture(pose, self._stood) if self.soft else self.stage.picture(pose, self._stood).indices
