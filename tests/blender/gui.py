"""Runs inside a Blender with a window: the panel used as a person would, with pictures of every step.

Usage: gui.py FOLDER. Writes report.json and PNG screenshots. A story is a generator that yields how many seconds to
wait before it goes on, or a condition to wait for: Blender draws in between.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

import bpy
import numpy as np

FOLDER = Path(sys.argv[-1])
MODULE = "bl_ext.user_default.ayo"
PATIENCE_SECONDS = 90
BEGUN = time.monotonic()
report = {"blender": bpy.app.version_string}


def session():
    return sys.modules[f"{MODULE}.session"]


def window():
    return bpy.context.window_manager.windows[0]


def editor(kind):
    """The largest area, made an editor of that kind, with its sidebar open."""
    area = max(window().screen.areas, key=lambda a: a.width * a.height)
    area.type = kind
    area.spaces.active.show_region_ui = True
    return area


def sidebar(area):
    return next(region for region in area.regions if region.type == "UI")


def log(text):
    print(f"{time.monotonic() - BEGUN:.1f} s: {text}", flush=True)


def on(area, region):
    """The context of an area's region."""
    found = next(r for r in area.regions if r.type == region)
    return bpy.context.temp_override(window=window(), area=area, region=found)


def open_tab(area):
    """Bring the tab "Ayo" of the sidebar to the front; a sidebar knows its tabs only once it was drawn."""
    area.spaces.active.show_region_ui = True
    deadline = time.monotonic() + PATIENCE_SECONDS
    while sidebar(area).active_panel_category != "Ayo" and time.monotonic() < deadline:
        yield 0.3
        with contextlib.suppress(TypeError):
            sidebar(area).active_panel_category = "Ayo"
        area.tag_redraw()
    yield 0.3


def shot(name):
    log(f"screenshot {name}")
    subprocess.run(["import", "-window", "root", str(FOLDER / f"{name}.png")], check=True)


def press(operator, **properties):
    """Press a button of the sidebar by its name: the operator runs as if clicked there."""
    area = max(window().screen.areas, key=lambda a: a.width * a.height)
    with bpy.context.temp_override(window=window(), area=area, region=sidebar(area), space_data=area.spaces.active):
        getattr(bpy.ops.ayo, operator)("INVOKE_DEFAULT", True, **properties)


def click(region, below_top, done):
    """Click into the middle of a sidebar, so many pixels below its top, until `done`.

    A person would click again too: the first click may only wake the window up. (Blender's own --enable-event-simulate
    would make it deaf to the mouse.)
    """
    x, y = region.x + region.width // 2, window().height - (region.y + region.height) + below_top
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done() and time.monotonic() < deadline:
        # Not waited for: Blender has to see the events one by one.
        moves = ["mousemove", str(x - 3), str(y), "sleep", "0.3", "mousemove", str(x), str(y), "sleep", "0.3"]
        clicking = subprocess.Popen(["xdotool", *moves, "mousedown", "1", "sleep", "0.1", "mouseup", "1"])
        yield lambda clicking=clicking: clicking.poll() is not None
        again = time.monotonic() + 2
        yield lambda again=again: done() or time.monotonic() > again


def scroll_down(area):
    """To the end of the sidebar; it is not known to be longer before it was drawn."""
    for _ in range(2):
        with on(area, "UI"):
            bpy.ops.view2d.scroll_down(deltay=4000)
        yield 0.5


def choose_file(path):
    """Choose a file in the window that asks for one."""
    path = Path(bpy.path.abspath(path))
    asking = bpy.context.window_manager.windows[-1]
    area = next(area for area in asking.screen.areas if area.type == "FILE_BROWSER")
    area.spaces.active.params.directory, area.spaces.active.params.filename = bytes(path.parent), path.name
    region = next(region for region in area.regions if region.type == "WINDOW")
    with bpy.context.temp_override(window=asking, area=area, region=region):
        bpy.ops.file.execute()
    yield 1


def undo():
    with bpy.context.temp_override(window=window()):
        bpy.ops.ed.undo()


def pixels_of(image):
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    return (flat.reshape(image.size[1], image.size[0], 4)[::-1] * 255 + 0.5).astype(np.uint8)


def running():
    return session().current.run is not None


def cancelled():
    return idle() or session().current.run.text == "Cancelling…"


def idle():
    return session().current.run is None


def ready():
    assert session().state().kind != "failed", session().state().error
    return session().state().kind in ("ready", "asleep")


LONG = {"idle", "walk", "run", "jump", "attack", "cast", "shoot", "hurt", "die"}


