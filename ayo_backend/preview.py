"""Play a clip in the terminal: two pixels a character, the upper one its ink and the lower one its paper."""

from __future__ import annotations

import math
import time

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.live import Live
from rich.style import Style
from rich.text import Text

from ayo_backend.clip import Clip
from ayo_backend.export.align import baked

PLAY_MS = 3000  # a loop is shown again until this much has passed


def can_show(console: Console) -> bool:
    """Whether it is a terminal with colours enough for pictures."""
    return console.is_terminal and not console.no_color and console.color_system in ("256", "truecolor")


def play(clip: Clip, console: Console) -> None:
    """Show the clip at its own pace; its last frame stays on the screen."""
    clip = baked(clip)
    frames = [half_blocks(_fitted(frame, console.width, 2 * (console.height - 2))) for frame in clip.frames]
    rounds = math.ceil(PLAY_MS / sum(clip.durations_ms)) if clip.loop == "loop" else 1
    console.print(clip.tag)
    with Live(console=console, auto_refresh=False) as live:
        for picture, duration_ms in list(zip(frames, clip.durations_ms, strict=True)) * rounds:
            live.update(picture, refresh=True)
            time.sleep(duration_ms / 1000)


def _fitted(frame: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The frame made smaller by a whole number, if it has to be."""
    step = max(1, math.ceil(frame.shape[1] / width), math.ceil(frame.shape[0] / height))
    return frame[::step, ::step]


def half_blocks(frame: NDArray[np.uint8]) -> Text:
    """A uint8 [h, w, 4] picture as ceil(h / 2) lines of w characters; alpha below half is the terminal's own."""
    if len(frame) % 2:
        frame = np.concatenate([frame, np.zeros_like(frame[:1])])
    text = Text(no_wrap=True)
    for upper, lower in zip(frame[::2], frame[1::2], strict=True):
        for top, bottom in zip(upper.tolist(), lower.tolist(), strict=True):
            text.append(*_character(top, bottom))
        text.append("\n")
    return text


def _character(top: list[int], bottom: list[int]) -> tuple[str, Style]:
    over, under = (None if pixel[3] < 128 else f"rgb({pixel[0]},{pixel[1]},{pixel[2]})" for pixel in (top, bottom))
    if over:
        return "▀", Style(color=over, bgcolor=under)
    return ("▄", Style(color=under)) if under else (" ", Style())
