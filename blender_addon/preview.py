"""Shows the frames in the Image Editors as they arrive, on an image of its own that goes when the run ends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import bpy

from . import session
from .backend.clip import Clip, Frame
from .results import images, layout

NAME = "Ayo Preview"
# A user's image may have that name as well.
MARK = "ayo_preview"


class Preview:
    """Takes the place of the image that an unpinned Image Editor shows, and gives it back."""

    def __init__(self, shown: bpy.types.Image) -> None:
        self._shown = shown.name
        self._next_draw = 0.0
        self._fitted: tuple[int, ...] = ()

    def draw(self, clips: Sequence[Sequence[Frame]], totals: Sequence[int]) -> None:
        """Show the frames that have arrived, each clip on a row. Skips when drawing would slow Blender down."""
        begun = time.monotonic()
        begun_clips = [(frames, total) for frames, total in zip(clips, totals, strict=True) if frames]
        if begun < self._next_draw or not begun_clips or bpy.app.background:
            return
        made = [Clip("", tuple(frames), "loop", (0, 0)) for frames, _ in begun_clips]
        plan = layout.arrange([total for _, total in begun_clips], layout.common_cell(made))
        image = _find() or _make(plan.size)
        images.show_pixels(image, layout.paint(made, plan))
        fit = tuple(image.size) != self._fitted
        for place in _places(bpy.data.images.get(self._shown)):
            place.space.image = image
        for place in _places(image) if fit else []:
            place.fit()
        self._fitted = tuple(image.size)
        self._next_draw = time.monotonic() + 3 * (time.monotonic() - begun)

    def close(self, final: bpy.types.Image | None = None) -> None:
        """Let the editors show `final`, or what they showed before, and drop the preview."""
        image = _find()
        if image is None:
            return
        for place in _places(image):
            place.space.image = final or bpy.data.images.get(self._shown)
            place.fit()
        bpy.data.images.remove(image)


def _find() -> bpy.types.Image | None:
    """The preview, looked up every time: an undo in between replaces all data."""
    return next((image for image in bpy.data.images if MARK in image), None)


def _make(size: tuple[int, int]) -> bpy.types.Image:
    image = bpy.data.images.new(NAME, *size, alpha=True)
    image[MARK] = True
    return image


@bpy.app.handlers.persistent
def _after_undo(*_: object) -> None:
    """Undo takes the new sheet away and leaves the editor empty: show the sprite again instead."""
    session.current.notes = ()
    sprite = bpy.data.images.get(session.current.animated)
    for place in _editors() if sprite else []:
        if place.space.image is None:
            place.space.image = sprite
            place.fit()


class _Place(NamedTuple):
    """An Image Editor."""

    window: bpy.types.Window
    area: bpy.types.Area
    space: bpy.types.SpaceImageEditor

    def fit(self) -> None:
        """Let the whole image be seen."""
        region = next(region for region in self.area.regions if region.type == "WINDOW")
        with bpy.context.temp_override(window=self.window, area=self.area, region=region):
            bpy.ops.image.view_all(fit_view=True)


def _editors() -> list[_Place]:
    areas = [(window, area) for window in bpy.context.window_manager.windows for area in window.screen.areas]
    return [_Place(window, area, area.spaces.active) for window, area in areas if area.type == "IMAGE_EDITOR"]


def _places(image: bpy.types.Image | None) -> list[_Place]:
    shown = [place for place in _editors() if image and place.space.image == image]
    return [place for place in shown if not place.space.use_image_pin]


def register() -> None:
    bpy.app.handlers.undo_post.append(_after_undo)


def unregister() -> None:
    bpy.app.handlers.undo_post.remove(_after_undo)
