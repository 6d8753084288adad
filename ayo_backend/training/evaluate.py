"""`ayo evaluate`: clips made from the stills of characters nobody trained on, measured against the artists' own."""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from ayo_backend.actions import ACTIONS, FACINGS, MAX_FRAMES, MIN_FRAMES
from ayo_backend.animator import Animator
from ayo_backend.errors import AyoError
from ayo_backend.sprite import MIN_SIDE, bounds
from ayo_backend.training import judge as judging
from ayo_backend.training import methods, metrics
from ayo_backend.training.contact import Row, contact_sheet
from ayo_backend.training.data import PackClip, read_pack
from ayo_backend.training.original import load_original, painted
from ayo_backend.training.perceptual import VGG19, load_vgg19
from ayo_backend.training.scoreboard import Measured, markdown, save_figures, tables

STANDING = ("idle", "attack", "cast", "shoot")  # the feet stay where they are
TABLE_WIDTH = 168  # narrower, the figures could not be read
SHOWN, ON_A_SHEET = 8, 4  # clips of each source, and of them on one sheet
OURS, ARTIST = "ayo", "artist"
FIGURES = "figures.jsonl"


class Split(StrEnum):
    """Clips that were learned from, and clips of characters that were not."""

    VAL = "val"
    TRAIN = "train"


class Baseline(StrEnum):
    """A row of the table that Ayo has to beat."""

    STILL = "still"
    NEAREST = "nearest"
    ORIGINAL = "original"


def chosen(clips: Sequence[PackClip], split: str, limit: int | None = None) -> list[PackClip]:
    """A split's clips that Ayo can be asked for; at most `limit` a source, over all its actions, always the same."""
    shelves: dict[tuple[str, str], list[PackClip]] = defaultdict(list)
    for clip in clips:
        if clip.split == split and _askable(clip):
            shelves[clip.source, clip.action].append(clip)
    for shelf in shelves.values():
        shelf.sort(key=_lot)
    picked: list[PackClip] = []
    for source in sorted({source for source, _ in shelves}):
        turns = zip_longest(*(shelves[key] for key in sorted(shelves) if key[0] == source))
        picked += [clip for turn in turns for clip in turn if clip is not None][:limit]
    return picked


def _askable(clip: PackClip) -> bool:
    named = clip.action in ACTIONS and clip.facing in FACINGS
    sized = clip.rest_cel is not None and min(clip.rest_cel.size) >= MIN_SIDE
    return named and sized and MIN_FRAMES <= clip.n_frames <= MAX_FRAMES


def _lot(clip: PackClip) -> int:
    """A draw that is the same everywhere."""
    return zlib.crc32(f"{clip.source}/{clip.character}/{clip.action}/{clip.facing}/{clip.n_frames}".encode())


def measure(made: methods.Made, clip: PackClip, vgg19: VGG19 | None = None) -> dict[str, float]:
    """A made clip's figures. Pixels are not compared where the clip needs a weapon that its still does not show."""
    true, rest = clip.frames(), clip.rest()
    size = (rest.shape[1], rest.shape[0])
    on_true = metrics.laid(made.frames, made.offset, size)
    figures = metrics.fidelity(on_true, true)
    figures["vgg19"] = vgg19.distance(on_true, true) if vgg19 else math.nan
    if clip.prop_change:
        figures = dict.fromkeys(figures, math.nan)
    figures["energy"] = metrics.energy(made.frames, true, clip.loop)
    figures |= metrics.identity(made.frames, rest)
    figures |= metrics.steadiness(made.frames, rest, made.offset, clip.loop)
    if clip.action not in STANDING:
        figures["foot"] = math.nan
    return figures


def evaluate(
    clips: Sequence[PackClip],
    makers: Mapping[str, methods.Method],
    judge: judging.Judge | None = None,
    vgg19: VGG19 | None = None,
    watch: Callable[[PackClip, dict[str, methods.Made]], None] = lambda clip, made: None,
) -> Iterator[Measured]:
    """The figures of every method for every clip; `watch` is shown what was made of each."""
    for clip in clips:
        made = {name: maker(clip) for name, maker in makers.items()}
        watch(clip, made)
        rest = clip.rest()
        size = (rest.shape[1], rest.shape[0])
        seen = [judging.glimpses(metrics.laid(*clipped, size), rest, clip.loop) for clipped in made.values()]
        names = judge.names(seen) if judge else [None] * len(made)
        for (name, clipped), told in zip(made.items(), names, strict=True):
            figures = measure(clipped, clip, vgg19) | {
                "named": math.nan if told is None else float(told == clip.action)
            }
            yield Measured(name, clip.source, clip.character, clip.action, clip.facing, figures)


