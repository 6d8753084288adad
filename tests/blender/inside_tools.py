"""What the checks inside Blender share: an empty file with a sprite, the buttons, and what is expected of them."""

# ruff: noqa: PT017  (there is no pytest in Blender)
import contextlib
import sys
import time
from pathlib import Path

import bpy
import numpy as np

FOLDER = Path(sys.argv[-1])
EXPECTED = np.load(FOLDER / "clips.npz")
FPS = 24
PACKAGE = "bl_ext.user_default.ayo"


class Expected:
    """A clip as the backend gives it to another client."""

    def __init__(self, action):
        self.frames = EXPECTED[f"{action}_frames"]
        self.durations = EXPECTED[f"{action}_durations"].tolist()
        self.loop = str(EXPECTED[f"{action}_loop"])
        self.pivot = EXPECTED[f"{action}_pivot"].tolist()
        self.offset = EXPECTED[f"{action}_offset"].tolist()

    @property
    def size(self):
        return self.frames.shape[2], self.frames.shape[1]

    def starts(self):
        """Scene frames at which the pictures begin, from 0, and the end."""
        times = np.cumsum([0, *self.durations]) * FPS / 1000
        return [round(float(t)) for t in times]

    def shown(self):
        """The picture of every scene frame."""
        starts = self.starts()
        return [i for i in range(len(self.frames)) for _ in range(starts[i + 1] - starts[i])]


WALK, ATTACK = Expected("walk"), Expected("attack")


def pixels_of(image):
    flat = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(flat)
    return (flat.reshape(image.size[1], image.size[0], 4)[::-1] * 255 + 0.5).astype(np.uint8)


def paint(image, pixels):
    image.pixels.foreach_set((pixels[::-1].astype(np.float32) / 255).ravel())


def begin(folder=None, sprite="knight.png", **settings):
    """An empty file, saved in `folder` if given, with the sprite shown in an Image Editor."""
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = FPS, 1
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        bpy.ops.wm.save_as_mainfile(filepath=str(folder / "game.blend"))
    image = bpy.data.images.load(str(FOLDER / sprite))
    image.pack()
    for name, value in {"actions": {"walk"}, "facing": "right", "results": {"SHEET"}, **settings}.items():
        setattr(scene.ayo, name, value)
    return image


def in_editor(image, operator="animate", **properties):
    """Press a button of the Image Editor that shows `image`; returns what the operator returned."""
    window = bpy.context.window_manager.windows[0]
    area = window.screen.areas[0]
    area.type = "IMAGE_EDITOR"
    area.spaces.active.image = image
    with bpy.context.temp_override(window=window, area=area, space_data=area.spaces.active):
        return getattr(bpy.ops.ayo, operator)("EXEC_DEFAULT", **properties)


def in_view(thing, operator="animate"):
    """Press a button of the 3D view with `thing` active."""
    bpy.context.view_layer.objects.active = thing
    window = bpy.context.window_manager.windows[0]
    area = window.screen.areas[0]
    area.type = "VIEW_3D"
    with bpy.context.temp_override(window=window, area=area, space_data=area.spaces.active):
        return getattr(bpy.ops.ayo, operator)("EXEC_DEFAULT")


def addon():
    return sys.modules["bl_ext.user_default.ayo"]


def session():
    return sys.modules["bl_ext.user_default.ayo.session"].current


def preferences():
    return bpy.context.preferences.addons["bl_ext.user_default.ayo"].preferences


def refused(image, operator="animate", press=in_editor):
    """Press a button that must fail; returns what the panel says."""
    try:
        press(image, operator)
    except RuntimeError as error:
        assert session().problem is not None, error
        assert session().problem.message in str(error)
        return session().problem
    raise AssertionError("was not refused")


@contextlib.contextmanager
def listening():
    """The (options, blobs) of every `animate` that is sent meanwhile."""
    client, heard = sys.modules[f"{PACKAGE}.backend.client"].Client, []
    send = client.send

    def listen(self, type_, fields, *blobs):
        if type_ == "animate":
            heard.append((fields["options"], blobs))
        send(self, type_, fields, *blobs)

    client.send = listen
    try:
        yield heard
    finally:
        client.send = send


def fcurve(action, path='["sprite_frame"]'):
    if hasattr(action, "layers"):
        bags = [bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags]
        curves = [curve for bag in bags for curve in bag.fcurves]
    else:
        curves = action.fcurves
    return next(curve for curve in curves if curve.data_path == path)


def strips():
    editor = bpy.context.scene.sequence_editor
    if editor is None:
        return []
    return list(editor.strips if hasattr(editor, "strips") else editor.sequences)


def compare_uvs(plane, atlas, begins, clip, rounds=1):
    """The UVs of the evaluated plane cut exactly the clip's picture out of the atlas, at every scene frame."""
    atlas_pixels = pixels_of(atlas)
    for at, picture in enumerate(clip.shown() * rounds):
        bpy.context.scene.frame_set(begins + at)
        evaluated = plane.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
        uvs = np.empty(8, np.float32)
        evaluated.uv_layers[0].data.foreach_get("uv", uvs)
        corners = uvs.reshape(4, 2) * atlas.size[:]
        (left, bottom), (right, top) = corners[0], corners[2]
        box = [round(float(v), 3) for v in (left, atlas.size[1] - top, right, atlas.size[1] - bottom)]
        assert all(v == int(v) for v in box), box
        left, top, right, bottom = map(int, box)
        cut = atlas_pixels[top:bottom, left:right]
        frame = clip.frames[picture]
        ys, xs = np.nonzero(cut[..., 3])
        fy, fx = np.nonzero(frame[..., 3])
        cut = cut[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
        assert np.array_equal(cut, frame[fy.min() : fy.max() + 1, fx.min() : fx.max() + 1]), (at, picture)
        border = atlas_pixels[top - 1 : bottom + 1, left - 1 : right + 1]
        assert np.array_equal(border[0, 1:-1], border[1, 1:-1])


def addon_compat():
    return sys.modules["bl_ext.user_default.ayo.compat"]


def wait_for(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