def stopped_halfway():
    """Nothing half made is left: only the sprite, and clips that were whole by then, which are kept."""
    names = {image.name for image in bpy.data.images}
    assert "knight.png" in names, names
    if clips := names - {"knight.png"}:
        (clip,) = clips  # one of them, or several in a sheet
        assert np.any(pixels_of(bpy.data.images[clip])[..., 3])
        assert clip != "knight_sheet" or len(json.loads(bpy.data.images[clip]["ayo"])["requests"]) < len(LONG)
    area = max(window().screen.areas, key=lambda a: a.width * a.height)
    assert area.spaces.active.image.name in names


def begin(actions, frames=32, sprite="knight.png"):
    """A saved file with the knight in a large Image Editor and the tab "Ayo" in front.

    Many frames, so that there is something to be seen before it is over.
    """
    bpy.context.preferences.view.show_splash = False
    bpy.ops.wm.read_homefile(use_empty=True)
    yield 0.5
    folder = FOLDER / f"game{time.monotonic_ns()}"
    folder.mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "game.blend"))
    knight = bpy.data.images.load(str(FOLDER / sprite))
    knight.pack()
    area = editor("IMAGE_EDITOR")
    area.spaces.active.image = knight
    yield from open_tab(area)
    scene = bpy.context.scene
    scene.ayo.actions, scene.ayo.facing = actions, "right"
    scene.ayo.own_frames, scene.ayo.frames = frames is not None, frames or 8
    assert scene.ayo.actions == actions
    bpy.ops.ed.undo_push(message="ready")
    with on(area, "WINDOW"):
        bpy.ops.image.view_all(fit_view=True)
    yield ready
    yield 0.5
    return area


def begin_slowly():
    """For a story that interrupts a long job: the test slows the backend, however fast the machine is."""
    (FOLDER / "slow").touch()
    return (yield from begin(LONG))


def story_animate_by_click_then_undo_and_redo():
    area = yield from begin(LONG)
    shot("1-ready")
    knight = area.spaces.active.image
    # The wide button is the third row of the panel.
    yield from click(sidebar(area), 102, done=running)
    yield lambda: idle() or (session().current.run.factor > 0.3 and area.spaces.active.image.name == "Ayo Preview")
    assert running(), "it was over before anything was seen"
    assert 0 < session().current.run.factor < 1
    yield 0.2
    shot("2-working")
    yield idle
    yield 0.5
    sheet = area.spaces.active.image
    assert sheet.name == "knight_sheet", sheet.name
    assert "Ayo Preview" not in bpy.data.images
    made = pixels_of(sheet)
    assert made[..., 3].any()
    with on(area, "WINDOW"):
        bpy.ops.image.view_all(fit_view=True)
    yield 0.5
    shot("3-result")
    with bpy.context.temp_override(window=window()):
        bpy.ops.ed.undo()
    yield 0.5
    assert "knight_sheet" not in bpy.data.images
    assert area.spaces.active.image.name == "knight.png"
    shot("4-undone")
    with bpy.context.temp_override(window=window()):
        bpy.ops.ed.redo()
    yield 0.5
    assert np.array_equal(pixels_of(bpy.data.images["knight_sheet"]), made)
    assert knight is not None


def story_pictures_for_the_guide():
    area = yield from begin({"walk", "attack"}, frames=None, sprite="knight_64.png")
    shot("guide-ready")
    scene = bpy.context.scene
    scene.ayo.results = {"SHEET", "PLANE", "STRIP"}
    press("animate")
    yield running
    yield idle
    yield 1.0
    assert area.spaces.active.image.name == "knight_64_sheet"
    shot("guide-sheet")
    area.type = "VIEW_3D"
    # Solid, not Material Preview, whose shaders take a software renderer half a minute.
    shading = area.spaces.active.shading
    shading.type, shading.color_type, shading.light = "SOLID", "TEXTURE", "FLAT"
    yield from open_tab(area)
    with on(area, "WINDOW"):
        bpy.ops.ayo.exact_colours()
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_selected()
    yield 3.0
    shot("guide-plane")
    assert bpy.context.view_layer.objects.active.animation_data.action.name == "knight_64 walk"
    assert scene.view_settings.view_transform == "Standard"
    area.type = "SEQUENCE_EDITOR"
    yield from open_tab(area)
    with on(area, "WINDOW"):
        bpy.ops.sequencer.view_all()
    yield 1.0
    shot("guide-sequencer")
    area.type = "IMAGE_EDITOR"
    yield 0.3


