"""Pictures as the networks take them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def premultiplied(rgba: NDArray[np.uint8]) -> Tensor:
    """uint8 [..., H, W, 4] straight alpha -> float [..., 4, H, W] premultiplied, in [-1, 1]."""
    value = torch.from_numpy(np.ascontiguousarray(rgba)).float() / 255
    value = torch.cat([value[..., :3] * value[..., 3:], value[..., 3:]], -1)
    return value.movedim(-1, -3) * 2 - 1


def numpy(tensor: Tensor) -> NDArray[Any]:
    """A float tensor as a float32 array."""
    return tensor.detach().float().cpu().numpy()
