"""Rows for `experiments.py`: NLU++ banking and MultiDoGO, encoded; training, unlabelled and test rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagging.learning.data import Regime, id_of, official_runs, read_multidogo, read_nlupp
from tagging.learning.features import Encoded, choose_lexicon, encode_all
from tagging.learning.heads import Directions, Hyperparameters, Prior, Rotated, description_prior, rotate
from tagging.learning.numeric import Annotations
from tagging.model import load_encoder
from tagging.taxonomy import Label

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
HYPERPARAMETERS = Hyperparameters()
SHIPPED = Path(__file__).parent / "bundle" / "encoder"
CACHE = Path(__file__).parents[2] / "build" / "features"


@dataclass(frozen=True)
class Rows:
    """Training rows, plain and rotated, and further rows without annotations."""

    plain: Floats
    features: Rotated
    annotations: Annotations
    unlabelled: Floats
    directions: Directions

    def take(self, rows: Bools) -> Rows:
        """The rows marked True; `unlabelled` stays complete."""
        rotated, annotations = self.features.take(rows), self.annotations.take(rows)
        return Rows(self.plain[rows], rotated, annotations, self.unlabelled, self.directions)


@dataclass(frozen=True)
class Trial:
    """Training and test rows of one run."""

    rows: Rows
    test: Floats
    truth: Annotations


def trial(encoded: Encoded, annotations: Annotations, masks: tuple[Bools, Bools, Bools], prior: Prior) -> Trial:
    """`masks` [rows] mark training rows, unlabelled ones and test rows."""
    lexicon = choose_lexicon(encoded.take(masks[0]).pieces, HYPERPARAMETERS.lexical_weight, prior.pieces)
    learn, unlabelled, test = (encoded.take(rows).features(lexicon).astype(np.float64) for rows in masks)
    rows = Rows(learn, rotate(learn), annotations.take(masks[0]), unlabelled, prior.directions(lexicon))
    return Trial(rows, test, annotations.take(masks[2]))


def nlupp(data: Path, regime: Regime) -> Iterator[Trial]:
    """Banking, the first three runs."""
    domain = read_nlupp(data, "banking")
    encoder, version = load_encoder(SHIPPED)
    encoded = encode_all(encoder, [row.text for row in domain.rows], CACHE, version)
    prior = description_prior(
        encoder, [Label(id=name, description=domain.descriptions[name]) for name in domain.labels]
    )
    yes = np.array([[name in row.labels for name in domain.labels] for row in domain.rows])
    odd = np.arange(len(yes)) % 2 == 1
    for run in islice(official_runs(regime, domain.folds), 3):
        yield trial(encoded, Annotations(yes, np.ones_like(yes)), (run.train, run.test & odd, run.test & ~odd), prior)


def multidogo(data: Path) -> Iterator[Trial]:
    """1,500 conversations for training, 750 unlabelled, 1,000 of dev for test; other domains' labels are unknown."""
    rows = [row for row in read_multidogo(data) if row.labels]
    by_split = [[row for row in rows if row.split == name] for name in ("train", "dev")]
    spread = [
        np.linspace(0, len(rows) - 1, count).astype(int) for rows, count in zip(by_split, (2250, 1000), strict=True)
    ]
    chosen = [split[index] for split, indices in zip(by_split, spread, strict=True) for index in indices]
    names = sorted({(row.domain, label) for row in chosen for label in row.labels})
    yes = np.array([[row.domain == domain and name in row.labels for domain, name in names] for row in chosen])
    known = np.array([[row.domain == domain for domain, _ in names] for row in chosen])
    encoder, version = load_encoder(SHIPPED)
    encoded = encode_all(encoder, [row.text for row in chosen], CACHE, version)
    prior = description_prior(encoder, [Label(id=id_of(f"{d}_{name}"), description=name) for d, name in names])
    index = np.arange(len(chosen))
    learn = (index < 2250) & (index % 3 > 0)
    yield trial(encoded, Annotations(yes, known), (learn, (index < 2250) & ~learn, index >= 2250), prior)
