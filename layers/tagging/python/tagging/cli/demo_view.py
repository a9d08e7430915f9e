"""What a person sees of a demo run: one line an item, then totals and metrics, within 100 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.cli.demo_run import DemoItem, DemoRun
from tagging.local import Metric, sum_up

WIDTH = 100
LABELS_WIDTH = 40
LABELS_SHOWN = 5
"""Labels of one item, the surest first; --json has them all."""
METRICS_SHOWN = 12
"""Labels whose counts are shown, of all functions together."""
_BAR = 14
_KINDS = {"mail": "mails", "image": "images"}


def show_run(run: DemoRun, console: Console) -> None:
    """Print the run."""
    if console.width > WIDTH:
        console.width = WIDTH
    console.print(_items(run.items))
    console.print()
    console.print(_totals(run))
    console.print(_times(run))
    console.print()
    grid = Table.grid(padding=(0, 6))
    grid.add_row(_labels(run.metrics), _measures(run.metrics))
    console.print(grid)
    for body in run.dead_letters:
        console.print(f"dead letter: {body}", style="red", markup=False)


def _items(items: Sequence[DemoItem]) -> Table:
    stems = Counter(_stem(item.key) for item in items)
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("item", overflow="fold", max_width=25)
    table.add_column("labels, with their scores", overflow="fold", min_width=LABELS_WIDTH)
    table.add_column("routes", overflow="fold", max_width=13)
    table.add_column("ticket", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    for item in items:
        name = item.key if stems[_stem(item.key)] > 1 else item.key.removesuffix(".eml")
        table.add_row(Text(name), _outcome(item), _routes(item), _ticket(item), f"{item.seconds:.2f} s")
    return table


def _stem(key: str) -> str:
    return str(PurePosixPath(key).with_suffix(""))


def _outcome(item: DemoItem) -> Text:
    """The labels given, the surest first; or why there are none."""
    if item.row is None:
        return Text("not tagged: in the dead-letter queue", style="red")
    revision = item.row.revision
    if revision.quarantine is not None:
        told = Text("quarantined: ", style="yellow").append(revision.quarantine.reason, style="bold")
        return told.append(f"\n{revision.quarantine.detail}", style="dim") if revision.quarantine.detail else told
    scores = revision.scores or {}
    given = sorted(revision.labels, key=lambda label: -scores.get(label, 0.0))
    words = [Text("spam", style="yellow")] if item.row.spam else []
    words += [Text(f"{label} ").append(f"{scores.get(label, 0.0):.2f}", style="cyan") for label in given]
    if len(words) > LABELS_SHOWN + 1:
        words[LABELS_SHOWN:] = [Text(f"and {len(words) - LABELS_SHOWN} more", style="dim")]
    return _wrapped(words if given else [*words, Text("none", style="dim")])


def _wrapped(words: Iterable[Text]) -> Text:
    """Words on as few lines as the column has room for; Rich would break between a label and its score."""
    lines = [Text()]
    for word in words:
        if lines[-1] and len(lines[-1]) + 2 + len(word) > LABELS_WIDTH:
            lines.append(Text())
        lines[-1].append("  " if lines[-1] else "").append(word)
    return Text("\n").join(lines)


def _routes(item: DemoItem) -> Text:
    return Text(", ".join(item.ticket["routes"]) if item.ticket else "")


def _ticket(item: DemoItem) -> Text:
    if item.row is None or item.row.ticket == "none":
        return Text("none", style="dim")
    if item.row.revision.review:
        return Text("review", style="yellow")
    return Text(item.row.ticket, style="green" if item.row.ticket == "sent" else "red")


def _totals(run: DemoRun) -> Text:
    quarantined = sum(1 for row in run.rows if row.revision.quarantine is not None)
    counts = [
        *((count, name, "bold") for kind, name in _KINDS.items() if (count := _counted(run, kind))),
        (len(run.rows), "rows", "bold"),
        (len(run.tickets), "tickets", "bold green"),
        (quarantined, "quarantined", "bold yellow" if quarantined else "bold"),
        (len(run.dead_letters), "dead letters", "bold red" if run.dead_letters else "bold"),
    ]
    told = Text(" ")
    for count, name, style in counts:
        told.append(str(count), style=style).append(f" {name}  ")
    return told.append(f"{run.seconds:.1f} s, {run.start_seconds:.1f} to start", style="dim")


def _counted(run: DemoRun, kind: str) -> int:
    return sum(1 for item in run.items if item.kind == kind)


def _times(run: DemoRun) -> Text:
    """What the times in the table are made of."""
    took: list[str] = []
    for kind, name in _KINDS.items():
        if count := _counted(run, kind):
            tagging = [
                m for m in run.metrics if m.name == "StageTag" and dict(m.dimensions)["service"] == f"tag_{kind}"
            ]
            spent = sum(sum(metric.values) for metric in tagging)
            took.append(f"{spent / count:.0f} ms a {name.removesuffix('s')}")
    return Text(f" time: from bucket to end, waiting included; tagging alone: {', '.join(took)}", style="dim")


def _labels(metrics: Iterable[Metric]) -> Table:
    """Counts by dimension, as CloudWatch would graph them."""
    counts: dict[str, list[tuple[str, int]]] = {}
    for each in sum_up(metrics):
        if each["name"] == "LabelGiven" and (label := each["dimensions"].get("label")):
            counts.setdefault(each["dimensions"]["service"], []).append((label, int(each["sum"])))
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("metric LabelGiven, by label", no_wrap=True)
    table.add_column(justify="right")
    table.add_column(no_wrap=True)
    most = max((count for rows in counts.values() for _, count in rows), default=1)
    shown = METRICS_SHOWN // max(1, len(counts))
    for service, rows in counts.items():
        if len(counts) > 1:
            table.add_row(Text(service, style="dim"))
        for label, count in sorted(rows, key=lambda row: (-row[1], row[0]))[:shown]:
            table.add_row(label, str(count), Text("▇" * max(1, round(_BAR * count / most)), style="cyan"))
        if len(rows) > shown:
            table.add_row(Text(f"and {len(rows) - shown} more labels", style="dim"))
    return table


def _measures(metrics: Iterable[Metric]) -> Table:
    """Every other metric by function: the sum of a count, the mean of a time."""
    measured: dict[str, dict[str, str]] = {}
    for each in sum_up(metrics):
        if each["name"] != "LabelGiven":
            by = [value for name, value in each["dimensions"].items() if name != "service"]
            measured.setdefault(" ".join([each["name"], *by]), {})[each["dimensions"]["service"]] = _amount(each)
    services = sorted({service for amounts in measured.values() for service in amounts}, reverse=True)
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("other metrics", no_wrap=True)
    for service in services:
        table.add_column(service, justify="right", no_wrap=True)
    for name, amounts in sorted(measured.items()):
        table.add_row(name, *(amounts.get(service, "") for service in services))
    return table


def _amount(total: dict[str, Any]) -> str:
    return f"{total['sum']:.0f}" if total["unit"] == "Count" else f"{total['sum'] / max(1, total['count']):.0f} ms"
