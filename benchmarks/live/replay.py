"""`tagging benchmark replay`: what was served, beside what the feature log decides of the same items."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated

import typer

from benchmarks.live.logged_stage import EPOCH, LoggedStage, figures_of_kinds, open_stage
from benchmarks.live.what_if import ITEMS
from benchmarks.options import AsJson
from benchmarks.report import report
from tagging.cli.project import root
from tagging.feature_log import LoggedItem, logged_hours, open_hour
from tagging.kinds import KINDS
from tagging.model import Bundle, decide, predict
from tagging.quarantine import Quarantine, Quarantined
from tagging.start import load_bundle
from tagging.store import Outcome, Row, Tagged


@dataclass
class Figures:
    """Rows, by the log that they name."""

    items: int = 0
    quarantined: int = 0
    """Of them: rows of items that were never scored, which have no entry in the log."""
    missing: int = 0
    """Rows of items that were scored, without an entry."""
    differ: int = 0
    """Rows that the log decides otherwise, in labels, scores, reasons for review, what was left out, or the bytes of
    the ticket."""
    item_bytes: int = 0
    """Of an item in its hour, mean."""
    decision_bytes: int = 0
    """Of a decision in its hour, mean; the logits of all labels are most of it."""


def replay(
    mails: Annotated[int, typer.Option(min=1, help="Composed mails, beside those of events/.")] = 10_000,
    images: Annotated[int, typer.Option(min=1, help="Parts of the sample images, beside those of events/.")] = 500,
    seed: Annotated[int, typer.Option(help="The same seed gives the same items.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Tag items with a feature log, make its hours, and decide each item again from them: 0 may differ, 0 be missing.

    Exits 1 where one does or is.
    """
    figures = figures_of_kinds(measure, {"mail": mails, "image": images}, seed)
    report("items that the feature log decides otherwise than they were served", figures, as_json)
    if any(figures[f"{kind}_{name}"] for kind in ITEMS for name in ("differ", "missing")):
        raise typer.Exit(1)


def measure(endpoint: str, kind: str, count: int, seed: int) -> Figures:
    """Tag the samples of a kind and so many composed items, and compare each row with the log."""
    samples = ITEMS[kind]
    tagger = load_bundle(root() / KINDS[kind].bundle, packs=["all"])
    some = tuple(sorted(head.id for head in tagger.bundle.taxonomy.heads[1:3]))
    with open_stage(endpoint, tagger, samples.reader) as stage:
        files = sorted(path for path in (root() / KINDS[kind].samples).iterdir() if path.is_file())
        stage.tag([stage.put(path.name, path.read_bytes()) for path in files])
        contents = enumerate(samples.contents(count, seed))
        stage.tag([stage.put(f"{number}", each, some if number % 7 == 0 else None) for number, each in contents])
        stage.compact()
        figures = compare(stage, tagger.bundle)
        logged = figures.items - figures.quarantined - figures.missing
        sizes = sizes_of_hours(stage)
        figures.item_bytes, figures.decision_bytes = (sizes[kind] // logged for kind in ("items", "decisions"))
        return figures


def sizes_of_hours(stage: LoggedStage) -> dict[str, int]:
    """Bytes of all objects of hours, by their ending."""
    pages = stage.clients.s3.get_paginator("list_objects_v2").paginate(Bucket=stage.log.bucket, Prefix="hours/")
    sizes = Counter[str]()
    for entry in (entry for page in pages for entry in page.get("Contents", ())):
        sizes[entry["Key"].rpartition(".")[2]] += entry["Size"]
    return sizes


def compare(stage: LoggedStage, version: Bundle) -> Figures:
    """Compare each row with what the compacted log decides of its item."""
    figures, logged = Figures(), items_of(stage)
    for row in stage.rows().values():
        figures.items += 1
        if row.id in logged:
            figures.differ += not decides_as_served(stage, row, logged[row.id], version)
        elif row.revision.quarantine is None:
            figures.missing += 1
        else:
            figures.quarantined += 1
    return figures


def items_of(stage: LoggedStage) -> dict[str, LoggedItem]:
    """All items of the compacted hours by id."""
    items: dict[str, LoggedItem] = {}
    with ThreadPoolExecutor(8) as threads:
        for key in logged_hours(stage.log, stage.kind, stage.models.layer.encoder, EPOCH):
            opened = open_hour(stage.log, key, threads)
            assert opened is not None
            assert opened.is_compacted
            items |= {item.id: item for item in opened.items(range(len(opened.hour.decided)), threads)}
    return items


def decides_as_served(stage: LoggedStage, row: Row, item: LoggedItem, version: Bundle) -> bool:
    """Whether the logged item gets the revision and the ticket that its row has, to the byte."""
    result: Tagged | Quarantine
    try:
        result = Tagged(item.facts, decide(item.features, predict(item.features, version), version, item.heads))
    except Quarantined as error:
        result = Quarantine(error.reason, error.detail)
    outcome = Outcome(
        item_id=row.id,
        kind=item.kind,
        source=row.source,
        at=row.revision.tagged_at,
        bundle=version.version,
        taxonomy=version.taxonomy,
        result=result,
        heads=item.heads,
        input_hash=row.input_hash,
        log=row.revision.log,
    )
    (tickets,) = stage.service.outputs
    again = outcome.to_row(row.attempt, {})
    return (again.revision, again.spam, tickets.content(outcome)) == (row.revision, row.spam, row.ticket_body)