def story_parts_are_shown_and_painted():
    """With a real brush; then told, and all of it undone step by step."""
    area = yield from begin({"walk"}, frames=None, sprite="knight_64.png")
    knight, space = area.spaces.active.image, area.spaces.active
    press("show_parts")
    yield running
    yield idle
    yield 0.5
    picture = space.image
    assert (picture.name, space.mode, knight.ayo_parts) == ("knight_64 parts", "PAINT", picture)
    shot("guide-parts")
    seen = pixels_of(picture)
    paint = bpy.context.scene.tool_settings.image_paint
    assert paint.palette.name == "Ayo Parts"
    take_hard_brush(area, paint.palette.colors[11].color)
    canvas = next(region for region in area.regions if region.type == "WINDOW")
    yield from click(canvas, canvas.height // 2, done=lambda: not np.array_equal(pixels_of(picture), seen))
    yield 0.5
    shot("8-painted")
    painted = pixels_of(picture)
    changed = painted[(painted != seen).any(axis=2)]
    assert (changed == [0xE5, 0x39, 0x35, 255]).all(), "a palette's colour is painted to the bit"
    press("show_image", image=knight.name)
    yield 0.5
    assert (space.image, space.mode) == (knight, "VIEW")
    bpy.ops.wm.save_mainfile()
    shot("9-told")
    press("animate")
    yield running
    yield idle
    yield 0.5
    assert session().current.problem is None, session().current.problem
    assert space.image.name == "knight_64_walk"
    undo()
    yield 0.5
    assert "knight_64_walk" not in bpy.data.images
    assert np.array_equal(pixels_of(bpy.data.images["knight_64 parts"]), painted), "only Animate is undone"
    steps = 0
    while "knight_64 parts" in bpy.data.images:
        undo()
        yield 0.5
        steps += 1
    assert steps == 4, "back to the sprite, painted, shown, and nothing"
    assert "Ayo Parts" not in bpy.data.palettes
    assert bpy.data.images["knight_64.png"].ayo_parts is None


def story_frames_are_pinned():
    """The still for a frame, one that nothing is pinned to yet, and what is said of that; all undone."""
    area = yield from begin({"attack"}, frames=None, sprite="knight_64.png")
    knight = area.spaces.active.image
    for _ in range(2):
        press("add_pin", sprite=knight.name)
        yield 0.3
    knight.ayo_pins[0].frame = 3
    press("open_pin", sprite=knight.name, index=0)
    yield 1
    yield from choose_file(knight.filepath)
    assert (knight.ayo_pins[0].picture, area.spaces.active.image) == (knight, knight), "the sprite stays in view"
    with contextlib.suppress(RuntimeError):
        press("animate")
    yield 0.5
    assert "Nothing is pinned to frame 2" in session().current.problem.message
    shot("10-nothing-pinned")
    press("remove_pin", sprite=knight.name, index=1)
    press("animate")
    yield running
    yield idle
    yield 0.5
    assert session().current.problem is None, session().current.problem
    press("dismiss")
    yield from scroll_down(area)
    shot("guide-pins")
    undo()
    yield 0.5
    assert "knight_64_attack" not in bpy.data.images
    undo()
    yield 0.5
    assert len(bpy.data.images["knight_64.png"].ayo_pins) == 2, "only Remove Pin is undone"


def story_the_mage_runs_like_the_knight():
    """By the sheet that was made of the knight, opened from the disk."""
    area = yield from begin({"run"}, frames=None, sprite="knight_64.png")
    press("animate")
    yield running
    yield idle
    press("dismiss")
    run = bpy.data.images["knight_64_run"]
    space = area.spaces.active
    space.image = mage = bpy.data.images.load(str(FOLDER / "mage_64.png"))
    press("open_like")
    yield 1
    yield from choose_file(run.filepath)
    assert (bpy.context.scene.ayo_like.clip, space.image) == (run, mage), "the sprite stays in view"
    press("animate")
    yield running
    yield idle
    assert session().current.problem is None, session().current.problem
    assert space.image.name == "mage_64_run"
    assert json.loads(space.image["ayo"])["requests"][0]["like"]
    press("dismiss")
    with on(area, "WINDOW"):
        bpy.ops.image.view_all(fit_view=True)
    yield from scroll_down(area)
    shot("guide-like")
    undo()
    yield 0.5
    assert "mage_64_run" not in bpy.data.images
    assert "knight_64_run" in bpy.data.images


def take_hard_brush(area, colour):
    """Debian's Blender comes without brushes; since 4.3 a brush to paint with has to be an asset."""
    brush = bpy.data.brushes.new("Hard", mode="TEXTURE_PAINT")
    brush.curve_preset, brush.use_paint_antialiasing, brush.strength, brush.size = "CONSTANT", False, 1, 8
    brush.asset_mark()
    with on(area, "WINDOW"):
        bpy.ops.brush.asset_activate(asset_library_type="LOCAL", relative_asset_identifier="Brush/Hard")
    unified = bpy.context.scene.tool_settings.unified_paint_settings
    brush.color = unified.color = colour
    unified.size = 8


def story_escape_cancels():
    yield from begin_slowly()
    press("animate")
    yield running
    yield lambda: session().current.run is None or session().current.run.factor > 0.05
    assert running()
    while not cancelled():
        subprocess.Popen(["xdotool", "key", "Escape"])
        again = time.monotonic() + 1
        yield lambda again=again: cancelled() or time.monotonic() > again
    yield idle
    yield 0.3
    stopped_halfway()
    assert session().current.problem is None
    shot("5-cancelled")


def story_cancel_button():
    area = yield from begin_slowly()
    press("animate")
    yield running
    yield 0.3
    yield from click(sidebar(area), 98, done=cancelled)
    yield idle
    stopped_halfway()


def story_undo_while_it_works():
    yield from begin({"walk", "attack"})
    press("animate")
    yield running
    yield lambda: session().current.run is None or session().current.run.factor > 0.1
    with bpy.context.temp_override(window=window()):
        bpy.ops.ed.undo()
    yield idle
    assert session().current.problem is None or session().current.problem.code, "it ended"


def story_file_loaded_while_it_works():
    yield from begin_slowly()
    press("animate")
    yield running
    bpy.ops.wm.read_homefile(use_empty=True)
    yield idle
    yield 0.5
    assert not [image.name for image in bpy.data.images if "knight" in image.name or "Ayo" in image.name]


def story_image_deleted_while_it_works():
    yield from begin({"walk"})
    press("animate")
    yield running
    bpy.data.images.remove(bpy.data.images["knight.png"])
    yield idle
    assert np.any(pixels_of(bpy.data.images["knight_walk"]))


def story_addon_disabled_while_it_works():
    yield from begin_slowly()
    press("animate")
    yield running
    bpy.ops.preferences.addon_disable(module=MODULE)
    yield 1.0
    assert not hasattr(bpy.types.Scene, "ayo")
    bpy.ops.preferences.addon_enable(module=MODULE)
    yield 0.5


def story_backend_gone():
    """The last one: it has the test kill the backend in the middle of a job."""
    yield from begin_slowly()
    press("animate")
    yield running
    yield lambda: session().current.run is None or session().current.run.factor > 0.05
    (FOLDER / "kill").touch()
    ticks = 0
    while running():
        ticks += 1
        yield 0.1
    assert session().current.problem.code == "lost", session().current.problem
    yield lambda: session().state().kind == "not_running"
    yield 0.5
    shot("7-backend-gone")
    stopped_halfway()


class Teller:
    """Tells the stories one after the other, on Blender's timer."""

    def __init__(self, stories):
        self._stories = list(stories)
        self._story = self._name = self._wait = None
        self._since = time.monotonic()

    def tick(self):
        try:
            if callable(self._wait):
                if not self._wait():
                    if time.monotonic() - self._since > PATIENCE_SECONDS:
                        raise TimeoutError(f"waited too long; backend {session().state()}, run {session().current.run}")
                    return 0.05
                self._wait = None
            if self._story is None:
                if not self._stories:
                    return finish()
                self._name, function = self._stories.pop(0)
                log(self._name)
                self._story = function()
            self._wait, self._since = next(self._story), time.monotonic()
            return 0.05 if callable(self._wait) else self._wait
        except StopIteration:
            report[self._name] = "ok"
            (FOLDER / "slow").unlink(missing_ok=True)
        except Exception:
            report[self._name] = traceback.format_exc()
            (FOLDER / "slow").unlink(missing_ok=True)
            shot(f"failed-{self._name}")
        self._story = self._wait = None
        return 0.1


def finish():
    (FOLDER / "report.json").write_text(json.dumps(report))
    bpy.ops.wm.quit_blender()


def main():
    bpy.ops.extensions.package_install_files(
        filepath=str(FOLDER / "ayo.zip"), repo="user_default", enable_on_install=True
    )
    only = os.environ.get("AYO_ONLY")
    stories = [(n, f) for n, f in globals().items() if n.startswith("story_") and (not only or n in only)]
    teller = Teller(stories)
    bpy.app.timers.register(teller.tick, first_interval=1.0, persistent=True)


main()
