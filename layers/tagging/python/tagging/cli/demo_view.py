"""How `tagging demo` prints a run: one line an item, then totals and metrics, within 80 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.kinds import KINDS, find_kind
from tagging.local import ItemOutcome, ItemRun, Metric, one_line, summarise_metrics

WIDTH = 80
LABELS_WIDTH = 30
LABELS_SHOWN = 5
"""Labels of one item, the highest scores first; --json has them all."""
METRICS_SHOWN = 12
"""Labels whose counts are shown, of all functions together."""
_BAR = 8


def print_run(run: ItemRun, console: Console) -> None:
    """Print the run."""
    if console.width > WIDTH:
        console.width = WIDTH
    console.print(_items(run))
    console.print()
    console.print(_totals(run))
    console.print(_times(run))
    if generations := _generations(run):
        console.print(generations)
    console.print()
    if run.metrics:
        _print_metrics(run, console)
    for body in run.dead_letters:
        console.print(f"dead letter: {body}", style="red", markup=False)


def _print_metrics(run: ItemRun, console: Console) -> None:
    counts = (_label_counts(run.metrics), _other_metrics(run.metrics))
    grid = Table.grid(padding=(0, 3))
    grid.add_row(*counts)
    beside = console.measure(grid, options=console.options.update(width=2 * WIDTH)).maximum <= console.width
    console.print(*([grid] if beside else counts))


def _items(run: ItemRun) -> Table:
    untagged = "not tagged: in the dead-letter queue" if run.dead_letters else "not tagged in time"
    stems = Counter(_stem(item.key) for item in run.items)
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("item", overflow="fold", max_width=19)
    table.add_column("labels, with their scores", overflow="fold", min_width=LABELS_WIDTH)
    table.add_column("routes", overflow="fold", max_width=11)
    table.add_column("ticket", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    for item in run.items:
        name = item.key if stems[_stem(item.key)] > 1 else item.key.removesuffix(".eml")
        seconds = f"{item.seconds:.2f} s"
        table.add_row(Text(one_line(name)), _outcome(item, untagged), _routes(item), _ticket(item), seconds)
    return table


def _stem(key: str) -> str:
    return str(PurePosixPath(key).with_suffix(""))


def _outcome(item: ItemOutcome, untagged: str) -> Text:
    """The labels, the highest scores first; or why there are none, `untagged` where there is no row."""
    if item.row is None:
        return Text(untagged, style="red")
    revision = item.row.revision
    if quarantine := revision.quarantine:
        text = Text("quarantined: ", style="yellow").append(quarantine.reason, style="bold")
        return text.append(f"\n{quarantine.detail}", style="dim") if quarantine.detail else text
    scores = revision.scores or {}
    labels = sorted(revision.labels, key=lambda label: -scores.get(label, 0.0))
    cells = [Text("spam", style="yellow")] if item.row.spam else []
    cells += [Text(f"{label} ").append(f"{scores.get(label, 0.0):.2f}", style="cyan") for label in labels]
    if len(cells) > LABELS_SHOWN + 1:
        cells[LABELS_SHOWN:] = [Text(f"and {len(cells) - LABELS_SHOWN} more", style="dim")]
    cells += [] if labels else [Text("none", style="dim")]
    reasons = [Text(f"review: {reason}", style="yellow") for reason in revision.review_reasons]
    return Text("\n").join([_wrapped(cells), *reasons])


def _wrapped(cells: Iterable[Text]) -> Text:
    """The cells on as few lines as the column needs; Rich would break between a label and its score."""
    lines = [Text()]
    for cell in cells:
        if lines[-1] and len(lines[-1]) + 2 + len(cell) > LABELS_WIDTH:
            lines.append(Text())
        lines[-1].append("  " if lines[-1] else "").append(cell)
    return Text("\n").join(lines)


def _routes(item: ItemOutcome) -> Text:
    return Text(", ".join(item.ticket["routes"]) if item.ticket else "")


def _ticket(item: ItemOutcome) -> Text:
    if item.row is None or item.row.ticket == "none":
        return Text("none", style="dim")
    if item.row.revision.review:
        return Text("review", style="yellow")
    return Text(item.row.ticket, style="green" if item.row.ticket == "sent" else "red")


def _totals(run: ItemRun) -> Text:
    quarantined = sum(1 for row in run.rows if row.revision.quarantine is not None)
    counts = [
        *((count, kind.plural, "bold") for kind in KINDS.values() if (count := _count(run, kind.name))),
        (len(run.rows), "rows", "bold"),
        (len(run.tickets), "tickets", "bold green"),
        (quarantined, "quarantined", "bold yellow" if quarantined else "bold"),
        (len(run.dead_letters), "dead letters", "bold red" if run.dead_letters else "bold"),
    ]
    text = Text(" ")
    for count, name, style in counts:
        text.append(str(count), style=style).append(f" {name}  ")
    return text


def _generations(run: ItemRun) -> Text | None:
    """How many items each version of the heads tagged; None where no pointer was there."""
    versions = Counter(
        (row.kind, row.revision.generation, row.revision.bundle.heads)
        for row in run.rows
        if row.revision.quarantine is None
    )
    if not any(generation for _, generation, _ in versions):
        return None
    parts = [
        f"{count} {find_kind(kind).plural} by heads {heads} (generation {generation})"
        for (kind, generation, heads), count in sorted(versions.items())
    ]
    return Text("\n".join(f" {part}" for part in parts), style="cyan")


def _count(run: ItemRun, kind: str) -> int:
    return sum(1 for item in run.items if item.kind == kind)


def _times(run: ItemRun) -> Text:
    """What the times in the table consist of."""
    means: list[str] = []
    for kind in KINDS.values():
        if count := _count(run, kind.name):
            service = kind.function
            metrics = [m for m in run.metrics if m.name == "StageTag" and dict(m.dimensions)["service"] == service]
            milliseconds = sum(sum(metric.values) for metric in metrics)
            means.append(f"{milliseconds / count:.0f} ms per {kind.plural.removesuffix('s')}")
    total = f"{run.seconds:.1f} s in all" + (f", {run.start_seconds:.1f} s to start" if run.start_seconds else "")
    alone = f"; tagging alone: {', '.join(means)}" if run.metrics else ""
    return Text(f" {total}\n time: from bucket to end, waiting included{alone}", style="dim")


def _label_counts(metrics: Iterable[Metric]) -> Table:
    """Counts by dimension, as CloudWatch would graph them."""
    counts: dict[str, list[tuple[str, int]]] = {}
    for metric in summarise_metrics(metrics):
        if metric["name"] == "LabelGiven" and metric["sum"] and (label := metric["dimensions"].get("label")):
            counts.setdefault(metric["dimensions"]["service"], []).append((label, int(metric["sum"])))
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("LabelGiven, by label", no_wrap=True)
    table.add_column(justify="right")
    table.add_column(no_wrap=True)
    largest = max((count for rows in counts.values() for _, count in rows), default=1)
    shown = METRICS_SHOWN // max(1, len(counts))
    for service, rows in counts.items():
        if len(counts) > 1:
            table.add_row(Text(service, style="dim"))
        for label, count in sorted(rows, key=lambda row: (-row[1], row[0]))[:shown]:
            table.add_row(label, str(count), Text("▇" * max(1, round(_BAR * count / largest)), style="cyan"))
        if len(rows) > shown:
            table.add_row(Text(f"and {len(rows) - shown} more labels", style="dim"))
    return table


def _other_metrics(metrics: Iterable[Metric]) -> Table:
    """Every other metric by function: the sum of a count, the mean of a time."""
    amounts: dict[str, dict[str, str]] = {}
    for metric in summarise_metrics(metrics):
        if metric["name"] != "LabelGiven":
            dimensions = [value for name, value in metric["dimensions"].items() if name != "service"]
            name = " ".join([metric["name"], *dimensions])
            amounts.setdefault(name, {})[metric["dimensions"]["service"]] = _amount(metric)
    services = sorted({service for by_service in amounts.values() for service in by_service}, reverse=True)
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("other metrics", no_wrap=True)
    for service in services:
        table.add_column(service, justify="right", no_wrap=True)
    for name, by_service in sorted(amounts.items()):
        table.add_row(name, *(by_service.get(service, "") for service in services))
    return table


def _amount(total: dict[str, Any]) -> str:
    return f"{total['sum']:.0f}" if total["unit"] == "Count" else f"{total['sum'] / max(1, total['count']):.0f} ms"
