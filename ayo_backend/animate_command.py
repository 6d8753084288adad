"""`ayo animate`: sprites in, animations out."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from ayo_backend import actions, terminal
from ayo_backend.errors import AyoError
from ayo_backend.order import Order, Pin

if TYPE_CHECKING:
    from ayo_backend.clip import Clip
    from ayo_backend.export import SheetOptions
    from ayo_backend.making import Maker
    from ayo_backend.tasks import Task

DEVICES = ("auto", "cpu", "cuda", "mps")
MAX_SEED = 2**32 - 1
HOPELESS = (
    "weights_missing",
    "weights_broken",
    "weights_newer",
    "no_device",
    "disk_full",
)  # the next sprite fails, too

OUTPUT_HELP = (
    "name.png (a sheet, its JSON beside it), .gif, .apng, .webp, .tres (its sheet beside it), or no suffix for a "
    "folder of frames. For many sprites: the folder they go to. Default: <sprite>_<action>.png in this folder."
)


@dataclass(frozen=True)
class Wish:
    """What to do with every sprite. order: without the pictures that are to be read yet, for the first of the tags;
    likes: the clip that each of them is to be like, if any is.
    """

    order: Order
    tags: list[str]
    likes: dict[str, Clip]
    pins: list[tuple[int, Path]]
    parts: Path | None
    background: str
    fps: float | None
    options: SheetOptions
    force: bool
    preview: bool

    @property
    def total(self) -> int:
        """How many frames a sprite gets."""
        longest = {tag: min(len(like.frames), actions.MAX_FRAMES) for tag, like in self.likes.items()}
        wanted = ((tag, self.order.frames or longest.get(tag)) for tag in self.tags)
        return sum(actions.frame_count(actions.action_named(tag), count) for tag, count in wanted)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(animate)


def animate(
    sprites: Annotated[list[str], typer.Argument(help="Pictures, a folder of them, or a pattern like 'art/*.png'.")],
    action: Annotated[
        list[str],
        typer.Option("--action", "-a", metavar="NAME", help=f"{', '.join(actions.ACTIONS)}. Give it again for more."),
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="PATH", help=OUTPUT_HELP)] = None,
    facing: Annotated[
        str,
        typer.Option(
            metavar="NAME", help=f"The way the character in the picture looks: {', '.join(actions.FACINGS)}, or auto."
        ),
    ] = "auto",
    creature: Annotated[
        str, typer.Option(metavar="NAME", help=f"How it is built: {', '.join(actions.CREATURES)}, or auto.")
    ] = "auto",
    frames: Annotated[int | None, typer.Option(metavar="N", help="2 to 32. Default: the action's own number.")] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Another number, another take.")] = 0,
    energy: Annotated[float, typer.Option(metavar="X", help="How large the motion is, 0 to 2.")] = 1.0,
    slash: Annotated[bool, typer.Option(help="An attack leaves a crescent in the air.")] = True,
    glow: Annotated[bool, typer.Option(help="A cast has a light, a shot a flash, in the sprite's own colours.")] = True,
    like: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Move like the character of this clip, which looks the same way: a GIF, APNG or WebP, a sheet with "
            "Aseprite's JSON beside it, or a folder of frames. It sets the frames and their timing, too.",
        ),
    ] = None,
    pin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N=PATH",
            help="Frame N, counted from 1, is just this picture, as large as the sprite or as the frames without pins; "
            "the others follow. Give it again for more.",
        ),
    ] = None,
    parts: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="A picture that tells the sprite's parts: what ayo parts wrote, corrected."),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(metavar="N", help="Even frames at this rate, 1 to 100. Default: the action's timing."),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--format", metavar="NAME", help="For many sprites: png, gif, apng, webp, tres, or frames (a folder each)."
        ),
    ] = "png",
    layout: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Of a sheet: rows (one for each action), grid (nearly square) or strip (one row)."
        ),
    ] = "rows",
    padding: Annotated[int, typer.Option(metavar="PX", help="Empty pixels between the frames of a sheet.")] = 0,
    extrude: Annotated[
        int, typer.Option(metavar="PX", help="How often to repeat a frame's edge pixels around it.")
    ] = 0,
    json_format: Annotated[str, typer.Option(metavar="NAME", help="Of the sheet's JSON: hash or array.")] = "hash",
    background: Annotated[
        str, typer.Option(metavar="COLOUR", help="Cut out a flat background: none, auto or its colour #rrggbb.")
    ] = "none",
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Play the result in the terminal.")] = False,
    device: Annotated[str, typer.Option(metavar="NAME", help="What to compute on: auto, cpu, cuda or mps.")] = "auto",
    weights: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Weights of your own, made by ayo train.")
    ] = None,
) -> None:
    """Animate sprites.

    For example: ayo animate hero.png --action walk --facing right -o hero_walk.png
    """
    from ayo_backend.clip_io import read_clip
    from ayo_backend.export import SheetOptions
    from ayo_backend.making import Maker
    from ayo_backend.tasks import plan

    pins = [_pin(text) for text in pin or []]
    options = SheetOptions(layout, padding, extrude, json_format)  # type: ignore[arg-type]
    order = Order(
        action[0], facing=facing, frames=frames, seed=seed, energy=energy, slash=slash, glow=glow, creature=creature
    )
    wish = Wish(order, action, {}, pins, parts, background, fps, options, force, preview)
    _check_order(wish, device)
    models = [*(path for _, path in pins), *(path for path in (like, parts) if path)]
    tasks = plan(sprites, output, kind, action, force, models)
    _check_one(wish, like, len(tasks))
    if like is not None:
        wish = replace(wish, likes={tag: read_clip(like, tag) for tag in action})
    with contextlib.closing(Maker(device, weights)) as maker, _tidy_end():  # type: ignore[arg-type]
        failed = _run(tasks, wish, maker)
    if failed:
        raise typer.Exit(2)


@contextlib.contextmanager
def _tidy_end() -> Iterator[None]:
    """Told to stop, by Ctrl+C or otherwise, clear away what is half done."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    except KeyboardInterrupt:
        terminal.stderr.print("Stopped.")
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _check_order(wish: Wish, device: str) -> None:
    """Say what can't be before anything is loaded."""
    actions.facing_named(wish.order.facing)
    actions.creature_named(wish.order.creature)
    for tag in wish.tags:
        actions.frame_count(actions.action_named(tag), wish.order.frames)
    for name, value, low, high in (
        ("seed", wish.order.seed, 0, MAX_SEED),
        ("energy", wish.order.energy, 0, 2),
        ("frame rate", 1 if wish.fps is None else wish.fps, 1, 100),
    ):
        if not low <= value <= high:
            raise AyoError(
                "bad_option", f"The {name} is {low} to {high}, not {value}.", "Choose a number in that range."
            )
    if device not in DEVICES:
        raise AyoError("bad_option", f"There is no device {device!r}.", f"Choose one of {', '.join(DEVICES)}.")


