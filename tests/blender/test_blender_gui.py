"""The add-on in a Blender with a window, used by mouse and keyboard; the stories themselves are in gui.py.

The screenshots are left in build/blender.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time

import pytest
from hosts import HERE, ROOT, Backend, Blender, require

STORIES = re.findall(r"^def (story_\w+)\(\)", (HERE / "gui.py").read_text(), re.M)
SCREENSHOTS = ROOT / "build/blender"
LIMIT_SECONDS = 400


@pytest.fixture(scope="module")
def told(tmp_path_factory, request):
    """What came of each story, and what Blender wrote to its console."""
    require("trixie")
    blender = Blender("trixie", tmp_path_factory.mktemp("gui"))
    backend = Backend(tmp_path_factory.mktemp("backend-gui"))
    try:
        examples = [ROOT / "examples" / name for name in ("knight_64.png", "mage_64.png")]
        sprites = [request.getfixturevalue("sprites") / "knight.png", *examples]
        blender.put(*sprites, backend.connection_file, HERE / "gui.py")
        (blender.folder / "ayo.zip").write_bytes(request.getfixturevalue("addon_zip").read_bytes())
        console = play(blender, backend)
        report = blender.folder / "report.json"
        assert report.exists(), f"Blender made no report:\n{console}"
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for picture in blender.folder.glob("*.png"):
            shutil.copy(picture, SCREENSHOTS)
        (SCREENSHOTS / "console.log").write_text(console)
        return json.loads(report.read_text()), console
    finally:
        backend.close()
        blender.close()


def play(blender, backend):
    """Run all stories; slows or kills the backend when one asks for it. Returns the console output."""
    log = (blender.folder / "console.log").open("w+", errors="replace")
    # A display of its own: the chroot sees neither the lock files of displays outside nor the other way round, yet they
    # share the abstract sockets, and a Blender on somebody else's display dies with it.
    display = str(200 + os.getpid() % 20_000)
    command = blender.chroot(
        *("timeout", str(LIMIT_SECONDS), "xvfb-run", "-a", "-n", display, "-s", "-screen 0 1280x800x24"),
        *("blender", "--factory-startup", "--window-geometry", "0", "0", "1280", "800"),
        *("--python", f"{blender.inside}/gui.py", "--", blender.inside),
    )
    environment = blender.environment() | {"LIBGL_ALWAYS_SOFTWARE": "1"}
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    while process.poll() is None:
        if (blender.folder / "kill").exists():
            backend.kill()
            break
        if (blender.folder / "slow").exists():
            backend.doze()
        else:
            time.sleep(0.1)
    process.wait()
    log.seek(0)
    return f"{log.read()}\nexit code {process.returncode}"


@pytest.mark.timeout(LIMIT_SECONDS + 120)
@pytest.mark.parametrize("story", STORIES)
def test_story(told, story):
    report, _ = told
    assert report.get(story, "was not told") == "ok", report.get(story)


@pytest.mark.timeout(LIMIT_SECONDS + 120)
def test_no_traceback_was_printed(told):
    """An error in a timer or in draw() is only printed."""
    _, console = told
    assert "Traceback" not in console, console
