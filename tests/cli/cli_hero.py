"""The sprite of these tests."""

from __future__ import annotations

import numpy as np


def hero() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A person of three colours, uint8 [32, 24, 4]."""
    rgba = np.zeros((32, 24, 4), np.uint8)
    rgba[10:22, 8:16] = (200, 30, 40, 255)
    rgba[4:10, 9:15] = (240, 200, 160, 255)
    rgba[22:30, 8:11] = rgba[22:30, 13:16] = (60, 40, 20, 255)
    return rgba
