"""`tagging tag`: files to label sets, without AWS, through the `Tagger` that Lambda serves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from tagging.bundle import BundleError
from tagging.cli.local_items import LocalItem, find_items
from tagging.cli.project import root
from tagging.mail import MailError
from tagging.tagger import Tagger


def tag(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help=".eml, .mbox, .txt, .jsonl, or folders of them.")
    ],
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of the bundle to serve; the shipped one if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, nothing else.")] = False,
) -> None:
    """Tag mails and texts on this machine."""
    items = [item for path in paths for item in find_items(path)]
    if not items:
        raise typer.BadParameter(f"no .eml, .mbox, .txt or .jsonl in {', '.join(map(str, paths))}")
    try:
        tagger = Tagger.load(bundle or root() / "layers/mail_model/bundle")
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None
    results = (tag_item(item, tagger) for item in items)
    if as_json:
        for each in results:
            print(json.dumps(each, ensure_ascii=False), flush=True)
    else:
        progress = Console(stderr=True)
        Console().print(_table(track(results, "tagging", len(items), console=progress, transient=True)))


def tag_item(item: LocalItem, tagger: Tagger) -> dict[str, Any]:
    """One item's line of JSON: its label set, or its quarantine."""
    named = {"id": item.id, "kind": item.kind}
    try:
        label_set = tagger.tag(item.read())
    except MailError as error:
        return named | {"quarantine": {"reason": error.reason, "detail": error.detail}}
    return named | {
        "labels": [label.id for label in label_set.labels],
        "scores": dict(label_set.scores),
        "review": label_set.review,
        "bundle": vars(label_set.bundle),
    }


def _table(results: Iterable[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("item", overflow="fold", max_width=48)
    table.add_column("labels, with their scores", overflow="fold")
    for each in results:
        table.add_row(each["id"], _told(each))
    return table


def _told(result: dict[str, Any]) -> Text:
    """What a person reads of one result: the labels given, the surest first."""
    if "quarantine" in result:
        return Text(f"quarantined: {result['quarantine']['reason']}", style="red")
    told = Text("review  ", style="yellow") if result["review"] else Text()
    given = sorted(result["labels"], key=lambda label: -result["scores"][label])
    for label in given:
        told.append(label, style="bold").append(f" {result['scores'][label]:.2f}  ", style="dim")
    return told if given or result["review"] else Text("none", style="dim")
