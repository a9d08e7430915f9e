"""Rows for `experiments.py`: NLU++ banking and MultiDoGO, encoded; to learn from, unlabelled, and to test."""

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
from tagging.learning.numeric import Answers
from tagging.model import load_encoder
from tagging.taxonomy import Label

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
RECIPE = Hyperparameters()
SHIPPED = Path(__file__).parent / "bundle" / "encoder"
CACHE = Path(__file__).parents[2] / "build" / "features"


@dataclass(frozen=True)
class Rows:
    """Rows to learn from, as they are and turned; `unlabelled` are others that nobody answered."""

    plain: Floats
    features: Rotated
    answers: Answers
    unlabelled: Floats
    directions: Directions

    def take(self, rows: Bools) -> Rows:
        """The rows marked True; the unlabelled stay."""
        turned, answers = self.features.take(rows), self.answers.take(rows)
        return Rows(self.plain[rows], turned, answers, self.unlabelled, self.directions)


@dataclass(frozen=True)
class Trial:
    """What one figure is measured on."""

    rows: Rows
    test: Floats
    truth: Answers


def trial(encoded: Encoded, answers: Answers, places: tuple[Bools, Bools, Bools], prior: Prior) -> Trial:
    """Rows marked to learn from, as unlabelled, and to test."""
    lexicon = choose_lexicon([*encoded.take(places[0]).pieces, *prior.pieces], RECIPE.lexical_weight)
    learn, unlabelled, test = (encoded.take(rows).features(lexicon).astype(np.float64) for rows in places)
    rows = Rows(learn, rotate(learn), answers.take(places[0]), unlabelled, prior.directions(lexicon))
    return Trial(rows, test, answers.take(places[2]))


def nlupp(data: Path, regime: Regime) -> Iterator[Trial]:
    """Banking, the first three runs."""
    found = read_nlupp(data, "banking")
    encoder, version = load_encoder(SHIPPED)
    encoded = encode_all(encoder, [row.text for row in found.rows], CACHE, version)
    prior = description_prior(encoder, [Label(id=name, description=found.descriptions[name]) for name in found.labels])
    yes = np.array([[name in row.labels for name in found.labels] for row in found.rows])
    odd = np.arange(len(yes)) % 2 == 1
    for run in islice(official_runs(regime, found.folds), 3):
        yield trial(encoded, Answers(yes, np.ones_like(yes)), (run.train, run.test & odd, run.test & ~odd), prior)


def multidogo(data: Path) -> Iterator[Trial]:
    """1,500 conversations to learn from, 750 as unlabelled, 1,000 of dev to test; other domains' labels are unknown."""
    rows = [row for row in read_multidogo(data) if row.labels]
    by_split = [[row for row in rows if row.split == name] for name in ("train", "dev")]
    spread = [
        np.linspace(0, len(found) - 1, count).astype(int) for found, count in zip(by_split, (2250, 1000), strict=True)
    ]
    chosen = [found[place] for found, places in zip(by_split, spread, strict=True) for place in places]
    names = sorted({(row.domain, label) for row in chosen for label in row.labels})
    yes = np.array([[row.domain == domain and name in row.labels for domain, name in names] for row in chosen])
    known = np.array([[row.domain == domain for domain, _ in names] for row in chosen])
    encoder, version = load_encoder(SHIPPED)
    encoded = encode_all(encoder, [row.text for row in chosen], CACHE, version)
    prior = description_prior(encoder, [Label(id=id_of(f"{d}_{name}"), description=name) for d, name in names])
    place = np.arange(len(chosen))
    learn = (place < 2250) & (place % 3 > 0)
    yield trial(encoded, Answers(yes, known), (learn, (place < 2250) & ~learn, place >= 2250), prior)
