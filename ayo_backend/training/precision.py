"""The precision that teaches fastest on a device."""

from __future__ import annotations

import torch

SLOW = ("DEFAULT", "AVX2")  # no instructions for bfloat16: emulated, a step of the pointer takes five times as long


def mixed(device: torch.device) -> torch.autocast:
    """Convolutions in bfloat16, where the device has it in hardware; else all in float32."""
    emulated = device.type == "cpu" and torch.backends.cpu.get_cpu_capability() in SLOW
    return torch.autocast(device.type, torch.bfloat16, enabled=not emulated)
