"""`tagging benchmark corrections`: macro-F1 on a hidden test with a month of corrections, and without."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.options import AsJson, Encoder, FeatureCache, shipped_background, shipped_encoder
from benchmarks.quality.cached_encoder import with_cache
from benchmarks.quality.corrections.desks import DESKS, SHOWN, Desk, drawn_start
from benchmarks.quality.corrections.reviewers import review_month
from tagging.learning.corrections import rows_to_learn
from tagging.learning.data import DataError, Example, Served
from tagging.learning.evaluation import PredictionSet, predict_rows
from tagging.learning.numeric import Floats
from tagging.learning.training import TrainRequest, train_bundle
from tagging.model import BundleError, Tagger, read_bundle

GAIN_BAR, LOSS_BAR = 0.03, -0.03


def corrections(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder that holds banking77/, multidogo/ and nlupp/.")],
    runs: Annotated[int, typer.Option(min=1, help="Months of each set, each with other rows to begin with.")] = 3,
    only: Annotated[str, typer.Option(metavar="WORD", help="Only sets with this word in their name.")] = "",
    ceiling: Annotated[
        bool, typer.Option("--ceiling", help="Also train with every text of the month, rightly labelled.")
    ] = False,
    encoder: Encoder = None,
    cache: FeatureCache = None,
    as_json: AsJson = False,
) -> None:
    """A month of corrections beside none; exit 1 where a judged set gains too little or loses a critical label."""
    results: dict[str, dict[str, Any]] = {}
    try:
        for name in (name for name in DESKS if only.casefold() in name.casefold()):
            desk = DESKS[name](data)
            seeds = track(range(runs), name, console=Console(stderr=True, quiet=as_json), transient=True)
            found = [measure(desk, seed, encoder or shipped_encoder(), cache, ceiling=ceiling) for seed in seeds]
            results[name] = _means(desk, found)
    except (DataError, BundleError) as error:
        raise typer.BadParameter(str(error)) from None
    missed = [name for name, each in results.items() if name not in SHOWN and not _holds(each)]
    if as_json:
        print(json.dumps({"benchmark": "corrections", "runs": runs, "sets": results, "missed": missed}))
    else:
        _print(results, runs)
    if missed:
        raise typer.Exit(1)


def measure(desk: Desk, seed: int, encoder: Path, cache: Path | None, *, ceiling: bool = False) -> dict[str, Any]:
    """F1 of each label on the hidden test [labels]: without corrections, and with a month of them.

    With `ceiling`, also with every text of the month, rightly labelled.
    """
    start = drawn_start(desk, seed)
    first = _trained(desk, start.rows, seed, encoder, cache, (*start.month, *desk.test))
    month = review_month(predict_rows(first, start.month), seed)
    corrected = rows_to_learn(month, desk.taxonomy, start.rows)
    texts = desk.test
    second = _trained(desk, (*start.rows, *corrected.rows), seed, encoder, cache, texts)
    found = {
        "rows": len(start.rows),
        "items": len(start.month),
        "answered": len(month.corrections),
        "learned": len(corrected.rows),
        "before": _f1(predict_rows(first, desk.test)),
        "after": _f1(predict_rows(second, desk.test)),
    }
    if ceiling:
        answered = (replace(row, served=Served()) for row in start.month)
        everything = _trained(desk, (*start.rows, *answered), seed, encoder, cache, texts)
        found["ceiling"] = _f1(predict_rows(everything, desk.test))
    return found


def _trained(
    desk: Desk, rows: Sequence[Example], seed: int, encoder: Path, cache: Path | None, texts: Sequence[Example]
) -> Tagger:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "bundle"
        request = TrainRequest(
            rows=rows,
            taxonomy=desk.taxonomy,
            encoder=encoder,
            out=out,
            seed=seed,
            cache=cache,
            background=shipped_background() if encoder == shipped_encoder() else None,
        )
        train_bundle(request)
        return Tagger(with_cache(read_bundle(out), [row.text for row in texts], cache))


def _f1(predictions: PredictionSet) -> Floats:
    positive, predicted = predictions.annotations.positive, predictions.predicted
    result: Floats = (
        2 * (positive & predicted).sum(axis=0) / np.maximum((positive.sum(axis=0) + predicted.sum(axis=0)), 1)
    )
    return result


def _means(desk: Desk, found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    before, after = (np.mean([each[name] for each in found], axis=0) for name in ("before", "after"))
    labels = {
        label.id: {"critical": label.critical, "before": float(before[place]), "after": float(after[place])}
        for place, label in enumerate(desk.taxonomy.labels.values())
    }
    return {
        **{name: float(np.mean([each[name] for each in found])) for name in ("rows", "items", "answered", "learned")},
        "macro_f1_before": float(before.mean()),
        "macro_f1_after": float(after.mean()),
        "gains": [float(np.mean(each["after"] - each["before"])) for each in found],
        **({"ceiling": float(np.mean([each["ceiling"] for each in found]))} if "ceiling" in found[0] else {}),
        "labels": labels,
    }


def _holds(result: dict[str, Any]) -> bool:
    changes = [each["after"] - each["before"] for each in result["labels"].values() if each["critical"]]
    return bool(result["macro_f1_after"] - result["macro_f1_before"] >= GAIN_BAR and min(changes) >= LOSS_BAR)


def _print(results: dict[str, dict[str, Any]], runs: int) -> None:
    table = Table(title=f"F1 on a hidden test, means of {runs} months", title_justify="left", box=None)
    for column in ("", "without", "with", "gain"):
        table.add_column(column, justify="right" if column else "left")
    for name, result in results.items():
        before, after = result["macro_f1_before"], result["macro_f1_after"]
        title = f"({name})" if name in SHOWN else name
        table.add_row(f"{title}: macro-F1", f"{before:.3f}", f"{after:.3f}", f"{after - before:+.3f}", style="bold")
        for label, each in result["labels"].items():
            change = each["after"] - each["before"]
            critical = " (critical)" if each["critical"] else ""
            table.add_row(f"  {label}{critical}", f"{each['before']:.3f}", f"{each['after']:.3f}", f"{change:+.3f}")
        table.add_row(
            f"  {result['rows']:.0f} rows; {result['items']:.0f} items, {result['answered']:.0f} answered, "
            f"{result['learned']:.0f} learned from"
            + (f"; with all items rightly labelled {result['ceiling']:.3f}" if "ceiling" in result else "")
        )
    Console(highlight=False).print(table)
