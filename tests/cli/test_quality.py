"""`tagging quality`: a line for each label in 80 columns, in words where answers are too few, and what to do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tagging.cli import quality_view
from tagging.cli.quality_view import advice, age, print_report
from tagging.quality import AuthorQuality, Figure, LabelQuality, QualityReport, estimates
from tagging.quality.quality_report import Double

MADE = "2026-02-14T10:20:00.000+00:00"
NOW = datetime(2026, 2, 14, 10, 45, tzinfo=UTC)
GOOD = LabelQuality(
    critical=True,
    given=1402,
    precision=Figure(0.861, 0.78, 0.92),
    recall=Figure(0.99, 0.8, 1.0),
    f1=Figure(0.9, 0.8, 0.95),
    answers=120,
    effective_answers=33.3,
    positives=30,
    answered=0.9,
    target=0.9,
    target_of="precision",
    burn_week=0.4,
    burn_month=0.8,
)
FEW = replace(GOOD, precision=None, recall=None, f1=None, effective_answers=4.7, positives=2, why_not="too few answers")


def report(**labels: LabelQuality) -> QualityReport:
    return QualityReport(
        kind="mail",
        encoder="e" * 12,
        champion="d1028c03888c",
        generation=4,
        made_at=MADE,
        since="2026-01-17T10:20:00.000+00:00",
        until=MADE,
        items=28012,
        missing_hours=0,
        unscored=0,
        drawn=280,
        answered=266,
        cannot_tell=3,
        labels=labels,
        authors=(),
        double=Double(),
    )


def test_each_label_has_a_line_that_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    silent = replace(FEW, answered=0.45)
    print_report(report(refund=GOOD, a_label_with_a_very_long_name_indeed=FEW, legal=silent), "prod", NOW)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines[:8])) <= 80
    refund, few, legal = (next(line for line in lines if name in line) for name in ("refund", "a_label_w", "legal"))
    assert ".86 (.78 to .92)" in refund
    assert ".99 (.80 to 1.0)" in refund
    assert "too few: 4 of 10  too few: 2 of 5" in few
    assert "45% answered" in legal
    assert "made 25 minutes ago" in lines[1]


def test_the_table_counts_to_what_estimates_need() -> None:
    for name in ("FEWEST_ANSWERED", "FEWEST_ASSIGNED", "FEWEST_POSITIVES"):
        assert getattr(quality_view, name) == getattr(estimates, name)


def test_an_overspent_budget_says_what_to_do_and_is_not_overspent_without_a_severity() -> None:
    paged = report(refund=replace(GOOD, burn_week=2.31, severity="page"), legal=GOOD)
    assert list(paged.overspent) == ["refund"]
    (line,) = advice(paged, "prod", NOW)
    assert line.startswith("refund: its error budget is overspent: 2.3 times in 7 days")
    assert "tagging rollback --stage prod" in line
    assert not report(refund=GOOD).overspent


def test_what_is_missing_or_does_not_count_is_said() -> None:
    author = AuthorQuality(author="agent", answers=9, agreement=0.2, discounted=("refund",))
    late = replace(report(refund=FEW), missing_hours=3, authors=(author,), made_at="2026-02-14T02:00:00.000+00:00")
    lines = list(advice(late, "prod", NOW))
    assert [line.split()[0] for line in lines] == ["agent:", "3", "the", "more"]
    assert age(late, NOW) == "made 8 hours ago"
