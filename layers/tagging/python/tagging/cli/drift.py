"""`tagging drift`: labels and inputs that differ from the weeks before, and how a person acknowledges that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from tagging.cli.errors import operation_errors
from tagging.cli.models import KindOption, identity
from tagging.cli.options import AsJson, Stage
from tagging.kinds import KINDS
from tagging.operations import acknowledge_drift, drift_reports, find_deployment

if TYPE_CHECKING:
    from tagging.quality import DriftReport, DriftState

drift = typer.Typer(add_completion=False, help="Labels and inputs that drift: show, acknowledge.")


@drift.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    kind: KindOption = None,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Show what has drifted since the champion's last change. Exit 1 where nobody has acknowledged it.

    Scores of the last days are compared with those of the same weekdays of 28 days before; the hourly function does it
    once a day. A label that was given to fewer than 5 items a day is silent.
    """
    if context.invoked_subcommand:
        return
    with operation_errors("drift"):
        reports = drift_reports(find_deployment(stage), KINDS[kind].name if kind else None)
    for report in reports:
        if as_json:
            print(json.dumps(msgspec.to_builtins(report), ensure_ascii=False))
        else:
            _print(report, stage)
    if any(report.news for report in reports):
        raise typer.Exit(1)


@drift.command("acknowledge")
def acknowledge(
    name: Annotated[str, typer.Argument(metavar="LABEL", help="The label, or the input: language, length, …")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What was found; it is kept with the drift.")],
    kind: KindOption = None,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Say that a drift was looked at: the alarm ends, and what came with it is the reference after 28 days."""
    if not why.strip():
        raise typer.BadParameter("write what was found", param_hint="'--why'")
    with operation_errors("drift acknowledge"):
        deployment = find_deployment(stage)
        reports = drift_reports(deployment, KINDS[kind].name if kind else None)
        report = next((each for each in reports if name in each.news), reports[0])
        state = acknowledge_drift(deployment, report, name, identity(stage), why)
    if as_json:
        print(json.dumps({"kind": report.kind, "name": name, **msgspec.to_builtins(state)}, ensure_ascii=False))
    else:
        _console().print(f"{name}: acknowledged; days from {state.since} on are its reference once there are 28")


def _print(report: DriftReport, stage: str) -> None:
    console = _console()
    console.print(Text(f"{KINDS[report.kind].plural}, by {report.champion}, {report.made_at[:16]} UTC", style="bold"))
    if report.why_silent:
        console.print(f"  {report.why_silent}")
        return
    assert report.reference is not None
    console.print(f"  compared with {report.reference.since} to {report.reference.until}", style="dim")
    states = {**report.inputs, **report.labels}
    for name, each in sorted(states.items(), key=lambda item: (not item[1].is_news, item[0])):
        if each.state == "drifted":
            _print_drifted(name, each, console)
    steady = sum(each.state == "steady" for each in states.values())
    console.print(f"  {steady} labels and inputs are as in the reference{_silent(states)}")
    if news := sorted(report.news):
        console.print(f"  looked at? tagging drift acknowledge {news[0]} --why TEXT --stage {stage}", style="dim")


def _print_drifted(name: str, each: DriftState, console: Console) -> None:
    console.print(Text.assemble("  ", (name, "bold red" if each.is_news else "bold"), f"  {each.why}"))
    if each.acknowledged is not None:
        seen = each.acknowledged
        console.print(f"    acknowledged by {seen.by}, {seen.at[:10]}: {seen.why or 'no reason given'}", markup=False)
    elif each.items:
        more = f" and {len(each.items) - 3} more (--json)" if len(each.items) > 3 else ""
        console.print(f"    items: {' '.join(each.items[:3])}{more}", markup=False)


def _silent(states: Mapping[str, DriftState]) -> str:
    silent = [name for name, each in states.items() if each.state == "silent"]
    return f"; {len(silent)} are silent: too few items" if silent else ""


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)
