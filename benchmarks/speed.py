"""How fast Ayo is here: python benchmarks/speed.py [--threads 2] [--sprite examples/knight_64.png]

Prints a table: what a person waits for (start, first clip, next clip), memory, and how much of what this machine can
convolve is put to use. Everything is measured in this run, on the CPU, with the weights that ship.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from ayo_backend import Animator, Order, Sprite
from ayo_backend.sprite_io import read_sprite

ROOT = Path(__file__).parents[1]
ORDER = Order("walk", "right", 8)
REPEATS = 9

FIRST_CLIP = """
import json, resource, sys, time
start = time.perf_counter()
import torch
torch.set_num_threads(int(sys.argv[2]))
from ayo_backend import Animator, Order
from ayo_backend.sprite_io import read_sprite
imported = time.perf_counter()
animator = Animator(device="cpu")
loaded = time.perf_counter()
rollout = animator.begin(read_sprite(sys.argv[1]), Order("walk", "right", 8))
animator.step([rollout])
first = time.perf_counter()
while not rollout.done:
    animator.step([rollout])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"load": loaded - imported, "first_frame": first - start, "peak": peak}))
"""


def fresh_process(sprite: Path, threads: int) -> dict[str, float]:
    """Seconds and bytes of a process that imports, loads and animates once."""
    command = [sys.executable, "-c", FIRST_CLIP, str(sprite), str(threads)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The median time of a call, after one that does not count."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def convolution_peak() -> float:
    """FLOP/s of the best of a few large 3×3 convolutions in float32."""
    best = 0.0
    for channels, side in ((64, 64), (128, 64), (128, 32), (256, 32)):
        convolution = torch.nn.Conv2d(channels, channels, 3, padding=1).to(memory_format=torch.channels_last)
        picture = torch.randn(4, channels, side, side).to(memory_format=torch.channels_last)
        flop = 2 * 9 * channels * channels * side * side * 4
        with torch.inference_mode():
            best = max(best, flop / seconds(lambda c=convolution, p=picture: c(p), 15))  # type: ignore[misc]
    return best


def recoloured(sprite: Sprite, number: int) -> Sprite:
    """The sprite in slightly other colours: one the animator has not seen."""
    palette = sprite.palette.copy()
    palette[1:, 0] ^= number
    return replace(sprite, palette=palette)


def time_in_network(animator: Animator, work: Callable[[], object]) -> float:
    """Seconds of a call that pass inside the generator's parts."""
    spent: list[float] = []

    def timed(method: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object) -> object:
            start = time.perf_counter()
            result = method(*given)
            spent.append(time.perf_counter() - start)
            return result

        return call

    parser, mover, pointer = animator.generator.parser, animator.generator.mover, animator.generator.pointer
    for part, name in ((parser, "forward"), (mover, "forward"), (pointer, "look"), (pointer, "forward")):
        setattr(part, name, timed(getattr(part, name)))
    work()
    for part, name in ((parser, "forward"), (mover, "forward"), (pointer, "look"), (pointer, "forward")):
        delattr(part, name)
    return sum(spent)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="CPU threads to use")
    parser.add_argument("--sprite", type=Path, default=ROOT / "examples" / "knight_64.png", help="a 64×64 sprite")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    start = fresh_process(arguments.sprite.resolve(), arguments.threads)
    animator, sprite = Animator(device="cpu"), read_sprite(arguments.sprite)
    unseen = iter(range(1, 256))

    def new_clip() -> object:
        return animator.animate(recoloured(sprite, next(unseen)), ORDER)

    peak = convolution_peak()
    new, again = seconds(new_clip), seconds(lambda: animator.animate(sprite, ORDER))
    inside = statistics.median(time_in_network(animator, new_clip) for _ in range(REPEATS))
    with FlopCounterMode(display=False) as counter:
        new_clip()
    flop = counter.get_total_flops()
    width, height = sprite.size
    rows = [
        (f"a clip of {ORDER.frames} frames, {width}×{height}, of a new sprite", f"{new:.3f} s"),
        ("another clip of the same sprite", f"{again:.3f} s"),
        ("loading the weights", f"{start['load']:.2f} s"),
        ("from import to the first frame", f"{start['first_frame']:.2f} s"),
        ("peak memory", f"{start['peak'] / 1e6:.0f} MB"),
        ("work a clip", f"{flop / 1e9:.2f} GFLOP"),
        ("this machine's convolution peak", f"{peak / 1e9:.0f} GFLOP/s"),
        ("reached inside the network", f"{flop / inside / 1e9:.0f} GFLOP/s, {flop / inside / peak:.0%} of the peak"),
        ("reached over the whole call", f"{flop / new / 1e9:.0f} GFLOP/s, {flop / new / peak:.0%} of the peak"),
    ]
    print(f"CPU, {torch.get_num_threads()} threads, float32, torch {torch.__version__}\n")
    print("| | |\n| --- | --- |")
    for what, figure in rows:
        print(f"| {what} | {figure} |")


if __name__ == "__main__":
    main()
