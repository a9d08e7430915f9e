"""`tagging redrive`: dead letters back to their queue, once their fault is mended."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from tagging.cli.errors import operation_errors
from tagging.cli.options import AsJson, Stage
from tagging.cli.progress import show_progress
from tagging.operations import (
    DeadLetterReturned,
    DeadLetterRoute,
    count_messages,
    dead_letter_route,
    find_deployment,
    redrive_messages,
)


def redrive(
    function: Annotated[str, typer.Option(help="Whose messages are moved; correct: corrections.")] = "tag_mail",
    tickets: Annotated[bool, typer.Option("--tickets", help="Instead, tickets that no consumer could take.")] = False,
    stage: Stage = "dev",
    per_second: Annotated[
        int, typer.Option(min=1, max=1000, help="Messages a second at most, so that new ones need not wait.")
    ] = 50,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Move nothing, only count.")] = False,
    as_json: AsJson = False,
) -> None:
    """Move dead letters back to their queue. Exit 1 where a moved one returns as a dead letter."""
    with operation_errors("redrive"):
        deployment = find_deployment(stage)
        route = dead_letter_route(deployment, None if tickets else function)
        sqs = deployment.clients.sqs
        count = count_messages(sqs, route.dead_letter_url)
        moved, returned = (0, False) if dry_run else _redrive(sqs, route, per_second, count)
        left = count if dry_run else count_messages(sqs, route.dead_letter_url)
    if as_json:
        counts = {"queue": route.name, "dead_letters": count, "moved": moved, "left": left, "came_back": returned}
        print(json.dumps(counts))
    else:
        console = Console(highlight=False)
        console.print(f"{route.name}: about {count} dead letters")
        if not dry_run:
            console.print(f"{moved} moved back to their queue, about {left} left")
        if returned:
            console.print("a moved message is a dead letter again: mend its fault first (see the log's errors)")
    if returned:
        raise typer.Exit(1)


def _redrive(sqs: Any, route: DeadLetterRoute, per_second: int, count: int) -> tuple[int, bool]:
    """How many were moved, and whether one returned."""
    moved = 0
    stage = "moving dead letters"
    with show_progress(stage) as report:
        try:
            for moved in redrive_messages(sqs, route, per_second):
                report(stage, moved, count or None)
        except DeadLetterReturned:
            return moved, True
    return moved, False
