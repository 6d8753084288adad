"""A clip's milliseconds in frames of the scene."""

from __future__ import annotations

from dataclasses import dataclass

from ..backend.clip import Clip


@dataclass(frozen=True)
class Pace:
    """How a clip plays in a scene.

    fps: the scene's frames per second.
    hold: scene frames that each picture stays ("on twos" is 2), or None for the clip's own timing.
    """

    fps: float
    hold: int | None = None


def playback_order(count: int, loop: str) -> list[int]:
    """The pictures of one round in the order they show; ping-pong comes back without doubling its ends."""
    order = list(range(count))
    return order + order[-2:0:-1] if loop == "ping-pong" else order


def schedule(clip: Clip, pace: Pace) -> tuple[list[tuple[int, int]], int]:
    """When each picture starts, as (scene frame from 0, picture), and how many scene frames one round takes.

    Every picture shows for at least one scene frame; rounding errors do not add up.
    """
    starts, shown, elapsed_ms, at = [], clip.durations_ms, 0, 0
    for picture in playback_order(len(shown), clip.loop):
        starts.append((at, picture))
        elapsed_ms += shown[picture]
        at = at + pace.hold if pace.hold else max(at + 1, round(elapsed_ms * pace.fps / 1000))
    return starts, at


def per_scene_frame(clip: Clip, pace: Pace) -> list[int]:
    """The picture of every scene frame of one round."""
    starts, length = schedule(clip, pace)
    ends = [start for start, _ in starts[1:]] + [length]
    return [picture for (start, picture), end in zip(starts, ends, strict=True) for _ in range(end - start)]
