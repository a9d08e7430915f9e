"""The bars of `tagging benchmark unknown --only distance`."""

from __future__ import annotations

from benchmarks.quality.distance_tests import NAME, missed


def test_what_misses_its_bar_is_named() -> None:
    means = {
        f"{NAME}a: in scope, unlike training": 0.09,
        f"{NAME}a: far, unlike training": 0.69,
        f"{NAME}a: farther, unlike training": 0.99,
        f"{NAME}a: far left unlabelled": 0.1,
        "CLINC150: in scope, unlike training": 0.5,
    }
    assert [line.partition(": ")[2] for line in missed(means)] == [
        "a: in scope, unlike training: 0.090, at most 0.08",
        "a: far, unlike training: 0.690, at least 0.7",
        "0.840, at least 0.85",
    ]


def test_nothing_is_missed_where_all_bars_are_met_or_no_distance_is_measured() -> None:
    assert missed({f"{NAME}a: in scope, unlike training": 0.08, f"{NAME}a: far, unlike training": 0.85}) == []
    assert missed({"CLINC150: in scope, unlike training": 0.5}) == []
