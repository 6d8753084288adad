"""Ayo: one still sprite in, a playable animation out, in Blender."""

from __future__ import annotations

from . import legend, like, operators, panels, parts, pins, preferences, preview, properties, session

MODULES = (preferences, properties, parts, pins, like, legend, operators, panels, preview)


def register() -> None:
    for module in MODULES:
        module.register()
    session.begin_watching(properties.choose_first_action)


def unregister() -> None:
    session.end()
    for module in reversed(MODULES):
        module.unregister()
