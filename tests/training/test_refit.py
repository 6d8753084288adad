"""A mover that was taught on one parser reads another."""

import copy
import itertools
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from ayo_backend.animator import SHIPPED
from ayo_backend.model.generator import Generator
from ayo_backend.model.parser import EMBEDDING, FEATURES
from ayo_backend.model.weights import load
from ayo_backend.training.puppet_data import still


@pytest.fixture(scope="module")
def tool() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[2] / "tools" / "refit_mover.py")))


def test_least_squares_find_a_linear_map(tool: SimpleNamespace) -> None:
    torch.manual_seed(0)
    matrix, offset, given = torch.randn(5, 3), torch.randn(3), torch.randn(200, 5)
    fit = tool.LeastSquares(offset=True)
    fit.add(given[:150], (given @ matrix + offset)[:150])
    fit.add(given[150:], (given @ matrix + offset)[150:])
    found, shift, explained = fit.solved()
    assert torch.allclose(found, matrix, atol=0.02)
    assert torch.allclose(shift, offset, atol=0.02)
    assert explained > 0.999


def test_a_layer_reads_through_a_map(tool: SimpleNamespace) -> None:
    torch.manual_seed(0)
    layer, matrix, offset = nn.Linear(6, 4), torch.randn(4, 4), torch.randn(4)
    before = copy.deepcopy(layer)
    tool.read_through(layer, matrix, offset, 4)
    seen, rest = torch.randn(9, 4), torch.randn(9, 2)
    wanted = before(torch.cat([seen @ matrix + offset, rest], 1))
    assert torch.allclose(layer(torch.cat([seen, rest], 1)), wanted, atol=1e-5)


@torch.no_grad()
def test_a_mover_poses_alike_when_its_parser_says_the_same_in_other_words(tool: SimpleNamespace) -> None:
    """A parser whose features are turned, and whose last block turns them back for its own heads, sees the same."""
    old, new = Generator(), Generator()
    for generator in (old, new):
        load(generator, SHIPPED)
        generator.eval()
    torch.manual_seed(0)
    turn = torch.linalg.qr(torch.randn(EMBEDDING, EMBEDDING))[0]
    mix = torch.linalg.qr(torch.randn(FEATURES, FEATURES))[0]
    new.mover = Generator().mover
    plain = new.parser.forward

    def turned(*args: torch.Tensor) -> object:
        parse = plain(*args)
        object.__setattr__(parse, "embedding", parse.embedding @ turn)
        object.__setattr__(parse, "features", torch.einsum("bfhw,fg->bghw", parse.features, mix))
        return parse

    new.parser.forward = turned  # type: ignore[method-assign]
    rng = np.random.default_rng(0)
    explained = tool.refitted(old, new, (still(seed, rng) for seed in itertools.count()), 200)
    assert min(explained.values()) > 0.98
    sample = still(1001, rng)
    rgba, view = sample["rgba"][None], sample["view"][None]
    before, after = old.parser(rgba, view), new.parser(rgba, view)
    masks = before.visible.softmax(1)[:, 1:] * (rgba[:, 3:] > -1)
    told = [
        g.mover.part.weight[:, :FEATURES] @ tool.tokens(g.mover, p, masks)[0, 0]
        for g, p in ((old, before), (new, after))
    ]
    assert torch.allclose(*told, atol=0.05 * float(told[0].abs().max()))
    shared = [g.mover.embedding(p.embedding) for g, p in ((old, before), (new, after))]
    assert torch.allclose(*shared, atol=0.1 * float(shared[0].abs().max()))
