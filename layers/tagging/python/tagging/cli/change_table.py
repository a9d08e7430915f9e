"""How commands print what another version would change; within 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.operations import Change, WhatIf

WIDTH = 36
"""Characters of the items that are printed of a change, but for a longer first one; --json has more items."""


def print_changes(result: WhatIf, console: Console, names: Mapping[str, str] | None = None) -> None:
    """A line for each label, each route, tickets and reviews that would change; nothing where none would.

    `names`: how items are called by their ids.
    """
    names = names or {}
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    for name in ("", "now", "new", "gone", "for example"):
        table.add_column(name, overflow="fold", justify="left" if name in ("", "for example") else "right")
    for name, change in _lines(result):
        examples = [f"+{names.get(each, each)}" for each in change.added_ids]
        examples += [f"-{names.get(each, each)}" for each in change.removed_ids]
        new, gone = Text(f"{change.added:,}", style="green"), Text(f"{change.removed:,}", style="red")
        table.add_row(Text(name), f"{change.now:,}", new, gone, Text(_fitting(examples)))
    if table.row_count:
        console.print(table)


def _fitting(examples: Sequence[str]) -> str:
    """The first of these, and those after it that have room in the same line."""
    text = " ".join(examples[:1])
    for each in examples[1:]:
        if len(text) + 1 + len(each) > WIDTH:
            break
        text += f" {each}"
    return text


def _lines(result: WhatIf) -> Iterator[tuple[str, Change]]:
    """What changes, with its name."""
    lines = [*((f"label {name}", change) for name, change in sorted(result.labels.items()))]
    lines += [(f"route {name}", change) for name, change in sorted(result.routes.items())]
    lines += [("tickets", result.tickets), ("reviews", result.review), ("quarantined", result.quarantined)]
    return ((name, change) for name, change in lines if change.added or change.removed)
