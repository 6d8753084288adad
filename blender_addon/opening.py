"""Opening a picture of the disk without the editor showing it: the tab would belong to that instead of the sprite."""

from __future__ import annotations

from pathlib import Path

import bpy

from .results.output import relative


class Opens:
    """An operator's part that asks for files; `opened` gets the picture, of several files an image sequence."""

    bl_options = {"UNDO", "INTERNAL"}  # noqa: RUF012  (Blender wants a plain set)

    filepath: bpy.props.StringProperty(name="Picture", subtype="FILE_PATH", options={"SKIP_SAVE"})
    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"HIDDEN", "SKIP_SAVE"})
    files: bpy.props.CollectionProperty(type=bpy.types.OperatorFileListElement, options={"HIDDEN", "SKIP_SAVE"})
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN"})
    filter_image: bpy.props.BoolProperty(default=True, options={"HIDDEN"})

    def opened(self, picture: bpy.types.Image, context: bpy.types.Context) -> None:
        raise NotImplementedError

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        names = sorted(file.name for file in self.files)
        several = len(names) > 1
        path = Path(self.directory, names[0]) if several else Path(bpy.path.abspath(self.filepath))
        try:
            picture = bpy.data.images.load(relative(path), check_existing=not several)
        except RuntimeError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if several:
            picture.source = "SEQUENCE"
        self.opened(picture, context)
        return {"FINISHED"}
