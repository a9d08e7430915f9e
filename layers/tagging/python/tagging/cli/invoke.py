"""`tagging invoke`: one deployed function on the local cloud, with events as AWS sends them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.cli.errors import failed
from tagging.cli.lines import json_line
from tagging.cli.options import LOCAL, stage_option
from tagging.cli.project import root
from tagging.cli.review_view import format_review
from tagging.local import (
    SAMPLES,
    FunctionNotStarted,
    LocalCloud,
    TemplateError,
    one_line,
    put_named_objects,
    summarise_metrics,
)

LEARN = "learn"
_HIDDEN_METRICS = ("LabelGiven", "Latency")
"""The row has the labels; and an event from a file was sent long ago."""


class _NotJson:
    """In place of the event of a file that is no JSON."""


def invoke(
    function: Annotated[str, typer.Argument(help="A function by its file: tag_mail, tag_image, probe, learn.")],
    events: Annotated[list[Path], typer.Argument(metavar="EVENT.json…", help="Events, like those in events/FUNCTION.")],
    stage: Annotated[
        str | None,
        typer.Option(help="local: learn works on the local cloud that `tagging local` runs.", callback=stage_option),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an event, nothing else.")] = False,
) -> None:
    """Run a function's handler with each event on a local cloud of its own; show its answer and what it wrote.

    Mails or images that an event names and that exist in events/mails or events/images are put into the bucket first.
    """
    if not (root() / "functions" / f"{function}.py").is_file():
        names = ", ".join(sorted(path.stem for path in (root() / "functions").glob("*.py")))
        raise typer.BadParameter(f"there is no function {function}; there is: {names}")
    contents = [(path, _read_event(path)) for path in events]
    if all(isinstance(event, _NotJson) for _, event in contents):
        raise typer.BadParameter("; ".join(f"{one_line(str(path))} is not JSON" for path, _ in contents))
    if stage is not None and (stage, function) != (LOCAL, LEARN):
        raise typer.BadParameter("--stage local is for learn: a local cloud that runs delivers to the others itself")
    faults = 0
    try:
        with _cloud(function, stage) as cloud:
            cloud.wait_ready()
            for path, event in contents:
                document = _document(cloud, function, path, event)
                faults += document["fault"] is not None
                if as_json:
                    print(json_line(document), flush=True)
                else:
                    _print_invocation(document, Console())
    except (FunctionNotStarted, TemplateError) as error:
        raise failed("invoke", str(error)) from None
    if faults:
        raise typer.Exit(1)


def _cloud(function: str, stage: str | None) -> LocalCloud:
    if stage is not None:
        return LocalCloud.beside(root(), os.environ["AWS_ENDPOINT_URL"], function)
    # The probe puts items: the other functions tag them.
    return LocalCloud.start(root(), functions=None if function == "probe" else [function])


def _read_event(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise typer.BadParameter(f"{one_line(str(path))} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        return _NotJson()


def _document(cloud: LocalCloud, function: str, path: Path, event: Any) -> dict[str, Any]:
    """What one event did, or the fault that kept it from the function."""
    if isinstance(event, _NotJson):
        return _not_invoked(path, "NotJson", "the file is not JSON")
    try:
        return _invoke(cloud, function, path, event)
    except RecursionError:
        return _not_invoked(path, "TooDeep", "the event is nested too deeply to be sent")


def _not_invoked(path: Path, type: str, message: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {name: [] for name in ("rows", "tickets", "metrics", "logs")}
    fault = {"type": type, "message": message}
    return {"event": str(path), "answer": None, "fault": fault, **nothing, "seconds": 0.0}


def _invoke(cloud: LocalCloud, function: str, path: Path, event: Any) -> dict[str, Any]:
    """Invoke it, and compare before with after: the rows and tickets that this event made."""
    if function in SAMPLES:
        with suppress(RecursionError):  # so deep an event names no sample: the function gets it unchanged
            event = put_named_objects(cloud, function, event, root() / SAMPLES[function])
    rows = cloud.rows if function != LEARN else lambda: []  # it writes none, and there may be many
    rows_before, ticket_count = {row.id: row for row in rows()}, len(cloud.tickets())
    invocation = cloud.invoke(function, event)
    if function == "probe":
        cloud.deliver_until_idle()
    return {
        "event": str(path),
        "answer": invocation.answer,
        "fault": asdict(invocation.fault) if invocation.fault else None,
        "rows": [row.to_document() for row in rows() if rows_before.get(row.id) != row],
        "tickets": cloud.tickets()[ticket_count:],
        "metrics": summarise_metrics(invocation.metrics),
        "logs": [_parse_log(line) for line in invocation.logs],
        "seconds": round(invocation.seconds, 3),
    }


def _parse_log(line: str) -> Any:
    """The content of a structured line; any other line unchanged."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return line


def _print_invocation(document: Mapping[str, Any], console: Console) -> None:
    """Print an event's answer, and the rows, tickets and metrics that it made."""
    console.print()
    console.print(
        Text(one_line(document["event"]), style="bold").append(f"   {document['seconds']:.3f} s", style="dim")
    )
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    if fault := document["fault"]:
        table.add_row("fault", Text(f"{fault['type']}: {fault['message']}", style="red"))
    else:
        table.add_row("answer", Text(json.dumps(document["answer"], ensure_ascii=False)))
    for row in document["rows"]:
        table.add_row("row", _format_row(row))
    for ticket in document["tickets"]:
        table.add_row("ticket", _format_ticket(ticket))
    metrics = [metric for metric in document["metrics"] if metric["name"] not in _HIDDEN_METRICS and metric["sum"]]
    if metrics:
        table.add_row("metrics", Text("  ").join(map(_format_metric, metrics)))
    console.print(table)


def _format_row(row: Mapping[str, Any]) -> Text:
    revision = row["revision"]
    text = Text(row["id"])
    if revision["quarantine"]:
        return text.append(f"  quarantined: {revision['quarantine']['reason']}", style="yellow")
    scores = revision["scores"] or {}
    labels = sorted(revision["labels"], key=lambda label: -scores.get(label, 0.0))
    text.append("  ").append(", ".join(f"{label} {scores.get(label, 0.0):.2f}" for label in labels) or "no label")
    return text.append(f"  {format_review(revision['review_reasons'])}", style="yellow") if revision["review"] else text


def _format_ticket(ticket: Mapping[str, Any]) -> Text:
    text = Text(ticket["id"]).append(f" to {', '.join(ticket['routes']) or 'nobody'}", style="green")
    return text.append(f", {format_review(ticket['review_reasons'])}", style="yellow") if ticket["review"] else text


def _format_metric(metric: Mapping[str, Any]) -> Text:
    dimensions = [value for name, value in metric["dimensions"].items() if name != "service"]
    timed = metric["unit"] == "Milliseconds"
    amount = f"{metric['sum'] / metric['count']:.0f} ms" if timed else f"{metric['sum']:g}"
    return Text(" ".join([metric["name"], *dimensions, ""])).append(amount, style="cyan")
