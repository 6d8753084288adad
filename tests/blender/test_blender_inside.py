"""The add-on inside real Blenders, with a real backend; the checks themselves are in the inside_ files."""

from __future__ import annotations

import json
import re
import sys

import hosts
import numpy as np
import pytest
from hosts import HERE, ROOT, Blender, require
from PIL import Image

from blender_addon.backend.client import Client
from blender_addon.backend.discovery import find_connection
from blender_addon.backend.job import Ended, Finished, Job, Picture, Request

SCRIPTS = "".join(path.read_text() for path in sorted(HERE.glob("inside_*.py")))
CHECKS = ["check_install", *re.findall(r"^def (check_\w+)\(\)", SCRIPTS, re.M)]
# Blender 4.2 is tried where somebody has installed it.
HOSTS = ["bpy45", "bpy52", "trixie", *(["bpy42"] if (hosts.HOSTS / "bpy42").exists() else [])]


@pytest.fixture(scope="session")
def clips(backend, sprites, tmp_path_factory):
    """What the backend makes of the knight, asked for by another client: the truth that the checks compare with."""
    with Image.open(sprites / "knight.png") as image:
        picture = Picture(image.width, image.height, image.tobytes())
    connect = lambda: Client(find_connection(str(backend.connection_file)), "0")  # noqa: E731
    job = Job(connect, picture, [Request("walk", "right"), Request("attack", "right")])
    job.start()
    assert job.join(240), "the backend did not finish"
    events = list(job.events())
    assert events[-1] == Ended("done"), events
    arrays = {}
    for clip in (event.result for event in events if isinstance(event, Finished)):
        width, height = clip.size
        frames = [np.frombuffer(frame.rgba, np.uint8).reshape(height, width, 4) for frame in clip.frames]
        arrays[f"{clip.tag}_frames"] = np.stack(frames)
        for name in ("durations", "loop", "pivot", "offset"):
            arrays[f"{clip.tag}_{name}"] = np.array(getattr(clip, "durations_ms" if name == "durations" else name))
    path = tmp_path_factory.mktemp("clips") / "clips.npz"
    np.savez(path, **arrays)
    return path


@pytest.fixture(scope="module")
def reports(addon_zip, backend, sprites, clips, tmp_path_factory):
    """The report of each Blender, made when first asked for."""
    made = {}

    def report(name):
        if name not in made:
            blender = Blender(name, tmp_path_factory.mktemp(name))
            try:
                blender.put(sprites / "knight.png", sprites / "sheet.png", clips, backend.connection_file)
                (blender.folder / "ayo.zip").write_bytes(addon_zip.read_bytes())
                if name != "trixie":
                    (blender.folder / "python.json").write_text(json.dumps([sys.executable, str(ROOT)]))
                made[name] = blender.check("inside.py")
            finally:
                blender.close()
        return made[name]

    return report


@pytest.fixture(scope="module", params=HOSTS)
def host(request):
    require(request.param)
    return request.param


@pytest.mark.timeout(600)
@pytest.mark.parametrize("check", CHECKS)
def test_inside(host, reports, check):
    outcome = reports(host).get(check, "was not run")
    assert outcome == "ok", outcome
