"""`tagging invoke`: one deployed function on the local cloud, with events as AWS sends them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from tagging.cli.invoke_view import show_invocation
from tagging.cli.project import ITEMS, root
from tagging.local import FunctionNotStarted, LocalCloud, TemplateError, put_named_objects, sum_up


def invoke(
    function: Annotated[str, typer.Argument(help="A deployed function, as its file is called: tag_mail, tag_image.")],
    events: Annotated[list[Path], typer.Argument(metavar="EVENT.json…", help="Events, as events/FUNCTION holds them.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an event, nothing else.")] = False,
) -> None:
    """Run a function's handler with each event on the local cloud; show its answer and what it wrote.

    Mails or images that an event names and that exist in events/mails or events/images are put into the bucket first.
    """
    if not (root() / "functions" / f"{function}.py").is_file():
        known = ", ".join(sorted(path.stem for path in (root() / "functions").glob("*.py")))
        raise typer.BadParameter(f"there is no function {function}; there is: {known}")
    read = [(path, _event(path)) for path in events]
    failed = False
    console = Console(stderr=True)
    try:
        with LocalCloud.start(root(), functions=[function]) as cloud:
            cloud.wait_ready()
            for path, event in read:
                told = _invoke(cloud, function, path, event)
                failed |= told["fault"] is not None
                if as_json:
                    print(json.dumps(told, ensure_ascii=False), flush=True)
                else:
                    show_invocation(told, Console())
    except (FunctionNotStarted, TemplateError) as error:
        console.print(f"tagging invoke: {error}", highlight=False, markup=False)
        raise typer.Exit(1) from None
    if failed:
        raise typer.Exit(1)


def _event(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise typer.BadParameter(f"{path} is not JSON") from None


def _invoke(cloud: LocalCloud, function: str, path: Path, event: Any) -> dict[str, Any]:
    """Invoke and compare before with after: the rows and tickets that this event made."""
    event = put_named_objects(cloud, function, event, root() / ITEMS[function])
    before, sent = {row.id: row for row in cloud.rows()}, len(cloud.tickets())
    invocation = cloud.invoke(function, event)
    return {
        "event": str(path),
        "answer": invocation.answer,
        "fault": asdict(invocation.fault) if invocation.fault else None,
        "rows": [msgspec.to_builtins(row) for row in cloud.rows() if before.get(row.id) != row],
        "tickets": cloud.tickets()[sent:],
        "metrics": sum_up(invocation.metrics),
        "logs": [_log(line) for line in invocation.logs],
        "seconds": round(invocation.seconds, 3),
    }


def _log(line: str) -> Any:
    """A structured line as what it holds, any other as it stands."""
    try:
        return json.loads(line)
    except ValueError:
        return line
