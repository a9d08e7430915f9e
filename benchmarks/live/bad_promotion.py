"""A simulated promotion of a version that gives a critical label far too often."""

from __future__ import annotations

import numpy as np

from benchmarks.live.daily_scores import MAILS_A_DAY
from benchmarks.live.traffic import FIVE_PERCENT, RATES, Bools, Floats, Queue, Traffic, Version, traffic
from tagging.quality import UNSEEN, Share, estimate, label_window, severity

REVIEWS_A_WEEK = 100
TARGET = 0.9
INVENTED = 0.10
"""Makes the precision of a 5 % label .3."""
MOST_DAYS = 14


def days_to_page(seed: int) -> int | None:
    """The days of reviews after the promotion until the error budget pages; None if it does not within two weeks."""
    random = np.random.default_rng(seed)
    invented = tuple(INVENTED if label == FIVE_PERCENT else 0.0 for label in range(len(RATES)))
    good, bad = Version(), Version(invented=invented)
    queue = Queue(REVIEWS_A_WEEK, traffic(random, 7 * MAILS_A_DAY, good))
    window: list[tuple[Traffic, Floats, Bools]] = []
    for day in range(-7, MOST_DAYS):
        if day == 0:
            queue.promote()
        state = random.bit_generator.state
        served = traffic(random, MAILS_A_DAY, good if day < 0 else bad)
        random.bit_generator.state = state
        rescored = traffic(random, MAILS_A_DAY, bad)
        chances = queue.draw(served, days=1).chances
        window.append((rescored, chances, random.random(MAILS_A_DAY) < chances))
        if day >= 0 and severity(_precision(window[-7:], seed), None, TARGET) == "page":
            return day + 1
    return None


def _precision(days: list[tuple[Traffic, Floats, Bools]], seed: int) -> Share | None:
    scores = np.concatenate([each.scores[:, FIVE_PERCENT] for each, _, _ in days])
    truth = np.concatenate([each.truth[:, FIVE_PERCENT] for each, _, _ in days])
    chances, drawn = (np.concatenate([each[index] for each in days]) for index in (1, 2))
    answers = np.where(drawn, truth, UNSEEN).astype(np.int8)
    return estimate(label_window(scores, scores >= 0.5, chances, drawn, answers), seed).precision
