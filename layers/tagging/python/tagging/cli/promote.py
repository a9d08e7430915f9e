"""`tagging promote`: lets a version serve all items, or first a share of them, or be a shadow of who serves."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tagging.cli.models import KindOption, VersionArgument, Why, Yes, ask, model_errors, models_of, who
from tagging.cli.options import AsJson, Stage
from tagging.cli.pointer_view import make_console, plan_document, print_plan, print_written
from tagging.operations import Accepted, PointerPlan, plan_promotion, plan_shadow, write_plan


def promote(
    version: VersionArgument,
    canary: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Serve this exact share of the items: .05. It may grow.")
    ] = None,
    champion: Annotated[bool, typer.Option("--champion", help="Serve all items; the default.")] = False,
    shadow: Annotated[
        bool, typer.Option("--shadow", help="Predict every item and decide nothing; tagging rollback --shadow ends it.")
    ] = False,
    replace_taxonomy: Annotated[
        bool, typer.Option("--replace-taxonomy", help="Labels may vanish or change without `changes:`.")
    ] = False,
    unwatched: Annotated[
        bool, typer.Option("--unwatched", help="Critical labels may have no alarm in this deployment.")
    ] = False,
    why: Why = "",
    kind: KindOption = None,
    stage: Stage = "dev",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Let a version serve: all items (`--champion`), or an exact share of them first (`--canary .05`).

    `--shadow`: it predicts every item beside who serves, for the feature log, and decides nothing.

    Prints what changes and asks. Nothing is deployed: functions follow with their next batches. Exit 1 where it is
    refused, with one line that says what stands now.
    """
    if champion + shadow + (canary is not None) > 1:
        raise typer.BadParameter("a version has one role: give one of --champion, --canary and --shadow")
    with model_errors("promote"):
        models = models_of(stage, kind, version)
        accepted = Accepted(replace_taxonomy, unwatched)
        plan = (
            plan_shadow(models, version) if shadow else plan_promotion(models, version, share=canary, accepted=accepted)
        )
        carry_out("promote", plan, why, yes=yes, as_json=as_json)


def carry_out(command: str, plan: PointerPlan, why: str, *, yes: bool, as_json: bool) -> None:
    """Show a planned change, ask, write it, and print what stands then and how to go back."""
    console = make_console()
    if not as_json:
        print_plan(plan, console)
    ask(command, "change it?", yes=yes, as_json=as_json)
    pointer = write_plan(plan, who(plan), why)
    if as_json:
        print(json.dumps(plan_document(plan, pointer), ensure_ascii=False))
    else:
        print_written(plan, pointer, console)
