"""The original recipe, as a row of the scoreboard: a network that paints RGBA and is taught by squared error.

Convolutions down, a dense embedding with one of the frame's index added, attention, convolutions up with skips; frames
one after another, each with the one before as context; pixels in [-1, 1]; MSE, temporal and, where VGG19's weights are
at hand, perceptual loss. It is told the action and the facing too, or it could not be asked for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from scipy.spatial import cKDTree
from torch import Tensor, nn
from torch.nn import functional as F

from ayo_backend.actions import ACTIONS, FACINGS, MAX_FRAMES
from ayo_backend.errors import AyoError
from ayo_backend.training.data import PackClip
from ayo_backend.training.methods import Made, Method
from ayo_backend.training.metrics import canvas
from ayo_backend.training.perceptual import VGG19
from ayo_backend.training.precision import mixed
from ayo_backend.trunk import Placement, trunk

SIDE = 64
EMBEDDING = 128
BATCH = 16
NAMES = tuple(ACTIONS)


class Original(nn.Module):
    """Paints the next frame at 64 × 64 px from the still and the frame before."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.down = nn.ModuleList([_conv(8, width), _conv(width, 2 * width), _conv(2 * width, 4 * width)])
        self.dense = nn.Linear(4 * width * 64, EMBEDDING)
        self.frame = nn.Embedding(MAX_FRAMES, EMBEDDING)
        self.action = nn.Embedding(len(NAMES), EMBEDDING)
        self.facing = nn.Embedding(len(FACINGS), EMBEDDING)
        self.spread = nn.Linear(EMBEDDING, 4 * width * 64)
        self.attention = nn.MultiheadAttention(4 * width, 4, batch_first=True)
        self.up = nn.ModuleList([_deconv(8 * width, 2 * width), _deconv(4 * width, width), _deconv(2 * width, width)])
        self.paint = nn.Conv2d(width + 8, 4, 3, padding=1)

    def forward(self, source: Tensor, previous: Tensor, order: Tensor) -> Tensor:
        """source, previous: float [B, 4, 64, 64] in [-1, 1]; order: long [B, 3]: frame index, action, facing.

        Returns the next frame, like the source.
        """
        seen = torch.cat([source, previous], 1)
        levels, values = [], seen
        for layer in self.down:
            values = layer(values)
            levels.append(values)
        told = self.frame(order[:, 0]) + self.action(order[:, 1]) + self.facing(order[:, 2])
        values = F.relu(self.spread(F.relu(self.dense(values.flatten(1)) + told))).view_as(values)
        tokens = (values + levels[-1]).flatten(2).transpose(1, 2)
        values = values + self.attention(tokens, tokens, tokens)[0].transpose(1, 2).view_as(values)
        for layer, level in zip(self.up, reversed(levels), strict=True):
            values = layer(torch.cat([values, level], 1))
        return torch.tanh(self.paint(torch.cat([values, seen], 1)))


def painted(model: Original) -> Method:
    """Clips as the original makes them, brought back from 64 × 64 px to the still's canvas by nearest sampling.

    Every pixel is snapped to the nearest of the still's colours or to nothing: it paints a haze, and would lose by far.
    """

    @torch.no_grad()
    def make(clip: PackClip) -> Made:
        rest = clip.rest()
        place = trunk(rest, SIDE)
        source = previous = _shown(place.apply(rest)[None])
        palette = np.unique(np.concatenate([np.zeros((1, 4), np.uint8), rest[rest[..., 3] > 0]]), axis=0)
        frames = []
        for index in range(clip.n_frames):
            previous = model(source, previous, _order(clip, index)[None])
            frames.append(_laid_back(_snapped(previous[0], palette), place, (rest.shape[0], rest.shape[1])))
        return Made(np.stack(frames), (0, 0))

    model.eval()
    return make


