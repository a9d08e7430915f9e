"""`tagging rollback`: ends the canary, or else returns to the champion before."""

from __future__ import annotations

from tagging.cli.models import KindOption, Why, Yes, model_errors, models_of
from tagging.cli.options import AsJson, Stage
from tagging.cli.promote import carry_out
from tagging.operations import plan_rollback


def rollback(
    why: Why = "", kind: KindOption = None, stage: Stage = "dev", yes: Yes = False, as_json: AsJson = False
) -> None:
    """End the canary, or else let the champion before serve again.

    Rows and tickets that were written stay. Exit 1 where there is nothing to return to.
    """
    with model_errors("rollback"):
        carry_out("rollback", plan_rollback(models_of(stage, kind)), why, yes=yes, as_json=as_json)
