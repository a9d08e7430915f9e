"""`tagging benchmark review`: how many of the wrong items a person sees who reviews the riskiest 15 %."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.options import AsJson, Encoder, FeatureCache, shipped_background, shipped_encoder
from benchmarks.quality.f1 import f1_scores
from benchmarks.quality.mail_tests import conversation_rows
from benchmarks.quality.unknown import train_and_tag
from benchmarks.quality.unknown_tests import dstc11
from tagging.learning.data import DataError, Example, annotations_of, official_runs, read_nlupp
from tagging.learning.numeric import Bools, Floats
from tagging.learning.training import TrainRequest
from tagging.model import BundleError, ReviewReason
from tagging.taxonomy import Head, Label, Taxonomy

SHARE = 0.15
WANTED = 0.5
WITHIN_BUDGET: ReviewReason = "near_threshold"


@dataclass(frozen=True)
class ReviewTest:
    """Rows to train on and rows to test on; background rows of `source` are not used."""

    train: list[Example]
    test: list[Example]
    taxonomy: Taxonomy
    source: str


def review(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder that holds nlupp/, multidogo/ and dstc11/.")],
    runs: Annotated[int, typer.Option(min=1, help="Splits or official runs that are averaged; MultiDoGO has one.")] = 3,
    only: Annotated[str, typer.Option(metavar="WORD", help="Only tests with this word in their name.")] = "",
    encoder: Encoder = None,
    cache: FeatureCache = None,
    as_json: AsJson = False,
) -> None:
    """Wrong items that are seen; exit 1 where a test's gain over chance is less than half of what is possible."""
    chosen = {name: test for name, test in TESTS.items() if only.casefold() in name.casefold()}
    jobs = [(name, run) for name in chosen for run in range(1 if name == MULTIDOGO else runs)]
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in chosen}
    try:
        for name, run in track(jobs, "runs", console=Console(stderr=True, quiet=as_json), transient=True):
            figures[name].append(measure(chosen[name](data, run), encoder or shipped_encoder(), cache))
    except (DataError, BundleError) as error:
        raise typer.BadParameter(str(error)) from None
    means = {
        name: {key: float(np.mean([run[key] for run in each])) for key in each[0]} for name, each in figures.items()
    }
    if as_json:
        print(json.dumps({"benchmark": "review", "share": SHARE, "tests": means, "each": figures}))
    else:
        _print(means)
    if any(figure["gain"] < WANTED for figure in means.values()):
        raise typer.Exit(1)


def measure(test: ReviewTest, encoder: Path, cache: Path | None) -> dict[str, float]:
    """Train a bundle and tag the test rows with it. Raises DataError and BundleError."""
    labels = list(test.taxonomy.labels)
    annotations = annotations_of(test.test, labels)
    with tempfile.TemporaryDirectory() as scratch:
        request = TrainRequest(
            test.train,
            test.taxonomy,
            encoder,
            Path(scratch) / "bundle",
            cache=cache,
            background=shipped_background(),
            background_without=(test.source,),
        )
        (found,) = train_and_tag(request, [[row.text for row in test.test]])
    assigned = [{label.id for label in label_set.labels} for label_set in found]
    predicted = np.array([[label in ids for label in labels] for ids in assigned])
    wrong = ((predicted != annotations.positive) & annotations.observed).any(axis=1)
    flagged = np.array([WITHIN_BUDGET in label_set.review_reasons for label_set in found])
    error, seen = float(wrong.mean()), seen_at(np.array([label_set.risk for label_set in found]), wrong)
    seen_flagged = float((flagged & wrong).sum() / max(wrong.sum(), 1))
    return {
        "micro_f1": f1_scores(predicted, annotations).micro_f1,
        "wrong": error,
        "seen": seen,
        "gain": gain(seen, SHARE, error),
        "flagged": float(flagged.mean()),
        "flagged_seen": seen_flagged,
        "flagged_gain": gain(seen_flagged, float(flagged.mean()), error),
        "reviewed": float(np.mean([label_set.review for label_set in found])),
    }


def _print(means: Mapping[str, Mapping[str, float]]) -> None:
    table = Table(title=f"review of the riskiest {SHARE:.0%}", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in ("", "micro-F1", "wrong", "seen", "gain", "flagged", "seen so", "gain so", "reviewed"):
        table.add_column(column, justify="right" if column else "left")
    for name, figures in means.items():
        table.add_row(name, *(f"{value:.3f}" for value in figures.values()))
    console = Console(highlight=False)
    console.print(table)
    console.print(
        "gain: (seen - share) / (most that can be seen - share); flagged: by the cut of training; reviewed: all reasons"
    )


def seen_at(risk: Floats, wrong: Bools) -> float:
    """The share of the wrong items among the riskiest SHARE of all."""
    riskiest = np.argsort(-risk, kind="stable")[: round(SHARE * len(risk))]
    return float(wrong[riskiest].sum() / max(wrong.sum(), 1))


def gain(seen: float, share: float, wrong: float) -> float:
    """How much more of the wrong items is seen than by chance, of what a perfect order of the items would see."""
    return float((seen - share) / (min(1.0, share / wrong) - share)) if wrong else 1.0


def _nlupp(data: Path, run: int) -> ReviewTest:
    rows = read_nlupp(data, "banking")
    official = list(official_runs("large", rows.folds))[run]
    labels = tuple(Label(id=label, description=rows.descriptions[label]) for label in rows.labels)
    train, test = (
        [row for row, chosen in zip(rows.rows, part, strict=True) if chosen] for part in (official.train, official.test)
    )
    taxonomy = Taxonomy(version=1, heads=(Head(id="intent", kind="multilabel", labels=labels),))
    return ReviewTest(train, test, taxonomy, "nlupp")


def _multidogo(data: Path, run: int) -> ReviewTest:  # noqa: ARG001 - one split
    return ReviewTest(*conversation_rows(data), "multidogo")


def _dstc11(data: Path, run: int, domain: str) -> ReviewTest:
    test = dstc11(data, run, "multiclass", domain=domain)
    return ReviewTest(list(test.train), list(test.test), test.taxonomy, "dstc11")


MULTIDOGO = "MultiDoGO conversations"
TESTS: Mapping[str, Callable[[Path, int], ReviewTest]] = {
    "DSTC11 insurance": partial(_dstc11, domain="insurance"),
    "NLU++ banking, large": _nlupp,
    MULTIDOGO: _multidogo,
}
