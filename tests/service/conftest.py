"""Fixtures: folders of a test's own, and backends that never outlive it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from numpy.typing import NDArray
from service_host import Backend, Start, make_sprite

settings.register_profile("service", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("service")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes start slowly on a busy machine: a time limit is for what hangs."""
    for item in items:
        if item.path.parent == Path(__file__).parent and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's backend keeps its files."""
    for name in ("runtime", "config", "log"):
        monkeypatch.setenv(f"AYO_{name.upper()}_DIR", str(tmp_path / name))
    return tmp_path


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts backends: start(queue=2, environment={"AYO_TEST_STEP_S": "0.1"})."""
    backends: list[Backend] = []

    def start_one(
        environment: dict[str, str] | None = None, stderr: int = subprocess.DEVNULL, **settings: Any
    ) -> Backend:
        backends.append(Backend(**settings))
        return backends[-1].start(stderr, **environment or {})

    yield start_one
    for backend in backends:
        backend.stop()


@pytest.fixture
def sprite() -> NDArray[np.uint8]:
    """uint8 [24, 16, 4], a few colours."""
    return make_sprite(0)
