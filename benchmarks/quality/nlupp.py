"""`tagging benchmark nlupp`: heads on the shipped features beside other methods, on NLU++ in its official regimes.

All methods tune their thresholds by one rule, without the test folds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal
from unittest import mock

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.options import AsJson, Encoder, shipped_background, shipped_encoder
from benchmarks.quality.f1 import F1Scores, f1_scores
from benchmarks.quality.methods import FeatureHeads, Method, ThresholdedScorer
from benchmarks.quality.setfit import SetFit, is_installed
from benchmarks.quality.tfidf import TfIdf
from tagging.learning.data import RUNS, DataError, Domain, DomainRows, Regime, annotations_of, official_runs, read_nlupp
from tagging.learning.features import encode_all, read_background
from tagging.learning.heads import description_prior, hyperparameters_for
from tagging.model import BundleError, load_encoder
from tagging.taxonomy import Label

OURS = "tagging"
WITHOUT_DESCRIPTIONS = "tagging, no descriptions"
TFIDF = "TF-IDF"
SETFIT = "SetFit"
UNROUNDED = "tagging, features not rounded"
DEFAULT_METHODS = (OURS, WITHOUT_DESCRIPTIONS, TFIDF)


@dataclass(frozen=True)
class Benchmark:
    """Data, encoder, and one of the official settings."""

    data: Path
    encoder: Path
    domain: Domain
    regime: Regime
    runs: int | None = None
    """Only the first so many runs; None for all of them."""
    methods: Sequence[str] = DEFAULT_METHODS
    setfit_steps: int = 600

    @property
    def count(self) -> int:
        """Number of results: runs times methods."""
        official = RUNS[self.regime]
        return (official if self.runs is None else min(self.runs, official)) * len(self.methods)


@dataclass(frozen=True)
class Result:
    """One method in one run; `seconds` of learning, thresholds and prediction, without encoding."""

    method: str
    f1: F1Scores
    seconds: float


def nlupp(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The NLU++ folder, or one that holds it as nlupp/.")],
    domain: Annotated[Literal["banking", "hotels"], typer.Option(help="Domain of the messages.")] = "banking",
    regime: Annotated[
        Literal["low", "mid", "large"], typer.Option(help="Train on 1, 2 or 18 of 20 folds, test on the others.")
    ] = "low",
    runs: Annotated[int | None, typer.Option(min=1, help="Only the first so many official runs.")] = None,
    encoder: Encoder = None,
    setfit: Annotated[
        bool, typer.Option(help="SetFit too, where the extra `peers` is installed: six fine-tunings a run, hours.")
    ] = True,
    setfit_steps: Annotated[int, typer.Option(min=1, help="Steps of each of SetFit's fine-tunings.")] = 600,
    unrounded: Annotated[
        bool, typer.Option("--unrounded", help="Our heads on features that are not rounded as they are stored, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Micro- and macro-F1, means over the official runs; all methods tune thresholds out of fold in the same way."""
    methods = (*DEFAULT_METHODS, SETFIT) if setfit and is_installed() else DEFAULT_METHODS
    methods = (*methods, UNROUNDED) if unrounded else methods
    benchmark = Benchmark(data, encoder or shipped_encoder(), domain, regime, runs, methods, setfit_steps)
    progress = Console(stderr=True, quiet=as_json)
    try:
        results = list(track(run_benchmark(benchmark), "runs", benchmark.count, console=progress, transient=True))
    except (DataError, BundleError) as error:
        raise typer.BadParameter(str(error)) from None
    summary = summarise(benchmark, results)
    if as_json:
        print(json.dumps({"benchmark": "nlupp"} | summary))
    else:
        _print_table(summary)


def run_benchmark(benchmark: Benchmark) -> Iterator[Result]:
    """Each method in each official run. Raises DataError and BundleError."""
    rows = read_nlupp(benchmark.data, benchmark.domain)
    annotations = annotations_of(rows.rows, rows.labels)
    methods = _methods(benchmark, rows)
    for run in islice(official_runs(benchmark.regime, rows.folds), benchmark.count // len(methods)):
        for name, method in methods.items():
            start = time.perf_counter()
            labels = method.predict(annotations, run.train, run.test)
            seconds = time.perf_counter() - start
            yield Result(name, f1_scores(labels, annotations.take(run.test)), seconds)


def summarise(benchmark: Benchmark, results: Sequence[Result]) -> dict[str, Any]:
    """Means over the runs for each method, and each run, as JSON-ready values."""
    return {
        "domain": benchmark.domain,
        "regime": benchmark.regime,
        "runs": len(results) // len(benchmark.methods),
        "note": "short utterances, not mails; macro over labels that hold for a test row",
        "contenders": {
            name: _means([result for result in results if result.method == name]) for name in benchmark.methods
        },
    }


def _methods(benchmark: Benchmark, rows: DomainRows) -> dict[str, Method]:
    texts = [row.text for row in rows.rows]
    encoder, _ = load_encoder(benchmark.encoder)
    encoded, hyperparameters = encode_all(encoder, texts), hyperparameters_for(encoder.languages)
    labels = [Label(id=label, description=rows.descriptions[label]) for label in rows.labels]
    background = read_background(shipped_background()).without(["nlupp"])  # its n-grams depend on no encoder
    methods: dict[str, Method] = {
        OURS: FeatureHeads(encoded, hyperparameters, description_prior(encoder, labels), background.items_with),
        WITHOUT_DESCRIPTIONS: FeatureHeads(encoded, hyperparameters, elsewhere=background.items_with),
        TFIDF: ThresholdedScorer(TfIdf(texts)),
        SETFIT: ThresholdedScorer(SetFit(texts, benchmark.setfit_steps)),
    }
    if UNROUNDED in benchmark.methods:
        with mock.patch("tagging.model.text_encoder.as_stored", lambda features: features):
            exact = encode_all(encoder, texts)
        methods[UNROUNDED] = FeatureHeads(
            exact, hyperparameters, description_prior(encoder, labels), background.items_with
        )
    return {name: methods[name] for name in benchmark.methods}


def _means(results: Sequence[Result]) -> dict[str, object]:
    runs = [asdict(result.f1) | {"seconds": result.seconds} for result in results]
    means = {name: round(float(np.mean([run[name] for run in runs])), 4) for name in runs[0]}
    return means | {"each": [{name: round(value, 4) for name, value in run.items()} for run in runs]}


def _print_table(summary: dict[str, Any]) -> None:
    title = f"NLU++ {summary['domain']}, {summary['regime']}, {summary['runs']} runs"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0), caption=summary["note"])
    table.add_column("", justify="left")
    for name in ("micro-F1", "macro-F1", "macro-F1, all labels", "s a run"):
        table.add_column(name, justify="right")
    for name, means in summary["contenders"].items():
        f1s = (f"{means[key]:.3f}" for key in ("micro_f1", "macro_f1", "macro_f1_all"))
        table.add_row(name, *f1s, f"{means['seconds']:.1f}")
    Console().print(table)
