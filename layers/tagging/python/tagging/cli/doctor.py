"""`tagging doctor`: whether this machine and the account have what a deployment needs, and what to do where not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.cli.errors import operation_errors
from tagging.cli.progress import show_progress
from tagging.cli.project import root
from tagging.operations import (
    Check,
    State,
    check_account,
    check_machine,
    check_project,
    check_quality,
    check_serving,
    stage_requirements,
)

_STYLES: dict[State, str] = {"ok": "green", "missing": "bold red", "skipped": "yellow"}


def doctor(
    stage: Annotated[str | None, typer.Argument(help="Stage that is to be deployed, or is: dev.")] = None,
    stage_option: Annotated[str, typer.Option("--stage", help="The same as an option.")] = "dev",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, nothing else.")] = False,
) -> None:
    """Check this machine, the project and the AWS account; exit 1 where something is missing.

    Nothing is changed. Without credentials the account is not checked.
    """
    stage = stage or stage_option
    checks: list[Check] = []
    with operation_errors("doctor"), show_progress("checking") as report:
        for check in _checks(stage):
            checks.append(check)
            report("checking", len(checks), None)
    if as_json:
        print(json.dumps({"stage": stage, "checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        Console().print(_table(checks))
    if any(check.state == "missing" for check in checks):
        raise typer.Exit(1)


def _checks(stage: str) -> Iterator[Check]:
    requirements = stage_requirements(root(), stage)
    yield from check_machine()
    yield from check_project(root(), requirements)
    yield check_quality(requirements)
    yield from check_account(stage, requirements)
    yield from check_serving(stage, requirements, root())


def _table(checks: list[Check]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    for column in ("", "what", "found", "to do"):
        table.add_column(column, overflow="fold", no_wrap=column in ("", "what"))
    for index, check in enumerate(checks):
        if index and check.where != checks[index - 1].where:
            table.add_section()
        state = Text(check.state, style=_STYLES[check.state])
        table.add_row(state, check.name, Text(check.found), Text(check.todo))
    return table
