"""How often each clip is drawn for a lesson."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray


def chances(clips: Sequence[tuple[str, Hashable]], worth: Sequence[float]) -> NDArray[np.float64]:
    """The chance of each clip: a source by the square root of its size, its actions evenly, then each by its worth.

    clips: (source, action) of each. A pack of thousands must not drown one of dozens, nor its walks its jumps.
    """
    groups, sources = Counter(clips), Counter(source for source, _ in clips)
    actions = Counter(source for source, _ in groups)
    weight = np.array([sources[s] ** 0.5 / actions[s] / groups[s, a] for s, a in clips]) * np.asarray(worth)
    chance: NDArray[np.float64] = weight / weight.sum()
    return chance
