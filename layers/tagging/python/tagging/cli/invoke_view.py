"""What a person sees of one invocation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_LEFT_OUT = ("LabelGiven", "Latency")
"""The row has the labels; and an event from a file was sent long ago."""


def show_invocation(told: Mapping[str, Any], console: Console) -> None:
    """Print an event's answer, and the rows, tickets and metrics that it made."""
    console.print()
    console.print(Text(told["event"], style="bold").append(f"   {told['seconds']:.3f} s", style="dim"))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    if told["fault"]:
        table.add_row("fault", Text(f"{told['fault']['type']}: {told['fault']['message']}", style="red"))
    else:
        table.add_row("answer", Text(json.dumps(told["answer"], ensure_ascii=False)))
    for row in told["rows"]:
        table.add_row("row", _row(row))
    for ticket in told["tickets"]:
        table.add_row("ticket", _ticket(ticket))
    counted = [metric for metric in told["metrics"] if metric["name"] not in _LEFT_OUT and metric["sum"]]
    if counted:
        table.add_row("metrics", Text("  ").join(map(_metric, counted)))
    console.print(table)


def _row(row: Mapping[str, Any]) -> Text:
    revision = row["revision"]
    told = Text(row["id"])
    if revision["quarantine"]:
        return told.append(f"  quarantined: {revision['quarantine']['reason']}", style="yellow")
    scores = revision["scores"] or {}
    given = sorted(revision["labels"], key=lambda label: -scores.get(label, 0.0))
    told.append("  ").append(", ".join(f"{label} {scores.get(label, 0.0):.2f}" for label in given) or "no label")
    return told.append("  to be reviewed", style="yellow") if revision["review"] else told


def _ticket(ticket: Mapping[str, Any]) -> Text:
    told = Text(ticket["id"]).append(f" to {', '.join(ticket['routes']) or 'nobody'}", style="green")
    return told.append(", to be reviewed", style="yellow") if ticket["review"] else told


def _metric(metric: Mapping[str, Any]) -> Text:
    by = [value for name, value in metric["dimensions"].items() if name != "service"]
    amount = f"{metric['sum']:.0f}" if metric["unit"] == "Count" else f"{metric['sum'] / metric['count']:.0f} ms"
    return Text(" ".join([metric["name"], *by, ""])).append(amount, style="cyan")
