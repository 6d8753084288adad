"""The training loop: lessons in their order, checkpoints that survive a restart, several processes under torchrun."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
import torch.distributed as dist
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from ayo_backend.model.generator import Generator
from ayo_backend.model.weights import save


class Phase(Protocol):
    """One lesson."""

    def parameters(self) -> list[torch.nn.Parameter]: ...

    def loss(self, device: torch.device) -> tuple[Tensor, dict[str, float]]: ...


@dataclass(frozen=True)
class Lesson:
    """name; steps; samples a step; the peak learning rate; what makes the phase (loaders start only when it is its
    turn).
    """

    name: str
    steps: int
    batch: int
    rate: float
    make: Callable[[], Phase]


class Trainer:
    """Runs lessons on one generator, keeping an average of its weights (EMA 0.998), which is what gets saved."""

    def __init__(
        self, generator: Generator, out: Path, device: torch.device, facts: dict[str, Any], save_every: float = 300.0
    ) -> None:
        self.generator, self.out, self.device, self.facts, self.save_every = (
            generator.to(device),
            out,
            device,
            facts,
            save_every,
        )
        self.average = {name: value.detach().clone().float() for name, value in generator.state_dict().items()}
        self.done: dict[str, int] = {}
        self.seconds = 0.0
        self.samples = 0

    @property
    def checkpoint(self) -> Path:
        """Everything needed to go on."""
        return self.out / "checkpoint.pt"

    def resume(self) -> None:
        """Go on from the folder's checkpoint, if it has one."""
        if self.checkpoint.is_file():
            state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
            self.generator.load_state_dict(state["generator"])
            self.average, self.done, self.seconds, self.samples = (
                state["average"],
                state["done"],
                state["seconds"],
                state["samples"],
            )

    def run(self, lessons: list[Lesson], after_save: Callable[[], None] | None = None) -> None:
        """All lessons that are not finished yet."""
        for lesson in lessons:
            if self.done.get(lesson.name, 0) < lesson.steps:
                self._teach(lesson, after_save)

    def _teach(self, lesson: Lesson, after_save: Callable[[], None] | None) -> None:
        phase = lesson.make()
        parameters = phase.parameters()
        for parameter in self.generator.parameters():
            parameter.requires_grad_(False)
        for parameter in parameters:
            parameter.requires_grad_(True)
        optimiser = torch.optim.AdamW(parameters, lr=lesson.rate, betas=(0.9, 0.98), weight_decay=0.01)
        last_save = start = time.monotonic()
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}"),
        )
        smooth: dict[str, float] = {}
        begun = self.done.get(lesson.name, 0)
        with Progress(*columns, disable=_rank() > 0) as progress:
            task = progress.add_task(lesson.name, total=lesson.steps, completed=begun, figures="")
            for step in range(begun, lesson.steps):
                for group in optimiser.param_groups:
                    group["lr"] = lesson.rate * _schedule(step, step - begun, lesson.steps)
                loss, figures = phase.loss(self.device)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                _share_gradients(parameters)
                norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
                if not torch.isfinite(norm):
                    raise FloatingPointError(f"{lesson.name}: the gradient of step {step} is not finite")
                optimiser.step()
                self._follow(min(0.998, (step + 1) / (step + 10)))
                self.done[lesson.name], self.samples = step + 1, self.samples + lesson.batch * _world()
                for name, value in figures.items():
                    smooth[name] = smooth.get(name, value) * 0.98 + value * 0.02
                now = time.monotonic()
                rate = (step + 1 - begun) * lesson.batch / (now - start)
                shown = " ".join(f"{name} {value:.3f}" for name, value in smooth.items())
                progress.update(task, completed=step + 1, figures=f"{shown} {rate:.0f} samples/s")
                if step % 200 == 199:
                    progress.console.print(f"{lesson.name} {step + 1}: {shown} {rate:.0f} samples/s")
                if now - last_save > self.save_every or step + 1 == lesson.steps:
                    self.seconds += now - last_save
                    last_save = now
                    self._save(lesson.name)
                    if after_save and _rank() == 0:
                        after_save()

    def _follow(self, keep: float) -> None:
        with torch.no_grad():
            for name, value in self.generator.state_dict().items():
                self.average[name].lerp_(value.float(), 1 - keep)

    def _save(self, lesson: str) -> None:
        if _rank() > 0:
            return
        self.out.mkdir(parents=True, exist_ok=True)
        state = {
            "generator": self.generator.state_dict(),
            "average": self.average,
            "done": self.done,
            "seconds": self.seconds,
            "samples": self.samples,
        }
        part = self.checkpoint.with_suffix(".part")
        torch.save(state, part)
        part.replace(self.checkpoint)
        averaged = Generator()
        averaged.load_state_dict(self.average)
        facts = self.facts | {
            "lesson": lesson,
            "steps": self.done,
            "samples": self.samples,
            "hours": round(self.seconds / 3600, 2),
        }
        save(averaged, self.out / "ayo.safetensors", facts)


def _schedule(step: int, since_start: int, steps: int) -> float:
    """Cosine decay to a twentieth, after 100 steps of warming up, or a tenth of few (again after a restart, as the
    optimiser's memory is not kept).
    """
    warm = min(100, max(1, steps // 10))
    return min(1.0, (since_start + 1) / warm) * (0.05 + 0.95 * (0.5 + 0.5 * math.cos(math.pi * step / steps)))


def _rank() -> int:
    return dist.get_rank() if dist.is_initialized() else 0


def _world() -> int:
    return dist.get_world_size() if dist.is_initialized() else 1


def join_processes() -> None:
    """Join the other processes when torchrun started this one."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not dist.is_initialized():
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def _share_gradients(parameters: list[torch.nn.Parameter]) -> None:
    if dist.is_initialized():
        for parameter in parameters:
            if parameter.grad is not None:
                dist.all_reduce(parameter.grad, op=dist.ReduceOp.SUM)
                parameter.grad /= _world()
