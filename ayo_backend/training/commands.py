"""`ayo train` and `ayo evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ayo_backend.errors import AyoError


def register(app: typer.Typer) -> None:
    """Add the two commands; torch is loaded only when one of them runs."""
    app.command("train")(train)
    # The evaluation's options are typed by its own module, which needs torch.
    passed_on = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command("evaluate", context_settings=passed_on)(evaluate)


def train(
    data: Annotated[list[Path], typer.Option(help="A sprite pack, folder or zip; may be given several times.")],
    out: Annotated[Path, typer.Option(help="The folder for checkpoints, weights and contact sheets.")],
    resume: Annotated[bool, typer.Option(help="Go on from the folder's checkpoint.")] = False,
    start: Annotated[
        Path | None, typer.Option(help="Weights to start from; give the shipped ones to adapt to your own art.")
    ] = None,
    parse_steps: Annotated[
        int, typer.Option(min=0, help="Steps of 32 stills: see their parts; then half as many with guesses.")
    ] = 6000,
    move_steps: Annotated[int, typer.Option(min=0, help="Steps of 16 clips: move as the packs move.")] = 4000,
    point_steps: Annotated[int, typer.Option(min=0, help="Steps of 32 frames: draw as the packs draw.")] = 9000,
    vgg19: Annotated[
        Path | None, typer.Option(help="torchvision's VGG19 weights: adds the perceptual loss to the last lesson.")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads for the network.")] = 1,
    seed: int = 0,
) -> None:
    """Teach the generator on puppets and sprite packs. Several GPUs: torchrun -m ayo_backend train ..."""
    from ayo_backend.training.recipe import Recipe, teach

    if out.exists() and not out.is_dir():
        raise AyoError("bad_folder", f"{out} is not a folder.", "Name a folder that can be made.")
    if (out / "checkpoint.pt").exists() and not resume:
        raise AyoError(
            "output_exists",
            f"{out} holds a checkpoint already.",
            "Go on from it with --resume, or name another folder.",
        )
    teach(Recipe(tuple(data), out, resume, start, parse_steps, move_steps, point_steps, vgg19, threads, seed))


def evaluate(context: typer.Context) -> None:
    """Measure Ayo's clips against artists' clips of characters it never saw."""
    from ayo_backend.training.evaluate import evaluate_command

    typer.main.get_command(_only(evaluate_command)).main(context.args, prog_name="ayo evaluate", standalone_mode=False)


def _only(command: object) -> typer.Typer:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(command)  # type: ignore[type-var]
    return app
