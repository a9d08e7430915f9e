"""`tagging benchmark unknown`: how often texts that fit no label stay without one, and what that costs in scope."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.options import AsJson, Encoder, FeatureCache, shipped_background, shipped_encoder
from benchmarks.quality.cached_encoder import with_cache
from benchmarks.quality.distance import measure_distance
from benchmarks.quality.distance_tests import DISTANCE_TESTS, OWN, missed
from benchmarks.quality.f1 import F1Scores, f1_scores
from benchmarks.quality.unknown_tests import UNKNOWN_TESTS, HeadKind, UnknownTest
from tagging.learning.data import DataError, Example, annotations_of
from tagging.learning.training import TrainRequest, train_bundle
from tagging.mail import text_mail
from tagging.model import BundleError, LabelSet, ReviewReason, Tagger, read_bundle
from tagging.taxonomy import Taxonomy

UNLIKE: ReviewReason = "unlike_training"


def unknown(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder that holds clinc150/ and dstc11/.")],
    splits: Annotated[int, typer.Option(min=1, help="Splits that are averaged.")] = 5,
    only: Annotated[str, typer.Option(metavar="WORD", help="Only tests with this word in their name.")] = "",
    kind: Annotated[HeadKind, typer.Option(help="The kind of the one head.")] = "multiclass",
    background: Annotated[bool, typer.Option(help="Train with the shipped background.")] = True,
    encoder: Encoder = None,
    cache: FeatureCache = None,
    as_json: AsJson = False,
) -> None:
    """Texts that fit no label, through the tagger that is served; means over splits, a minute a split.

    Exit 1 where too few texts of other domains are unlike the training data, or too many of the own: `--only distance`,
    by the reference of a training alone, half a minute for five splits.
    """
    results: dict[str, list[float]] = {}
    try:
        for seed in track(range(splits), "splits", console=Console(stderr=True, quiet=as_json), transient=True):
            for test, draw in _chosen(only.casefold()).items():
                measured = measure_distance if test in DISTANCE_TESTS else measure
                for name, value in measured(
                    draw(data, seed, kind),
                    encoder or shipped_encoder(),
                    cache,
                    shipped_background() if background else None,
                ).items():
                    results.setdefault(f"{test}: {name}", []).append(value)
    except (DataError, BundleError) as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        rows = {name: {"mean": float(np.mean(values)), "each": values} for name, values in results.items()}
        print(json.dumps({"benchmark": "unknown", "kind": kind, "splits": splits, "rows": rows}))
    else:
        _print(results, f"{kind} head, {splits} splits")
    if lines := missed({name: float(np.mean(values)) for name, values in results.items()}):
        Console(stderr=True, highlight=False).print("\n".join(["missed:", *lines]))
        raise typer.Exit(1)


def _chosen(only: str) -> Mapping[str, Callable[[Path, int, HeadKind], UnknownTest]]:
    """The tests with `only` in their names; those of the distance, which need more data sets, where it names them."""
    tests = {**UNKNOWN_TESTS, **DISTANCE_TESTS} if not only or "distance" in only else UNKNOWN_TESTS
    return {name: test for name, test in tests.items() if only in name.casefold()}


def _print(results: Mapping[str, Sequence[float]], title: str) -> None:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in ("", "mean", "lowest"):
        table.add_column(name, justify="right" if name else "left")
    for name, values in results.items():
        table.add_row(name, f"{np.mean(values):.3f}", f"{min(values):.3f}")
    Console(highlight=False).print(table)


def measure(test: UnknownTest, encoder: Path, cache: Path | None, background: Path | None = None) -> dict[str, float]:
    """Train a bundle and tag all texts with it. Raises DataError and BundleError."""
    with tempfile.TemporaryDirectory() as scratch:
        request = TrainRequest(
            test.train,
            test.taxonomy,
            encoder,
            Path(scratch) / "bundle",
            cache=cache,
            background=background,
            background_without=test.sources,
        )
        texts = [[row.text for row in test.test], *test.unfit.values()]
        in_scope, *unfit = train_and_tag(request, texts)
        measured = {
            "micro-F1 in scope": _f1(test.taxonomy, test.test, in_scope).micro_f1,
            "macro-F1 in scope": _f1(test.taxonomy, test.test, in_scope).macro_f1,
            "in scope, to review": float(np.mean([found.review for found in in_scope])),
            OWN: _share_unlike(in_scope),
        }
        for name, found in zip(test.unfit, unfit, strict=True):
            measured[f"{name} left unlabelled"] = float(np.mean([not one.labels for one in found]))
            measured[f"{name}, unlike training"] = _share_unlike(found)
        return measured | (_without_rows(test, request) if test.without_rows else {})


def _without_rows(test: UnknownTest, request: TrainRequest) -> dict[str, float]:
    """Micro-F1 over all rows, learned from names and descriptions, with their texts as the unlabelled ones or not."""
    rows = [*test.train, *test.test]
    file = request.out.parent / "unlabelled.jsonl"
    file.write_text("\n".join(json.dumps({"text": row.text}) for row in rows))
    measured = {}
    for name, unlabelled in (("unlabelled texts", file), ("background", None)):
        if unlabelled is not None or request.background is not None:
            trained = replace(request, rows=(), unlabelled=unlabelled)
            (found,) = train_and_tag(trained, [[row.text for row in rows]])
            measured[f"micro-F1 without rows, {name}"] = _f1(test.taxonomy, rows, found).micro_f1
    return measured


def train_and_tag(request: TrainRequest, groups: Sequence[Sequence[str]]) -> list[list[LabelSet]]:
    """The label sets of each group of texts, by a bundle trained for them. Raises DataError and BundleError."""
    train_bundle(request)
    tagger = Tagger(with_cache(read_bundle(request.out), list(chain.from_iterable(groups)), request.cache))
    return [[tagger.tag(text_mail(text)) for text in texts] for texts in groups]


def _f1(taxonomy: Taxonomy, rows: Sequence[Example], found: Sequence[LabelSet]) -> F1Scores:
    labels = list(taxonomy.labels)
    predicted = np.array([[label in {one.id for one in label_set.labels} for label in labels] for label_set in found])
    return f1_scores(predicted, annotations_of(rows, labels))


def _share_unlike(found: Sequence[LabelSet]) -> float:
    return float(np.mean([UNLIKE in label_set.review_reasons for label_set in found]))
