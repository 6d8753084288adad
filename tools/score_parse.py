"""How much of the stills labelled by hand the parser sees right, by pack and by part.

python tools/score_parse.py --data PACK... [--split val] [--weights FILE]...
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from rich.console import Console
from rich.table import Table

from ayo_backend.animator import SHIPPED
from ayo_backend.consensus import agreed
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import KINDS, VIEWS, Parse
from ayo_backend.model.tensors import premultiplied
from ayo_backend.model.weights import load
from ayo_backend.training.data import read_pack
from ayo_backend.training.evaluate import Split
from ayo_backend.training.hand_labels import NAMES, Labelled, agreement, labelled, may_be


@torch.no_grad()
def parses(weights: Path, stills: Sequence[Labelled]) -> list[Parse]:
    """What the parser of those weights sees in each still; `visible` holds the chances that its pixels agreed on."""
    generator = Generator()
    load(generator, weights)
    return [_parse(generator, still) for still in stills]


def _parse(generator: Generator, still: Labelled) -> Parse:
    picture = premultiplied(still.palette[still.indices])
    parse: Parse = generator.parser(picture[None], torch.tensor([VIEWS.index(still.view)]))
    chances = parse.visible.softmax(1)[0, 1:]
    parse.visible[0, 1:] = agreed(chances, picture, torch.from_numpy(still.indices != 0))
    return parse


def by_pack(stills: Sequence[Labelled], seen: Sequence[Parse]) -> dict[str, list[tuple[float, bool]]]:
    """The share of pixels right and whether the kind is, of each still of every pack, and of all."""
    scores: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for still, parse in zip(stills, seen, strict=True):
        right = float(agreement(parse, torch.from_numpy(still.parts.astype(np.int64))[None]))
        for name in (still.source, "all"):
            scores[name].append((right, KINDS[int(parse.kind.argmax())] is still.kind))
    return scores


def by_part(stills: Sequence[Labelled], seen: Sequence[Parse]) -> dict[str, float]:
    """The share of each part's pixels that are right, over all stills; NaN where there are none."""
    counts = np.zeros((len(NAMES), 2), np.int64)
    for still, parse in zip(stills, seen, strict=True):
        parts = torch.from_numpy(still.parts.astype(np.int64))
        right = may_be(parse.visible[:, 1:].argmax(1)[0] + 1, parts).numpy()
        counts[:, 0] += np.bincount(still.parts[right], minlength=len(NAMES))
        counts[:, 1] += np.bincount(still.parts.ravel(), minlength=len(NAMES))
    return {name: right / all_ if all_ else float("nan") for name, (right, all_) in zip(NAMES, counts, strict=True)}


def main(
    data: Annotated[list[Path], typer.Option(help="A sprite pack; may be given several times.")],
    split: Annotated[Split, typer.Option(help="Which stills.")] = Split.VAL,
    weights: Annotated[list[Path] | None, typer.Option(help="Weights; may be given several times.")] = None,
) -> None:
    """Print a table of packs and one of parts, a column for each of the weights."""
    stills = labelled([clip for pack in data for clip in read_pack(pack) if clip.split == split])
    files = weights or [SHIPPED]
    seen = [parses(file, stills) for file in files]
    packs = [by_pack(stills, parsed) for parsed in seen]
    table = Table("pack", "stills", *(f"{file.stem}: pixels, kinds" for file in files))
    for pack in sorted(packs[0]):
        means = [np.mean(scores[pack], 0) for scores in packs]
        table.add_row(pack, str(len(packs[0][pack])), *(f"{pixels:.2f}, {kinds:.2f}" for pixels, kinds in means))
    parts = [by_part(stills, parsed) for parsed in seen]
    of_parts = Table("part", *(file.stem for file in files))
    for name in NAMES[1:]:
        of_parts.add_row(name, *(f"{shares[name]:.2f}" for shares in parts))
    for each in (table, of_parts):
        Console().print(each)


if __name__ == "__main__":
    typer.run(main)
