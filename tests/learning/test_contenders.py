"""Peers learn from the training rows alone, and get their thresholds as ours do."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.quality.contenders import Peer
from benchmarks.quality.f1 import quality_of
from benchmarks.quality.tfidf import NEVER, TfIdf
from tagging.learning.numeric.arrays import Answers

TEXTS = [f"{word} number {place}" for place in range(30) for word in ("card", "loan", "thanks", "so")]
YES = np.array([["card" in text, "loan" in text, False] for text in TEXTS])
ANSWERS = Answers(YES, np.ones_like(YES))


@dataclass(frozen=True)
class Watched:
    """Says nothing, and keeps what it was shown."""

    seen: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    def logits(self, answers: Answers, learn: np.ndarray, told: np.ndarray) -> np.ndarray:
        self.seen.append((learn, told))
        return np.zeros((told.sum(), answers.yes.shape[1]))


def test_no_row_is_scored_by_what_learned_from_it_and_no_test_row_is_learned_from() -> None:
    train = np.arange(len(TEXTS)) < 80
    peer = Peer(Watched())
    peer.given(ANSWERS, train, ~train)
    *parts, last = peer.scorer.seen
    assert all(not (learn & told).any() and (learn | told == train).all() for learn, told in parts)
    assert sum(told for _, told in parts).tolist() == train.astype(int).tolist()
    assert (last[0] == train).all()


def test_tfidf_finds_words_and_never_gives_what_it_never_saw() -> None:
    train = np.arange(len(TEXTS)) < 80
    given = Peer(TfIdf(TEXTS)).given(ANSWERS, train, ~train)
    assert quality_of(given, ANSWERS.take(~train)).micro_f1 == 1
    assert not given[:, 2].any()
    assert (TfIdf(TEXTS).logits(ANSWERS, train, ~train)[:, 2] == NEVER).all()


def test_tfidf_learns_nothing_from_unknown_cells() -> None:
    train = np.arange(len(TEXTS)) < 80
    known = np.random.default_rng(0).random(YES.shape) < 0.8
    one, two = (Answers(np.where(known, YES, other), known) for other in (YES, ~YES))
    assert np.array_equal(TfIdf(TEXTS).logits(one, train, ~train), TfIdf(TEXTS).logits(two, train, ~train))


def test_macro_f1_over_all_labels_counts_those_that_hold_nowhere_as_nothing() -> None:
    found = quality_of(YES, ANSWERS)
    assert found.macro_f1 == 1
    assert found.macro_f1_all == 2 / 3
