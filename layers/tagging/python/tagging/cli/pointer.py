"""`tagging pointer`: who serves, which version would tag an item, and a damaged pointer restored."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from msgspec import to_builtins

from tagging.cli.models import KindOption, Why, Yes, all_models, model_errors, models_of
from tagging.cli.options import AsJson, Stage
from tagging.cli.pointer_view import make_console, print_state
from tagging.cli.promote import carry_out
from tagging.intake import StoredObject
from tagging.operations import (
    Models,
    PointerState,
    find_deployment,
    find_item_id,
    parse_item,
    plan_restoration,
    read_state,
    role_of,
)
from tagging.serving import LAYER
from tagging.store import LabelTable

pointer = typer.Typer(add_completion=False, help="Who serves: show, who would tag, restore.", no_args_is_help=True)


@pointer.command("show")
def show_pointer(kind: KindOption = None, stage: Stage = "dev", as_json: AsJson = False) -> None:
    """Show what serves now, since when and by whom, and the last changes. Exit 1 where the pointer is damaged."""
    with model_errors("pointer show"):
        states = [(models, read_state(models)) for models in all_models(stage, kind)]
    for models, state in states:
        if as_json:
            print(json.dumps(_document(models, state), ensure_ascii=False))
        else:
            print_state(state, models.layer.version, make_console())
    if any(state.fault for _, state in states):
        raise typer.Exit(1)


@pointer.command("who")
def who_serves(
    items: Annotated[list[str], typer.Argument(metavar="ID|s3://……", help="Item ids, or s3://bucket/key addresses.")],
    kind: KindOption = None,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Print which version would tag each of these items now."""
    with model_errors("pointer who"):
        models = models_of(stage, kind)
        state = read_state(models)
        deployment = find_deployment(stage)
        table = LabelTable(deployment.clients.dynamodb, deployment.table)
        for text in items:
            parsed = parse_item(text)
            item = find_item_id(parsed, table, models.s3) if isinstance(parsed, StoredObject) else parsed
            _print_server(item or text, known=bool(item), state=state, as_json=as_json)


@pointer.command("restore")
def restore(
    why: Why = "", kind: KindOption = None, stage: Stage = "dev", yes: Yes = False, as_json: AsJson = False
) -> None:
    """Write the last good pointer again, as the next generation, where what stands is damaged or went back."""
    with model_errors("pointer restore"):
        carry_out("pointer restore", plan_restoration(models_of(stage, kind)), why, yes=yes, as_json=as_json)


def _document(models: Models, state: PointerState) -> dict[str, object]:
    return {
        "kind": models.kind,
        "layer": models.layer.version,
        "pointer": to_builtins(state.last_good),
        "fault": state.fault or None,
        "now": str(state),
        "history": [
            {"written": each.written.isoformat(), "pointer": to_builtins(each.pointer), "fault": each.fault or None}
            for each in state.records
        ],
    }


def _print_server(item: str, *, known: bool, state: PointerState, as_json: bool) -> None:
    good = state.last_good
    version = None if not known else LAYER if good is None else good.version_of(item)
    role = role_of(version, good) if version else ""
    if as_json:
        print(json.dumps({"id": item, "version": version, "role": role.split(" ")[0], "generation": state.highest}))
    else:
        text = f"{version} ({role})" if version else "there is no such object"
        make_console().print(f"{item}  {text}", markup=False, soft_wrap=True)
