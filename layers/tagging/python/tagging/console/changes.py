"""What a candidate would change, as a table of labels, routes, reasons, tickets and reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tagging.operations import WhatIf

MOST_ROWS: Final = 20


@dataclass(frozen=True)
class ChangeRow:
    """One thing that items have now, gain or lose, with examples."""

    group: str
    name: str
    now: int
    added: int
    removed: int
    added_ids: list[str]
    removed_ids: list[str]


@dataclass(frozen=True)
class ChangeTable:
    """The changes, the largest first."""

    rows: list[ChangeRow]
    items: int
    changed: int
    left_out: int = 0
    """Rows beyond the ones that are shown."""
    undecided: int = 0


def change_table(result: WhatIf, first: str = "") -> ChangeTable:
    """The table of a what-if. `first`: the label that is asked about."""
    groups = {
        "label": result.labels,
        "route": result.routes,
        "": {"tickets": result.tickets, "in review": result.review, "quarantined": result.quarantined},
        "reason": result.reasons,
    }
    rows = [
        ChangeRow(group, name, each.now, each.added, each.removed, each.added_ids[:5], each.removed_ids[:5])
        for group, changes in groups.items()
        for name, each in changes.items()
        if each.added or each.removed
    ]
    rows.sort(key=lambda row: ((row.group, row.name) != ("label", first), -(row.added + row.removed)))
    left_out = max(0, len(rows) - MOST_ROWS)
    return ChangeTable(rows[:MOST_ROWS], result.items, result.changed, left_out, result.read.undecided)