def _check_one(wish: Wish, like: Path | None, sprites: int) -> None:
    """A clip shows one action, but a sheet may show several; a pinned frame one sprite in one action, and a picture of
    parts one sprite.
    """
    from ayo_backend.clip_io import is_sheet

    several = f"of one action, not of {len(wish.tags)}."
    if len(wish.tags) > 1 and wish.pins:
        raise AyoError("bad_option", f"--pin fixes a frame {several}", "Ask for one action at a time.")
    if len(wish.tags) > 1 and like and not is_sheet(like):
        hint = "Ask for one action at a time, or give a sheet whose JSON has a tag for each."
        raise AyoError("bad_option", f"{like.name} shows the motion {several}", hint)
    if sprites > 1 and (wish.pins or wish.parts):
        option = "--pin" if wish.pins else "--parts"
        message = f"{option} is for one sprite, not for {sprites}."
        raise AyoError("bad_option", message, "Animate the sprites one by one.")


def _pin(text: str) -> tuple[int, Path]:
    number, sign, path = text.partition("=")
    if not (number.isdecimal() and sign and path):
        message = f"{text!r} pins no frame."
        raise AyoError("bad_option", message, "Write the frame's number, counted from 1, and a picture: 3=frame.png.")
    return int(number), Path(path)


def _run(tasks: Sequence[Task], wish: Wish, maker: Maker) -> int:
    """Animate every sprite; returns how many failed. A lone sprite's failure is raised."""
    failed = 0
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    folder = tasks[0].target.parent
    new_folder = not folder.exists()
    folder.mkdir(exist_ok=True)
    previews: list[Clip] = []
    try:
        with Progress(
            *columns, console=terminal.stderr, transient=True, disable=not terminal.stderr.is_terminal
        ) as progress:
            bar = progress.add_task("", total=wish.total * len(tasks))
            for number, task in enumerate(tasks):
                try:
                    clips = _animate_one(task, wish, maker, progress, bar)
                    previews += clips if wish.preview else []
                except AyoError as error:
                    if len(tasks) == 1 or error.code in HOPELESS:
                        raise
                    terminal.show(error)
                    failed += 1
                progress.update(bar, completed=wish.total * (number + 1))
    finally:
        if new_folder:
            with contextlib.suppress(OSError):  # not empty: then it stays
                folder.rmdir()
    if wish.preview:
        _play(previews)
    return failed


