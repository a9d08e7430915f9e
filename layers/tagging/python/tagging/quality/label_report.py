"""What the report says of one label: precision, recall and F1 or why there is none, calibration, error budget."""

from __future__ import annotations

from math import floor

import numpy as np
from msgspec import Struct

from tagging.quality.error_budget import Severity, burn, severity
from tagging.quality.estimates import (
    FEWEST_ANSWERED,
    FEWEST_ASSIGNED,
    FEWEST_POSITIVES,
    UNSEEN,
    YES,
    LabelEstimate,
    LabelWindow,
    Share,
    effective_number,
    estimate,
)
from tagging.quality.intervals import wilson
from tagging.quality.score_bins import CENTRES
from tagging.quality.targets import Target

_SCORE_EDGES = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)
FEWEST_FOR_CALIBRATION = 5


class Figure(Struct, frozen=True):
    """A share with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


class CalibrationBin(Struct, frozen=True):
    """Answered items with scores beside each other: how many of them have the label, beside what the scores say."""

    score: float
    """Their mean score."""
    share: float
    low: float
    high: float
    answers: int


class LabelQuality(Struct, frozen=True, kw_only=True):
    """One label over the window."""

    critical: bool
    given: int
    """Items that the version gives it."""
    precision: Figure | None
    recall: Figure | None
    f1: Figure | None
    answers: int
    effective_answers: float
    """See `LabelEstimate.effective_answers`."""
    positives: int
    answered: float
    """Share of the drawn items that are due that have an answer: see `Window.due_until`."""
    why_not: str = ""
    """Why a number is missing; empty where none is."""
    target: float | None = None
    target_of: str | None = None
    """`precision` or `recall`."""
    burn_week: float | None = None
    burn_month: float | None = None
    """How fast the error budget is spent at least, by the good end of the interval; 1 spends all of it."""
    severity: Severity | None = None
    calibration: tuple[CalibrationBin, ...] = ()


def label_quality(month: LabelWindow, week: LabelWindow, target: Target | None, *, critical: bool) -> LabelQuality:
    """The figures of a label, from its windows of 28 and of 7 days at most."""
    of_month = estimate(month)
    shares: tuple[Share | None, Share | None] = (None, None)
    if target is not None:
        of_week = estimate(week, answered=of_month.answered)
        shares = (of_week.precision, of_month.precision)
        if target.of == "recall":
            shares = (of_week.recall, of_month.recall)
    burns = [None if share is None or target is None else burn(share.interval.high, target.value) for share in shares]
    return LabelQuality(
        critical=critical,
        given=int(month.given.sum()),
        precision=_figure(of_month.precision),
        recall=_figure(of_month.recall),
        f1=_figure(of_month.f1),
        answers=of_month.answers,
        effective_answers=round(of_month.effective_answers, 1),
        positives=of_month.positives,
        answered=round(of_month.answered, 4),
        why_not=why_not(of_month, month),
        target=target.value if target else None,
        target_of=target.of if target else None,
        burn_week=burns[0],
        burn_month=burns[1],
        severity=severity(shares[0], shares[1], target.value) if target else None,
        calibration=calibration(month),
    )


def why_not(result: LabelEstimate, window: LabelWindow) -> str:
    """One sentence on the numbers that are missing; empty where none is."""
    if result.precision is not None and result.recall is not None:
        return ""
    if not len(window.answers):
        return "no items were drawn for review yet"
    if result.answered < FEWEST_ANSWERED:
        due = int(window.due.sum())
        answered = round(result.answered * due)
        return (
            f"too few answers: {answered} of the {due} drawn items that are due, and {FEWEST_ANSWERED:.0%} are needed"
        )
    missing = []
    if result.precision is None:
        count = floor(result.effective_answers)
        missing.append(f"{count} of the {FEWEST_ASSIGNED} about items with the label that precision needs")
    if result.recall is None:
        missing.append(f"{result.positives} of the {FEWEST_POSITIVES} items that truly have it that recall needs")
    return f"too few answers: {'; '.join(missing)}"


def calibration(window: LabelWindow) -> tuple[CalibrationBin, ...]:
    """How often items with such scores truly have the label; answers weighted by 1 / inclusion probability."""
    known = window.answers != UNSEEN
    scores, yes, weights = CENTRES[window.bins[known]], window.answers[known] == YES, 1 / window.inclusion[known]
    part = np.searchsorted(_SCORE_EDGES, scores, side="right")
    bins = []
    for number in range(len(_SCORE_EDGES) + 1):
        chosen = part == number
        if chosen.sum() < FEWEST_FOR_CALIBRATION:
            continue
        weight, effective = weights[chosen].sum(), effective_number(weights[chosen])
        share = float((weights * yes)[chosen].sum() / weight)
        interval = wilson(share * effective, effective)
        if interval is not None:
            mean = float((weights * scores)[chosen].sum() / weight)
            bins.append(CalibrationBin(mean, share, interval.low, interval.high, int(chosen.sum())))
    return tuple(bins)


def _figure(share: Share | None) -> Figure | None:
    return None if share is None else Figure(share.value, share.interval.low, share.interval.high)
