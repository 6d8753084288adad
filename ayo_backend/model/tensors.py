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


def palette_tensor(palette: NDArray[np.uint8], indices: NDArray[np.int32], entries: NDArray[np.int64]) -> Tensor:
    """The chosen entries as the pointer takes them: [len(entries), 5], premultiplied RGBA in [-1, 1] and the square
    root of the entry's share of the opaque sprite."""
    rgba = palette[entries].astype(np.float32) / 255
    rgba[:, :3] *= rgba[:, 3:]
    share = np.bincount(indices.ravel(), minlength=len(palette)).astype(np.float32)
    share[0] = 0
    return torch.from_numpy(np.column_stack([rgba * 2 - 1, np.sqrt(share / max(share.sum(), 1))[entries]]))
