"""`ayo parts`: which part of the character Ayo takes each pixel for, to look at and to correct."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ayo_backend import actions, terminal
from ayo_backend.errors import AyoError

NEAR = (
    "Near is the side towards you; seen from the front or the back, the left of the picture. "
    "An animal's front legs are its arms."
)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(parts)


def parts(
    sprite: Annotated[Path, typer.Argument(help="A picture.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="PATH", help="A PNG. Default: <sprite>_parts.png in this folder."),
    ] = None,
    facing: Annotated[
        str, typer.Option(metavar="NAME", help=f"The way the character looks: {', '.join(actions.FACINGS)}, or auto.")
    ] = "auto",
    creature: Annotated[
        str, typer.Option(metavar="NAME", help=f"How it is built: {', '.join(actions.CREATURES)}, or auto.")
    ] = "auto",
    background: Annotated[
        str, typer.Option(metavar="COLOUR", help="Cut out a flat background: none, auto or its colour #rrggbb.")
    ] = "none",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    weights: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Weights of your own, made by ayo train.")
    ] = None,
) -> None:
    """Show which part Ayo takes each pixel for.

    The picture has a colour for each part. Repaint what is wrong, and give it to ayo animate --parts.
    """
    from ayo_backend import parts_picture
    from ayo_backend.animator import Animator
    from ayo_backend.export.files import check_free, write_files
    from ayo_backend.order import Order
    from ayo_backend.rig import Role
    from ayo_backend.sprite_io import read_sprite
    from ayo_backend.tasks import spare

    target = output or Path(f"{sprite.stem}_parts.png")
    if target.suffix.lower() != ".png":
        raise AyoError("unknown_format", f"The parts are written as a PNG, not as {target.name}.", "Name it name.png.")
    spare([sprite], target, ["parts"])
    check_free([target], force)
    picture = read_sprite(sprite, background)
    seen = Animator(weights, "cpu").begin(picture, Order("idle", facing, creature=creature))
    write_files({target: parts_picture.png(seen.parts)}, force=force)
    terminal.stdout.print(f"Wrote {target}: {seen.creature} facing {seen.facing}")
    legend = Table(box=None, show_header=False, padding=(0, 1))
    for role in Role:
        colour, count = parts_picture.COLOURS[role], int((seen.parts == role).sum())
        name = role.name.lower().replace("_", " ")
        legend.add_row(Text("    ", f"on {colour}"), colour, name, f"{count} px" if count else "")
    terminal.stdout.print(legend)
    terminal.stdout.print(NEAR)
