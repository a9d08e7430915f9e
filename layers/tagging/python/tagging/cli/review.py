"""`tagging review`: the review queue of a stage, files that people fill in, and the corrections that were refused.

The queue is a sample of the items, drawn to measure and to teach. The `review` flag of a ticket is another thing: it
says that whoever handles the ticket should look.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape

from tagging.cli.errors import operation_errors
from tagging.cli.models import KindOption, ModelKind, identity, served_taxonomies
from tagging.cli.options import AsJson, Stage, parse_time
from tagging.cli.queue_view import print_queue, queue_document
from tagging.cli.send_answers import file_time, send_answers
from tagging.corrections import REFUSALS, author_of
from tagging.kinds import KINDS, Kind, find_kind
from tagging.operations import (
    Answer,
    BadLine,
    Deployment,
    ReviewLine,
    check_new,
    check_reviews,
    find_deployment,
    find_reviews,
    read_queue,
    read_reviews,
    review_lines,
    write_reviews,
)

review = typer.Typer(add_completion=False, help="Reviews, and corrections that were refused.", no_args_is_help=True)


@review.command("list")
def list_reviews(kind: KindOption = None, stage: Stage = "dev", as_json: AsJson = False) -> None:
    """List the open reviews: why each was drawn, and how many are due this week. Their texts are not shown.

    `sample` was drawn at random: its answers measure. `suspected` is probably wrong somewhere, `drift` stands beside
    a drift: their answers teach, and no estimate uses them.
    """
    with operation_errors("review list"):
        deployment = find_deployment(stage)
        queues = [read_queue(deployment, each, datetime.now(UTC)) for each in _kinds(deployment, kind)]
    for queue in queues:
        if as_json:
            print(json.dumps(queue_document(queue), ensure_ascii=False))
        else:
            print_queue(queue)


@review.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .csv or .jsonl file to write.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file, with the answers in it.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, those that measure first.")] = None,
    kind: KindOption = None,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Write open reviews as lines that people fill in: id, link, the labels that are asked about, and no answer.

    In a CSV, write the labels that hold into `labels`, `none` where none does, `?` where you cannot tell. In JSON
    lines, `labels` is a list, and `cannot_tell` true or false. The labels of the item are left out: answers by people
    who saw them do not measure.
    """
    with operation_errors("review export"):
        check_new(out, overwrite=overwrite)
        deployment = find_deployment(stage)
        lines = [line for each in _kinds(deployment, kind) for line in _lines(deployment, each)]
        written = write_reviews(out, lines[:limit], overwrite=overwrite) if lines else 0
    if as_json:
        print(json.dumps({"out": str(out), "reviews": written}))
    elif written:
        _console().print(
            f"{written} reviews in {out}; fill in `labels`, then: tagging review import {out}", markup=False
        )
    else:
        _console().print("the queue is empty: nobody has to look at anything")


@review.command("import")
def import_answers(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `export` wrote, filled in.")],
    author: Annotated[str, typer.Option("--author", help="Who answered; by default, who the credentials say.")] = "",
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Send the answers of a file as corrections. Exit 1 where a line was not sent; lines without an answer wait.

    A line answers all labels of its `asked`. To send a file again does no harm: the same answer is recorded once.
    """
    with operation_errors("review import"):
        lines = list(read_reviews(file))
        saved_at = file_time(file)
        deployment = find_deployment(stage)
        by = Answer("", author or author_of(identity(stage)), saved_at, "csv")
        readable = [each for each in lines if not isinstance(each, BadLine)]
        checked = list(check_reviews(deployment, readable, by, served_taxonomies(deployment), datetime.now(UTC)))
        good = [each for each in checked if not isinstance(each, BadLine)]
        done = send_answers("review import", deployment, good, saved_at)
    faults = {each.number: each.why for each in [*lines, *checked] if isinstance(each, BadLine)}
    bad = sorted((faults | done.mistakes).items())
    waiting = sum(not line.answered for _, line in readable)
    if as_json:
        mistakes = [{"line": number, "mistake": why} for number, why in bad]
        counts = {"sent": done.sent, "recorded_before": done.recorded_before, "unanswered": waiting}
        print(json.dumps(counts | {"mistakes": mistakes}, ensure_ascii=False))
    else:
        before = f"; recorded before: {done.recorded_before}" if done.recorded_before else ""
        _console().print(
            f"answers sent: {done.sent}{before}; lines without an answer: {waiting}; lines refused: {len(bad)}"
        )
        for number, why in bad:
            _console().print(f"line {number}: {escape(why)}")
    if bad:
        raise typer.Exit(1)


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
    console = _console()
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


def _kinds(deployment: Deployment, kind: ModelKind | None) -> list[Kind]:
    """The kinds of the command: one, or all that the stage has."""
    return [KINDS[kind].name] if kind else [find_kind(route.kind).name for route in deployment.routes]


def _lines(deployment: Deployment, kind: Kind) -> list[ReviewLine]:
    """The open reviews of a kind; the labels are those of the version that serves."""
    queue = read_queue(deployment, kind, datetime.now(UTC))
    if not queue.waiting:
        return []
    return list(review_lines(deployment, queue.waiting, served_taxonomies(deployment)(kind)))


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)
