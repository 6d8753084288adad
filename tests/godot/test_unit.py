"""The plugin's parts that need no editor, inside a headless Godot, against pyzmq and against peers that misbehave."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import fakes
from conftest import Suite
from godot_host import REPOSITORY

VECTORS = REPOSITORY / "docs" / "protocol-vectors.json"


def test_transport_and_client(suite: Suite, home: Path) -> None:
    vectors = json.loads(VECTORS.read_text("utf-8"))
    shutil.copy(VECTORS, home)
    heard: dict[str, bytes] = {}
    with (
        fakes.router(fakes.echo, password=True) as plain,
        fakes.router(fakes.echo, password=False) as null,
        fakes.router(fakes.Script(), password=True) as script,
        fakes.router(fakes.Deaf(), password=True) as deaf,
        fakes.router(fakes.Newer(), password=True) as newer,
        fakes.peers(fakes.PEERS | fakes.vector_peers(vectors), heard) as ports,
    ):
        (home / "ports.json").write_text(json.dumps(ports))
        given = {"plain": plain, "null": null, "script": script, "deaf": deaf, "newer": newer, "folder": str(home)}
        suite("unit", **given, user=fakes.USER, password=fakes.PASSWORD)
    assert heard["conversation"] == fakes.vector_replies(vectors)
