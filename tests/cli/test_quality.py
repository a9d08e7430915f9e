"""`tagging quality`: a line for each label in 80 columns, in words where answers are too few, and what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner, Result

from tagging.cli.main import app
from tagging.quality import AuthorQuality, Figure, LabelQuality, QualityReport
from tagging.quality.quality_report import Double

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


def ago(**time: int) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat(timespec="milliseconds")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """`tagging quality` of a stage whose reports these are."""

    def run(*reports: QualityReport, words: tuple[str, ...] = ()) -> Result:
        monkeypatch.setattr("tagging.cli.quality.find_deployment", lambda stage: stage)
        monkeypatch.setattr("tagging.cli.quality.quality_reports", lambda *_: list(reports))
        return CliRunner(env={"COLUMNS": "80"}).invoke(app, ["quality", "--stage", "prod", *words])

    return run


def report(**labels: LabelQuality) -> QualityReport:
    return QualityReport(
        kind="mail",
        encoder="e" * 12,
        champion="d1028c03888c",
        generation=4,
        made_at=ago(minutes=25),
        since=ago(days=28),
        until=ago(minutes=25),
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


def test_each_label_has_a_line_that_fits_80_columns(run) -> None:
    silent = replace(FEW, answered=0.45)
    lines = run(report(refund=GOOD, a_label_with_a_very_long_name_indeed=FEW, legal=silent)).stdout.splitlines()
    assert max(map(len, lines[:8])) <= 80
    refund, few, legal = (next(line for line in lines if name in line) for name in ("refund", "a_label_w", "legal"))
    assert ".86 (.78 to .92)" in refund
    assert ".99 (.80 to 1.0)" in refund
    assert "too few: 4 of 10  too few: 2 of 5" in few
    assert "45% answered" in legal
    assert "made 25 minutes ago" in lines[1]


def test_an_overspent_budget_says_what_to_do_and_ends_with_exit_1(run) -> None:
    paged = report(refund=replace(GOOD, burn_week=2.31, severity="page"), legal=GOOD)
    done = run(paged)
    assert done.exit_code == 1
    (line,) = [line for line in done.stdout.splitlines() if "overspent" in line]
    assert line.startswith("  refund: its error budget is overspent: 2.3 times in 7 days")
    assert "tagging rollback --stage prod" in line
    assert run(paged, words=("--json",)).exit_code == 1


def test_a_budget_without_a_severity_is_not_overspent(run) -> None:
    done = run(report(refund=GOOD))
    assert done.exit_code == 0
    assert "overspent" not in done.stdout


def test_what_is_missing_or_does_not_count_is_said(run) -> None:
    author = AuthorQuality(author="agent", answers=9, agreement=0.2, discounted=("refund",))
    late = replace(report(refund=FEW), missing_hours=3, authors=(author,), made_at=ago(hours=8, minutes=1))
    shown = run(late).stdout
    assert "agent: answers about refund do not count" in shown
    assert "3 hours are not scored by this version yet" in shown
    assert "the hourly function does not finish its runs" in shown
    assert "more answers give more numbers: tagging console --stage prod" in shown
    assert "made 8 hours ago" in shown


def test_json_prints_each_report_and_nothing_else(run) -> None:
    mail = report(refund=GOOD)
    lines = run(mail, replace(mail, kind="image"), words=("--json",)).stdout.splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["mail", "image"]
