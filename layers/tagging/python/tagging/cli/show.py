"""`tagging show`: one item's row, its revisions and its ticket, and what people answered about it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.aws import AwsError, error_code, make_clients
from tagging.cli.errors import failed, operation_errors
from tagging.cli.options import Stage
from tagging.cli.review_view import format_review, format_sizes
from tagging.cli.reviewed_item import Reviewed, add_reviews, review_document
from tagging.operations import Deployment, find_deployment, find_reviews, find_row, parse_item
from tagging.store import LabelTable, Revision, Row


def show(
    item: Annotated[str, typer.Argument(metavar="ID|s3://…", help="Item id, or s3://bucket/key[?versionId=…].")],
    stage: Stage = "dev",
    table: Annotated[str | None, typer.Option(help="The label table's name, instead of a stage.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Show what is kept of one item."""
    with operation_errors("show"):
        parsed = parse_item(item)
        deployment = None if table else find_deployment(stage)
        clients, name = (deployment.clients, deployment.table) if deployment else (make_clients(), str(table))
        try:
            row = find_row(parsed, LabelTable(clients.dynamodb, name), clients.s3)
        except AwsError as error:
            raise failed("show", f"table {name} cannot be read: {error_code(error)}") from None
        reviewed = _reviews(deployment, row) if deployment is not None and row is not None else None
    if row is None:
        raise failed("show", f"no row for {item}")
    if as_json:
        document = row.to_document() | ({"reviews": review_document(reviewed)} if reviewed is not None else {})
        print(json.dumps(document, ensure_ascii=False))
    else:
        lines = row_table(row)
        if reviewed is not None:
            add_reviews(lines, reviewed)
        Console().print(lines)


def _reviews(deployment: Deployment, row: Row) -> Reviewed | None:
    """What people answered about an item; None in a stack from before the review table."""
    if not deployment.review_table:
        return None
    reviews = find_reviews(deployment)
    return Reviewed(reviews.entry(row.id), reviews.of_item(row.id))


def row_table(row: Row) -> Table:
    """A row as people read it."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row("item", row.id)
    table.add_row("kind", row.kind)
    for name, value in row.source.items():
        table.add_row(name, Text(value))  # a key may look like markup
    if row.spam:
        table.add_row("spam", "yes, by SES's verdict")
    if row.expires_at is not None:
        table.add_row("kept until", datetime.fromtimestamp(row.expires_at, UTC).date().isoformat())
    table.add_row("ticket", row.ticket)
    if row.ticket_body:
        table.add_row("", Text(json.dumps(json.loads(row.ticket_body), indent=2, ensure_ascii=False)))
    for number, revision in enumerate((*row.earlier, row.revision), 1):
        table.add_row(f"revision {number}", Text(_format_revision(revision)))
    return table


def _format_revision(revision: Revision) -> str:
    version = f"{revision.tagged_at}, heads {revision.bundle.heads}, thresholds {revision.bundle.thresholds}"
    if quarantine := revision.quarantine:
        handler = f" by {quarantine.handler}" if quarantine.handler else ""
        return f"{version}\nquarantined{handler}: {quarantine.reason} {quarantine.detail}".rstrip()
    scores = revision.scores or {}
    labels = ", ".join(f"{label} {scores.get(label, 0):.2f}" for label in revision.labels) or "no label"
    lines = [version, labels]
    if revision.review:
        lines.append(format_review(revision.review_reasons))
    if revision.left_out:
        lines.append(f"left out: {format_sizes(revision.left_out)} (parts are counted, the rest are characters)")
    return "\n".join(lines)
