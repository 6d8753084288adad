"""What the service costs, and what it gives. Prints one table.

    python benchmarks/service.py                 (a few minutes on a CPU)
    python benchmarks/service.py --clips 16      (sooner, less exact)

raw echo: a ROUTER that answers a sprite with as many frames at once, nothing else: what the transport takes.
less model time: what a clip takes more than the real engine works on it.
no model time: the same with an engine whose frames are ready, when nothing hides the sending of the frames.
first frame, clips per second: with the real engine.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import psutil
import typer
import zmq
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from ayo_backend.service.client import Client

ROOT = Path(__file__).parents[1]
SIDE, FRAMES = 64, 8
CLIENTS = (1, 8, 64)


def main(
    clips: Annotated[int, typer.Option(min=8, help="Clips per measurement of throughput.")] = 64,
    trips: Annotated[int, typer.Option(min=20, help="Round trips per measurement of latency.")] = 500,
    device: Annotated[str, typer.Option(help="What the real engine computes on.")] = "auto",
) -> None:
    """Measure everything and print the table."""
    table = Table("measurement", "p50", "p95", "", title=f"{SIDE}×{SIDE} px, {FRAMES} frames, {_machine()}")
    sprite = _person()
    table.add_row("raw pyzmq echo of the same payload", *_percentiles(_raw_echo(sprite, trips)))
    with _backend(engine="timed_engine", device=device):
        own = [seconds - model for seconds, model in _round_trips(sprite, max(20, trips // 5))]
        table.add_row("round trip less model time", *_percentiles(own), "aim: p95 under 1 ms")
    with _backend(engine="ready_frames"):
        table.add_row("round trip, no model time", *_percentiles([whole for whole, _ in _round_trips(sprite, trips)]))
    with _backend(engine="ayo_backend.animator", device=device) as used:
        table.add_row("first frame", *_percentiles(_first_frames(sprite, max(20, clips // 2))), used)
        alone = _clips_per_second(clips, 1, at_once=False)
        table.add_row("one job after another", f"{alone:.2f} clips/s")
        for clients in CLIENTS:
            rate = _clips_per_second(max(clips, clients), clients, at_once=True)
            table.add_row(f"{clients} client(s), all jobs at once", f"{rate:.2f} clips/s", "", f"{rate / alone:.2f}×")
        with Client.connect() as client:
            report = client.status()
        assert report.frame_ms is not None
        steps = f"{report.frame_ms.p50:.1f} ms", f"{report.frame_ms.p95:.1f} ms"
        table.add_row("one step", *steps, f"{report.batch.mean:.1f} sequences on average, {report.batch.max} at most")
    Console(width=110).print(table)


def _raw_echo(sprite: NDArray[np.uint8], trips: int) -> list[float]:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_echo, args=(theirs,), daemon=True)
    process.start()
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    dealer = context.socket(zmq.DEALER)
    dealer.linger = 0
    dealer.connect(f"tcp://127.0.0.1:{ours.recv()}")
    picture = sprite.tobytes()

    def trip() -> None:
        dealer.send_multipart([b"{}", picture])
        for _ in range(FRAMES):
            dealer.recv_multipart()

    seconds = _timed(trip, trips)
    process.terminate()
    process.join()
    context.destroy(linger=0)
    return seconds


def _echo(pipe: Connection) -> None:
    router = zmq.Context.instance().socket(zmq.ROUTER)
    pipe.send(router.bind_to_random_port("tcp://127.0.0.1"))
    while True:
        message = router.recv_multipart()
        for _ in range(FRAMES):
            router.send_multipart(message)


def _round_trips(sprite: NDArray[np.uint8], trips: int) -> list[tuple[float, float]]:
    """Seconds a clip took, and seconds of the engine in it as timed_engine tells them."""
    measured = []
    with Client.connect() as client:
        for number in range(trips + 10):
            began = time.perf_counter()
            job = client.submit(sprite, "walk", frames=FRAMES, seed=number)
            job.clip()
            measured.append((time.perf_counter() - began, sum(frame.duration_ms for frame in job.pictures) / 1e6))
    return measured[10:]


def _first_frames(sprite: NDArray[np.uint8], trips: int) -> list[float]:
    with Client.connect() as client:
        seconds = []
        for number in range(trips):
            job = client.submit(sprite, "walk", frames=FRAMES, seed=number)
            began = time.perf_counter()
            next(iter(job))
            seconds.append(time.perf_counter() - began)
            job.clip()
    return seconds


def _clips_per_second(clips: int, clients: int, at_once: bool) -> float:
    def visit(number: int) -> None:
        with Client.connect() as client:
            wishes = range(number, clips, clients)
            if at_once:
                for job in [client.submit(_person(wish), "walk", frames=FRAMES, seed=wish) for wish in wishes]:
                    job.clip()
            else:
                for wish in wishes:
                    client.submit(_person(wish), "walk", frames=FRAMES, seed=wish).clip()

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(visit, range(clients)))
    return clips / (time.perf_counter() - began)


def _timed(action: Callable[[], object], times: int) -> list[float]:
    for _ in range(10):
        action()
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - began)
    return seconds


def _percentiles(seconds: list[float]) -> tuple[str, str]:
    p50, p95 = np.percentile(seconds, (50, 95)) * 1000
    return f"{p50:.2f} ms", f"{p95:.2f} ms"


def _person(number: int = 0) -> NDArray[np.uint8]:
    """A plain little person, uint8 [64, 64, 4]; another number, another shirt."""
    picture = np.zeros((SIDE, SIDE, 4), np.uint8)
    picture[8:24, 26:38] = (230, 180, 140, 255)
    picture[24:44, 24:40] = (40 + number % 100, 90, 200, 255)
    picture[44:63, 25:30] = (60, 40, 30, 255)
    picture[44:63, 34:39] = (80, 50, 40, 255)
    return picture


def _machine() -> str:
    return f"{os.cpu_count()} CPUs, load {psutil.getloadavg()[0]:.1f}"


@contextmanager
def _backend(**settings: Any) -> Iterator[str]:
    """A backend of our own, in folders of its own; yields the device it works on."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {f"AYO_{name}_DIR": f"{folder}/{name.lower()}" for name in ("RUNTIME", "CONFIG", "LOG")}
        path = os.pathsep.join([str(ROOT), str(ROOT / "benchmarks")])
        command = [sys.executable, __file__, "--host", json.dumps(settings | {"log_level": "warning"})]
        process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            while (line := process.stdout.readline()) and "ready" not in line:
                pass
            with Client.connect() as client:
                device = client.status().device or ""
            yield device
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    if "--host" in sys.argv:
        from ayo_backend.service.serve import serve
        from ayo_backend.service.settings import Settings

        serve(Settings(**json.loads(sys.argv[2])), lambda line: print(line, flush=True))
    else:
        typer.run(main)
