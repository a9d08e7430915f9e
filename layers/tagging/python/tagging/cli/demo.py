"""`tagging demo`: the main job on the local cloud, from raw mail to rows, tickets and metrics."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from tagging.cli.demo_run import DemoItem, DemoRun, find_mails, run_demo
from tagging.cli.demo_view import show_run
from tagging.cli.project import root
from tagging.local.emf import sum_up
from tagging.local.function_pool import FunctionNotStarted
from tagging.local.template import TemplateError


def demo(
    mail: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of .eml and .mbox files; events/mails if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, nothing else.")] = False,
) -> None:
    """Run the whole path on this machine: mails into a bucket, labels, tickets and metrics out. No AWS account."""
    folder = mail or root() / "events/mails"
    mails = find_mails(folder)
    if not mails:
        raise typer.BadParameter(f"{folder} is no folder with .eml or .mbox files")
    progress = Console(stderr=True)
    try:
        with Progress(console=progress, transient=True) as bar:
            run = run_demo(root(), mails, bar)
    except (FunctionNotStarted, TemplateError) as error:
        progress.print(f"tagging demo: {error}", highlight=False, markup=False)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps(document(run), ensure_ascii=False))
    else:
        show_run(run, Console())
    if run.dead_letters or any(item.row is None for item in run.items):
        raise typer.Exit(1)


def document(run: DemoRun) -> dict[str, Any]:
    """The run as --json prints it."""
    return {
        "items": [item_document(item) for item in run.items],
        "rows": [asdict(row) for row in run.rows],
        "tickets": run.tickets,
        "quarantined": [
            {"id": row.id, "source": dict(row.source), **asdict(row.revision.quarantine)}
            for row in run.rows
            if row.revision.quarantine is not None
        ],
        "dead_letters": run.dead_letters,
        "metrics": sum_up(run.metrics),
        "seconds": round(run.seconds, 3),
    }


def item_document(item: DemoItem) -> dict[str, Any]:
    """One item as `tagging tag` prints it, with where it came from, its ticket's state and its time."""
    told = {"source": item.key, "seconds": round(item.seconds, 3)}
    if item.row is None:
        return {"id": item.id, "kind": "mail", **told, "fault": "not tagged: see dead_letters"}
    row, revision = item.row, item.row.revision
    told = {"id": row.id, "kind": row.kind, **told, "ticket": row.ticket}
    if revision.quarantine is not None:
        return told | {"quarantine": asdict(revision.quarantine)}
    return told | {
        "labels": list(revision.labels),
        "scores": dict(revision.scores or {}),
        "review": revision.review,
        "bundle": asdict(revision.bundle),
    }
