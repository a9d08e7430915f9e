"""What the drift report says of labels and inputs, and when it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest
from msgspec import json
from msgspec.structs import replace

from tagging.quality import (
    BINS,
    Acknowledgement,
    DaySummary,
    DriftReport,
    HourSummary,
    LabelCounts,
    make_report,
    of_label,
    span_of,
)
from tagging.quality.drift_days import label_bin
from tests.quality.days import FIRST, SHARES, day_of, day_summary, more_given

RARE = np.array([0.996, 0.001, 0.0, 0.001, 0.002])


def traffic(
    days: int, drift: int = 999, seed: int = 1, items: int = 1000, language: int = 999
) -> dict[str, DaySummary]:
    """Days on which `refund` doubles from one on, and other languages from another; `rare` is rare throughout."""
    rng = np.random.default_rng(seed)
    return {
        day_of(day): day_summary(
            rng,
            {"refund": more_given(2.2) if day >= drift else SHARES, "steady": SHARES, "rare": RARE},
            items,
            0.08 if day >= language else 0.02,
        )
        for day in range(days)
    }


def report_of(
    days: Mapping[str, DaySummary],
    on: int,
    acknowledged: Mapping[str, Acknowledgement] = {},
    before: DriftReport | None = None,
    changed: int | None = None,
) -> DriftReport:
    """The report on the morning of a day; `changed`: the day of the champion's last change."""
    today = FIRST + timedelta(days=on)
    span = span_of(list(days), None if changed is None else FIRST + timedelta(days=changed), today)
    now = datetime.combine(today, time(1, 20), UTC)
    return make_report("mail", "a" * 12, days, span, ("refund", "steady", "rare"), acknowledged, before, now)


DRIFTING = traffic(60, drift=40, language=44)


def test_a_label_and_an_input_that_drift_are_named_with_their_day_and_figures() -> None:
    steady, drifted = (report_of(DRIFTING, day) for day in (38, 50))
    assert {name: each.state for name, each in steady.labels.items()} == {
        "rare": "silent",
        "refund": "steady",
        "steady": "steady",
    }
    assert set(steady.inputs) == {"language", "length", "unknown_pieces", "unlike_training", "no_label"}
    assert not steady.news
    assert set(drifted.news) == {"refund", "language"}
    refund = drifted.labels["refund"]
    assert day_of(40) <= str(refund.since) <= day_of(43)
    assert "of 1,000 items instead of 5" in refund.why
    assert refund.p_value is not None
    assert refund.p_value < 0.001
    assert refund.bin in (3, 4)
    assert drifted.inputs["language"].bin == 1
    assert (drifted.reference.since, drifted.reference.until) == (day_of(0), day_of(27))


def test_nothing_is_said_before_28_days_exist_and_the_report_counts_what_is_left() -> None:
    assert report_of({}, 3).why_silent == "there are no summaries of whole days yet"
    early = report_of(traffic(10), 10)
    assert not early.labels
    assert early.why_silent == "28 days are compared with those after them: 19 more days are needed"
    assert report_of(DRIFTING, 29).labels


def test_a_label_of_few_items_is_silent_until_it_is_no_longer_rare() -> None:
    assert report_of(DRIFTING, 50).labels["rare"].why == "given to 3.3 items a day; fewer than 5 say nothing"
    rng = np.random.default_rng(3)
    often = {day_of(day): day_summary(rng, {"rare": RARE if day < 33 else SHARES}) for day in range(42)}
    assert report_of(often, 42).labels["rare"].state == "drifted"


def test_a_few_days_without_items_are_no_drift_and_a_reference_of_few_days_says_nothing() -> None:
    rng = np.random.default_rng(5)
    weekdays = {day_of(day): day_summary(rng, {"refund": SHARES}) for day in range(50) if day % 7 < 5}
    assert report_of(weekdays, 50).labels["refund"].state == "steady"
    mondays = {day_of(day): day_summary(rng, {"refund": SHARES}) for day in range(50) if day % 7 == 0}
    assert report_of(mondays, 50).why_silent == "only 4 of the 28 days of the reference have items; 14 are needed"


def test_an_hour_that_is_missing_changes_shares_little() -> None:
    days = dict(DRIFTING)
    for day in range(29, 38, 2):
        days[day_of(day)] = day_summary(np.random.default_rng(day), {"refund": SHARES, "steady": SHARES}, 400)
    assert not report_of(days, 38).news


def test_the_reference_ends_where_the_champion_changed_last() -> None:
    report = report_of(DRIFTING, 59, changed=50)
    assert report.reference is not None
    assert report.reference.since == day_of(22)
    assert report_of(traffic(80, drift=40), 79, changed=70).labels["refund"].state == "steady"


def test_a_drift_that_somebody_acknowledged_is_no_news_and_becomes_the_reference() -> None:
    days = traffic(100, drift=40)
    seen = report_of(days, 46)
    since = str(seen.labels["refund"].since)
    acknowledged = {"refund": Acknowledgement("anna", f"{day_of(46)}T09:00:00.000+00:00", "a sale", since)}
    before = seen
    for day in (47, 60, 68):
        before = report_of(days, day, acknowledged, before)
        assert before.labels["refund"].state == "drifted"
        assert before.labels["refund"].acknowledged == acknowledged["refund"]
        assert before.labels["refund"].since == since
        assert not before.news
    after = report_of(days, 80, acknowledged, before)
    assert after.labels["refund"].state == "steady"
    rng = np.random.default_rng(9)
    back = {**days, **{day_of(day): day_summary(rng, {"refund": SHARES, "steady": SHARES}) for day in range(85, 95)}}
    assert set(report_of(back, 95, acknowledged, after).news) == {"refund"}


def test_a_drift_keeps_its_day_longer_than_its_days_are_looked_at() -> None:
    days = traffic(90, drift=40)
    first = report_of(days, 46)
    late = report_of(days, 89, before=first)
    assert late.labels["refund"].since == first.labels["refund"].since
    other = replace(first, champion="b" * 12)
    assert str(report_of(days, 89, before=other).labels["refund"].since) > day_of(60)


@pytest.mark.parametrize(
    ("place", "given", "expected"), [(0, False, 0), (7, False, 1), (13, False, 2), (17, True, 3), (18, True, 4)]
)
def test_a_score_bin_goes_where_the_histogram_counts_it(place: int, given: bool, expected: int) -> None:
    scores = tuple(int(each == place) for each in range(BINS))
    counts = LabelCounts(given=scores) if given else LabelCounts(not_given=scores)
    histogram = of_label(HourSummary(labels={"refund": counts}), "refund")
    assert np.flatnonzero(histogram).tolist() == [expected] == [label_bin(place, given=given)]


def test_a_report_survives_its_object() -> None:
    report = report_of(DRIFTING, 50)
    assert json.decode(json.encode(report), type=DriftReport) == report
