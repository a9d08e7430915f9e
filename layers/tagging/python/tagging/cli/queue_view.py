"""How `tagging review list` prints the review queue of a kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.kinds import KINDS

if TYPE_CHECKING:
    from tagging.operations import ReviewQueue

LISTED = 100
"""Reviews that a person is shown at once."""


def queue_document(queue: ReviewQueue) -> dict[str, Any]:
    """The queue as --json prints it."""
    return {
        "kind": queue.kind,
        "reviews_per_week": queue.capacity,
        "due": queue.due,
        "drawn_this_week": queue.drawn,
        "done_this_week": queue.done,
        "open": msgspec.to_builtins(list(queue.waiting)),
    }


def print_queue(queue: ReviewQueue) -> None:
    """Print how many reviews are due and why each was drawn."""
    console = Console(highlight=False)
    console.print(Text(_summary(queue), style="bold"), soft_wrap=True)
    if not queue.waiting:
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("item", "drawn", "why", "labels", "asked of"):
        table.add_column(name, overflow="fold", no_wrap=name in ("item", "drawn"))
    for each in queue.waiting[:LISTED]:
        people = f"{each.people} people" if each.people > 1 else ""
        table.add_row(*map(Text, (each.item, each.drawn_at[:10], each.reason, " ".join(each.labels), people)))
    console.print(table)
    if len(queue.waiting) > LISTED:
        console.print(f"and {len(queue.waiting) - LISTED} more: --json, or tagging review export", style="dim")


def _summary(queue: ReviewQueue) -> str:
    plural = KINDS[queue.kind].plural
    if queue.capacity is None and not queue.waiting:
        return f"{plural}: nothing was drawn yet; the hourly function draws, where `reviews_per_week` is not 0"
    reasons = Counter(each.reason for each in queue.waiting)
    waiting = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items())) or "none"
    capacity = "" if queue.capacity is None else f" of {queue.capacity:g} a week"
    return (
        f"{plural}: {len(queue.waiting)} open ({waiting}), {queue.due} due this week{capacity}; "
        f"{queue.done} of the {queue.drawn} drawn in the last 7 days are done"
    )
