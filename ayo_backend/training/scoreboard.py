"""The scoreboard: figures of many clips, summed up by source and by action, with 95 % intervals over characters."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.table import Table

RESAMPLES = 1000


@dataclass(frozen=True)
class Measured:
    """The figures of one clip made by one method; NaN where a figure makes no sense."""

    method: str
    source: str
    character: str
    action: str
    facing: str
    figures: dict[str, float]


@dataclass(frozen=True)
class Column:
    """A figure and how it is summed up over clips: mean, median, least or most. digits are those printed."""

    name: str
    summary: str
    digits: int


@dataclass(frozen=True)
class Cell:
    """A summed-up figure and its 95 % interval by resampling characters; NaN where there is none."""

    value: float
    low: float = math.nan
    high: float = math.nan


SECTIONS = {
    "Right where it can be known, and moving": (
        Column("l1", "mean", 4),
        Column("exact", "mean", 3),
        Column("union_l1", "mean", 3),
        Column("iou", "mean", 3),
        Column("energy", "median", 2),
        Column("named", "mean", 2),
    ),
    "Still itself": (
        Column("area", "mean", 3),
        Column("area_min", "least", 2),
        Column("histogram", "mean", 3),
        Column("pieces", "mean", 2),
        Column("colours", "most", 0),
        Column("alphas", "most", 0),
    ),
    "Clean": (
        Column("closure", "mean", 2),
        Column("foot", "mean", 2),
        Column("torso", "mean", 2),
        Column("popping", "mean", 4),
    ),
    "The original's three": (
        Column("mse", "mean", 4),
        Column("vgg19", "mean", 4),
        Column("change_mse", "mean", 4),
    ),
}


def summed_up(measured: Sequence[Measured], column: Column) -> Cell:
    """The figure over these clips. Means and medians get an interval: characters are drawn anew 1000 times."""
    values = np.array([clip.figures.get(column.name, math.nan) for clip in measured])
    known = ~np.isnan(values)
    values = values[known]
    if not len(values):
        return Cell(math.nan)
    if column.summary in ("least", "most"):
        return Cell(float(values.min() if column.summary == "least" else values.max()))
    names = [f"{clip.source}/{clip.character}" for clip, kept in zip(measured, known, strict=True) if kept]
    characters, whose = np.unique(names, return_inverse=True)
    centre = _means if column.summary == "mean" else _medians
    value = float(centre(values, np.ones((1, len(values))))[0])
    if len(characters) < 2:
        return Cell(value)
    rng = np.random.default_rng(0)
    draws = rng.multinomial(len(characters), np.full(len(characters), 1 / len(characters)), RESAMPLES)
    low, high = np.quantile(centre(values, draws[:, whose].astype(float)), (0.025, 0.975))
    return Cell(value, float(low), float(high))


def _means(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    means: NDArray[np.float64] = weights @ values / weights.sum(1)
    return means


def _medians(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(values)
    heaped = weights[:, order].cumsum(1)
    medians: NDArray[np.float64] = values[order][(heaped * 2 >= heaped[:, -1:]).argmax(1)]
    return medians


def groups(measured: Sequence[Measured], key: Callable[[Measured], str]) -> dict[str, list[Measured]]:
    """The clips by key, in order of their names."""
    return {name: [clip for clip in measured if key(clip) == name] for name in sorted({key(clip) for clip in measured})}


def rows(measured: Sequence[Measured], columns: Iterable[Column]) -> list[tuple[str, str, int, list[Cell]]]:
    """(group, method, clips, cells): everything, then every source, then every action, with a row for each method."""
    listed = {"all": list(measured)}
    listed |= groups(measured, lambda clip: clip.source)
    listed |= groups(measured, lambda clip: f"{clip.action}:")
    methods = list(dict.fromkeys(clip.method for clip in measured))
    columns = list(columns)
    lines = []
    for group, clips in listed.items():
        for method in methods:
            own = [clip for clip in clips if clip.method == method]
            if own:
                lines.append((group, method, len(own), [summed_up(own, column) for column in columns]))
    return lines


def shown(cell: Cell, digits: int) -> str:
    """A figure, with its interval where it has one; an empty word for what is not known."""
    if math.isnan(cell.value):
        return ""
    value = f"{cell.value:.{digits}f}"
    return value if math.isnan(cell.low) else f"{value} ({cell.low:.{digits}f}–{cell.high:.{digits}f})"


def tables(measured: Sequence[Measured]) -> list[Table]:
    """For the terminal, a table for each section."""
    made = []
    for title, columns in SECTIONS.items():
        table = Table(title=title, title_justify="left", box=box.SIMPLE, padding=(0, 1, 0, 0))
        for name in ("", "method"):
            table.add_column(name, no_wrap=True)
        for name in ("clips", *(column.name for column in columns)):
            table.add_column(name, justify="right")
        last = ""
        for group, method, count, cells in rows(measured, columns):
            texts = [shown(cell, column.digits) for cell, column in zip(cells, columns, strict=True)]
            table.add_row("" if group == last else group, method, str(count), *texts)
            last = group
        made.append(table)
    return made


def markdown(measured: Sequence[Measured]) -> str:
    """The same tables as Markdown."""
    parts = []
    for title, columns in SECTIONS.items():
        head = ["", "method", "clips", *(column.name for column in columns)]
        lines = [f"## {title}", "", _line(head), _line(["---"] * len(head))]
        for group, method, count, cells in rows(measured, columns):
            texts = [shown(cell, column.digits) for cell, column in zip(cells, columns, strict=True)]
            lines.append(_line([group, method, str(count), *texts]))
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def save_figures(measured: Sequence[Measured], path: Path) -> None:
    """Every clip's figures, a JSON object a line; null where a figure makes no sense."""
    path.write_bytes(b"".join(msgspec.json.encode(clip) + b"\n" for clip in measured))


def load_figures(path: Path) -> list[Measured]:
    """What save_figures saved."""
    saved = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in saved:
        row["figures"] = {name: math.nan if value is None else value for name, value in row["figures"].items()}
    return [Measured(**row) for row in saved]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
