"""What review finds: the curve of mistakes seen, over all items and label by label."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.evaluation.review_quality import quality_of_review, split_reasons
from tagging.model.tagger import Tagger
from tests.evaluation.conftest import by_hand, made_rows


def ranked(tiny: Tagger, wrong: list[int], risk: list[float], review: tuple[int, ...] = ()) -> PredictionSet:
    """Items that all get the first label, wrongly in `wrong`, with these risks."""
    yes = np.zeros((len(risk), 5), dtype=bool)
    yes[:, 0] = True
    yes[wrong, 0] = False
    scores = np.zeros((len(risk), 5))
    scores[:, 0] = 0.9
    predictions = by_hand(tiny, made_rows(tiny, yes), scores, review=review)
    label_sets = [structs.replace(one, risk=value) for one, value in zip(predictions.label_sets, risk, strict=True)]
    return replace(predictions, label_sets=tuple(label_sets))


def test_the_riskiest_items_are_reviewed_first(tiny: Tagger) -> None:
    risk = [float(-number) for number in range(20)]
    found = quality_of_review(ranked(tiny, [0, 2, 19], risk))
    assert found.budget == 0.15
    assert found.wrong.value == pytest.approx(3 / 20)
    assert found.seen.value == pytest.approx(2 / 3, abs=1e-4)
    assert [(one.id, one.wrong, one.seen) for one in found.labels] == [("late", 3, 2)]


def test_the_curve_rises_from_nothing_to_all_mistakes(tiny: Tagger) -> None:
    found = quality_of_review(ranked(tiny, [1, 7], [float(number) for number in range(10)]))
    assert (found.curve[0], found.curve[-1]) == ((0.0, 0.0), (1.0, 1.0))
    assert dict(found.curve)[0.3] == 0.5
    assert all(before[1] <= after[1] for before, after in zip(found.curve, found.curve[1:], strict=False))


def test_without_a_mistake_there_is_no_curve(tiny: Tagger) -> None:
    found = quality_of_review(ranked(tiny, [], [1.0, 2.0]))
    assert (found.curve, found.seen.value, found.labels) == ((), None, ())


def test_reasons_outside_the_budget_are_reported_apart(tiny: Tagger) -> None:
    predictions = ranked(tiny, [0], [3.0, 2.0, 1.0, 0.0], review=(0,))
    other = structs.replace(predictions.label_sets[1], review_reasons=("other_language",))
    label_sets = (predictions.label_sets[0], other, *predictions.label_sets[2:])
    found = quality_of_review(replace(predictions, label_sets=label_sets))
    assert (found.flagged.value, found.apart.value, found.seen_in_review.value) == (0.25, 0.25, 1.0)
    counts = {"no_label": 3, "near_threshold": 2, "truncated": 1}
    assert split_reasons(counts) == ({"near_threshold": 2}, {"no_label": 3, "truncated": 1})
