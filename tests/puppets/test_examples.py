"""The example sprites in the repository are what the code draws."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ayo_backend.puppets.examples import FIGURES, SIZES, example

FOLDER = Path(__file__).parents[2] / "examples"
NAMES = [f"{name}_{size}.png" for name in FIGURES for size in SIZES]


def test_the_folder_holds_every_example() -> None:
    assert {path.name for path in FOLDER.glob("*.png")} >= set(NAMES)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("size", SIZES)
def test_the_file_equals_what_is_drawn(name: str, size: int) -> None:
    with Image.open(FOLDER / f"{name}_{size}.png") as file:
        saved = np.asarray(file.convert("RGBA"))
    np.testing.assert_array_equal(saved, example(name, size).sprite.rgba)


def test_the_command_draws_them_all(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ayo_backend.puppets.examples", str(tmp_path / "drawn")]
    subprocess.run(command, check=True, timeout=120, cwd=FOLDER.parent)
    assert sorted(path.name for path in (tmp_path / "drawn").iterdir()) == sorted(NAMES)
    with Image.open(tmp_path / "drawn" / "knight_64.png") as file:
        np.testing.assert_array_equal(np.asarray(file), example("knight", 64).sprite.rgba)
