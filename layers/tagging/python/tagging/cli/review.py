"""`tagging review`: the reviews of a stage, and the corrections that were refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape

from tagging.cli.errors import operation_errors
from tagging.cli.options import AsJson, Stage, parse_time
from tagging.corrections import REFUSALS
from tagging.operations import find_deployment, find_reviews

review = typer.Typer(add_completion=False, help="Reviews, and corrections that were refused.", no_args_is_help=True)


@review.callback()
def options() -> None:
    """A group, even with one command."""


@review.command("rejected")
def rejected(
    since: Annotated[str, typer.Option(metavar="TIME", help="Since when: 7d, 12h, 2026-01-31.")] = "7d",
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """List the corrections that were refused, each with its reason; exit 1 where there are some."""
    start, now = parse_time(since), datetime.now(UTC)
    # A message is listed under the day on which it arrived.
    first = max(start, now - timedelta(days=90)).date()
    with operation_errors("review rejected"):
        listed = [
            each
            for each in find_reviews(find_deployment(stage)).rejected(first.isoformat(), now.date().isoformat())
            if each.received_at >= start.isoformat(timespec="milliseconds")
        ]
    console = Console(highlight=False, soft_wrap=True)
    for each in listed:
        if as_json:
            print(json.dumps(msgspec.to_builtins(each), ensure_ascii=False))
        else:
            detail = f" ({escape(each.detail)})" if each.detail else ""
            console.print(f"{each.received_at[:19]}  {escape(each.item or '?')}  [bold]{each.reason}[/bold]{detail}")
            console.print(f"    {REFUSALS[each.reason]} Sent by {escape(each.sender or 'somebody unknown')}.")
    if not as_json and not listed:
        console.print("no correction was refused")
    if listed:
        raise typer.Exit(1)
