"""The service's part of the command line: serve, status, stop, keys. Imports nothing heavy before a command runs."""

from __future__ import annotations

import re
import time
from enum import StrEnum
from typing import Annotated

import typer

from ayo_backend.errors import AyoError

STOP_S = 15.0


class Device(StrEnum):
    auto = "auto"
    cuda = "cuda"
    mps = "mps"
    cpu = "cpu"


class LogLevel(StrEnum):
    debug = "debug"
    info = "info"
    warning = "warning"
    error = "error"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (serve, status, stop):
        app.command()(command)
    keys = typer.Typer(help="Keys for serving a network (CURVE).", invoke_without_command=True, no_args_is_help=False)
    keys.callback()(list_keys)
    keys.command("add")(add_key)
    app.add_typer(keys, name="keys")


def seconds(text: str) -> float:
    """A span of time like 90, 90s, 30m or 2h, in seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if not match or float(match[1]) <= 0:
        raise typer.BadParameter(f"{text!r} is not a span of time. Write it like 90s, 30m or 2h.")
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]


Span = Annotated[float | None, typer.Option(parser=seconds, metavar="TIME")]


def serve(
    device: Annotated[Device, typer.Option(help="What to compute on.")] = Device.auto,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0: any free one.")] = 0,
    bind: Annotated[str | None, typer.Option(help="Another address, like tcp://0.0.0.0:5555; needs --curve.")] = None,
    curve: Annotated[bool, typer.Option("--curve", help="Encrypt and let in known keys only (ayo keys).")] = False,
    idle_timeout: Annotated[
        float | None,
        typer.Option(parser=seconds, metavar="TIME", help="End after so long without a request, like 30m."),
    ] = None,
    unload_after: Annotated[
        float, typer.Option(parser=seconds, metavar="TIME", help="Put the weights away after so long without a job.")
    ] = "10m",  # type: ignore[assignment]
    max_batch: Annotated[int, typer.Option(min=0, max=1024, help="Animations per step; 0: what suits the device.")] = 0,
    parent_pid: Annotated[int | None, typer.Option(min=1, help="End with this process.")] = None,
    log_level: Annotated[LogLevel, typer.Option(help="What to log.")] = LogLevel.info,
) -> None:
    """Run the backend that Blender, Godot and the other commands talk to."""
    from ayo_backend.service.serve import serve as run
    from ayo_backend.service.settings import Settings

    settings = Settings(
        bind=bind or f"tcp://127.0.0.1:{port}",
        curve=curve,
        device=device.value,
        max_batch=max_batch,
        idle_timeout_s=idle_timeout,
        unload_after_s=unload_after,
        parent_pid=parent_pid,
        log_level=log_level.value,
    )
    try:
        run(settings, lambda line: typer.echo(line))
    except AyoError as reason:
        _fail(reason, 2 if reason.code in ("bad_address", "unsafe_address") else 1)


def status(json: Annotated[bool, typer.Option("--json", help="As JSON, with every figure.")] = False) -> None:
    """Tell how the backend is."""
    from ayo_backend.service import protocol
    from ayo_backend.service.client import Client

    try:
        with Client.connect() as client:
            report = client.status()
    except AyoError as reason:
        _fail(reason)
    if json:
        typer.echo(protocol.encode(report))
        return
    typer.echo(f"Ayo {report.backend} at {report.endpoint}, process {report.pid}: {report.state}")
    if report.problem:
        typer.echo(f"Problem: {report.problem.message} {report.problem.hint}")
    model = f", model {report.model.name}" if report.model else ""
    typer.echo(f"Device: {report.device or 'not loaded'}{model}")
    typer.echo(
        f"Jobs: {report.queue.running} running, {report.queue.waiting} waiting, {report.jobs.done} done, "
        f"{report.jobs.cancelled} cancelled, {report.jobs.failed} failed, {report.jobs.refused} refused"
    )
    if report.frame_ms:
        typer.echo(
            f"Steps: {report.frame_ms.p50:.1f} ms (p95 {report.frame_ms.p95:.1f} ms), {report.batch.mean:.1f} at once"
        )
    broker, worker = report.memory.broker / 2**20, report.memory.worker / 2**20
    typer.echo(f"Memory: {broker + worker:.0f} MiB. Up for {report.uptime_s:.0f} s.")


def stop() -> None:
    """End the backend."""
    from ayo_backend.service import discovery
    from ayo_backend.service.client import Client
    from ayo_backend.service.failures import NoBackendError

    try:
        with Client.connect() as client:
            connection = client.connection
            client.shutdown()
    except NoBackendError:
        typer.echo("No Ayo backend is running.")
        return
    except AyoError as reason:
        _fail(reason)
    give_up = time.monotonic() + STOP_S
    while discovery.find() == connection and time.monotonic() < give_up:
        time.sleep(0.05)
    typer.echo("Ayo has stopped.")


def list_keys(context: typer.Context) -> None:
    """Show the server's public key and the clients that may connect."""
    if context.invoked_subcommand:
        return
    from ayo_backend.service import security

    typer.echo(f"Keys: {security.keys_dir()}")
    typer.echo(f"Server's public key: {security.server_keys().public}")
    clients = security.allowed_clients()
    for name, public in clients.items():
        typer.echo(f"Client {name}: {public}")
    if not clients:
        typer.echo("No clients yet. Add one: ayo keys add NAME --endpoint tcp://HOST:5555")


def add_key(
    name: Annotated[str, typer.Argument(help="A name for the client: letters, digits, . _ -")],
    endpoint: Annotated[str, typer.Option(help="Where the client finds this backend, like tcp://192.168.1.5:5555.")],
) -> None:
    """Let one more client in, and write the connection file to copy to its machine."""
    from pathlib import Path

    from ayo_backend.service import security

    try:
        path = security.new_client(name, endpoint, Path(f"ayo-{name}.connection.json"))
    except AyoError as reason:
        _fail(reason)
    typer.echo(
        f"Wrote {path}. It holds the client's secret key: copy it to {name}'s runtime folder as connection.json, "
        "by a safe way, and delete it here."
    )


def _fail(reason: AyoError, code: int = 1) -> None:
    typer.echo(str(reason), err=True)
    raise typer.Exit(code)
