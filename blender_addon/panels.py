"""The sidebar tab "Ayo": how things stand, what is animated, the settings, the button, and what came of it."""

from __future__ import annotations

import textwrap

import bpy

from . import deliver, legend, like, palette, pins, preferences, record, session, source
from .backend.client import has_feature
from .backend.errors import BackendError

CHARACTER_WIDTH = 8.2  # of the interface font, at scale 1, in pixels
STATE_ICONS = {
    "ready": "CHECKMARK",
    "asleep": "CHECKMARK",
    "loading": "TIME",
    "looking": "TIME",
    "not_running": "UNLINKED",
}
# What helps against what: the operator next to the error, by the error's code.
CURES = {
    "not_running": "ayo.start",
    "lost": "ayo.start",
    "refused": "ayo.start",
    "failed": "ayo.stop",
    "silent": "ayo.stop",
    "cannot_start": "ayo.start",
    "needs_curve": "ayo.preferences",
    "offline": "ayo.preferences",
    "worker_crashed": "ayo.animate",
    "timeout": "ayo.animate",
    "busy": "ayo.animate",
}


class _Panel:
    bl_region_type = "UI"
    bl_category = "Ayo"
    bl_label = "Ayo"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        _draw_state(layout)
        run = session.current.run
        if run is not None:
            layout.progress(factor=run.factor, text=run.text)
            layout.operator("ayo.cancel", icon="CANCEL")
        else:
            self.draw_button(layout, context)
        _draw_problem(layout, context)
        _draw_notes(layout)
        if run is None:
            _draw_settings(layout, context)
            _draw_pins(layout, context)
            _draw_like(layout, context)

    def draw_button(self, layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
        try:
            shown = source.find(context)
        except source.UnusableError as error:
            _label(layout, str(error), "INFO")
            return
        layout.label(text=shown.image.name, icon="IMAGE_DATA")
        row = layout.row()
        row.scale_y = 1.5
        row.operator("ayo.animate", icon="PLAY")
        if deliver.has_results(shown.image):
            layout.operator("ayo.animate_again", icon="FILE_REFRESH")
        if context.space_data.type == "VIEW_3D" and context.scene.view_settings.view_transform != "Standard":
            layout.operator("ayo.exact_colours", icon="COLOR")
        if shown.parts:
            _draw_parts(layout, shown, context)
        known = record.read(shown.result) if shown.result else None
        if known:
            made = ", ".join(request.action for request in known.requests)
            _label(layout, f"Made from {shown.image.name}: {made}, seed {known.requests[0].seed}", "NONE")


class AYO_PT_image(_Panel, bpy.types.Panel):  # noqa: N801  (Blender's naming)
    bl_space_type = "IMAGE_EDITOR"


class AYO_PT_view(_Panel, bpy.types.Panel):  # noqa: N801
    bl_space_type = "VIEW_3D"


class AYO_PT_sequencer(_Panel, bpy.types.Panel):  # noqa: N801
    bl_space_type = "SEQUENCE_EDITOR"


def _draw_parts(layout: bpy.types.UILayout, shown: source.Shown, context: bpy.types.Context) -> None:
    """What to do with the picture of the parts that is shown."""
    sprite, box = shown.image, layout.box()
    if sprite.ayo_parts == shown.parts:
        text = (
            f"These are the parts of {sprite.name}. Paint what is wrong in the colours of the palette "
            f"“{palette.NAME}”, with a hard brush (Paint Pixel Art); then go back to the sprite and animate it."
        )
    else:
        text = (
            f"This is what Ayo sees in {sprite.name}, not what it is told. "
            "Choose this picture in Parts, below, to change that."
        )
    _label(box, text, "INFO")
    if context.space_data.type == "IMAGE_EDITOR":
        box.operator("ayo.show_image", text="Back to the Sprite", icon="LOOP_BACK").image = sprite.name
    legend.draw(box)
    paint = context.tool_settings.image_paint
    if paint.palette and paint.palette.name == palette.NAME:
        box.template_palette(paint, "palette", color=True)


def _draw_state(layout: bpy.types.UILayout) -> None:
    state = session.state()
    row = layout.row()
    if session.current.starter is not None:
        row.label(text="Ayo is starting…", icon="TIME")
        return
    row.label(text=state.text, icon=STATE_ICONS.get(state.kind, "ERROR"))
    if state.kind == "not_running":
        row.operator("ayo.start", text="Start", icon="PLAY")
    elif state.error is None and state.kind != "looking":
        row.operator("ayo.stop", text="", icon="QUIT")
    if state.error is not None and state.kind != "not_running":
        _draw_error(layout, state.error)


def _draw_problem(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    problem = session.current.problem
    if problem is None:
        return
    box = _draw_error(layout, problem)
    if problem.code in ("no_interpreter", "cannot_start"):
        box.prop(preferences.get(context), "interpreter", text="")
        box.operator("ayo.start", icon="PLAY")
    elif problem.code == "no_folder":
        box.prop(preferences.get(context), "output_folder", text="")
        box.operator("wm.save_mainfile", text="Save the .blend", icon="FILE_TICK")
    box.operator("ayo.dismiss", icon="X")


def _draw_error(layout: bpy.types.UILayout, error: BackendError) -> bpy.types.UILayout:
    """A box with what is wrong, what to do, and where there is one, the button that does it."""
    box = layout.box()
    _label(box, error.message, "ERROR")
    _label(box, error.hint, "NONE")
    if error.code in CURES and error.code != "cannot_start":
        text = "Try Again" if CURES[error.code] == "ayo.animate" else None
        box.operator(CURES[error.code], **({"text": text} if text else {}))
    return box


def _draw_notes(layout: bpy.types.UILayout) -> None:
    if not session.current.notes or session.current.run is not None:
        return
    box = layout.box()
    for note in session.current.notes:
        _label(box, note, "INFO")
    box.operator("ayo.dismiss", icon="X")


def _draw_settings(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    settings = context.scene.ayo
    layout.label(text="Actions")
    layout.grid_flow(columns=3, even_columns=True, align=True, row_major=True).prop(settings, "actions")
    layout.label(text="Results")
    layout.row(align=True).prop(settings, "results")
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    column.prop(settings, "facing")
    column.prop(settings, "creature")
    _draw_parts_choice(column, context)
    row = column.row(heading="Frames")
    row.prop(settings, "own_frames", text="")
    value = row.row()
    value.enabled = settings.own_frames
    value.prop(settings, "frames", text="")
    column.prop(settings, "seed")
    column.prop(settings, "energy")
    if "attack" in settings.chosen_actions():
        column.prop(settings, "slash")
    if {"cast", "shoot"} & {*settings.chosen_actions()}:
        column.prop(settings, "glow")
    column.prop(settings, "timing")
    if settings.timing == "SCENE":
        column.prop(settings, "hold")
    _draw_region(column, settings, context)


def _draw_pins(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Of a sprite, while the backend may know what pins are."""
    try:
        sprite = source.find(context).image
    except source.UnusableError:
        return
    welcome = session.state().welcome
    if sprite.ayo_pins or welcome is None or has_feature(welcome, "pins"):
        pins.draw(layout, sprite)


def _draw_like(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """While the backend may know what it is to be like a clip."""
    welcome = session.state().welcome
    if context.scene.ayo_like.clip or welcome is None or has_feature(welcome, "like"):
        like.draw(layout, context.scene.ayo_like)


def _draw_parts_choice(column: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Of a sprite, while the backend may know what parts are."""
    try:
        shown = source.find(context)
    except source.UnusableError:
        return
    chosen, welcome = shown.image.ayo_parts, session.state().welcome
    if not (chosen or welcome is None or has_feature(welcome, "parts")):
        return
    column.prop(shown.image, "ayo_parts")
    row = column.row(align=True)
    row.operator("ayo.show_parts", icon="VIEWZOOM")
    if chosen and chosen != shown.parts and context.space_data.type == "IMAGE_EDITOR":
        row.operator("ayo.show_image", text="Paint Parts", icon="BRUSH_DATA").image = chosen.name


def _draw_region(column: bpy.types.UILayout, settings: bpy.types.PropertyGroup, context: bpy.types.Context) -> None:
    column.prop(settings, "region")
    if settings.region == "CELL":
        for name in ("columns", "rows", "cell"):
            column.prop(settings, name)
    elif settings.region == "AREA":
        for name in ("area_x", "area_y", "area_width", "area_height"):
            column.prop(settings, name)
        if context.space_data.type == "IMAGE_EDITOR":
            column.operator("ayo.area_from_mask", icon="MOD_MASK")


def _label(layout: bpy.types.UILayout, text: str, icon: str) -> None:
    """Text over as many lines as it needs: a sidebar cuts what is longer than about 36 characters."""
    characters = max(20, int(bpy.context.region.width / CHARACTER_WIDTH / bpy.context.preferences.system.ui_scale))
    column = layout.column(align=True)
    for number, line in enumerate(textwrap.wrap(text, characters)):
        column.label(text=line, icon=icon if number == 0 else "BLANK1" if icon != "NONE" else "NONE")


CLASSES = (AYO_PT_image, AYO_PT_view, AYO_PT_sequencer)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
