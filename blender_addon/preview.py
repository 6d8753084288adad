"""Shows the frames in the Image Editors as they arrive, on an image of its own that goes when the run ends."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import bpy

from .backend.clip import Clip, Frame
from .results import images, layout

NAME = "Ayo Preview"


class Preview:
    """Takes the place of the image that an unpinned Image Editor shows, and gives it back."""

    def __init__(self, shown: bpy.types.Image) -> None:
        self._shown = shown.name
        self._next_draw = 0.0

    def draw(self, clips: Sequence[Sequence[Frame]], totals: Sequence[int]) -> None:
        """Show the frames that have arrived, each clip on a row. Skips when drawing would slow Blender down."""
        begun = time.monotonic()
        begun_clips = [(frames, total) for frames, total in zip(clips, totals, strict=True) if frames]
        if begun < self._next_draw or not begun_clips or bpy.app.background:
            return
        made = [Clip("", tuple(frames), "loop", (0, 0)) for frames, _ in begun_clips]
        plan = layout.arrange([total for _, total in begun_clips], layout.common_cell(made))
        # Look it up every time: an undo in between replaces all data.
        image = bpy.data.images.get(NAME) or bpy.data.images.new(NAME, *plan.size, alpha=True)
        images.show_pixels(image, layout.paint(made, plan))
        for space in _spaces(self._shown):
            space.image = image
        self._next_draw = time.monotonic() + 3 * (time.monotonic() - begun)

    def close(self, final: bpy.types.Image | None = None) -> None:
        """Let the editors show `final`, or what they showed before, and drop the preview."""
        back = final or bpy.data.images.get(self._shown)
        for space in _spaces(NAME):
            space.image = back
        image = bpy.data.images.get(NAME)
        if image is not None:
            bpy.data.images.remove(image)


def _spaces(showing: str) -> Iterator[bpy.types.SpaceImageEditor]:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            space = area.spaces.active
            if area.type == "IMAGE_EDITOR" and space.image and space.image.name == showing and not space.use_image_pin:
                yield space
