"""The hourly run keeps the drift report, shows items beside a drift, asks about them, and a person acknowledges it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from tagging.corrections import ReviewTable
from tagging.feature_log import LogStore, OpenHour
from tagging.model import Tagger
from tagging.quality import (
    DriftReport,
    DriftState,
    NothingDrifted,
    ServedVersion,
    SummaryStore,
    acknowledge,
    forget_drifted,
    read_drift,
    renew_drift,
    score_hour,
)
from tagging.quality.drift_days import label_bin
from tagging.quality.score_bins import bins_of
from tests.corrections.conftest import clients, reviews
from tests.model.drawn_versions import draw_features, draw_version
from tests.quality.days import SHARES, day_of, day_summary
from tests.quality.hours import logged

__all__ = ["clients", "reviews"]

NOW = datetime(2026, 2, 10, 5, 20, tzinfo=UTC)
DAYS = 36
"""The days before NOW, from 2026-01-05 on."""


@pytest.fixture(scope="module")
def served(tagger: Tagger) -> ServedVersion:
    version = draw_version(np.random.default_rng(5), tagger.bundle, text=True)
    return ServedVersion("mail", "d" * 12, 3, "", version)


@pytest.fixture(scope="module")
def hour(served: ServedVersion) -> OpenHour:
    rng = np.random.default_rng(6)
    return logged([draw_features(rng, served.bundle, text=True) for _ in range(30)], served.bundle, [None] * 30)


@pytest.fixture(scope="module")
def bins(served: ServedVersion, hour: OpenHour) -> dict[str, list[int]]:
    """The bin of each of the hour's items, by label."""
    scored = score_hour(hour, served.version, served.bundle)
    return {
        label: [
            -1 if np.isnan(score) else label_bin(int(place), given=bool(given))
            for score, place, given in zip(
                scored.scores[:, column], _places(scored.scores[:, column]), scored.assigned[:, column], strict=True
            )
        ]
        for column, label in enumerate(scored.labels)
    }


def _places(scores: np.ndarray) -> list[int]:
    return bins_of(np.nan_to_num(scores.astype(float))).tolist()


@pytest.fixture(scope="module")
def drifting(bins: dict[str, list[int]]) -> tuple[str, int]:
    """A label, and the bin above the lowest one that most items have."""
    counts = {(label, each): of_label.count(each) for label, of_label in bins.items() for each in range(1, 5)}
    return max(counts, key=lambda each: counts[each])


@pytest.fixture(scope="module")
def label(drifting: tuple[str, int]) -> str:
    return drifting[0]


@pytest.fixture
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(8) as executor:
        yield executor


@pytest.fixture
def summaries(store: LogStore, served: ServedVersion, drifting: tuple[str, int]) -> SummaryStore:
    """Summaries of five weeks; in the last one four times as many items are in the bin."""
    label, place = drifting
    changed = SHARES.copy()
    changed[place] *= 4
    changed[0] -= changed.sum() - 1
    kept = SummaryStore(store, "mail", served.encoder, served.version, served.scored_by)
    rng = np.random.default_rng(1)
    for day in range(DAYS):
        summary = day_summary(rng, {label: changed if day >= 31 else SHARES})
        content = msgspec.json.encode(msgspec.structs.replace(summary, scored_by=served.scored_by))
        assert store.replace_object(kept.key(day_of(day)), content, None)
    return kept


@pytest.fixture(autouse=True)
def one_hour(hour: OpenHour, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log has the same hour yesterday at noon, and no other."""
    monkeypatch.setattr(
        "tagging.quality.drift_run.open_hour", lambda _, key, __: hour if key.hour == "2026-02-09/12" else None
    )


def test_a_new_drift_shows_its_items_and_asks_about_them(
    summaries: SummaryStore,
    served: ServedVersion,
    reviews: ReviewTable,
    drifting: tuple[str, int],
    bins: dict[str, list[int]],
    threads: Executor,
) -> None:
    label = drifting[0]
    report = renew_drift(summaries, served, None, reviews, threads, NOW)
    assert set(report.news) == {label}
    state = report.labels[label]
    expected = [f"item{number:03}" for number, each in enumerate(bins[label]) if each == state.bin]
    assert state.bin == drifting[1]
    assert expected
    assert list(state.items) == expected[::-1][:20]
    entries = {each.item: each for each in reviews.open_entries("mail", "teach")}
    assert set(entries) == set(state.items)
    assert all((each.reason, each.labels) == ("drift", (label,)) for each in entries.values())
    assert read_drift(summaries.log, "mail") == report


def test_the_report_is_made_once_a_day_and_again_where_something_changed(
    summaries: SummaryStore, served: ServedVersion, threads: Executor, label: str
) -> None:
    first = renew_drift(summaries, served, None, None, threads, NOW)
    assert renew_drift(summaries, served, None, None, threads, NOW + timedelta(hours=1)) == first
    acknowledge(summaries.log, "mail", label, "anna", "a sale", NOW + timedelta(hours=2))
    third = renew_drift(summaries, served, None, None, threads, NOW + timedelta(hours=3))
    assert third.made_at > first.made_at
    assert not third.news
    assert third.labels[label].items == first.labels[label].items
    assert renew_drift(summaries, served, None, None, threads, NOW + timedelta(days=1)).made_at > third.made_at


def test_an_acknowledged_drift_is_no_news_at_once_and_cannot_be_acknowledged_twice(
    summaries: SummaryStore, served: ServedVersion, threads: Executor, label: str
) -> None:
    renew_drift(summaries, served, None, None, threads, NOW)
    done = acknowledge(summaries.log, "mail", label, "anna", "a sale", NOW + timedelta(minutes=1))
    assert done.acknowledged is not None
    assert (done.acknowledged.by, done.acknowledged.why) == ("anna", "a sale")
    report = read_drift(summaries.log, "mail")
    assert report is not None
    assert not report.news
    with pytest.raises(NothingDrifted, match=f"anna acknowledged {label} at 2026-02-10"):
        acknowledge(summaries.log, "mail", label, "ben", "", NOW)
    with pytest.raises(NothingDrifted, match="length has not drifted"):
        acknowledge(summaries.log, "mail", "length", "ben", "", NOW)


def test_before_any_report_there_is_nothing_to_acknowledge(store: LogStore) -> None:
    assert read_drift(store, "mail") is None
    with pytest.raises(NothingDrifted, match="refund has not drifted"):
        acknowledge(store, "mail", "refund", "anna", "", NOW)


def test_without_summaries_the_report_says_why_it_is_silent(
    store: LogStore, served: ServedVersion, threads: Executor
) -> None:
    empty = SummaryStore(store, "mail", served.encoder, served.version, served.scored_by)
    assert renew_drift(empty, served, None, None, threads, NOW).why_silent


def test_a_forgotten_item_leaves_the_report(store: LogStore) -> None:
    state = DriftState(state="drifted", why="", since="2026-02-01", items=("mail-1", "mail-2"))
    report = DriftReport(kind="mail", champion="d", made_at="2026", reference=None, labels={"refund": state})
    store.replace_object("drift/mail.json", msgspec.json.encode(report), None)
    forget_drifted(store, "mail", "mail-1")
    forget_drifted(store, "mail", "mail-1")
    left = read_drift(store, "mail")
    assert left is not None
    assert left.labels["refund"].items == ("mail-2",)
