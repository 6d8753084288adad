"""Ayo: one still sprite in, a playable animation out, in Blender."""

from __future__ import annotations

from . import operators, panels, preferences, preview, properties, session

MODULES = (preferences, properties, operators, panels, preview)


def register() -> None:
    for module in MODULES:
        module.register()
    session.begin_watching(properties.choose_first_action)


def unregister() -> None:
    session.end()
    for module in reversed(MODULES):
        module.unregister()
