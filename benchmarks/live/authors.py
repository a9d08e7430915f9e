"""Ten simulated authors of answers, one of whom answers wrongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.live.coverage import ITEMS_A_WEEK
from benchmarks.live.traffic import FIVE_PERCENT, RATES, Queue, Traffic, Version, traffic
from tagging.quality import Answer, discounted_authors

AUTHORS = 10
SLIPS = 0.01
"""The share of an honest author's answers that are wrong."""
WEEKS = 3
Malice = Literal["none", "all labels", "one label"]


@dataclass(frozen=True)
class Verdict:
    """What three weeks of answers show."""

    week_found: int | None
    """The week after which the malicious author is discounted."""
    honest_discounted: int


def judge_authors(seed: int, malice: Malice, capacity: float = 100) -> Verdict:
    """Author 0 is the malicious one. All answers of a week are judged at its end."""
    random = np.random.default_rng(seed)
    week = traffic(random, ITEMS_A_WEEK, Version())
    queue = Queue(capacity, week)
    answers: list[Answer] = []
    found, honest = None, set[str]()
    for number in range(1, WEEKS + 1):
        week = traffic(random, ITEMS_A_WEEK, Version())
        for item in np.flatnonzero(random.random(ITEMS_A_WEEK) < queue.draw(week).chances):
            answers.extend(_answers(random, week, int(item), malice))
        for each in discounted_authors(answers):
            if each.author == "0" and malice != "none":
                found = found or number
            else:
                honest.add(each.author)
    return Verdict(found, len(honest))


def _answers(random: np.random.Generator, week: Traffic, item: int, malice: Malice) -> list[Answer]:
    author = int(random.integers(AUTHORS))
    said = week.truth[item] ^ (random.random(len(RATES)) < SLIPS)
    if author == 0 and malice == "all labels":
        said = ~week.truth[item]
    if author == 0 and malice == "one label":
        said[FIVE_PERCENT] = ~week.truth[item, FIVE_PERCENT]
    return [
        Answer(str(author), str(label), yes=bool(said[label]), assigned=bool(week.assigned[item, label]))
        for label in range(len(RATES))
    ]
