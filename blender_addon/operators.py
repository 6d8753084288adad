"""What the buttons do."""

from __future__ import annotations

import time

import bpy

from . import deliver, like, look, parts, preferences, record, session, source
from .backend.errors import BackendError
from .backend.starter import Starter
from .deliver import Made, Order, Repeat
from .look import Look
from .results.output import check_folder, output_folder
from .run import Run

NEED_FILES = frozenset({"STRIP", "EMPTY"})
LONGEST_BLOCKING_RUN_SECONDS = 3600


class _Animates:
    """Runs an order: modal with a window, so that Blender stays alive; blocking without one (background, scripts)."""

    bl_options = {"INTERNAL"}  # noqa: RUF012  (Blender wants a plain set)

    _run: Run | None = None
    _order: Order | Repeat | Look | None = None
    _timer: bpy.types.Timer | None = None

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if session.current.run is not None:
            cls.poll_message_set("Ayo is at work; wait for it or cancel")
            return False
        try:
            source.find(context)
        except source.UnusableError as error:
            cls.poll_message_set(str(error))
            return False
        return True

    def order(self, context: bpy.types.Context, shown: source.Shown) -> Order | Repeat | Look:
        """What to make. Raises UnusableError or ValueError."""
        raise NotImplementedError

    def run(self, context: bpy.types.Context, shown: source.Shown) -> Run:
        """Begin it: Ayo is told the sprite's parts, and the frames are shown as they come. Raises UnusableError."""
        in_editor = shown.image
        if context.space_data and context.space_data.type == "IMAGE_EDITOR":
            in_editor = context.space_data.image
        pinned = any(request.pinned for request in self._order.requests)
        pins = [(pin.frame, pin.picture) for pin in shown.image.ayo_pins] if pinned else []
        scene, requests = context.scene, self._order.requests
        fps = scene.render.fps / scene.render.fps_base
        alike = dict.fromkeys(request.action for request in requests if request.like)
        likes = like.read(scene.ayo_like, list(alike), fps)
        return Run(shown.image, self._order.region, requests, in_editor, shown.image.ayo_parts, pins, likes)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if not self._begin(context):
            return {"CANCELLED"}
        self._timer = context.window_manager.event_timer_add(0.05, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        if not self._begin(context):
            return {"CANCELLED"}
        deadline = time.monotonic() + LONGEST_BLOCKING_RUN_SECONDS
        while self._run.outcome is None:
            if time.monotonic() > deadline:
                self._run.cancel()
            self._run.tick(timeout=0.1)
        return self._end(context)

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if session.current.run is not self._run:
            self._clean_up(context)
            return {"CANCELLED"}
        if event.type == "ESC" and event.value == "PRESS":
            self._run.cancel()
            return {"RUNNING_MODAL"}
        if event.type == "TIMER":
            try:
                self._run.tick()
            except Exception:
                self._give_up(context)
                raise
            context.workspace.status_text_set(f"Ayo: {self._run.text}   (Esc cancels)")
            session.redraw()
            if self._run.outcome is not None:
                return self._end(context)
        return {"PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender's own call when a file is loaded or the window closes."""
        if session.current.run is self._run and self._run is not None:
            self._run.abandon()
        self._clean_up(context)

    def _begin(self, context: bpy.types.Context) -> bool:
        session.current.problem, session.current.notes = None, ()
        try:
            shown = source.find(context)
            _keep_painting(shown.image)
            self._order = self.order(context, shown)
            self._run = self.run(context, shown)
        except source.UnusableError as error:
            return self._complain(BackendError(error.code, str(error)))
        except ValueError as error:
            return self._complain(BackendError("unusable", str(error)))
        session.current.run = self._run
        return True

    def _end(self, context: bpy.types.Context) -> set[str]:
        """Deliver what has come, even when a part of it failed or the rest was cancelled."""
        run, delivered = self._run, None
        try:
            if run.clips and run.outcome != "cancelled":
                sprite = bpy.data.images.get(run.sprite_name)
                made = Made(run.clips, sprite, run.sprite_name, run.sha256, run.model)
                delivered = self._order.deliver(made, context)
                run.close(delivered.image)
        finally:
            self._give_up(context)
        if delivered:
            session.current.notes = delivered.notes
            if not bpy.app.background:
                bpy.ops.ed.undo_push(message=self.bl_label)
        for error in run.errors:
            self._complain(error)
        if run.outcome == "cancelled":
            self.report({"INFO"}, "Ayo was cancelled; nothing was changed")
        return {"FINISHED"} if delivered else {"CANCELLED"}

    def _give_up(self, context: bpy.types.Context) -> None:
        self._run.close()
        self._run.abandon()
        self._clean_up(context)

    def _clean_up(self, context: bpy.types.Context) -> None:
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        if context.workspace is not None:
            context.workspace.status_text_set(None)
        session.redraw()

    def _complain(self, error: BackendError) -> bool:
        """Keep the problem for the panel, and report it. False, for the convenience of callers."""
        session.current.problem = error
        session.redraw()
        self.report({"ERROR"}, str(error))
        return False


def _keep_painting(sprite: bpy.types.Image) -> None:
    """Give what was painted on the sprite's parts an undo step, or undoing what is made now would undo it as well."""
    parts.pack_painted()
    if sprite.ayo_parts and not bpy.app.background:
        bpy.ops.ed.undo_push(message="Paint Parts")


class AYO_OT_animate(_Animates, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Animate the sprite"""

    bl_idname = "ayo.animate"
    bl_label = "Animate Sprite"

    def order(self, context: bpy.types.Context, shown: source.Shown) -> Order:
        settings = context.scene.ayo
        pinned = len(shown.image.ayo_pins) > 0
        alike = context.scene.ayo_like.clip is not None
        requests, kinds = settings.requests(pinned, alike), frozenset(settings.results)
        if not requests:
            raise source.UnusableError("Choose at least one action.")
        if pinned and len(requests) > 1:
            raise source.UnusableError("Pinned frames are of one action: choose only that, or remove the pins.")
        if not kinds:
            raise source.UnusableError("Choose at least one result.")
        _check_files(kinds)
        return Order(
            region=_pick(settings, shown.image),
            requests=requests,
            hold=settings.hold if settings.timing == "SCENE" else None,
            kinds=kinds,
            scene=context.scene.name,
            empty=shown.empty.name if shown.empty and shown.result is None else "",
        )


class AYO_OT_animate_again(_Animates, bpy.types.Operator):  # noqa: N801
    """Make everything again that was made from this sprite, with the same settings: for after it was redrawn"""

    bl_idname = "ayo.animate_again"
    bl_label = "Animate Again"

    def order(self, context: bpy.types.Context, shown: source.Shown) -> Repeat:
        region = context.scene.ayo.region_of(tuple(shown.image.size))
        repeat = deliver.find_repeat(shown.image, shown.result, region)
        if repeat is None:
            raise source.UnusableError("Nothing was made from this sprite yet; animate it first.")
        return repeat


class AYO_OT_show_parts(_Animates, bpy.types.Operator):  # noqa: N801
    """Show which part of the character Ayo takes each pixel for, as a picture to paint on"""

    bl_idname = "ayo.show_parts"
    bl_label = "Show Parts"

    def order(self, context: bpy.types.Context, shown: source.Shown) -> Look:
        settings = context.scene.ayo
        region = source.pick_region(shown.image, _pick(settings, shown.image))
        return Look(region, (settings.look(),), tuple(shown.image.size))

    def run(self, _context: bpy.types.Context, shown: source.Shown) -> Run:
        """What Ayo sees by itself is asked for, so it is told nothing."""
        return Run(shown.image, self._order.region, self._order.requests, None, None, [], {})


class AYO_OT_show_image(bpy.types.Operator):  # noqa: N801
    """Show it in this Image Editor"""

    bl_idname = "ayo.show_image"
    bl_label = "Show Image"
    bl_options = {"UNDO", "INTERNAL"}  # noqa: RUF012

    image: bpy.props.StringProperty(name="Image", description="The sprite, or the picture of its parts")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.space_data is not None and context.space_data.type == "IMAGE_EDITOR"

    def execute(self, context: bpy.types.Context) -> set[str]:
        parts.pack_painted()
        image = bpy.data.images[self.image]
        if parts.sprite_of(image):
            look.open_to_paint(context, image)
        else:
            # No longer in the mode Paint, where a click would paint on the sprite.
            context.space_data.image, context.space_data.mode = image, "VIEW"
        return {"FINISHED"}


def _pick(settings: object, image: bpy.types.Image) -> record.Region:
    """The chosen part, checked; a whole image stays "whole", so that it may be resized before it is animated again."""
    region = settings.region_of(tuple(image.size))
    source.pick_region(image, region)
    return region


def _check_files(kinds: frozenset[str]) -> None:
    """Say now, not after the wait, that files can't be written."""
    folder = output_folder(preferences.get().output_folder)
    if folder is None and kinds <= NEED_FILES:
        raise source.UnusableError(
            "A strip or an Empty needs files: save the .blend first, or set an output folder.", "no_folder"
        )
    reason = check_folder(folder) if folder else ""
    if reason:
        raise source.UnusableError(f"{reason} Choose another output folder.", "no_folder")


class AYO_OT_cancel(bpy.types.Operator):  # noqa: N801
    """Cancel; nothing is changed"""

    bl_idname = "ayo.cancel"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def execute(self, _context: bpy.types.Context) -> set[str]:
        if session.current.run is not None:
            session.current.run.cancel()
        return {"FINISHED"}


class AYO_OT_start(bpy.types.Operator):  # noqa: N801
    """Start Ayo on this computer. It ends with Blender"""

    bl_idname = "ayo.start"
    bl_label = "Start Ayo"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def execute(self, context: bpy.types.Context) -> set[str]:
        session.current.problem = None
        interpreter = bpy.path.abspath(preferences.get(context).interpreter)
        try:
            session.current.starter = Starter(interpreter, session.log_file())
        except BackendError as error:
            session.current.problem = error
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class AYO_OT_stop(bpy.types.Operator):  # noqa: N801
    """Stop Ayo, for every program that uses it"""

    bl_idname = "ayo.stop"
    bl_label = "Stop Ayo"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, _context: bpy.types.Context) -> set[str]:
        try:
            client = session.address().connect()
            try:
                client.shutdown()
            finally:
                client.close()
        except BackendError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if session.current.monitor is not None:
            session.current.monitor.look_now()
        return {"FINISHED"}


class AYO_OT_dismiss(bpy.types.Operator):  # noqa: N801
    """Dismiss this message"""

    bl_idname = "ayo.dismiss"
    bl_label = "Dismiss"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def execute(self, _context: bpy.types.Context) -> set[str]:
        session.current.problem, session.current.notes = None, ()
        return {"FINISHED"}


class AYO_OT_preferences(bpy.types.Operator):  # noqa: N801
    """Open the preferences of Ayo"""

    bl_idname = "ayo.preferences"
    bl_label = "Preferences"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def execute(self, _context: bpy.types.Context) -> set[str]:
        bpy.ops.preferences.addon_show(module=__package__)
        return {"FINISHED"}


class AYO_OT_exact_colours(bpy.types.Operator):  # noqa: N801
    """Set the scene's view transform to Standard, so that the colours of a sprite are shown and rendered as they are"""

    bl_idname = "ayo.exact_colours"
    bl_label = "Show Exact Colours"
    bl_options = {"UNDO", "INTERNAL"}  # noqa: RUF012

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.scene.view_settings.view_transform = "Standard"
        context.scene.view_settings.look = "None"
        return {"FINISHED"}


class AYO_OT_area_from_mask(bpy.types.Operator):  # noqa: N801
    """Take the area from the mask that the Image Editor shows"""

    bl_idname = "ayo.area_from_mask"
    bl_label = "Area from Mask"
    bl_options = {"UNDO", "INTERNAL"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        space = context.space_data
        if space is None or space.type != "IMAGE_EDITOR" or space.mask is None or space.image is None:
            cls.poll_message_set("Show a mask in the Image Editor first (its mode Mask)")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        points = [p.co for layer in context.space_data.mask.layers for spline in layer.splines for p in spline.points]
        if not points:
            self.report({"ERROR"}, "The mask has no points yet; draw around the sprite first")
            return {"CANCELLED"}
        area = source.area_around(points, tuple(context.space_data.image.size))
        settings = context.scene.ayo
        settings.area_x, settings.area_y, settings.area_width, settings.area_height = (
            area.x,
            area.y,
            area.width,
            area.height,
        )
        return {"FINISHED"}


CLASSES = (
    AYO_OT_animate,
    AYO_OT_animate_again,
    AYO_OT_show_parts,
    AYO_OT_show_image,
    AYO_OT_cancel,
    AYO_OT_start,
    AYO_OT_stop,
    AYO_OT_dismiss,
    AYO_OT_preferences,
    AYO_OT_exact_colours,
    AYO_OT_area_from_mask,
)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
