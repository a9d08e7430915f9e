"""The official NLU++ benchmark of the shipped features and training, thresholds chosen without the test folds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagging.bundle import load_encoder
from tagging.learning.features import Encoded, encode_all
from tagging.learning.logistic import Recipe
from tagging.learning.nlupp import RUNS, Domain, Regime, official_runs, read_nlupp
from tagging.learning.quality import Quality, quality_of
from tagging.learning.rows import Answers, answers_of
from tagging.learning.training import train_heads

SHIPPED = Recipe()


@dataclass(frozen=True)
class Benchmark:
    """What is measured: where the data and the encoder are, and which of the official settings."""

    data: Path
    encoder: Path
    domain: Domain
    regime: Regime
    runs: int | None = None
    """Only the first so many runs; None for all of them."""

    @property
    def count(self) -> int:
        """How many runs there are to do."""
        official = RUNS[self.regime]
        return official if self.runs is None else min(self.runs, official)


def run_benchmark(benchmark: Benchmark, recipe: Recipe = SHIPPED) -> Iterator[Quality]:
    """Quality of each official run in turn. Raises DataError and BundleError."""
    found = read_nlupp(benchmark.data, benchmark.domain)
    encoder, _ = load_encoder(benchmark.encoder)
    encoded = encode_all(encoder, [row.text for row in found.rows])
    answers = answers_of(found.rows, found.labels)
    for run in islice(official_runs(benchmark.regime, found.folds), benchmark.count):
        yield _one_run(encoded, answers, run.train, run.test, recipe)


def summary(benchmark: Benchmark, qualities: list[Quality]) -> dict[str, object]:
    """Means over the runs, and each run, as JSON-ready values."""
    return {
        "domain": benchmark.domain,
        "regime": benchmark.regime,
        "runs": len(qualities),
        "micro_f1": round(float(np.mean([one.micro_f1 for one in qualities])), 4),
        "macro_f1": round(float(np.mean([one.macro_f1 for one in qualities])), 4),
        "note": "short utterances, not mails; macro over labels that hold for a test row",
        "each": [{name: round(value, 4) for name, value in asdict(one).items()} for one in qualities],
    }


def _one_run(
    encoded: Encoded, answers: Answers, train: NDArray[np.bool_], test: NDArray[np.bool_], recipe: Recipe
) -> Quality:
    trained = train_heads(encoded.take(train), answers.take(train), recipe)
    logits = trained.linear.logits(encoded.take(test).features(trained.lexicon))
    return quality_of(logits >= trained.thresholds, answers.take(test))
