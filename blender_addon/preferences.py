"""The add-on's preferences."""

import bpy
from bpy.props import FloatProperty, StringProperty

from .backend.starter import INSTALL_HINT


class AyoPreferences(bpy.types.AddonPreferences):
    bl_idname = __package__

    interpreter: StringProperty(
        name="Python of Ayo",
        description="The Python that Ayo is installed in. Empty: the one that ran Ayo last",
        subtype="FILE_PATH",
    )
    endpoint: StringProperty(
        name="Endpoint",
        description="Where Ayo listens, as tcp://host:port, if not where it says itself (a forwarded port)",
    )
    connection_file: StringProperty(
        name="Connection File",
        description="The connection.json of the Ayo to use, if not the one running on this computer",
        subtype="FILE_PATH",
    )
    output_folder: StringProperty(
        name="Output Folder",
        description="Where sheets and frames are saved. Empty: beside the .blend",
        subtype="DIR_PATH",
    )
    pixels_per_unit: FloatProperty(
        name="Pixels per Unit",
        description="How many pixels of the sprite make one unit (metre)",
        default=16.0,
        min=0.01,
    )

    def draw(self, _context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "pixels_per_unit")
        layout.prop(self, "output_folder")
        layout.separator()
        layout.prop(self, "interpreter")
        layout.label(text=INSTALL_HINT.replace(" below", " above"), icon="INFO")
        layout.prop(self, "connection_file")
        layout.prop(self, "endpoint")


def get(context: bpy.types.Context | None = None) -> AyoPreferences:
    """The preferences of this add-on, under whatever name it was installed."""
    return (context or bpy.context).preferences.addons[__package__].preferences


def register() -> None:
    bpy.utils.register_class(AyoPreferences)


def unregister() -> None:
    bpy.utils.unregister_class(AyoPreferences)
