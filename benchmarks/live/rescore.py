"""`tagging benchmark rescore`: how fast compacted hours are scored and decided again, on one core."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from msgspec.structs import replace
from threadpoolctl import threadpool_limits

from benchmarks.live.logged_stage import LoggedStage, open_stage
from benchmarks.live.what_if import ITEMS
from benchmarks.options import AsJson
from benchmarks.report import report
from tagging.cli.project import root
from tagging.feature_log import Hour, OpenHour, unpack_hour, unpack_items
from tagging.kinds import KINDS
from tagging.local import MotoServer
from tagging.model import Bundle, assign_many, could_differ, moved_thresholds, predict_many
from tagging.operations import decide_all
from tagging.quality import score_hour, summarise_hour
from tagging.start import load_bundle

LEAST = {"mail_other_heads": 2_000.0, "image_other_heads": 20_000.0}
LEAST_THRESHOLDS = 100_000.0
"""Items a second."""
MOVED = {"mail": {"refund": 0.2}, "image": {"garment": 0.4}}
REPEATS = 20
"""The fastest of so many runs counts: other processes of the machine make a run slower, never faster."""
ROWS = 50_000
"""Rows of the block of logits for thresholds: a fortnight has many hours."""


@dataclass(frozen=True)
class Objects:
    """The two objects of one compacted hour, in memory."""

    decisions: bytes
    items: bytes


def rescore(
    mails: Annotated[int, typer.Option(min=10, help="Composed mails in the hour.")] = 400,
    images: Annotated[int, typer.Option(min=10, help="Images in the hour.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed gives the same items.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Items a second of CPU time from compacted hours: other heads with their label sets, and thresholds alone.

    `counted`: scored and counted for live quality, by the version that decided and (`counted_again`) by another one.

    Matrix products run on one thread, as in the functions: a second one waits for most of its CPU time. Exits 1 below
    2,000 mails or 20,000 images a second by other heads, or 100,000 items by thresholds.
    """
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        server = MotoServer(Path(folder) / "moto.log")
        try:
            for kind, count in (("mail", mails), ("image", images)):
                figures |= {f"{kind}_{name}": value for name, value in _measure(server, kind, count, seed).items()}
        finally:
            server.stop()
    report("rescore: items a second on one core", figures, as_json)
    least = LEAST | {f"{kind}_thresholds": LEAST_THRESHOLDS for kind in ITEMS}
    if any(float(str(figures[name])) < rate for name, rate in least.items()):
        raise typer.Exit(1)


def _measure(server: MotoServer, kind: str, count: int, seed: int) -> dict[str, float]:
    samples = ITEMS[kind]
    tagger = load_bundle(root() / KINDS[kind].bundle, packs=["all"])
    version = tagger.bundle
    with open_stage(server.endpoint, tagger, samples.reader) as stage:
        stage.tag([stage.put(str(number), each) for number, each in enumerate(samples.contents(count, seed))])
        stage.compact()
        objects, log = objects_of(stage), stage.log
    hour = unpack_hour(objects.decisions)
    other = replace(version, folder=version.folder)  # what heads cost does not depend on their weights
    again = replace(version, version=replace(version.version, heads="0" * 12))  # its logits are not in the log
    moved = moved_thresholds(version, MOVED[kind])
    (block,) = hour.blocks
    assert block.peaks is not None
    times = -(-ROWS // len(block.rows))
    logits, peaks = (np.tile(each, (times, 1)).astype(np.float64) for each in (block.logits, block.peaks))
    items = unpack_items([objects.items[each.start : each.end] for each in hour.decided])
    opened = OpenHour(hour, log, None, objects.items)
    return {
        "counted": _rate(lambda: summarise_hour(score_hour(opened, "own", version), ()), len(items)),
        "counted_again": _rate(lambda: summarise_hour(score_hour(opened, "other", again), ()), len(items)),
        "other_heads": _rate(lambda: label_sets(objects, other), len(items)),
        "exact_decisions": _rate(lambda: decide_all(items, other), len(items)),
        "thresholds": _rate(lambda: could_differ(logits, peaks, version, moved), len(logits)),
        "texts": float(np.mean([len(each.features.dense) for each in items])),
        "could_differ_share": float(could_differ(logits, peaks, version, moved).mean()),
    }


def label_sets(objects: Objects, version: Bundle) -> Sequence[Sequence[str]]:
    """The label set of every item of an hour by another version, from the bytes of its two objects."""
    hour: Hour = unpack_hour(objects.decisions)
    items = unpack_items([objects.items[each.start : each.end] for each in hour.decided])
    predictions = predict_many([each.features for each in items], version)
    unlike = np.array([each.unlike for each in predictions])
    assigned = assign_many(np.stack([each.logits for each in predictions]), unlike, version)
    unlabelled = [each.features.wordless or each.features.final is not None for each in items]
    assigned[unlabelled] = False
    names = list(version.decisions)
    label_sets: list[list[str]] = [[] for _ in items]
    for item, column in np.argwhere(assigned).tolist():
        label_sets[item].append(names[column])
    return label_sets


def _rate(work: Callable[[], object], items: int) -> float:
    """Items a second of CPU time; the fastest run."""
    work()
    seconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return items / min(seconds)


def objects_of(stage: LoggedStage) -> Objects:
    """The objects of the hour; of the larger one, where another began meanwhile."""
    stored = [stage.log.read_hour(key) for key in stage.log.compacted(stage.kind, stage.models.layer.encoder)]
    largest = max(filter(None, stored), key=lambda each: len(each.hour.decided))
    found = stage.log.read_object(largest.key.decisions)
    assert found is not None
    return Objects(found.content, stage.log.read_items(largest))
