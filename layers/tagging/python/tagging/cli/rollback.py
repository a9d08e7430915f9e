"""`tagging rollback`: ends the canary, or else returns to the champion before; with `--shadow` it ends a shadow."""

from __future__ import annotations

from typing import Annotated

import typer

from tagging.cli.models import KindOption, Why, Yes, model_errors, models_of
from tagging.cli.options import AsJson, Stage
from tagging.cli.promote import carry_out
from tagging.operations import plan_end_of_shadow, plan_rollback


def rollback(
    shadow: Annotated[
        str | None, typer.Option(metavar="VERSION", help="End this shadow instead; who serves stays.")
    ] = None,
    why: Why = "",
    kind: KindOption = None,
    stage: Stage = "dev",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """End the canary, or else let the champion before serve again; `--shadow VERSION` ends a shadow.

    Rows and tickets that were written stay. Exit 1 where there is nothing to return to.
    """
    with model_errors("rollback"):
        models = models_of(stage, kind, shadow)
        plan = plan_rollback(models) if shadow is None else plan_end_of_shadow(models, shadow)
        carry_out("rollback", plan, why, yes=yes, as_json=as_json)
