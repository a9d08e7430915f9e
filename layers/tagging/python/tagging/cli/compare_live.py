"""`tagging compare --live`: a shadow beside the version that serves, on the same live items."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from tagging.cli.change_table import print_changes
from tagging.cli.models import ModelKind, model_errors, models_of
from tagging.cli.options import parse_time
from tagging.cli.pointer_view import make_console
from tagging.cli.progress import show_progress
from tagging.cli.what_if import champion_of
from tagging.kinds import KINDS
from tagging.operations import LiveComparison, Models, compare_live, find_deployment, find_log, find_shadow, read_state

NAMED = 5
"""Ids that are printed of items that the shadow did not score; --json has all."""


def print_live(version: str | None, kind: ModelKind | None, stage: str, since: str, *, as_json: bool) -> None:
    """Print what a shadow would change: labels, routes, tickets and reviews of the items that it scored."""
    start = parse_time(since)
    with model_errors("compare"):
        models = models_of(stage, kind, version)
        shadow = find_shadow(models, read_state(models), version)
        champion = champion_of(models)
        log = find_log(find_deployment(stage))
        with show_progress() as report:
            result = compare_live(log, models, champion, shadow, start, report)
    document = live_document(result, models, champion[0], start)
    if as_json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        print_comparison(result, document, make_console())


def live_document(result: LiveComparison, models: Models, champion: str, since: datetime) -> dict[str, Any]:
    """The comparison as --json prints it."""
    return {
        "stage": models.stage,
        "kind": models.kind,
        "champion": champion,
        "shadow": result.shadow,
        "shadow_since_generation": result.since,
        "since": since.isoformat(timespec="seconds"),
        "until": datetime.now(UTC).isoformat(timespec="seconds"),
        "unscored": result.unscored,
        "unscored_ids": result.unscored_ids,
        "earlier": result.earlier,
        **asdict(result.what_if),
    }


def print_comparison(
    result: LiveComparison, document: Mapping[str, Any], console: Console, names: Mapping[str, str] | None = None
) -> None:
    """Print what would change. `names`: how items are called by their ids."""
    changes, plural = result.what_if, KINDS[document["kind"]].plural
    since = document["since"][:16].replace("T", " ")
    counted = f"{changes.changed:,} of {changes.items:,} {plural} would change"
    console.print(f"shadow {result.shadow} beside {document['champion']}, which serves:", markup=False)
    console.print(f"  {counted}, of those that both scored since {since} UTC", markup=False)
    print_changes(changes, console, names)
    for line in _remarks(result):
        console.print(f"  {line}", markup=False)


def _remarks(result: LiveComparison) -> Iterator[str]:
    read = result.what_if.read
    if result.unscored:
        more = f" and {result.unscored - NAMED:,} more" if result.unscored > NAMED else ""
        yield f"{result.unscored:,} items have no score of the shadow: {', '.join(result.unscored_ids[:NAMED])}{more}"
    if result.earlier:
        yield f"{result.earlier:,} items were decided before it was a shadow: they are not compared"
    if read.undecided:
        yield f"{read.undecided:,} items cannot be compared: the log lacks texts that one of the versions pools"
    if read.not_compacted:
        yield f"{read.not_compacted:,} of {read.hours:,} hours were read from batches: not compacted yet"
