"""An hour's items are scored exactly as deciding does, whether the log has their logits or not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagging.model import Bundle, LabelSet, Tagger, decide, predict
from tagging.operations.logged_decisions import decide_all
from tagging.quality import BINS, CENTRES, ScoredHour, add_up, bins_of, score_hour, summarise_hour
from tests.model.drawn_versions import draw_features, draw_version
from tests.quality.hours import logged, some_heads

SEEDS = st.integers(0, 2**32)


def by_deciding(item, version: Bundle) -> LabelSet:
    return decide(item.features, predict(item.features, version), version, item.heads)


def assert_exact(scored: ScoredHour, version: Bundle) -> None:
    """Every scored row has the labels of `decide_all`, and the scores of the label set."""
    items = [item for part in scored.opened.parts(scored.rows) for item in part]
    for row, (item, verdict) in enumerate(zip(items, decide_all(items, version), strict=True)):
        label_set = by_deciding(item, version)
        labels = [label for label, given in zip(scored.labels, scored.assigned[row], strict=True) if given]
        assert tuple(sorted(labels)) == tuple(sorted(verdict.labels))
        expected = label_set.scores | {label.id: label.score for label in label_set.labels}
        found = {
            label: score for label, score in zip(scored.labels, scored.scores[row].tolist(), strict=True)
            if not np.isnan(score)
        }  # fmt: skip
        assert found == pytest.approx(expected, abs=1e-7)


@settings(max_examples=6, deadline=None)
@given(seed=SEEDS, text=st.booleans())
def test_scores_and_labels_are_those_of_deciding(tagger: Tagger, image_tagger: Tagger, seed: int, text: bool) -> None:
    rng = np.random.default_rng(seed)
    base = (tagger if text else image_tagger).bundle
    decider, other = (draw_version(rng, base, text=text) for _ in range(2))
    features = [draw_features(rng, decider, text=text) for _ in range(25)]
    hour = logged(features, decider, [some_heads(rng, decider) for _ in features])
    own = score_hour(hour, "own", decider)
    assert (own.rows, own.unscored) == (tuple(range(25)), 0)
    assert_exact(own, decider)
    again = score_hour(hour, "other", other)
    assert len(again.rows) + again.unscored == 25
    assert_exact(again, other)


def test_logits_of_the_own_scorer_are_not_predicted_again(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    version = draw_version(rng, tagger.bundle, text=True)
    hour = logged([draw_features(rng, version, text=True) for _ in range(5)], version, [None] * 5)
    expected = score_hour(hour, "v", version)
    monkeypatch.setattr("tagging.model.predict_many", lambda features, _: [None] * 5 if features else [])
    assert np.array_equal(score_hour(hour, "v", version).scores, expected.scores, equal_nan=True)


def test_an_item_that_the_log_has_already_is_not_counted_twice(tagger: Tagger) -> None:
    rng = np.random.default_rng(2)
    version = draw_version(rng, tagger.bundle, text=True)
    hour = logged([draw_features(rng, version, text=True) for _ in range(5)], version, [None] * 5, ["item003"])
    scored = score_hour(hour, "v", version)
    assert scored.ids == ["item000", "item001", "item002", "item004"]
    assert (summarise_hour(scored, ()).items, scored.unscored) == (4, 0)


def test_a_summary_counts_each_item_once_for_each_label_that_has_a_score(tagger: Tagger) -> None:
    rng = np.random.default_rng(3)
    version = draw_version(rng, tagger.bundle, text=True)
    hour = logged([draw_features(rng, version, text=True) for _ in range(30)], version, [None] * 30)
    scored = score_hour(hour, "v", version)
    summary = summarise_hour(scored, {"item004", "unknown"})
    for column, label in enumerate(scored.labels):
        known = int((~np.isnan(scored.scores[:, column])).sum())
        counts = summary.labels.get(label)
        assert known == (sum(counts.given) + sum(counts.not_given) if counts else 0)
        if counts:
            assert sum(counts.given) == int(scored.assigned[:, column].sum())
    assert sum(summary.lengths) == sum(summary.unknown_pieces) == sum(summary.languages.values()) == 30
    assert summary.generations == {"3": 30}
    assert [each.id for each in summary.asked] == ["item004"]
    assert add_up([summary, summary]).items == 60
    assert add_up([summary, summary]).labels.keys() == summary.labels.keys()


def test_bins_are_half_a_logit_wide_and_hold_their_centres() -> None:
    assert bins_of(CENTRES).tolist() == list(range(BINS))
    assert bins_of(np.array([0.0, 0.4999, 0.5, 1.0])).tolist() == [0, 14, 15, BINS - 1]
