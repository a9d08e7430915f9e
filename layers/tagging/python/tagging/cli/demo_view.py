"""What a person sees of a demo run: one line a mail, then totals and metrics, within 100 columns."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.cli.demo_run import DemoItem, DemoRun
from tagging.local.emf import Metric, sum_up

WIDTH = 100
LABELS_WIDTH = 40
LABELS_SHOWN = 5
"""Labels of one mail, the surest first; --json has them all."""
METRICS_SHOWN = 12
_BAR = 14


def show_run(run: DemoRun, console: Console) -> None:
    """Print the run."""
    if console.width > WIDTH:
        console.width = WIDTH
    console.print(_mails(run.items))
    console.print()
    console.print(_totals(run))
    console.print(_times(run))
    console.print()
    grid = Table.grid(padding=(0, 6))
    grid.add_row(_labels(run.metrics), _measures(run.metrics))
    console.print(grid)
    for body in run.dead_letters:
        console.print(f"dead letter: {body}", style="red", markup=False)


def _mails(items: Iterable[DemoItem]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("mail", overflow="fold", max_width=25)
    table.add_column("labels, with their scores", overflow="fold", min_width=LABELS_WIDTH)
    table.add_column("routes", overflow="fold", max_width=13)
    table.add_column("ticket", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    for item in items:
        table.add_row(_name(item.key), _outcome(item), _routes(item), _ticket(item), f"{item.seconds:.2f} s")
    return table


def _name(key: str) -> Text:
    return Text(key.removesuffix(".eml"))


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
    words = [Text(f"{label} ").append(f"{scores.get(label, 0.0):.2f}", style="cyan") for label in given]
    if len(words) > LABELS_SHOWN + 1:
        words[LABELS_SHOWN:] = [Text(f"and {len(words) - LABELS_SHOWN} more", style="dim")]
    return _wrapped(words) if words else Text("none", style="dim")


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
        (len(run.items), "mails", "bold"),
        (len(run.rows), "rows", "bold"),
        (len(run.tickets), "tickets", "bold green"),
        (quarantined, "quarantined", "bold yellow" if quarantined else "bold"),
        (len(run.dead_letters), "dead letters", "bold red" if run.dead_letters else "bold"),
    ]
    told = Text(" ")
    for count, name, style in counts:
        told.append(str(count), style=style).append(f" {name}   ")
    return told.append(f"{run.seconds:.1f} s, {run.start_seconds:.1f} of them to start", style="dim")


def _times(run: DemoRun) -> Text:
    """What the times in the table are made of."""
    spent = sum(sum(metric.values) for metric in run.metrics if metric.name == "StageTag")
    each = f"{spent / len(run.items):.0f} ms" if run.items else "nothing"
    return Text(f" time: from the bucket to the end, waiting included; tagging alone took {each} a mail", style="dim")


def _labels(metrics: Iterable[Metric]) -> Table:
    """Counts by dimension, as CloudWatch would graph them."""
    rows = [
        (next(iter(named.values())), int(each["sum"]))
        for each in sum_up(metrics)
        if each["name"] == "LabelGiven"
        and (named := {key: value for key, value in each["dimensions"].items() if key != "service"})
    ]
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("metric LabelGiven, by label", no_wrap=True)
    table.add_column(justify="right")
    table.add_column()
    most = max((count for _, count in rows), default=1)
    for label, count in sorted(rows, key=lambda row: (-row[1], row[0]))[:METRICS_SHOWN]:
        table.add_row(label, str(count), Text("▇" * max(1, round(_BAR * count / most)), style="cyan"))
    if len(rows) > METRICS_SHOWN:
        table.add_row(Text(f"and {len(rows) - METRICS_SHOWN} more labels", style="dim"))
    return table


def _measures(metrics: Iterable[Metric]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("other metrics", no_wrap=True)
    table.add_column("sum", justify="right")
    table.add_column("mean", justify="right")
    for each in sum_up(metrics):
        if each["name"] == "LabelGiven":
            continue
        by = [value for name, value in each["dimensions"].items() if name != "service"]
        counted = each["unit"] == "Count"
        table.add_row(
            " ".join([each["name"], *by]),
            f"{each['sum']:.0f}" if counted else "",
            "" if counted else f"{each['sum'] / max(1, each['count']):.0f} ms",
        )
    return table
