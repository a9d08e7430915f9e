"""Day summaries: hours are put one by one, and a day that other thresholds made is made anew."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import msgspec

from tagging.feature_log import HourKey, LogStore
from tagging.quality import AskedItem, HourSummary, SummaryStore, forget_asked

KEY = HourKey("mail", "e" * 12, "2026-01-31/10")
LATER = HourKey("mail", "e" * 12, "2026-01-31/11")


def summaries(store: LogStore, scored_by: str = "t") -> SummaryStore:
    return SummaryStore(store, "mail", "e" * 12, "v" * 12, scored_by)


def test_hours_of_a_day_are_put_one_by_one_and_read_by_day(store: LogStore) -> None:
    days = summaries(store)
    days.put_hour(LATER, HourSummary(items=2))
    days.put_hour(KEY, HourSummary(items=1))
    days.put_hour(KEY, HourSummary(items=3))
    with ThreadPoolExecutor(2) as threads:
        found = days.read_days(date(2026, 1, 30), date(2026, 2, 2), threads)
    assert {day: {hour: each.items for hour, each in summary.hours.items()} for day, summary in found.items()} == {
        "2026-01-31": {"10": 3, "11": 2}
    }


def test_what_others_wrote_meanwhile_is_kept(store: LogStore) -> None:
    days, other = summaries(store), summaries(store)
    replace, calls = store.replace_object, []

    def beside(key: str, content: bytes, etag: str | None) -> bool:
        calls.append(key)
        if len(calls) == 1:
            other.put_hour(LATER, HourSummary(items=2))
        return replace(key, content, etag)

    store.replace_object = beside
    days.put_hour(KEY, HourSummary(items=1))
    assert list(days.read_day("2026-01-31").hours) == ["10", "11"]


def test_a_damaged_day_and_one_by_other_thresholds_are_made_anew(store: LogStore) -> None:
    days = summaries(store)
    days.put_hour(KEY, HourSummary(items=1))
    changed = summaries(store, "other")
    assert changed.read_day("2026-01-31").hours == {}
    changed.put_hour(LATER, HourSummary(items=2))
    assert list(changed.read_day("2026-01-31").hours) == ["11"]
    store.put_batch(days.key("2026-01-31"), b"{")
    days.put_hour(KEY, HourSummary(items=1))
    assert list(days.read_day("2026-01-31").hours) == ["10"]


def test_a_forgotten_item_leaves_its_counts_and_not_its_scores(store: LogStore) -> None:
    days = summaries(store)
    asked = (AskedItem("a", {"refund": 0.5}, ()), AskedItem("b", {}, ()))
    days.put_hour(KEY, HourSummary(items=2, asked=asked))
    changed = SummaryStore(store, "mail", "e" * 12, "w" * 12, "other")
    changed.put_hour(KEY, HourSummary(items=2, asked=asked))
    days.put_hour(HourKey("mail", "e" * 12, "2026-02-01/10"), HourSummary(items=1, asked=asked))
    forget_asked(store, "mail", "a", {"2026-01-31"})
    for each in (days, changed):
        summary = each.read_day("2026-01-31").hours["10"]
        assert (summary.items, [one.id for one in summary.asked]) == (2, ["b"])
        assert b'"a"' not in store.read_object(each.key("2026-01-31")).content
    assert [one.id for one in days.read_day("2026-02-01").hours["10"].asked] == ["a", "b"], "another day"


def test_a_summary_without_counts_is_small() -> None:
    assert msgspec.json.encode(HourSummary()) == b"{}"
