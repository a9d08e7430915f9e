"""`tagging local`: keeps a local cloud running, which other commands reach as stage `local`."""

from __future__ import annotations

import signal
import sys
import time
from math import inf
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from tagging.cli.errors import failed
from tagging.cli.fortnight import fill, started_cloud
from tagging.cli.project import root
from tagging.corrections import CORRECTION_SCHEMA, Refused, parse_correction
from tagging.intake import read_body
from tagging.local import CloudError, Invocation, LocalCloud, announced, idle_hours, stop_cloud
from tagging.store import LabelTable, Row

PAUSE_S, LONGEST_PAUSE_S = 0.2, 1.0
"""Seconds between two looks at empty queues: more, the longer they are empty."""


def local(
    fortnight: Annotated[
        bool, typer.Option("--fortnight", help="Begin with a simulated fortnight of a small shop, already answered.")
    ] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="End the local cloud that runs, in the background or not.")
    ] = False,
    idle: Annotated[float, typer.Option("--idle-hours", hidden=True)] = inf,
) -> None:
    """Keep the local cloud running, on this machine and without AWS, until Ctrl-C; then its data is gone.

    While it runs, commands with `--stage local` work on it as on a deployed stage, and `tagging demo --stage local`
    sends it mails and images. Prints a line for each item that is tagged, and for each answer of a person.
    """
    if stop:
        try:
            stop_cloud(root())
        except CloudError as error:
            raise failed("local", str(error)) from None
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that its processes end in order
    with started_cloud() as cloud:
        if fortnight:
            fill(cloud)
        with announced(root(), cloud.endpoint):
            _deliver(cloud, idle)


def _deliver(cloud: LocalCloud, idle: float) -> None:
    """Deliver queues until the process ends, or no command has used the cloud for so many hours."""
    console = Console(highlight=False, soft_wrap=True)
    console.print("the local cloud runs as stage local; Ctrl-C ends it")
    table = LabelTable(cloud.client("dynamodb"), cloud.stack.label_table)
    pause = PAUSE_S

    def print_items(event: dict[str, Any], invocation: Invocation) -> None:
        nonlocal pause
        pause = PAUSE_S
        _print_items(event, invocation, table, console)

    while idle_hours(root()) <= idle:
        cloud.deliver_until_idle(print_items)
        time.sleep(pause)
        pause = min(pause * 1.02, LONGEST_PAUSE_S)


def _print_items(event: dict[str, Any], invocation: Invocation, table: LabelTable, console: Console) -> None:
    if invocation.fault is not None:
        console.print(f"{invocation.fault.type}: {invocation.fault.message}", style="red", markup=False)
        return
    for record in event["Records"]:
        if CORRECTION_SCHEMA in record["body"]:
            console.print(_format_answer(record["body"]))
            continue
        for request in read_body(record["body"]):
            row = table.get(request.source.item_id)
            console.print("not tagged yet" if row is None else _format_row(row))


def _format_answer(body: str) -> Text:
    """A correction, as it was sent; `tagging show` prints what is recorded of it."""
    try:
        correction = parse_correction(body)
    except Refused as refused:
        return Text(f"correction refused: {refused}", style="yellow")
    marks = {True: "+", False: "-", None: "?"}
    answers = " ".join(f"{marks[yes]}{label}" for label, yes in correction.answers.items())
    text = Text(f"{correction.answered_at[11:19]}  {correction.item}  ", style="dim")
    return text.append(f"answered by {correction.author}: {answers or 'cannot tell'}")


def _format_row(row: Row) -> Text:
    revision = row.revision
    name = row.source.get("key", row.id)
    text = Text(f"{revision.tagged_at[11:19]}  {name}  ", style="dim")
    text.append(f"generation {revision.generation}, heads {revision.bundle.heads}  ", style="cyan")
    if revision.quarantine is not None:
        return text.append(f"quarantined: {revision.quarantine.reason}", style="yellow")
    return text.append(", ".join(revision.labels) or "no label", style="bold")
