"""`tagging benchmark backfill`: rows after a bad promotion, a rollback and a backfill."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.live.logged_stage import EPOCH, LoggedItem, LoggedStage, figures_of_kinds, open_stage
from benchmarks.live.what_if import ITEMS
from benchmarks.options import AsJson
from benchmarks.report import report
from tagging.cli.project import root
from tagging.kinds import KINDS
from tagging.model import read_version
from tagging.operations import Again, Backfill, Generations, champion_files, find_differing, move_thresholds, push_files
from tagging.serving import LAYER
from tagging.start import load_bundle
from tagging.store import Row
from tagging.taxonomy import Policy

TOO_HIGH, TOO_LOW = 0.999, 0.02
BAD_GENERATION = 1
"""The first; before it, the layer's bundle decides without a pointer."""


@dataclass
class Figures:
    """Rows after a backfill, of items that the bad version decided."""

    items: int = 0
    changed: int = 0
    """Rows that the bad version wrote otherwise than the champion."""
    differ: int = 0
    """Rows that are otherwise than the champion writes them for the same objects."""
    sent_again: int = 0
    """Messages that a second run sends."""
    changed_again: int = 0
    """Rows that change when all of them are decided once more."""
    tickets: int = 0
    tickets_twice: int = 0


def backfill(
    mails: Annotated[int, typer.Option(min=1, help="Composed mails.")] = 1_000,
    images: Annotated[int, typer.Option(min=1, help="Parts of the sample images.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same items.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Promote a bad version, tag items, roll back, backfill twice: all rows must be the champion's, no ticket twice.

    The second run may change no row. Exits 1 where one of these fails, or the bad version changed nothing.
    """
    figures = figures_of_kinds(measure, {"mail": mails, "image": images}, seed)
    report("rows after a bad promotion and a backfill", figures, as_json)
    wrong = ("differ", "changed_again", "tickets_twice")
    if any(figures[f"{kind}_{name}"] for kind in ITEMS for name in wrong) or not all(
        figures[f"{kind}_changed"] for kind in ITEMS
    ):
        raise typer.Exit(1)


def measure(endpoint: str, kind: str, count: int, seed: int) -> Figures:
    """The same items twice: in one stage the bad version decides them first."""
    samples = ITEMS[kind]
    tagger = load_bundle(root() / KINDS[kind].bundle, packs=["all"])
    contents = list(samples.contents(count, seed))
    with open_stage(endpoint, tagger, samples.reader) as stage, open_stage(endpoint, tagger, samples.reader) as clean:
        clean.tag(_put(clean, contents))
        sent = _recorded(stage)
        stage.promote(_push_bad(stage))
        stage.tag(_put(stage, contents))
        stage.promote(LAYER)
        wanted = {row.source["key"]: row for row in clean.rows().values()}
        figures = Figures(items=len(wanted), changed=_differing(stage.rows(), wanted))
        stage.compact()
        _run(stage, Generations(BAD_GENERATION, BAD_GENERATION))
        stage.compact()
        once = stage.rows()
        figures.differ = _differing(once, wanted)
        figures.sent_again = _run(stage, Generations(BAD_GENERATION, BAD_GENERATION))
        _deliver(stage, [Again(kind, item_id) for item_id in once])
        again = stage.rows()
        figures.changed_again = sum(again[item_id] != once[item_id] for item_id in once)
        figures.tickets, figures.tickets_twice = len(sent), len(sent) - len(set(sent))
        return figures


def _put(stage: LoggedStage, contents: Sequence[bytes]) -> list[LoggedItem]:
    return [stage.put(str(number), each) for number, each in enumerate(contents)]


def _push_bad(stage: LoggedStage) -> str:
    """A version that hardly ever gives half of the labels, and nearly always the other half."""
    _, files = champion_files(stage.models)
    deployed = stage.service.serving.layer.bundle
    labels = [
        label.id for head in deployed.taxonomy.heads if not isinstance(head.policy, Policy) for label in head.labels
    ]
    moves = {label: TOO_HIGH if number % 2 else TOO_LOW for number, label in enumerate(labels)}
    moved = move_thresholds(files, read_version(files, Path("champion"), deployed), moves)
    push_files(stage.models, moved.files, moved.version, deployed)
    return moved.version


def _run(stage: LoggedStage, generations: Generations | None) -> int:
    """What `tagging backfill` sends, delivered; the number of messages."""
    totals, champion = Backfill(), (stage.models.layer.version, stage.models.scoring(LAYER))
    pages = find_differing(stage.log, stage.models, champion, EPOCH, generations, totals)
    return _deliver(stage, [message for page in pages for message in page])


def _deliver(stage: LoggedStage, messages: Sequence[Again]) -> int:
    stage.deliver([message.body() for message in messages])
    return len(messages)


def _differing(rows: Mapping[str, Row], wanted: Mapping[str, Row]) -> int:
    """Rows whose decision is otherwise than that of the same object's row in the clean stage."""
    differing = 0
    for row in rows.values():
        right = wanted[row.source["key"]]
        due = right.ticket != "none"
        differing += not row.revision.decides_as(right.revision) or (due and row.ticket != "sent")
    return differing


def _recorded(stage: LoggedStage) -> list[str]:
    """A list that gains the item of each ticket that the stage sends from now on, before SQS drops a repetition."""
    sent: list[str] = []

    def record(params: dict[str, Any], **_: object) -> None:
        sent.extend(json.loads(entry["MessageBody"])["id"] for entry in params["Entries"])

    stage.clients.sqs.meta.events.register("before-parameter-build.sqs.SendMessageBatch", record)
    return sent
