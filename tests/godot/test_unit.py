"""The plugin's parts that need no editor, inside a headless Godot, against pyzmq and against peers that misbehave."""

from __future__ import annotations

import json

import fakes
from conftest import Suite


def test_transport_and_client(suite: Suite) -> None:
    with (
        fakes.router(fakes.echo, password=True) as plain,
        fakes.router(fakes.echo, password=False) as null,
        fakes.router(fakes.Script(), password=True) as script,
        fakes.peers() as ports,
    ):
        given = {"plain": plain, "null": null, "script": script, "peers": json.dumps(ports)}
        suite("unit", **given, user=fakes.USER, password=fakes.PASSWORD)
