"""`tagging redrive`: dead letters back to their queue, once what made them dead letters is mended."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from tagging.cli.deployed import AsJson, Deployed, Stage, aws_faults, find_deployed
from tagging.operations import CameBack, move, waiting


@dataclass(frozen=True)
class Redriven:
    """What was done; counts of messages, as SQS says them before and after."""

    queue: str
    """The function that the queue feeds, or `tickets`."""
    dead_letters: int
    moved: int = 0
    left: int = 0
    came_back: bool = False


def redrive(
    function: Annotated[str, typer.Option(help="Whose intake messages.")] = "tag_mail",
    tickets: Annotated[bool, typer.Option("--tickets", help="The tickets that nobody could take, instead.")] = False,
    stage: Stage = "dev",
    per_second: Annotated[
        int, typer.Option(min=1, max=1000, help="Messages a second at most: what is fresh should not wait behind them.")
    ] = 50,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Move nothing, only count.")] = False,
    as_json: AsJson = False,
) -> None:
    """Move dead letters back to their queue. Exit 1 where a moved one comes back as a dead letter."""
    deployed = find_deployed("redrive", stage)
    name, dead_letters, queue = _route(deployed, function, tickets)
    sqs = deployed.clients.sqs
    with aws_faults("redrive"):
        found = waiting(sqs, dead_letters)
        done = Redriven(name, found, left=found)
        if not dry_run:
            moved, came_back = _move(deployed, dead_letters, queue, found, per_second)
            done = Redriven(name, found, moved, waiting(sqs, dead_letters), came_back)
    if as_json:
        print(json.dumps(asdict(done)))
    else:
        _tell(done, dry_run=dry_run)
    if done.came_back:
        raise typer.Exit(1)


def _route(deployed: Deployed, function: str, tickets: bool) -> tuple[str, str, str]:
    """What moves, from which queue, to which."""
    if tickets:
        return "tickets", deployed.ticket_dead_letter_url, deployed.ticket_queue_url
    way = deployed.route_to(function)
    return function, way.dead_letter_url, way.queue_url


def _move(deployed: Deployed, dead_letters: str, queue: str, found: int, per_second: int) -> tuple[int, bool]:
    """How many were moved, and whether one came back."""
    moved, began = 0, time.monotonic()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("moving dead letters", total=found or None)
        try:
            for _ in move(deployed.clients.sqs, dead_letters, queue):
                moved += 1
                bar.advance(task)
                time.sleep(max(0.0, began + moved / per_second - time.monotonic()))
        except CameBack:
            return moved, True
    return moved, False


def _tell(done: Redriven, *, dry_run: bool) -> None:
    console = Console()
    console.print(f"{done.queue}: about {done.dead_letters} dead letters", highlight=False)
    if not dry_run:
        console.print(f"{done.moved} moved back to their queue, about {done.left} left", highlight=False)
    if done.came_back:
        console.print("a message that was moved is a dead letter again: mend its fault first (see the log's errors)")
