"""What the report says of labels and authors, from windows and answers."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from msgspec.structs import replace

from tagging.corrections import Correction, ReviewEntry, answers_by_author, current_answers
from tagging.feature_log import LogStore
from tagging.quality import AskedItem, HourSummary, LabelCounts, Window, estimate, read_quality, target_of
from tagging.quality.author_quality import author_quality, cells_answered, discounted_pairs
from tagging.quality.estimates import LabelWindow
from tagging.quality.evidence import week_begin
from tagging.quality.label_report import calibration, label_quality, why_not
from tagging.quality.score_bins import BINS
from tagging.quality.targets import Target
from tagging.taxonomy import Cost, Label, NumericObjective

NOW, EARLY = datetime(2026, 2, 5, tzinfo=UTC), datetime(2026, 2, 3, 11, tzinfo=UTC)


def entry(item: str, chance: float = 0.5) -> ReviewEntry:
    return ReviewEntry(
        item=item,
        kind="mail",
        encoder="e" * 12,
        generation=1,
        version="layer",
        decided_at="2026-01-31T10:00:00.000+00:00",
        drawn_at="2026-01-31T11:20:00.000+00:00",
        purpose="measure",
        reason="sample",
        chance=chance,
    )


def answer(item: str, *yes: str, author: str = "ann", asked: tuple[str, ...] = ("refund", "legal")) -> Correction:
    at = "2026-02-01T10:00:00.000+00:00"
    return Correction(
        item=item, author=author, answered_at=at, source="console", yes=yes, asked=asked, complete=True, blind=True
    )


def hour(*asked: AskedItem) -> HourSummary:
    given, not_given = [0] * BINS, [0] * BINS
    given[20], not_given[5] = 40, 200
    counts = LabelCounts(tuple(given), tuple(not_given), 40)
    return HourSummary(items=240, labels={"refund": counts, "legal": counts}, asked=asked)


def test_a_window_has_the_answers_about_items_whose_entry_is_still_there() -> None:
    items = [AskedItem(name, {"refund": 0.95}, ("refund",)) for name in ("a", "b", "forgotten")]
    window = Window.of([hour(*items)], {name: entry(name) for name in ("a", "b")}, NOW)
    cells = current_answers([answer("a", "refund"), answer("forgotten", "refund")])
    refund = window.label("refund", cells)
    assert refund.answers.tolist() == [1, -1]
    assert (refund.inclusion.tolist(), refund.assigned.tolist()) == ([0.5, 0.5], [True, True])
    assert (refund.given.sum(), refund.not_given.sum()) == (40, 200)
    assert len(window.label("legal", cells).answers) == 0  # no head gave it a score
    assert len(window.drawn) == 2


def test_silence_counts_after_three_days_and_an_answer_that_does_not_hold_is_none() -> None:
    """Of five items two are fresh, and two people disagree about one; at first all are due."""
    times = {"old": 1, "silent": 1, "disputed": 1, "fresh": 3, "fresh too": 3}
    entries = {name: replace(entry(name), drawn_at=f"2026-02-0{day}T10:00:00.000+00:00") for name, day in times.items()}
    items = [AskedItem(name, {"refund": 0.95}, ("refund",)) for name in times]
    corrections = [answer("old", "refund"), answer("disputed"), answer("disputed", "refund", author="ben")]
    cells, given = current_answers(corrections), answers_by_author(corrections)
    for now, due, answered in (
        (NOW, [True, True, False, False, False], 1 / 2),
        (EARLY, [True, True, False, True, True], 1 / 4),
    ):
        window = Window.of([hour(*items)], entries, now).label("refund", cells, given)
        assert window.due.tolist() == due
        assert estimate(window).answered == answered


def test_the_week_of_a_new_version_begins_with_what_it_decided() -> None:
    def begin(**decided: str) -> str:
        entries = [
            replace(entry("a"), version=version.strip("_"), decided_at=f"2026-{at}T10:00:00.000+00:00")
            for version, at in decided.items()
        ]
        return f"{week_begin(entries, 'new', NOW):%m-%d}"

    assert begin(old="02-04") == begin(old="02-04", new="01-20") == begin() == "01-29"
    assert begin(old="01-30", new="02-02", new_="02-03") == "02-02"


def drawn(count: int, yes: int, answered: int | None = None) -> LabelWindow:
    given, bins = np.zeros(BINS), np.full(count, 20)
    given[20] = 100
    answers = np.array([1] * yes + [0] * (count - yes), dtype=np.int8)
    answers[count if answered is None else answered :] = -1
    return LabelWindow(
        given, np.zeros(BINS), bins, np.ones(count, dtype=bool), np.full(count, 0.3), answers, np.ones(count, bool)
    )


@pytest.mark.parametrize(
    ("window", "sentence"),
    [
        (drawn(30, 20), ""),
        (drawn(0, 0), "no items were drawn for review yet"),
        (drawn(30, 20, answered=12), "too few answers: 12 of the 30 drawn items that are due, and 60% are needed"),
        (
            drawn(4, 2),
            "too few answers: 4 of the 10 about items with the label that precision needs; "
            "2 of the 5 items that truly have it that recall needs",
        ),
        (drawn(12, 3), "too few answers: 3 of the 5 items that truly have it that recall needs"),
    ],
)
def test_a_missing_number_has_its_sentence(window: LabelWindow, sentence: str) -> None:
    assert why_not(estimate(window), window) == sentence


def test_a_budget_is_overspent_only_where_the_good_end_of_the_interval_is() -> None:
    bad = label_quality(drawn(60, 20), drawn(60, 20), Target("precision", 0.9), critical=True)
    assert bad.severity == "page"
    assert bad.burn_week is not None
    assert bad.burn_week > 2
    unsure = label_quality(drawn(12, 9), drawn(12, 9), Target("precision", 0.9), critical=True)
    assert (unsure.severity, unsure.precision is None) == (None, False)
    none = label_quality(drawn(9, 1), drawn(9, 1), Target("precision", 0.9), critical=True)
    assert (none.severity, none.burn_week, none.precision) == (None, None, None)
    assert label_quality(drawn(60, 20), drawn(60, 20), None, critical=False).severity is None


def test_calibration_is_the_share_of_answers_beside_the_scores() -> None:
    (only,) = calibration(drawn(40, 30))
    assert (only.share, only.answers) == (pytest.approx(0.75), 40)
    assert only.low < 0.75 < only.high
    assert calibration(drawn(4, 4)) == ()


def test_the_target_is_the_floor_of_the_taxonomy_or_that_of_critical_labels() -> None:
    def label(**fields: object) -> Label:
        return Label(id="refund", description="money back", **fields)

    assert target_of(label()) is None
    assert target_of(label(critical=True)) == Target("precision", 0.9)
    assert target_of(label(critical=True, objective=NumericObjective(min_recall=0.95))) == Target("recall", 0.95)
    assert target_of(label(objective=NumericObjective(min_precision=0.8))) == Target("precision", 0.8)
    assert target_of(label(objective=NumericObjective(cost=Cost(1, 2)))) is None


def test_an_author_who_says_the_opposite_does_not_count() -> None:
    given = {f"i{number}": frozenset({"refund"} if number % 2 else ()) for number in range(60)}
    by_author = {
        (item, "refund"): {
            author: ("refund" in labels) != (author == "mallory") for author in ("ann", "bob", "mallory")
        }
        for item, labels in given.items()
    }
    authors = author_quality(cells_answered({**by_author, ("unknown", "refund"): {"ann": True}}, given))
    assert [each.author for each in authors] == ["mallory", "ann", "bob"]
    assert (authors[0].agreement, authors[0].answers, authors[1].agreement) == (0.0, 60, 1.0)
    assert ("mallory", None) in discounted_pairs(authors) or ("mallory", "refund") in discounted_pairs(authors)
    assert not [pair for pair in discounted_pairs(authors) if pair[0] != "mallory"]


def test_before_the_first_run_there_is_no_report(store: LogStore) -> None:
    assert read_quality(store, "mail") is None
