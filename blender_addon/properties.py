"""The settings of the panel, saved in the scene."""

from functools import cache
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty

from . import session
from .backend.job import Request
from .record import Region

# What a backend of this generation knows, shown until a running one has said what it knows.
# The bits are what a scene stores, so they belong to the name for good.
ACTION_BITS = {
    name: 1 << bit for bit, name in enumerate(("idle", "walk", "run", "jump", "attack", "cast", "shoot", "hurt", "die"))
}
FACINGS = ("auto", "right", "left", "down", "up")
CREATURES = ("auto", "humanoid", "quadruped", "bird", "blob", "spider", "floater")
FIRST_CHOICE = "walk"

RESULTS = (
    (
        "SHEET",
        "Sheet",
        "An image with all frames, packed in the .blend and saved as PNG and JSON beside it",
        "IMAGE_DATA",
        1,
    ),
    ("PLANE", "Plane", "A plane in the 3D view with an action for each animation", "MESH_PLANE", 2),
    ("STRIP", "Strip", "An image strip in the Video Sequencer, at the current frame", "SEQUENCE", 4),
    ("EMPTY", "Empty", "An Empty in the 3D view that plays the animation as a reference image", "EMPTY_AXIS", 8),
)


def action_items(_self: Any, _context: Any) -> list[tuple[Any, ...]]:
    offered = (session.state().welcome or {}).get("actions")
    actions = offered if isinstance(offered, list) else []
    names = [str(action.get("name")) for action in actions if isinstance(action, dict)]
    return _action_items(tuple(names or ACTION_BITS))


def facing_items(_self: Any, _context: Any) -> list[tuple[Any, ...]]:
    return _facing_items(_offered("facings", FACINGS))


def creature_items(_self: Any, _context: Any) -> list[tuple[Any, ...]]:
    return _creature_items(_offered("creatures", CREATURES))