class Gallery:
    """Contact sheets of the first few clips of each source: the still and the artist's frames, then every method's."""

    def __init__(self) -> None:
        self.rows: dict[str, list[list[Row]]] = defaultdict(list)

    def watch(self, clip: PackClip, made: dict[str, methods.Made]) -> None:
        """Keep what was made of the clip, if its source has room."""
        if len(self.rows[clip.source]) < SHOWN:
            title = f"{clip.character} {clip.action} {clip.facing}"
            shown = {
                f"{title}: still, then {ARTIST}": methods.Made(
                    np.concatenate([clip.rest()[None], clip.frames()]), (0, 0)
                )
            }
            shown |= {name: clipped for name, clipped in made.items() if name not in (ARTIST, Baseline.STILL)}
            self.rows[clip.source].append(_side_by_side(shown))

    def save(self, folder: Path) -> None:
        """PNGs named by source, a few clips each, in a folder that is there."""
        for source, clips in self.rows.items():
            for start in range(0, len(clips), ON_A_SHEET):
                sheet = contact_sheet([row for rows in clips[start : start + ON_A_SHEET] for row in rows])
                sheet.save(folder / f"{source}-{start // ON_A_SHEET + 1}.png")


def _side_by_side(made: Mapping[str, methods.Made]) -> list[Row]:
    """The clips on one canvas just large enough for all that is visible."""
    left, top = np.min([clip.offset for clip in made.values()], axis=0)
    right, bottom = np.max([np.add(clip.offset, clip.frames.shape[2:0:-1]) for clip in made.values()], axis=0)
    size = int(right - left), int(bottom - top)
    rows = {
        name: metrics.laid(clip.frames, (clip.offset[0] - left, clip.offset[1] - top), size)
        for name, clip in made.items()
    }
    x0, y0, x1, y1 = bounds(np.any([(frames[..., 3] > 0).any(0) for frames in rows.values()], axis=0))
    return [(name, frames[:, y0:y1, x0:x1]) for name, frames in rows.items()]


def evaluate_command(
    data: Annotated[list[Path], typer.Option(help="A sprite pack, folder or zip; may be given several times.")],
    split: Annotated[Split, typer.Option(help="Which clips are measured.")] = Split.VAL,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many clips of each source.")] = None,
    baseline: Annotated[list[Baseline] | None, typer.Option(help="What stands beside Ayo; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(help="A folder for the tables, the figures and contact sheets.")] = None,
    weights: Annotated[Path | None, typer.Option(help="Weights to measure in place of those Ayo ships with.")] = None,
    judge: Annotated[Path | None, typer.Option(help="The judge's weights; taught in minutes when missing.")] = None,
    original: Annotated[Path | None, typer.Option(help="The original recipe's weights, for its row.")] = None,
    vgg19: Annotated[Path | None, typer.Option(help="torchvision's VGG19 weights, for its distance.")] = None,
) -> None:
    """Measure Ayo's clips against artists' clips of characters it never saw."""
    console = Console()
    console.width = max(console.width, TABLE_WIDTH)
    packs = [clip for pack in data for clip in read_pack(pack)]
    clips = chosen(packs, split, limit)
    if not clips:
        hint = "Try the other --split, or give another pack."
        raise AyoError("bad_pack", f"The packs have no {split} clips to measure.", hint)
    if out:
        _make(out)
    known = [clip for clip in packs if clip.split == Split.TRAIN]
    network = load_vgg19(vgg19) if vgg19 else None
    usual = [Baseline.STILL, Baseline.NEAREST] + [Baseline.ORIGINAL] * (original is not None)
    rivals = {name.value: _baseline(name, known, original) for name in baseline or usual}
    makers = {ARTIST: methods.true, OURS: methods.animated(Animator(weights))} | rivals
    characters = {(clip.source, clip.character) for clip in clips}
    console.print(f"{len(clips)} clips of {len(characters)} characters ({split}).")
    named = judging.load_judge(judge or judging.cached(known), known) if judge or known else None
    gallery = Gallery()
    steps = evaluate(clips, makers, named, network, gallery.watch)
    measured = list(track(steps, "measuring", len(clips) * len(makers), console=console))
    for table in tables(measured):
        console.print(table)
    if network is None:
        console.print("vgg19 is absent: it needs torchvision's weight file (--vgg19).")
    if out:
        save_figures(measured, out / FIGURES)
        (out / "scoreboard.md").write_text(markdown(measured), encoding="utf-8")
        gallery.save(out)
        console.print(f"Tables, figures and contact sheets are in {out}.")


def _baseline(name: Baseline, known: Sequence[PackClip], original: Path | None) -> methods.Method:
    if name is Baseline.STILL:
        return methods.still
    if name is Baseline.NEAREST:
        return methods.nearest(known)
    if original is None:
        hint = "Name them with --original; benchmarks/quality.py teaches it."
        raise AyoError("file_not_found", "The original recipe needs weights.", hint)
    return painted(load_original(original))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"The folder {folder} can't be made: {error.strerror}."
        raise AyoError("bad_folder", reason, "Name another with --out.") from None
