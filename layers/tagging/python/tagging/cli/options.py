"""Options that several commands have, and how a time is read."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

LOCAL = "local"
_LOCALLY = "tagging.locally"
"""Where the context of a command notes `--local`."""


def reach_stage(stage: str) -> str:
    """Let clients find the local cloud that `tagging local` keeps running; BadParameter where none runs."""
    if stage == LOCAL and "AWS_ENDPOINT_URL" not in os.environ:
        from tagging.local import client_environment, find_clone, note_use, running_cloud

        clone = find_clone()
        running = running_cloud(clone) if clone is not None else None
        if clone is None or running is None:
            raise typer.BadParameter(
                "no local cloud runs: start one with `tagging local`, in another terminal, "
                "or give --local for one with a simulated fortnight"
            )
        note_use(clone)
        os.environ.pop("AWS_PROFILE", None)
        os.environ.update(client_environment(running.endpoint))
    return stage


def stage_option(context: typer.Context, stage: str | None) -> str | None:
    """The stage that `--stage` or `--local` names, reached; None where an option without a default was not given."""
    if not context.meta.get(_LOCALLY):
        return None if stage is None else reach_stage(stage)
    given = context.get_parameter_source("stage")
    if given is not None and given.name == "COMMANDLINE" and stage != LOCAL:
        raise typer.BadParameter("give one of --stage and --local")
    if "AWS_ENDPOINT_URL" not in os.environ:
        _ensure_cloud()
    return reach_stage(LOCAL)


def _ensure_cloud() -> None:
    from tagging.cli.errors import failed
    from tagging.cli.progress import show_progress
    from tagging.cli.project import root
    from tagging.local import CloudError, ensure_cloud

    try:
        with show_progress("starting a local cloud with a simulated fortnight; the first time takes a minute"):
            started = ensure_cloud(root())
    except CloudError as error:
        raise failed("local", str(error)) from None
    if started:
        print(
            "tagging: a local cloud runs in the background as stage local; `tagging local --stop` ends it",
            file=sys.stderr,
        )


def add_local_option(command: Any) -> None:
    """Give `--local` to a command, or to all commands of a group, that have a stage."""
    for each in getattr(command, "commands", {}).values():
        add_local_option(each)
    if any(getattr(each.callback, "__wrapped__", None) is stage_option for each in command.params):
        command.params.append(_local_option())


def _local_option() -> Any:
    """The option as typer makes it for a function that has it."""

    def command(
        _: Annotated[
            bool,
            typer.Option(
                "--local",
                is_eager=True,
                expose_value=False,
                callback=_note_local,
                help="The local cloud; where none runs, one starts in the background, with a simulated fortnight.",
            ),
        ] = False,
    ) -> None:
        """Is never run."""

    made = typer.Typer(add_completion=False)
    made.command()(command)
    return typer.main.get_command(made).params[0]


def _note_local(context: typer.Context, given: bool) -> None:
    if given:
        context.meta[_LOCALLY] = True


Stage = Annotated[
    str,
    typer.Option(
        help="Which stage: the stack tagging-STAGE, or local, which `tagging local` runs.", callback=stage_option
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, nothing else.")]

_AGO = re.compile(r"(\d{1,6})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def parse_time(text: str) -> datetime:
    """`7d`, `12h`, `30m`, `2026-01-31` or `2026-01-31T10:00` (UTC by default); BadParameter for anything else."""
    ago = _AGO.fullmatch(text)
    try:
        if ago:
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text} is not a time: write 7d, 12h, 30m, 2026-01-31 or 2026-01-31T10:00") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
