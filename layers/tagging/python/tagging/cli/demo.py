"""`tagging demo`: the main job on the local cloud, from raw mails and images to rows, tickets and metrics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from tagging.cli.demo_items import ItemFile, find_images, find_mails
from tagging.cli.demo_run import DemoItem, DemoRun, run_demo
from tagging.cli.demo_view import show_run
from tagging.cli.project import ITEMS, root
from tagging.local import FunctionNotStarted, TemplateError, sum_up


def demo(
    mail: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of .eml and .mbox files, and no other items.")
    ] = None,
    images: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of images; can be given beside --mail.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, nothing else.")] = False,
) -> None:
    """Run the whole path on this machine: mails and images in, labels, tickets and metrics out. No AWS account.

    Without folders of your own it runs on events/mails and events/images.
    """
    files = find_files(mail, images)
    progress = Console(stderr=True)
    try:
        with Progress(console=progress, transient=True) as bar:
            run = run_demo(root(), files, bar)
    except (FunctionNotStarted, TemplateError) as error:
        progress.print(f"tagging demo: {error}", highlight=False, markup=False)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps(document(run), ensure_ascii=False))
    else:
        show_run(run, Console())
    if run.dead_letters or any(item.row is None for item in run.items):
        raise typer.Exit(1)


def find_files(mail: Path | None, images: Path | None) -> list[ItemFile]:
    """The items of the folders given, or of ours where none is; BadParameter for a folder that holds none."""
    if mail is None and images is None:
        mail, images = (root() / folder for folder in ITEMS.values())
    files: list[ItemFile] = []
    for folder, find, what in ((mail, find_mails, ".eml or .mbox files"), (images, find_images, "images")):
        if folder is not None:
            found = find(folder)
            if not found:
                raise typer.BadParameter(f"{folder} is no folder with {what}")
            files += found
    return files


def document(run: DemoRun) -> dict[str, Any]:
    """The run as --json prints it."""
    return {
        "items": [item_document(item) for item in run.items],
        "rows": [msgspec.to_builtins(row) for row in run.rows],
        "tickets": run.tickets,
        "quarantined": [
            {"id": row.id, "source": dict(row.source), **msgspec.to_builtins(row.revision.quarantine)}
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
        return {"id": item.id, "kind": item.kind, **told, "fault": "not tagged: see dead_letters"}
    row, revision = item.row, item.row.revision
    told = {"id": row.id, "kind": row.kind, **told, "ticket": row.ticket}
    if revision.quarantine is not None:
        return told | {"quarantine": msgspec.to_builtins(revision.quarantine)}
    return told | {
        "labels": list(revision.labels),
        "scores": dict(revision.scores or {}),
        "review": revision.review,
        "bundle": msgspec.to_builtins(revision.bundle),
        **({"spam": True} if row.spam else {}),
    }
