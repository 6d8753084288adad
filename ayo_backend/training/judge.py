"""The judge: a small network that names the action of a clip, taught on true clips of other characters.

It sees whether a clip moves as told, however its pixels differ from one true clip: there are many ways to run.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from platformdirs import user_cache_path
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from ayo_backend.actions import ACTIONS
from ayo_backend.errors import AyoError
from ayo_backend.training.data import PackClip
from ayo_backend.trunk import trunk

SIDE, MOMENTS = 32, 8
NAMES = tuple(ACTIONS)
STEPS = 1000  # about three minutes on one core
PER_GROUP = 150  # clips of one action from one source: large packs must not outvote the others


def glimpses(frames: NDArray[np.uint8], rest: NDArray[np.uint8], loop: bool) -> NDArray[np.uint8]:
    """What the judge sees of a clip on the rest picture's canvas: uint8 [MOMENTS, SIDE, SIDE, 4], at even phases."""
    place = trunk(rest, SIDE)
    ends = len(frames) if loop else len(frames) - 1
    phases = np.arange(MOMENTS) / (MOMENTS if loop else MOMENTS - 1)
    times = np.round(phases * ends).astype(int) % len(frames) if loop else np.round(phases * ends).astype(int)
    return np.stack([place.apply(frames[index]) for index in times])


class Judge(nn.Module):
    """Pictures and their changes, each through a few convolutions, then convolutions over time."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.look = nn.Sequential(
            _conv(12, width, 1), _conv(width, width, 2), _conv(width, 2 * width, 2), _conv(2 * width, 2 * width, 2),
        )  # fmt: skip
        self.over_time = nn.Sequential(
            nn.Conv1d(4 * width, 4 * width, 3, padding=1),
            nn.ReLU(),
            nn.Conv1d(4 * width, 4 * width, 3, padding=1),
            nn.ReLU(),
        )
        self.squeeze = nn.Linear(2 * width * 16, 4 * width)
        self.name = nn.Linear(8 * width, len(NAMES))

    def forward(self, clips: Tensor) -> Tensor:
        """float [B, MOMENTS, 4, SIDE, SIDE] in 0..1, premultiplied -> logits [B, actions]."""
        batch, moments = clips.shape[:2]
        change = clips - clips.roll(1, 1)
        away = clips - clips[:, :1]
        seen = torch.cat([clips, change, away], 2).flatten(0, 1)
        features = F.relu(self.squeeze(F.dropout(self.look(seen).flatten(1), 0.3, self.training)))
        told = self.over_time(features.view(batch, moments, -1).transpose(1, 2))
        logits: Tensor = self.name(F.dropout(torch.cat([told.mean(2), told.amax(2)], 1), 0.3, self.training))
        return logits

    @torch.no_grad()
    def names(self, seen: Sequence[NDArray[np.uint8]]) -> list[str]:
        """The action of each clip, from its glimpses."""
        self.eval()
        parts = [self(_premultiplied(np.stack(seen[i : i + 64]))).argmax(1) for i in range(0, len(seen), 64)]
        return [NAMES[int(index)] for index in torch.cat(parts)] if parts else []


def taught(clips: Sequence[PackClip], steps: int = STEPS, seed: int = 0) -> Judge:
    """A judge taught on the clips that have an action of Ayo's, in so many steps of up to 32 clips."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    shelves: dict[tuple[str, str], list[PackClip]] = defaultdict(list)
    for clip in clips:
        if clip.action in NAMES and clip.n_frames > 1 and clip.rest_cel is not None:
            shelves[clip.source, clip.action].append(clip)
    if not shelves:
        raise AyoError("bad_pack", "The packs have no clips that teach a judge.", "Give packs with a train split.")
    chosen = [clip for shelf in shelves.values() for clip in _some(shelf, PER_GROUP, rng)]
    seen = np.stack([glimpses(clip.frames(), clip.rest(), clip.loop) for clip in chosen])
    answers = np.array([NAMES.index(clip.action) for clip in chosen])
    crowd = np.bincount(answers, minlength=len(NAMES))[answers]
    chances = crowd**-0.5 / (crowd**-0.5).sum()  # rare actions more often, without wearing them out
    judge = Judge()
    optimizer = torch.optim.AdamW(judge.parameters(), 2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0.01, steps)
    judge.train()
    for _ in range(steps):
        picked = rng.choice(len(seen), min(32, len(seen)), p=chances)
        logits = judge(_disguised(_premultiplied(seen[picked]), rng))
        loss = F.cross_entropy(logits, torch.from_numpy(answers[picked]), label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return judge.eval()


def cached(clips: Sequence[PackClip]) -> Path:
    """Where the judge that these clips teach is kept, outside any project."""
    lesson = "\n".join(f"{clip.source}/{clip.character}/{clip.action}/{clip.facing}" for clip in clips)
    return user_cache_path("ayo") / f"judge-{zlib.crc32(lesson.encode()):08x}.safetensors"


def load_judge(path: Path, clips: Sequence[PackClip]) -> Judge:
    """The judge in the file; when there is none yet, one taught on the clips, and kept there."""
    if not path.exists():
        judge = taught(clips)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        save_file(judge.state_dict(), new)
        new.replace(path)
        return judge
    judge = Judge()
    try:
        judge.load_state_dict(load_file(path))
    except (OSError, RuntimeError, SafetensorError):
        raise AyoError("bad_weights", f"{path} holds no judge.", "Remove it, and a new one is taught.") from None
    return judge.eval()


def _some(shelf: list[PackClip], count: int, rng: np.random.Generator) -> list[PackClip]:
    return [shelf[index] for index in rng.permutation(len(shelf))[:count]]


def _premultiplied(seen: NDArray[np.uint8]) -> Tensor:
    """float [B, MOMENTS, 4, SIDE, SIDE] of uint8 [B, MOMENTS, SIDE, SIDE, 4]."""
    values = torch.from_numpy(seen).permute(0, 1, 4, 2, 3).float() / 255
    return torch.cat([values[:, :, :3] * values[:, :, 3:], values[:, :, 3:]], 2)


def _disguised(clips: Tensor, rng: np.random.Generator) -> Tensor:
    """Other colours, a mirror, a shift: what does not change the action."""
    clips = clips[:, :, [*rng.permutation(3).tolist(), 3]]
    if rng.random() < 0.5:
        clips = clips.flip(4)
    return clips.roll(tuple(rng.integers(-2, 3, 2).tolist()), (3, 4))


def _conv(inside: int, outside: int, stride: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU())
