"""The recipe: which lessons, on what, and what is looked at after each checkpoint."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ayo_backend.actions import ACTIONS
from ayo_backend.animator import Animator, Order
from ayo_backend.errors import AyoError
from ayo_backend.model.generator import Generator
from ayo_backend.model.weights import load
from ayo_backend.planning import LEARNED
from ayo_backend.sprite import Sprite
from ayo_backend.training.contact import Row, contact_sheet
from ayo_backend.training.credits import credits_table
from ayo_backend.training.data import PackClip, read_pack
from ayo_backend.training.evaluate import chosen
from ayo_backend.training.face_phase import FacePhase
from ayo_backend.training.hand_labels import labelled
from ayo_backend.training.loop import Lesson, Trainer, join_processes
from ayo_backend.training.move_phase import MovePhase
from ayo_backend.training.pack_phase import PackPhase
from ayo_backend.training.parse_phase import ParsePhase
from ayo_backend.training.perceptual import load_vgg19
from ayo_backend.training.point_phase import PointPhase
from ayo_backend.training.self_labels import guesses

NAME = "ayo-0.1"
FACE_STEPS, PACK_STEPS = 1500, 3000  # seconds, once the stills are seen


@dataclass(frozen=True)
class Recipe:
    """See `ayo train --help`."""

    data: tuple[Path, ...]
    out: Path
    resume: bool
    start: Path | None
    parse_steps: int
    move_steps: int
    point_steps: int
    vgg19: Path | None
    threads: int
    seed: int


def teach(recipe: Recipe) -> None:
    """Run the recipe. Raises AyoError for packs or weights that can't be used."""
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    clips = [clip for pack in recipe.data for clip in read_pack(pack)]
    taught = [clip for clip in clips if clip.split == "train"]
    if not taught:
        raise AyoError("bad_pack", "The packs have no clips to train on.", "Mark some clips with split train.")
    join_processes()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    generator = Generator().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    base = _base(recipe)
    known = load(generator, base) if base else {}
    own, before = {clip.source for clip in clips}, known.get("sources", [])
    sources = [*before, *sorted(own - set(before))]  # new packs get styles of their own
    facts: dict[str, Any] = {"name": NAME, "sources": sources}
    if "learned" in known or (before and own.isdisjoint(before)):  # adapted: each action moves as on the new sheets
        facts["learned"] = sorted({*known.get("learned", LEARNED), *(clip.action for clip in taught)} & set(ACTIONS))
    facts["pointed"] = known.get("pointed", {}) | (_shown(taught) if recipe.point_steps else {})
    vgg19 = load_vgg19(recipe.vgg19) if recipe.vgg19 else None
    trainer = Trainer(generator, recipe.out, device, facts)
    if recipe.resume:
        trainer.resume()
    stills = cache(lambda: labelled(taught))  # read when a lesson needs them
    heads = bool(recipe.parse_steps)  # a parser that is done knows which way characters look, and whose they are
    lessons = [
        Lesson(
            "parse",
            recipe.parse_steps,
            32,
            6e-4,
            lambda: ParsePhase(generator, 32, recipe.seed, stills=stills()),
        ),
        Lesson(
            "guess",
            recipe.parse_steps // 2,
            32,
            3e-4,
            lambda: ParsePhase(
                generator, 32, recipe.seed, 1, stills(), guesses(generator, taught, stills(), recipe.seed)
            ),
        ),
        Lesson("face", FACE_STEPS * heads, 64, 3e-3, lambda: FacePhase(generator, taught, 64, recipe.seed)),
        Lesson("move", recipe.move_steps, 16, 4e-4, lambda: MovePhase(generator, taught, sources, 16, recipe.seed)),
        Lesson("pack", PACK_STEPS * heads, 128, 3e-3, lambda: PackPhase(generator, taught, sources, 128, recipe.seed)),
        Lesson("point", recipe.point_steps, 32, 1e-3, lambda: PointPhase(generator, taught, 8, recipe.seed, vgg19)),
    ]
    recipe.out.mkdir(parents=True, exist_ok=True)
    (recipe.out / "CREDITS.md").write_text(credits_table(taught), encoding="utf-8")
    shown = chosen(clips, "val", 2) or chosen(clips, "train", 2)
    trainer.run(lessons, after_save=lambda: _draw_rollouts(shown, recipe.out))


def _shown(clips: list[PackClip]) -> dict[str, dict[str, int]]:
    """By source and action, the most frames of the clips that the pointer learns from; clips with a weapon that their
    still lacks are left out.
    """
    shown: dict[str, dict[str, int]] = defaultdict(dict)
    for clip in clips:
        if clip.action in ACTIONS and not clip.prop_change:
            known = shown[clip.source]
            known[clip.action] = max(clip.n_frames, known.get(clip.action, 0))
    return dict(shown)


def _base(recipe: Recipe) -> Path | None:
    """The weights that this run goes on from, if it does; beside every checkpoint lie weights that say its sources."""
    saved = recipe.out / "ayo.safetensors"
    return saved if recipe.resume and saved.is_file() else recipe.start


def _draw_rollouts(clips: list[PackClip], out: Path) -> None:
    """A contact sheet of what the weights just saved make of a few characters, beside the artist's own clips."""
    animator = Animator(out / "ayo.safetensors", device="cpu")
    rows: list[Row] = []
    for clip in clips:
        frames = clip.frames()
        made = animator.animate(Sprite.from_rgba(clip.rest()), Order(clip.action, clip.facing, min(len(frames), 32)))
        name = f"{clip.source} {clip.character} {clip.action} {clip.facing}"
        rows += [(name, np.concatenate([clip.rest()[None], frames])), ("Ayo", made.frames)]
    contact_sheet(rows, scale=2).save(out / "rollouts.png")
