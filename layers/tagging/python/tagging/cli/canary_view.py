"""How `tagging demo --challenger` prints a canary: which items it served, and what it changed; within 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.kinds import KINDS
from tagging.local import CanaryItem, LabelCount, count_labels, one_line
from tagging.serving import LAYER, Pointer

LABELS_SHOWN = 15
"""Labels whose counts are shown, the largest differences first; --json has them all."""


def print_canary(pointer: Pointer, served: Sequence[CanaryItem], total: int, console: Console) -> None:
    """Print the items of the challenger and the differences by label. `total`: items of the kind that were tagged."""
    share = pointer.challenger
    assert share is not None
    plural = KINDS[pointer.kind].plural
    console.print()
    champion = "the layer's bundle" if pointer.champion == LAYER else pointer.champion
    heads = {each.item.row.revision.bundle.heads for each in served if each.item.row is not None}
    named = f" (heads {', '.join(sorted(heads))})" if heads else ""
    console.print(f"canary: {share.version}{named} beside {champion}", style="bold", markup=False)
    counted = f"it served {len(served)} of {total} {plural} (share {share.share:.0%})"
    if not served:
        console.print(counted, markup=False)
        return
    console.print(f"{counted}; the champion's labels are replayed", markup=False)
    console.print(_items(served))
    console.print()
    console.print(_labels(count_labels(served)))


def canary_document(pointer: Pointer, served: Sequence[CanaryItem], total: int) -> dict[str, Any]:
    """The canary as --json prints it."""
    share = pointer.challenger
    return {
        "challenger": share.version if share is not None else None,
        "share": share.share if share is not None else None,
        "champion": pointer.champion,
        "items": total,
        "served": [
            {"id": each.item.id, "champion": sorted(each.champion), "challenger": sorted(each.challenger)}
            for each in served
        ],
        "labels": {each.label: [each.champion, each.challenger] for each in count_labels(served)},
    }


def _items(served: Iterable[CanaryItem]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("served by the challenger", overflow="fold", max_width=24)
    table.add_column("only the champion", overflow="fold", max_width=26)
    table.add_column("only the challenger", overflow="fold", max_width=26)
    for each in served:
        lost, gained = each.champion - each.challenger, each.challenger - each.champion
        name = one_line(each.item.key).removesuffix(".eml")
        same = Text("the same labels", style="dim") if not lost and not gained else Text(_names(lost), style="red")
        table.add_row(Text(name), same, Text(_names(gained), style="green"))
    return table


def _labels(counts: Sequence[LabelCount]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("label, on these items")
    for name in ("champion", "challenger", "difference"):
        table.add_column(name, justify="right")
    for each in counts[:LABELS_SHOWN]:
        difference = each.challenger - each.champion
        style = "green" if difference > 0 else "red" if difference else "dim"
        cells = (each.label, str(each.champion), str(each.challenger), Text(f"{difference:+d}", style=style))
        table.add_row(*cells)
    if len(counts) > LABELS_SHOWN:
        table.add_row(Text(f"and {len(counts) - LABELS_SHOWN} more labels", style="dim"))
    return table


def _names(labels: Iterable[str]) -> str:
    return ", ".join(sorted(labels))
