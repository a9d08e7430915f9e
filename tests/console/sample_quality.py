"""Reports and summaries of sample labels: two measured ones, one whose budget is overspent, and one that drifts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from tagging.quality import (
    BINS,
    AskedItem,
    AuthorQuality,
    DaySummary,
    DriftReport,
    DriftState,
    Figure,
    HourSummary,
    LabelCounts,
    LabelQuality,
    QualityReport,
    Reference,
)
from tagging.quality.quality_report import Double

DRAWN = (("mail-000", {"refund": 0.41}, ()), ("mail-010", {"refund": 0.93}, ("refund",)))
"""Items of the queue that measures, with scores and labels."""


def report(now: datetime, day: int = 27) -> QualityReport:
    """The report of a day: it knows more from day to day."""
    wide = 0.03 + 0.5 / (day + 3)
    return QualityReport(
        kind="mail",
        encoder="e" * 12,
        champion="9f2c41d07ab3",
        generation=3,
        made_at=(now - timedelta(minutes=25)).isoformat(timespec="milliseconds"),
        since=(now - timedelta(28)).isoformat(timespec="milliseconds"),
        until=now.isoformat(timespec="milliseconds"),
        items=27_904,
        missing_hours=2,
        unscored=0,
        drawn=412,
        answered=371,
        cannot_tell=9,
        labels={
            "refund": _label(0.78 + 0.08 * np.sin(day / 4), 0.84, wide, severity=None),
            "cancel": _label(0.61, 0.9, wide, severity="page"),
            "billing": _label(0.93, 0.71, wide / 2, critical=False),
            "document": _label(None, None, wide, critical=False),
        },
        authors=(
            AuthorQuality(author="role/ben", answers=90, agreement=0.41, low=0.3, high=0.53, discounted=("*",)),
            AuthorQuality(author="role/anna", answers=281, agreement=0.88, low=0.83, high=0.92),
        ),
        double=Double(cells=40, agree=37),
    )  # fmt: skip


def _label(
    precision: float | None, recall: float | None, wide: float, *, critical: bool = True, severity: str | None = None
) -> LabelQuality:
    return LabelQuality(
        critical=critical,
        given=812,
        precision=_figure(precision, wide),
        recall=_figure(recall, wide * 1.4),
        f1=_figure(precision, wide),
        answers=44 if precision else 3,
        effective_answers=38.2 if precision else 3.0,
        positives=31 if precision else 1,
        answered=0.9,
        why_not="" if precision else "too few answers: 3 of the 10 about items with the label that precision needs",
        target=0.9 if critical else None,
        target_of="precision" if critical else None,
        burn_week=2.4 if severity else 0.4,
        burn_month=1.9 if severity else 0.3,
        severity=severity,  # a literal of the caller
    )


def _figure(value: float | None, wide: float) -> Figure | None:
    return None if value is None else Figure(value, max(0.0, value - wide), min(1.0, value + 0.8 * wide))


def summaries(days: Sequence[str], labels: Sequence[str]) -> dict[str, DaySummary]:
    """One hour a day: most items without a label score low."""
    centres = np.arange(BINS)
    rest = (400 * np.exp(-((centres - 5) ** 2) / 18)).astype(int)
    given = (60 * np.exp(-((centres - 24) ** 2) / 12)).astype(int)
    rest[18:], given[:17] = 0, 0
    asked = tuple(AskedItem(*each) for each in DRAWN)
    counts = LabelCounts(tuple(given.tolist()), tuple(rest.tolist()), int(given.sum()))
    hour = HourSummary(items=1_000, labels=dict.fromkeys(labels, counts), asked=asked)
    return {day: DaySummary(hours={"09": hour}) for day in days}


def drift(now: datetime) -> DriftReport:
    """One label drifts, one is silent."""
    return DriftReport(
        kind="mail",
        champion="9f2c41d07ab3",
        made_at=(now - timedelta(minutes=25)).isoformat(timespec="milliseconds"),
        reference=Reference("2026-10-19", "2026-11-15"),
        labels={
            "cancel": DriftState(
                state="drifted", why="61 of 1,000 items instead of 29 since 2026-11-21", divergence=0.0041,
                p_value=3e-6,
                restlessness=1.7, since="2026-11-21", items=("mail-002", "mail-007", "mail-011"),
            ),
            "refund": DriftState(state="steady", why="", divergence=0.0002, p_value=0.4, restlessness=1.2),
            "document": DriftState(state="silent", why="given to 1.2 items a day; fewer than 5 say nothing"),
        },
        inputs={
            "language": DriftState(state="steady", why="", divergence=0.0001, p_value=0.7, restlessness=1.0),
            "unlike_training": DriftState(
                state="drifted", why="88 of 1,000 items instead of 31 since 2026-11-22", divergence=0.006, p_value=1e-5,
                restlessness=2.2, since="2026-11-22", items=("mail-004",),
            ),
        },
    )  # fmt: skip