def _animate_one(task: Task, wish: Wish, maker: Maker, progress: Progress, bar: TaskID) -> list[Clip]:
    from ayo_backend.export import write
    from ayo_backend.sprite_io import read_sprite

    progress.update(bar, description=task.source.name)
    sprite = read_sprite(task.source, wish.background)
    pins = tuple(Pin(frame, read_sprite(path, wish.background)) for frame, path in wish.pins)
    parts = read_sprite(wish.parts) if wish.parts else None
    start, before = time.perf_counter(), progress.tasks[bar].completed
    clips: list[Clip] = []

    def shown(count: int) -> None:
        progress.update(bar, completed=before + sum(len(clip.frames) for clip in clips) + count)

    order = replace(wish.order, pins=pins, parts=parts)
    for tag in wish.tags:
        clips.append(maker.make(sprite, replace(order, action=tag, like=wish.likes.get(tag)), shown))
    if wish.fps is not None:
        clips = [retimed(clip, wish.fps) for clip in clips]
    seconds = time.perf_counter() - start
    written = sorted(write(clips, task.target, force=wish.force, options=wish.options), key=task.target.__ne__)
    terminal.stdout.print(_summary(written, clips, seconds))
    return clips


def retimed(clip: Clip, fps: float) -> Clip:
    """The clip with even frames; where a frame is no whole number of milliseconds, they differ by one at most."""
    ends = [round(i * 1000 / fps) for i in range(len(clip.durations_ms) + 1)]
    return replace(clip, durations_ms=tuple(end - start for start, end in pairwise(ends)))


def _summary(written: Sequence[Path], clips: Sequence[Clip], seconds: float) -> str:
    from ayo_backend.export.align import on_one_canvas

    names = (
        " and ".join(str(path) for path in written)
        if len(written) <= 2
        else f"{len(written)} files in {written[0].parent}"
    )
    frames = ", ".join(f"{clip.tag} {len(clip.frames)} frames" for clip in clips)
    width, height = on_one_canvas(clips)[0].size
    seen = f"{clips[0].settings['creature']} facing {clips[0].settings['facing']}"
    return f"Wrote {names}: {frames}, {width}×{height} px, {seen}, {seconds:.1f} s"


def _play(clips: Sequence[Clip]) -> None:
    from ayo_backend import preview

    if not preview.can_show(terminal.stdout):
        terminal.stderr.print("Note: this terminal shows no colours, so there is no preview.", style="yellow")
        return
    for clip in clips:
        preview.play(clip, terminal.stdout)
