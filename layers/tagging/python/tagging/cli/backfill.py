"""`tagging backfill`: has items decided again by the version that serves, from the feature log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from tagging.cli.models import KindOption, model_errors, models_of
from tagging.cli.options import AsJson, Stage, parse_time
from tagging.cli.pointer_view import make_console
from tagging.cli.progress import show_progress
from tagging.cli.what_if import champion_of
from tagging.kinds import KINDS
from tagging.operations import (
    EVER,
    PER_SECOND,
    Backfill,
    Change,
    Generations,
    Reprocessing,
    check_generations,
    find_deployment,
    find_differing,
    find_log,
    route_of_kind,
)


def backfill(
    generation: Annotated[
        str | None, typer.Option(metavar="A..B", help="Items that these generations decided: 41..43, or 41.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Items decided since then: 7d, 12h, 2026-01-31.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    per_second: Annotated[int, typer.Option(min=1, metavar="N", help="Items sent a second at most.")] = PER_SECOND,
    wait: Annotated[
        bool, typer.Option("--wait", help="End when everything is decided, and disable the queue again.")
    ] = False,
    kind: KindOption = None,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Decide items again by the version that serves now, from the feature log: after a rollback, for instance.

    Only rows that differ gain a revision: in labels, scores or reasons for review. A ticket that was never due is sent
    if it is due now; one that was sent stays. Items go through the queue for reprocessing, apart from live ones. A run
    that was interrupted is simply repeated. No encoder runs.
    """
    if generation is None and since is None:
        raise typer.BadParameter("say which items: --generation A..B, --since TIME, or both")
    if dry_run and wait:
        raise typer.BadParameter("--dry-run sends nothing to wait for")
    start, generations = EVER if since is None else parse_time(since), _parse(generation)
    totals = Backfill()
    with model_errors("backfill"), show_progress() as report:
        deployment, models = find_deployment(stage), models_of(stage, kind)
        if generations is not None:
            check_generations(models, generations)
        reprocessing = None if dry_run else Reprocessing(deployment, route_of_kind(deployment, models.kind), per_second)
        pages = find_differing(find_log(deployment), models, champion_of(models), start, generations, totals, report)
        for page in pages:
            if reprocessing is not None and page:
                reprocessing.send(page)
                totals.sent += len(page)
        if reprocessing is not None and wait:
            total = totals.sent
            reprocessing.drain(lambda left: report(f"{left:,} of {total:,} wait to be decided", total - left, None))
    if as_json:
        print(json.dumps({"stage": stage, "kind": models.kind, "dry_run": dry_run, **asdict(totals)}))
    else:
        _print(totals, KINDS[models.kind].plural, dry_run=dry_run)


def _parse(text: str | None) -> Generations | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,9})(?:\.\.(\d{1,9}))?", text)
    if match is None:
        raise typer.BadParameter(f"{text} is no range of generations: write 41..43, or 41")
    first, last = int(match[1]), int(match[2] or match[1])
    if first > last:
        raise typer.BadParameter(f"{text} ends before it begins: write {last}..{first}")
    return Generations(first, last)


def _print(totals: Backfill, plural: str, *, dry_run: bool) -> None:
    console = make_console()
    console.print(f"the version that serves decides {totals.differ:,} of {totals.items:,} {plural} otherwise")
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    for name in ("", "new", "gone", "for example"):
        table.add_column(name, overflow="fold", justify="left" if name in ("", "for example") else "right")
    for name, change in _lines(totals):
        examples = [*(f"+{each}" for each in change.added_ids), *(f"-{each}" for each in change.removed_ids)]
        new, gone = Text(f"{change.added:,}", style="green"), Text(f"{change.removed:,}", style="red")
        table.add_row(Text(name), new, gone, Text(" ".join(examples[:2])))
    if table.row_count:
        console.print(table)
    for line in _remarks(totals, dry_run=dry_run):
        console.print(f"  {line}", markup=False)


def _lines(totals: Backfill) -> Iterator[tuple[str, Change]]:
    lines = [*((f"label {name}", change) for name, change in sorted(totals.labels.items()))]
    lines += [(f"route {name}", change) for name, change in sorted(totals.routes.items())]
    lines += [("tickets due", totals.tickets)]
    return ((name, change) for name, change in lines if change.added or change.removed)


def _remarks(totals: Backfill, *, dry_run: bool) -> Iterator[str]:
    if dry_run:
        yield "nothing was changed; without --dry-run, those rows gain a revision"
    else:
        yield f"{totals.sent:,} sent to be decided again"
    if totals.tickets.removed:
        yield "tickets that were sent stay"
    if totals.undecided:
        yield f"{totals.undecided:,} cannot be decided: the log lacks texts that the version that serves pools"
    if totals.other_encoder:
        yield f"{totals.other_encoder:,} cannot be decided: another encoder made their features"
