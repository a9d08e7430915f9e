"""A simulated promotion of a version that gives a critical label far too often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.live.daily_scores import MAILS_A_DAY
from benchmarks.live.traffic import FIVE_PERCENT, RATES, Bools, Floats, Queue, Traffic, Version, traffic
from tagging.quality import UNSEEN, Share, estimate, label_window, severity

REVIEWS_A_WEEK = 100
TARGET = 0.9
INVENTED = 0.10
"""Makes the precision of a 5 % label .3."""
WINDOW, DAYS = 28, 14
Day = tuple[Traffic, Floats, Bools]
"""Items as the bad version scores them, with which probability each was drawn, and whether it was."""


@dataclass(frozen=True)
class Noticed:
    """What is said of a bad version in the two weeks after its promotion."""

    page: int | None
    """The days of reviews until the error budget pages."""
    missed: tuple[bool, ...]
    """For each day, whether the interval of its precision over 28 days misses what is true."""


def promote_a_bad_one(seed: int) -> Noticed:
    """Four weeks of a good version, then two of one whose precision for a critical label is .3."""
    random = np.random.default_rng(seed)
    invented = tuple(INVENTED if label == FIVE_PERCENT else 0.0 for label in range(len(RATES)))
    good, bad = Version(), Version(invented=invented)
    queue = Queue(REVIEWS_A_WEEK, traffic(random, 7 * MAILS_A_DAY, good))
    window: list[Day] = []
    page, missed = None, []
    for day in range(-WINDOW, DAYS):
        if day == 0:
            queue.promote()
        state = random.bit_generator.state
        served = traffic(random, MAILS_A_DAY, good if day < 0 else bad)
        random.bit_generator.state = state
        rescored = traffic(random, MAILS_A_DAY, bad)
        chances = queue.draw(served, days=1).chances
        window.append((rescored, chances, random.random(MAILS_A_DAY) < chances))
        if day < 0:
            continue
        if page is None and severity(_precision(window[-min(7, day + 1) :], seed)[0], None, TARGET) == "page":
            page = day + 1
        share, true = _precision(window[-WINDOW:], seed)
        missed.append(share is not None and not share.interval.low <= true <= share.interval.high)
    return Noticed(page, tuple(missed))


def _precision(days: Sequence[Day], seed: int) -> tuple[Share | None, float]:
    """Estimated and true precision of the label over these days."""
    scores = np.concatenate([each.scores[:, FIVE_PERCENT] for each, _, _ in days])
    truth = np.concatenate([each.truth[:, FIVE_PERCENT] for each, _, _ in days])
    chances, drawn = (np.concatenate([each[index] for each in days]) for index in (1, 2))
    answers = np.where(drawn, truth, UNSEEN).astype(np.int8)
    share = estimate(label_window(scores, scores >= 0.5, chances, drawn, answers), seed).precision
    return share, float(truth[scores >= 0.5].mean())
