"""Precision and recall of a label from the answers to a drawn sample."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from tagging.quality import NO, UNSEEN, YES, LabelEstimate, Share, estimate, label_window, strata


@dataclass(frozen=True)
class Items:
    """Items of a window, one by one; each array is [items]."""

    scores: np.ndarray
    assigned: np.ndarray
    inclusion: np.ndarray
    drawn: np.ndarray
    answers: np.ndarray

    def estimate(self) -> LabelEstimate:
        return estimate(label_window(self.scores, self.assigned, self.inclusion, self.drawn, self.answers))


def traffic(seed: int, items: int = 10_000, rate: float = 0.1, inclusion: float = 0.05) -> tuple[Items, np.ndarray]:
    """A label on calibrated scores, each item drawn with the same probability and answered truly; and the truth."""
    random = np.random.default_rng(seed)
    truth = random.random(items) < rate
    shift = 3.5
    value = random.normal(size=items) + shift * truth
    scores = 1 / (1 + np.exp(-(np.log(rate / (1 - rate)) + shift * value - shift**2 / 2)))
    drawn = random.random(items) < inclusion
    answers = np.where(drawn, truth, UNSEEN).astype(np.int8)
    return Items(scores, scores >= 0.5, np.full(items, inclusion), drawn, answers), truth


def covers(share: Share | None, true: float) -> bool:
    assert share is not None
    return share.interval.low <= true <= share.interval.high


def test_intervals_contain_what_is_true_about_as_often_as_they_say() -> None:
    hits = []
    for seed in range(40):
        window, truth = traffic(seed)
        result = window.estimate()
        found = (truth & window.assigned).sum()
        hits.append(
            (covers(result.precision, found / window.assigned.sum()), covers(result.recall, found / truth.sum()))
        )
    assert (np.mean(hits, axis=0) >= 0.85).all()


def test_where_every_item_has_an_answer_nothing_is_left_to_chance() -> None:
    window, truth = traffic(1, items=2000, inclusion=1.0)
    result = window.estimate()
    found = (truth & window.assigned).sum()
    assert result.precision is not None
    assert result.precision.interval.low == result.precision.interval.high == found / window.assigned.sum()
    assert result.recall is not None
    assert result.recall.value == pytest.approx(found / truth.sum())


def test_answers_from_items_that_are_drawn_more_often_count_less() -> None:
    """Half of the assigned items are wrong and asked about ten times as often as the right ones."""
    items = 4000
    wrong = np.arange(items) % 2 == 0
    inclusion = np.where(wrong, 0.5, 0.05)
    drawn = np.random.default_rng(3).random(items) < inclusion
    answers = np.where(drawn, ~wrong, UNSEEN).astype(np.int8)
    result = Items(np.full(items, 0.8), np.ones(items, dtype=bool), inclusion, drawn, answers).estimate()
    assert result.precision is not None
    assert result.precision.value == pytest.approx(0.5, abs=0.1)


def test_misses_that_the_scores_do_not_show_are_within_the_interval() -> None:
    window, truth = traffic(2)
    missed = truth & (np.random.default_rng(0).random(len(truth)) < 0.2)
    scores = np.where(missed, 0.002, window.scores)
    window = replace(window, scores=scores, assigned=scores >= 0.5)
    assert covers(window.estimate().recall, (truth & window.assigned).sum() / truth.sum())


def test_answers_win_over_a_version_that_is_sure_of_wrong_labels() -> None:
    """Fifteen answers, a third of them yes, about items whose scores are near 1."""
    items = 1000
    drawn = np.arange(items) < 15
    answers = np.where(drawn, np.arange(items) % 3 == 0, UNSEEN).astype(np.int8)
    result = Items(np.full(items, 0.99), np.ones(items, bool), np.full(items, 0.015), drawn, answers).estimate()
    assert covers(result.precision, 1 / 3)
    assert result.precision is not None
    assert result.precision.value < 0.45


def test_with_too_few_answers_about_assigned_items_there_is_no_precision() -> None:
    window, _ = traffic(4)
    asked = np.flatnonzero(window.drawn & window.assigned)
    for keep, has_precision in ((9, False), (10, True)):
        answers, drawn = window.answers.copy(), window.drawn.copy()
        answers[asked[keep:]], drawn[asked[keep:]] = UNSEEN, False
        result = replace(window, answers=answers, drawn=drawn).estimate()
        assert (result.precision is not None) == (result.f1 is not None) == has_precision


def test_with_fewer_than_five_positives_there_is_no_recall() -> None:
    window, _ = traffic(4)
    positives = np.flatnonzero(window.answers == YES)
    for keep, has_recall in ((4, False), (5, True)):
        answers = window.answers.copy()
        answers[positives[keep:]] = NO
        result = replace(window, answers=answers).estimate()
        assert (result.recall is not None) == (result.f1 is not None) == has_recall
        assert result.precision is not None


def test_where_most_who_were_asked_did_not_answer_there_is_no_number() -> None:
    window, _ = traffic(5)
    silent = np.random.default_rng(0).random(len(window.answers)) < 0.45
    result = replace(window, answers=np.where(silent, UNSEEN, window.answers).astype(np.int8)).estimate()
    assert result.answered == pytest.approx(0.55, abs=0.05)
    assert result.precision is result.recall is result.f1 is None


def test_the_same_answers_give_the_same_estimate() -> None:
    window, _ = traffic(6)
    assert window.estimate() == window.estimate()


def test_a_window_without_items_has_no_number() -> None:
    empty = Items(np.zeros(0), np.zeros(0, bool), np.zeros(0), np.zeros(0, bool), np.zeros(0, np.int8))
    assert empty.estimate().precision is None


def test_strata_rise_with_the_score_and_part_assigned_items_from_others() -> None:
    items, _ = traffic(7)
    window = label_window(items.scores, items.assigned, items.inclusion, items.drawn, items.answers)
    without, having = strata(window.given, window.not_given)
    assert set(having[window.given > 0]) == {5, 6}
    assert set(without[window.not_given > 0]) == {0, 1, 2, 3, 4}
    assert (np.diff(without) >= 0).all()
    assert (np.diff(having) >= 0).all()


def test_a_window_counts_all_items_and_keeps_the_drawn_ones() -> None:
    items, _ = traffic(8)
    window = label_window(items.scores, items.assigned, items.inclusion, items.drawn, items.answers)
    assert window.given.sum() == items.assigned.sum()
    assert window.given.sum() + window.not_given.sum() == len(items.scores)
    assert len(window.bins) == len(window.answers) == items.drawn.sum()
