"""`tagging demo --stage`: items sent through a stage, and what became of each."""

from __future__ import annotations

import json
import time

import typer

from tagging.cli.errors import failed, operation_errors
from tagging.cli.options import LOCAL, reach_stage
from tagging.cli.progress import show_progress
from tagging.local import ItemFile, ItemOutcome, ItemRun
from tagging.operations import await_rows, find_deployment, send_item

PATIENCE_S = 120.0
"""Seconds until items without a row count as not tagged."""


def send_items(stage: str, files: list[ItemFile]) -> ItemRun:
    """Put the items into the buckets of a stage and wait for their rows; of a deployed stage, after asking."""
    begin = time.monotonic()
    if reach_stage(stage) != LOCAL:
        question = f"put {len(files)} items into the buckets of stage {stage}? their tickets go to its consumers"
        if not typer.confirm(question, err=True):
            raise failed("demo", "nothing was sent")
    with operation_errors("demo"), show_progress("tagging") as report:
        deployment = find_deployment(stage)
        sent: dict[str, tuple[ItemFile, float]] = {}
        for file in files:
            sent[send_item(deployment, file.kind, file.key, file.read())] = (file, time.monotonic())
        items: dict[str, ItemOutcome] = {}
        for item_id, row in await_rows(deployment, list(sent), PATIENCE_S):
            file, put = sent[item_id]
            ticket = json.loads(row.ticket_body) if row.ticket_body else None
            items[item_id] = ItemOutcome(file.kind, file.key, item_id, row, ticket, time.monotonic() - put)
            report("tagging", len(items), len(files))
    outcomes = [
        items.get(item_id) or ItemOutcome(file.kind, file.key, item_id, None, None, time.monotonic() - put)
        for item_id, (file, put) in sent.items()
    ]
    rows = [outcome.row for outcome in outcomes if outcome.row is not None]
    tickets = [outcome.ticket for outcome in outcomes if outcome.ticket is not None]
    return ItemRun(outcomes, rows, tickets, [], [], 0.0, time.monotonic() - begin)