def _offered(what: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """What is known, then what the running backend knows besides: a scene stores the place in the list."""
    offered = (session.state().welcome or {}).get(what)
    names = [name for name in offered if isinstance(name, str)] if isinstance(offered, list) else []
    return (*known, *(name for name in names if name not in known))


# Blender keeps no reference to the strings of a dynamic enum: what was once given must live on, or it shows garbage.
@cache
def _action_items(names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    spare = (1 << bit for bit in range(len(ACTION_BITS), 31))
    bits = {name: ACTION_BITS.get(name) or next(spare, None) for name in names}
    return [(name, name.capitalize(), f"Animate: {name}", bit) for name, bit in bits.items() if bit]


@cache
def _facing_items(names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    texts = {"auto": "Recognise which way the character in the picture looks"}
    return [(n, n.capitalize(), texts.get(n, f"The character looks {n}"), i) for i, n in enumerate(names)]


@cache
def _creature_items(names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    texts = {
        "auto": "Recognise how the character is built",
        "humanoid": "It has a head, two arms and two legs",
        "quadruped": "It goes on four legs",
        "bird": "It has wings and goes on two legs, or is on the wing",
        "blob": "It has no limbs: slimes, chests, stones",
        "spider": "It has many legs: spiders, crabs, insects",
        "floater": "It hangs in the air: ghosts, bats, flying eyes",
    }
    return [(n, n.capitalize(), texts.get(n, f"It is built like a {n}"), i) for i, n in enumerate(names)]


def _actions_chosen(self: Any, _context: Any) -> None:
    self.actions_touched = True


class AyoSettings(bpy.types.PropertyGroup):
    """One per scene."""

    actions: EnumProperty(
        name="Actions",
        description="What the character does; Shift-click to choose several",
        items=action_items,
        options={"ENUM_FLAG"},
        update=_actions_chosen,
    )
    # A dynamic enum can have no default; this tells "nothing chosen yet" from "all unchosen".
    actions_touched: BoolProperty(options={"HIDDEN"})
    facing: EnumProperty(name="Facing", description="Which way the character in the picture looks", items=facing_items)
    creature: EnumProperty(
        name="Creature", description="How the character is built, and so moves", items=creature_items
    )
    own_frames: BoolProperty(
        name="Number of Frames", description="Set the number of frames instead of each action's own", default=False
    )
    frames: IntProperty(name="Frames", description="Frames of each animation", default=8, min=2, max=32)
    seed: IntProperty(name="Seed", description="Another number gives another take", default=0, min=0)
    energy: FloatProperty(name="Energy", description="How large the motion is", default=1.0, min=0.0, max=2.0, step=10)
    slash: BoolProperty(name="Slash", description="An attack leaves a crescent in the air", default=True)
    glow: BoolProperty(name="Glow", description="A cast has a light, a shot a flash", default=True)
    timing: EnumProperty(
        name="Timing",
        description="How long the pictures stay",
        items=(
            ("CLIP", "Animation's Own", "Wind-ups are quick and hits are held, as the animation was timed"),
            ("SCENE", "Even", "Every picture stays for the same number of scene frames"),
        ),
    )
    hold: IntProperty(
        name="Scene Frames", description="Scene frames for each picture: 2 is “on twos”", default=2, min=1, max=100
    )
    results: EnumProperty(
        name="Results",
        description="What to make; Shift-click to choose several",
        items=RESULTS,
        options={"ENUM_FLAG"},
        default={"SHEET"},
    )
    region: EnumProperty(
        name="Sprite",
        description="Which part of the image is the sprite",
        items=(
            ("WHOLE", "Whole Image", "The image is one sprite"),
            ("CELL", "Cell", "The image is a sheet; one cell of it is the sprite"),
            ("AREA", "Area", "A rectangle of the image is the sprite"),
        ),
    )
    columns: IntProperty(name="Columns", default=4, min=1, max=256)
    rows: IntProperty(name="Rows", default=1, min=1, max=256)
    cell: IntProperty(name="Cell", description="Counted from 1, row by row from the top left", default=1, min=1)
    area_x: IntProperty(name="X", description="Pixels from the left", default=0, min=0)
    area_y: IntProperty(name="Y", description="Pixels from the top", default=0, min=0)
    area_width: IntProperty(name="Width", default=32, min=1)
    area_height: IntProperty(name="Height", default=32, min=1)

    def chosen_actions(self) -> list[str]:
        """The chosen actions in the order they are shown."""
        chosen = self.actions if self.actions or self.actions_touched else {FIRST_CHOICE}
        return [item[0] for item in action_items(self, None) if item[0] in chosen]

    def requests(self, pinned: bool, alike: bool) -> tuple[Request, ...]:
        """What to ask of the backend. pinned: some frames are drawn already; alike: it moves like another clip."""
        frames = self.frames if self.own_frames else None
        facing, creature = self.facing or FACINGS[0], self.creature or CREATURES[0]
        return tuple(
            Request(
                action,
                facing,
                frames,
                self.seed,
                round(self.energy, 3),
                self.slash,
                self.glow,
                creature,
                pinned=pinned,
                like=alike,
            )
            for action in self.chosen_actions()
        )

    def look(self) -> Request:
        """What to ask of the backend for a picture of the parts: the shortest clip there is."""
        return Request(
            "idle", self.facing or FACINGS[0], frames=2, creature=self.creature or CREATURES[0], show_parts=True
        )

    def region_of(self, size: tuple[int, int]) -> Region:
        """The chosen part of an image of `size`; ValueError when the cells do not divide it."""
        if self.region == "AREA":
            return Region(self.area_x, self.area_y, self.area_width, self.area_height)
        if self.region == "CELL":
            return self._cell_of(size)
        return Region()

    def _cell_of(self, size: tuple[int, int]) -> Region:
        if size[0] % self.columns or size[1] % self.rows:
            raise ValueError(
                f"{size[0]} × {size[1]} px can't be divided into {self.columns} × {self.rows} equal cells."
            )
        if self.cell > self.columns * self.rows:
            raise ValueError(f"There are {self.columns * self.rows} cells, so there is no cell {self.cell}.")
        width, height = size[0] // self.columns, size[1] // self.rows
        row, column = divmod(self.cell - 1, self.columns)
        return Region(column * width, row * height, width, height)


def choose_first_action() -> None:
    """Press the first choice in scenes where nothing was ever chosen."""
    for scene in bpy.data.scenes:
        if scene.library is None and not scene.ayo.actions_touched:
            scene.ayo.actions = {FIRST_CHOICE}


def register() -> None:
    bpy.utils.register_class(AyoSettings)
    bpy.types.Scene.ayo = bpy.props.PointerProperty(type=AyoSettings)


def unregister() -> None:
    del bpy.types.Scene.ayo
    bpy.utils.unregister_class(AyoSettings)
