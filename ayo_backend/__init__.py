"""Ayo: one still sprite in, a playable animation out."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ayo_backend.animator import Animator
    from ayo_backend.clip import Clip
    from ayo_backend.errors import AyoError
    from ayo_backend.order import Order, Pin
    from ayo_backend.sprite import Sprite

__version__ = "0.1.0"
__all__ = ["Animator", "AyoError", "Clip", "Order", "Pin", "Sprite", "__version__"]

_HOMES = {
    "Animator": "animator",
    "Order": "order",
    "Pin": "order",
    "Clip": "clip",
    "AyoError": "errors",
    "Sprite": "sprite",
}


def __getattr__(name: str) -> Any:
    """Load a name's module on first use, so that the command line answers before torch is there."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