def teach_original(
    clips: Sequence[PackClip],
    samples: int,
    vgg19: VGG19 | None = None,
    seed: int = 0,
    watch: Callable[[int, float], None] = lambda samples, loss: None,
) -> Original:
    """The original taught on pairs of following frames; `watch` is told how many samples were seen and the loss."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    fit = [clip for clip in clips if _teaches(clip)]
    if not fit:
        raise AyoError("bad_pack", "The packs have no clips that teach the original.", "Give packs with a train split.")
    sizes = Counter(clip.source for clip in fit)
    chances = np.array([sizes[clip.source] ** -0.5 for clip in fit])
    model = Original()
    optimizer = torch.optim.Adam(model.parameters(), 4e-4)
    for seen in range(0, samples, BATCH):
        picked = rng.choice(len(fit), BATCH, p=chances / chances.sum())
        source, before, first, second, orders = _batch([fit[index] for index in picked], rng)
        with mixed(torch.device("cpu")):
            one = model(source, before, orders[:, 0])
            two = model(source, one.detach(), orders[:, 1])
        one, two = one.float(), two.float()
        loss = F.mse_loss(one, first) + F.mse_loss(two, second) + F.mse_loss(two - one, second - first)
        if vgg19:
            loss = loss + 0.1 * vgg19.features_distance(two, second)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        watch(seen + BATCH, loss.item())
    return model.eval()


def save_original(model: Original, path: Path) -> None:
    """Keep the weights; the file is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    save_file(model.state_dict(), new)
    new.replace(path)


def load_original(path: Path) -> Original:
    """The original with the weights in the file. Raises AyoError (file_not_found, bad_weights)."""
    if not path.exists():
        hint = "benchmarks/quality.py teaches it."
        raise AyoError("file_not_found", f"There are no weights of the original recipe at {path}.", hint)
    model = Original()
    try:
        model.load_state_dict(load_file(path))
    except (OSError, RuntimeError, SafetensorError):
        raise AyoError(
            "bad_weights", f"{path} does not hold the original recipe's weights.", "Teach it anew."
        ) from None
    return model.eval()


def _teaches(clip: PackClip) -> bool:
    named = clip.action in ACTIONS and clip.facing in FACINGS
    return named and clip.rest_cel is not None and 2 <= clip.n_frames <= MAX_FRAMES


def _batch(clips: Sequence[PackClip], rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Still, frame before, frame, frame after, each [B, 4, 64, 64], and orders of the last two, [B, 2, 3]."""
    stacks, orders = [], []
    for clip in clips:
        rest, frames = clip.rest(), clip.frames()
        place = trunk(rest, SIDE)
        index = int(rng.integers(clip.n_frames - 1))
        before = frames[index - 1] if index else rest
        stacks.append(np.stack([place.apply(picture) for picture in (rest, before, frames[index], frames[index + 1])]))
        orders.append(torch.stack([_order(clip, index), _order(clip, index + 1)]))
    source, before, first, second = _shown(np.stack(stacks, axis=1).reshape(-1, SIDE, SIDE, 4)).chunk(4)
    return source, before, first, second, torch.stack(orders)


def _order(clip: PackClip, index: int) -> Tensor:
    return torch.tensor([index, NAMES.index(clip.action), FACINGS.index(clip.facing)])


def _shown(pictures: NDArray[np.uint8]) -> Tensor:
    """float [B, 4, 64, 64], premultiplied, in [-1, 1]."""
    return torch.from_numpy(canvas(pictures)).permute(0, 3, 1, 2)


def _snapped(painted: Tensor, palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 [64, 64, 4]: for every painted pixel the nearest entry of the palette, uint8 [K, 4], premultiplied."""
    nearest = cKDTree(canvas(palette)).query(painted.permute(1, 2, 0).numpy())[1]
    rgba: NDArray[np.uint8] = palette[nearest]
    return rgba


def _laid_back(picture: NDArray[np.uint8], place: Placement, shape: tuple[int, int]) -> NDArray[np.uint8]:
    rows = np.floor((np.arange(shape[0]) + 0.5 - place.top) * place.scale).astype(int)
    columns = np.floor((np.arange(shape[1]) + 0.5 - place.left) * place.scale).astype(int)
    inside = ((rows >= 0) & (rows < SIDE))[:, None] & ((columns >= 0) & (columns < SIDE))[None]
    laid: NDArray[np.uint8] = picture[rows.clip(0, SIDE - 1)[:, None], columns.clip(0, SIDE - 1)[None]]
    laid[~inside] = 0
    return laid


def _conv(inside: int, outside: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 4, 2, 1), nn.BatchNorm2d(outside), nn.LeakyReLU(0.2),
        nn.Conv2d(outside, outside, 3, 1, 1), nn.LeakyReLU(0.2),
    )  # fmt: skip


def _deconv(inside: int, outside: int) -> nn.Module:
    return nn.Sequential(nn.ConvTranspose2d(inside, outside, 4, 2, 1), nn.BatchNorm2d(outside), nn.ReLU())
