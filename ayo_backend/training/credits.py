"""Credits: whose art a set of weights was trained on, as the licences ask."""

from __future__ import annotations

from collections.abc import Iterable

from ayo_backend.training.data import PackClip


def credits_table(clips: Iterable[PackClip]) -> str:
    """A Markdown table with a row for every source, author, licence and address among the clips."""
    rows: dict[tuple[str, str, str, str], set[str]] = {}
    for clip in clips:
        rows.setdefault((clip.source, clip.author, clip.license, clip.url), set()).add(clip.character)
    lines = ["| source | authors | licence | where from | characters |", "|---|---|---|---|---|"]
    for (source, author, licence, url), characters in sorted(rows.items()):
        lines.append(f"| {source} | {author} | {licence} | {url} | {len(characters)} |")
    return "\n".join(lines) + "\n"
