"""Weights on disk: one safetensors file that says what it is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ayo_backend.errors import AyoError

FORMAT = 2
_REINSTALL = "Install Ayo again, or name another file with --weights."


def save(model: nn.Module, path: Path, facts: dict[str, Any]) -> None:
    """Write the weights in half precision with the facts (JSON values) in the header. The name appears when the file
    is whole.
    """
    state = {name: value.detach().to("cpu", torch.float16).contiguous() for name, value in model.state_dict().items()}
    temporary = path.with_name(f".{path.name}.part")
    save_file(state, temporary, {"ayo": json.dumps({"format": FORMAT} | facts)})
    temporary.chmod(0o644)
    temporary.replace(path)


def _brought_up(state: dict[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """Weights of format 1 as those of today. Their parser could not be told kinds: what that changes is nothing."""
    wide = {name: value.shape[1] for name, value in model.state_dict().items() if name.endswith(".film.weight")}
    narrow = (name for name in state.keys() & wide.keys() if state[name].shape[1] < wide[name])
    return state | {name: F.pad(state[name], (0, wide[name] - state[name].shape[1])) for name in narrow}


def load(model: nn.Module, path: Path) -> dict[str, Any]:
    """Fill the model from the file, in its own precision; returns the facts and the file's sha256.

    Raises AyoError weights_missing, weights_broken or weights_newer.
    """
    if not path.is_file():
        raise AyoError("weights_missing", f"There are no weights at {path}.", _REINSTALL)
    try:
        with safe_open(path, "pt") as file:
            facts: dict[str, Any] = json.loads((file.metadata() or {}).get("ayo", "{}"))
            if facts.get("format", 0) > FORMAT:
                raise AyoError(
                    "weights_newer", f"{path.name} was made by a newer Ayo.", "Update Ayo, or use older weights."
                )
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - safe_open is no mapping
        model.load_state_dict(_brought_up(state, model))
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise AyoError("weights_broken", f"{path.name} is not a whole set of Ayo weights.", _REINSTALL) from error
    facts["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return facts
