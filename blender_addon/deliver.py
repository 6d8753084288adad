"""Turns the clips of a run into results: new ones, or those of an earlier run made again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy

from . import compat, preferences, record, session
from .backend.clip import Clip
from .backend.job import Request
from .record import Record, Region
from .results import files, frames, plane, plane_action, sequence, sheet, strip
from .results.output import Output, output_folder

Clips = Mapping[Request, Clip]


@dataclass(frozen=True)
class Made:
    """What a run has to deliver.

    clips: by the request that made them; sprite: the source, or None when it has been deleted meanwhile.
    """

    clips: Clips
    sprite: bpy.types.Image | None
    sprite_name: str
    sha256: str
    model: str


@dataclass(frozen=True)
class Delivery:
    """image: what the editor should show now, if anything new; notes: sentences for the user."""

    image: bpy.types.Image | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """What to make anew. kinds: SHEET, PLANE, STRIP, EMPTY; empty: the name of the Empty that showed the sprite."""

    region: Region
    requests: tuple[Request, ...]
    hold: int | None
    kinds: frozenset[str]
    scene: str
    empty: str = ""

    def deliver(self, made: Made, context: bpy.types.Context) -> Delivery:
        """Make every chosen result."""
        requests = tuple(request for request in self.requests if request in made.clips)
        known = Record(uuid.uuid4().hex, made.sprite_name, made.sha256, self.region, requests, self.hold, made.model)
        output = _output(known, made, context, self.scene)
        output.empty = output.scene.objects.get(self.empty)
        clips = [made.clips[request] for request in requests]
        output.notes.extend(dict.fromkeys(seen(requests, clips)))
        shown = sheet.make(clips, output) if "SHEET" in self.kinds else None
        if "PLANE" in self.kinds:
            old = plane.find(made.sprite, self.region, output.scene) if made.sprite else None
            made_plane = plane.update(old, clips, output) if old else plane.make(clips, output)
            _select(made_plane, context)
            output.notes.append(
                f"The plane “{made_plane.name}” is in the 3D view: Material Preview shows it, Space plays it."
            )
        try:
            if "STRIP" in self.kinds:
                _make_strips(clips, output)
            if "EMPTY" in self.kinds:
                _make_empties(clips, output)
        except frames.NoFolderError as error:
            output.notes.append(f"No strip or Empty was made: {error}.")
        return Delivery(shown, tuple(output.notes))


def seen(requests: Sequence[Request], clips: Sequence[Clip]) -> Iterator[str]:
    """What "auto" recognised, so that the user can correct it; an older backend does not say."""
    for request, clip in zip(requests, clips, strict=True):
        if "auto" in (request.facing, request.creature) and clip.settings.get("creature"):
            yield f"Ayo saw a {clip.settings['creature']} facing {clip.settings['facing']}."


@dataclass(frozen=True)
class Repeat:
    """What to make again: every result of these runs that is still there."""

    records: tuple[Record, ...]

    @property
    def requests(self) -> tuple[Request, ...]:
        return tuple(dict.fromkeys(request for known in self.records for request in known.requests))

    @property
    def region(self) -> Region:
        return self.records[0].region

    def deliver(self, made: Made, context: bpy.types.Context) -> Delivery:
        """Update the results in place. A result some of whose clips are missing is left as it was."""
        notes: list[str] = []
        if all(known.source_sha256 == made.sha256 and known.model == made.model for known in self.records):
            notes.append("Sprite and model are the same as last time, so the animation is too.")
        for known in self.records:
            if all(request in made.clips for request in known.requests):
                fresh = replace(known, source_name=made.sprite_name, source_sha256=made.sha256, model=made.model)
                notes.extend(_update_all(fresh, made, context))
        return Delivery(None, tuple(dict.fromkeys(notes)))


def find_repeat(sprite: bpy.types.Image, result: Any, region: Region) -> Repeat | None:
    """What "Animate Again" means: the runs of `result`, or with the sprite itself shown, all runs from `region`."""
    if result is None:
        records = [record.read(owner) for owner in [*bpy.data.images, *_strips()] if record.source_of(owner) == sprite]
        records = [known for known in records if known and known.region == region]
        records += [record.read(action) for known in records if known.kind == "atlas" for action in _actions(known.run)]
    else:
        own = record.read(result)
        actions = plane.actions_of(result) if own and own.kind == "plane" else []
        records = [own, *(record.read(action) for action in actions)]
        records = [known for known in records if known and own and known.region == own.region]
    by_run = {known.run: replace(known, kind="", extra={}) for known in records}
    return Repeat(tuple(by_run.values())) if by_run else None


def has_results(sprite: bpy.types.Image) -> bool:
    """Whether an image or a strip made from `sprite` exists. Cheap enough for a redraw."""
    return any(image.get(record.SOURCE_KEY) == sprite for image in bpy.data.images) or any(
        record.source_of(strip) == sprite for strip in _strips()
    )


def _strips() -> list[Any]:
    scenes = [scene for scene in bpy.data.scenes if scene.sequence_editor]
    return [strip for scene in scenes for strip in compat.strips_of(scene) if record.KEY in strip]


def _actions(run: str) -> Iterable[bpy.types.Action]:
    """All actions on the atlas that this run has touched last."""
    atlases = [
        image
        for image in bpy.data.images
        if (known := record.read(image)) and (known.run, known.kind) == (run, "atlas")
    ]
    return [action for action in bpy.data.actions if action.get(plane_action.ATLAS_KEY) in atlases]


def _update_all(known: Record, made: Made, context: bpy.types.Context) -> list[str]:
    clips = [made.clips[request] for request in known.requests]
    notes: list[str] = []
    for scene in bpy.data.scenes:
        output = _output(known, made, context, scene.name)
        for thing in list(scene.objects):
            mine = record.read(thing)
            if mine is None or (mine.run != known.run and mine.kind != "plane"):
                continue
            if mine.kind == "plane":
                tags = {
                    plane_action.tag_of(action) for action in plane.actions_of(thing) if _run_of(action) == known.run
                }
                wanted = [clip for clip in clips if clip.tag in tags]
                if wanted:
                    plane.update(thing, wanted, output, play=False)
            elif mine.kind == "empty":
                _try(output, sequence.update, thing, _tagged(clips, mine))
        for thing in [found for found in _strips() if found.id_data == scene]:
            mine = record.read(thing)
            if mine and mine.run == known.run:
                _try(output, strip.update, thing, _tagged(clips, mine))
        notes.extend(output.notes)
    output = _output(known, made, context, context.scene.name)
    for image in list(bpy.data.images):
        mine = record.read(image)
        if mine and (mine.run, mine.kind) == (known.run, "sheet"):
            sheet.update(image, clips, output)
    return notes + output.notes


def _run_of(owner: Any) -> str:
    known = record.read(owner)
    return known.run if known else ""


def _tagged(clips: list[Clip], known: Record) -> Clip:
    return next(clip for clip in clips if clip.tag == known.extra["tag"])


def _try(output: Output, update: Any, thing: Any, clip: Clip) -> None:
    try:
        update(thing, clip, output)
    except frames.NoFolderError as error:
        output.notes.append(f"“{thing.name}” was left as it was: {error}.")


def _output(known: Record, made: Made, context: bpy.types.Context, scene_name: str) -> Output:
    chosen = preferences.get(context)
    scene = bpy.data.scenes.get(scene_name) or context.scene
    stem = files.safe_stem(made.sprite_name)
    if known.region.width:
        stem += f"_{known.region.x}_{known.region.y}"
    return Output(
        scene=scene,
        collection=context.collection if scene == context.scene and context.collection else scene.collection,
        source=made.sprite,
        record=known,
        stem=stem,
        pixels_per_unit=chosen.pixels_per_unit,
        folder=output_folder(chosen.output_folder),
        colour_space=made.sprite.colorspace_settings.name if made.sprite and not made.sprite.is_float else "sRGB",
        version=session.VERSION,
    )


def _make_strips(clips: list[Clip], output: Output) -> None:
    """One after the other from the current frame on."""
    begin = output.scene.frame_current
    for clip in clips:
        made = strip.make(clip, output, begin)
        begin = compat.strip_end(made)
        output.scene.sequence_editor.active_strip = made
    output.notes.append(f"{len(clips)} strip{'s' if len(clips) > 1 else ''} in the Video Sequencer.")


def _make_empties(clips: list[Clip], output: Output) -> None:
    """Side by side."""
    shift = 0.0
    for clip in clips:
        empty = sequence.make(clip, output, shift)
        output.notes.append(f"The Empty “{empty.name}” is in the 3D view; Space plays it.")
        shift += clip.size[0] / output.pixels_per_unit


def _select(thing: bpy.types.Object, context: bpy.types.Context) -> None:
    context.view_layer.update()  # until then it does not know a new object
    if thing.name in context.view_layer.objects and context.mode == "OBJECT":
        for other in context.selected_objects:
            other.select_set(False)
        thing.select_set(True)
        context.view_layer.objects.active = thing
