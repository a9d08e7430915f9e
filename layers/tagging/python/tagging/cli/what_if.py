"""`tagging what-if`: what other thresholds, or another version, would change of the items that were tagged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from tagging import model  # loads numpy and onnxruntime, which no `--help` needs
from tagging.cli.change_table import print_changes
from tagging.cli.models import KindOption, model_errors, models_of
from tagging.cli.options import AsJson, Stage, parse_time
from tagging.cli.pointer_view import make_console
from tagging.cli.progress import show_progress
from tagging.cli.thresholds import models_with_label, parse_moves
from tagging.kinds import KINDS
from tagging.operations import Models, WhatIf, compare_from_log, find_deployment, find_log, read_state
from tagging.serving import LAYER

if TYPE_CHECKING:
    from tagging.model import Bundle


def what_if(
    candidate: Annotated[
        list[str],
        typer.Argument(
            metavar="VERSION | LABEL VALUE …", help="A version, or labels with thresholds for the version that serves."
        ),
    ],
    since: Annotated[str, typer.Option(metavar="TIME", help="Items tagged since: 14d, 12h, 2026-01-31.")] = "14d",
    kind: KindOption = None,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Show what would change, from the feature log: labels, routes, tickets, reviews; exact, and nothing is changed.

    The version that serves now decides every item anew, and so does the candidate: labels that a row still has from an
    earlier version are counted apart. No encoder runs.
    """
    start = parse_time(since)
    moves = None if len(candidate) == 1 else parse_moves(candidate)
    with model_errors("what-if"):
        models = (
            models_of(stage, kind, candidate[0]) if moves is None else models_with_label(stage, kind, next(iter(moves)))
        )
        champion_id, champion = champion_of(models)
        name, version = (candidate[0], None) if moves is None else ("", _moved(champion, moves))
        if version is None:
            name = models.resolve(name)
            version = models.scoring(name)
        log = find_log(find_deployment(stage))
        with show_progress() as report:
            result = compare_from_log(log, models, (champion_id, champion), version, start, report)
    document = _document(result, models, champion_id, {"version": name} if name else {"thresholds": moves}, start)
    if as_json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        _print(result, document, make_console())


def champion_of(models: Models) -> tuple[str, Bundle]:
    """The id and the version that serve, its packs on."""
    pointer = read_state(models).last_good
    champion = LAYER if pointer is None else pointer.champion
    return models.layer.version if champion == LAYER else champion, models.scoring(champion)


def _moved(champion: Bundle, moves: Mapping[str, float]) -> Bundle:
    try:
        return model.moved_thresholds(champion, moves)
    except model.ThresholdRefused as error:
        raise typer.BadParameter(str(error)) from None


def _document(
    result: WhatIf, models: Models, champion: str, candidate: Mapping[str, Any], since: datetime
) -> dict[str, Any]:
    return {
        "stage": models.stage,
        "kind": models.kind,
        "champion": champion,
        "candidate": dict(candidate),
        "since": since.isoformat(timespec="seconds"),
        "until": datetime.now(UTC).isoformat(timespec="seconds"),
        **asdict(result),
    }


def _print(result: WhatIf, document: Mapping[str, Any], console: Console) -> None:
    plural = KINDS[document["kind"]].plural
    candidate = document["candidate"]
    moves = ", ".join(f"{label} {value:g}" for label, value in candidate.get("thresholds", {}).items())
    console.print(f"if {candidate.get('version') or moves} served instead of {document['champion']}:", markup=False)
    console.print(
        f"  {result.changed:,} of {result.items:,} {plural} would change, of those tagged since "
        f"{document['since'][:16].replace('T', ' ')} UTC",
        markup=False,
    )
    print_changes(result, console)
    for line in _remarks(result):
        console.print(f"  {line}", markup=False)


def _remarks(result: WhatIf) -> Iterator[str]:
    yield "beside what the version that serves decides of the same items; tickets that were sent stay"
    if result.rows_differ:
        yield f"{result.rows_differ:,} rows still have what an earlier version decided; they are compared all the same"
    if result.read.undecided:
        yield f"{result.read.undecided:,} items cannot be compared: the log lacks texts that one of the versions pools"
    if result.read.not_compacted:
        yield f"{result.read.not_compacted:,} of {result.read.hours:,} hours were read from batches: not compacted yet"
