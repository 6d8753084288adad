"""Other colours for the same picture: nearly free, since a sprite is a palette and indices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RECOLOURED = 0.6  # of the pictures


def perhaps_recoloured(palette: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The palette as it is, or, more often, recoloured."""
    return recoloured(palette, rng) if rng.random() < RECOLOURED else palette


def recoloured(palette: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The palette with its channels exchanged, its contrast bent and each entry nudged; alpha and entry 0 stay. uint8
    [K, 4].
    """
    rgb = palette[:, :3].astype(np.float32) / 255
    rgb = rgb[:, rng.permutation(3)]
    rgb = rgb ** np.exp(rng.normal(0, 0.25, 3).astype(np.float32))
    rgb = rgb * rng.uniform(0.8, 1.1) + rng.normal(0, 0.04, 3) + rng.normal(0, 0.015, rgb.shape)
    if rng.random() < 0.1:
        rgb = np.repeat(rgb.mean(1, keepdims=True), 3, 1)
    out = palette.copy()
    out[:, :3] = (rgb.clip(0, 1) * 255).round()
    out[0] = 0
    return out
