"""The official NLU++ benchmark: ours beside peers, all with thresholds chosen in one way without the test folds."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.quality.contenders import Contender, Ours, Peer
from benchmarks.quality.f1 import Quality, quality_of
from benchmarks.quality.setfit import SetFit
from benchmarks.quality.tfidf import TfIdf
from tagging.learning.data import RUNS, Domain, DomainRows, Regime, answers_of, official_runs, read_nlupp
from tagging.learning.features import encode_all
from tagging.learning.heads import Hyperparameters, description_prior
from tagging.model import load_encoder
from tagging.taxonomy import Label

OURS = "tagging"
PLAIN = "tagging, no descriptions"
TFIDF = "TF-IDF"
SETFIT = "SetFit"
ALWAYS = (OURS, PLAIN, TFIDF)
SHIPPED = Hyperparameters()


@dataclass(frozen=True)
class Benchmark:
    """What is measured: where the data and the encoder are, and which of the official settings."""

    data: Path
    encoder: Path
    domain: Domain
    regime: Regime
    runs: int | None = None
    """Only the first so many runs; None for all of them."""
    contenders: Sequence[str] = ALWAYS
    setfit_steps: int = 600

    @property
    def count(self) -> int:
        """How many results there will be: runs times contenders."""
        official = RUNS[self.regime]
        return (official if self.runs is None else min(self.runs, official)) * len(self.contenders)


@dataclass(frozen=True)
class Result:
    """One contender in one run; `seconds` for learning, thresholds and labels, features given."""

    contender: str
    quality: Quality
    seconds: float


def run_benchmark(benchmark: Benchmark, recipe: Hyperparameters = SHIPPED) -> Iterator[Result]:
    """Each contender in each official run. Raises DataError and BundleError."""
    found = read_nlupp(benchmark.data, benchmark.domain)
    answers = answers_of(found.rows, found.labels)
    entered = _contenders(benchmark, found, recipe)
    for run in islice(official_runs(benchmark.regime, found.folds), benchmark.count // len(entered)):
        for name, contender in entered.items():
            start = time.perf_counter()
            given = contender.given(answers, run.train, run.test)
            seconds = time.perf_counter() - start
            yield Result(name, quality_of(given, answers.take(run.test)), seconds)


def summary(benchmark: Benchmark, results: Sequence[Result]) -> dict[str, object]:
    """Means over the runs for each contender, and each run, as JSON-ready values."""
    return {
        "domain": benchmark.domain,
        "regime": benchmark.regime,
        "runs": len(results) // len(benchmark.contenders),
        "note": "short utterances, not mails; macro over labels that hold for a test row",
        "contenders": {
            name: _means([one for one in results if one.contender == name]) for name in benchmark.contenders
        },
    }


def _contenders(benchmark: Benchmark, found: DomainRows, recipe: Hyperparameters) -> dict[str, Contender]:
    texts = [row.text for row in found.rows]
    encoder, _ = load_encoder(benchmark.encoder)
    encoded = encode_all(encoder, texts)
    labels = [Label(id=label, description=found.descriptions[label]) for label in found.labels]
    known: dict[str, Contender] = {
        OURS: Ours(encoded, recipe, description_prior(encoder, labels)),
        PLAIN: Ours(encoded, recipe),
        TFIDF: Peer(TfIdf(texts)),
        SETFIT: Peer(SetFit(texts, benchmark.setfit_steps)),
    }
    return {name: known[name] for name in benchmark.contenders}


def _means(results: Sequence[Result]) -> dict[str, object]:
    each = [asdict(one.quality) | {"seconds": one.seconds} for one in results]
    means = {name: round(float(np.mean([one[name] for one in each])), 4) for name in each[0]}
    return means | {"each": [{name: round(value, 4) for name, value in one.items()} for one in each]}
