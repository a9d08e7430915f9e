"""Label sets over arrays are those of each item alone; a version with moved thresholds, and whom it could affect."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tagging.model import (
    Bundle,
    Features,
    Prediction,
    Tagger,
    ThresholdRefused,
    assign_many,
    could_differ,
    decide,
    moved_thresholds,
    predict,
    run_heads,
)
from tagging.taxonomy import Policy
from tests.model.drawn_versions import Rng, draw_features, draw_version

SEEDS = st.integers(0, 2**32)


def blocks(rng: Rng, version: Bundle, items: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Logits, some of them equal, and whether the item is unlike the training data."""
    logits = rng.normal(size=(items, len(version.decisions))).round(int(rng.integers(0, 3))) * 3
    return logits, rng.random(items) < 0.2


def one_by_one(logits: np.ndarray, unlike: np.ndarray, version: Bundle, heads: list[str] | None) -> list[list[bool]]:
    rows = []
    for row, far in zip(logits, unlike, strict=True):
        holding = run_heads(row, version, heads, unlike=bool(far))[1]
        closed = version.taxonomy.closed(holding)
        rows.append([label in closed for label in version.decisions])
    return rows


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, text=st.booleans())
def test_labels_over_arrays_are_those_of_each_item_alone(
    tagger: Tagger, image_tagger: Tagger, seed: int, text: bool
) -> None:
    rng = np.random.default_rng(seed)
    version = draw_version(rng, (tagger if text else image_tagger).bundle, text=text)
    logits, unlike = blocks(rng, version)
    some = [head.id for head in version.taxonomy.heads if rng.random() < 0.5]
    for heads in (None, some):
        assert assign_many(logits, unlike, version, heads).tolist() == one_by_one(logits, unlike, version, heads)


def test_labels_over_arrays_are_those_of_the_shipped_bundle(tagger: Tagger) -> None:
    rng = np.random.default_rng(0)
    logits, unlike = blocks(rng, tagger.bundle, 300)
    for version in (tagger.bundle, tagger.bundle.with_packs(["shop"])):
        assert assign_many(logits, unlike, version).tolist() == one_by_one(logits, unlike, version, None)


def draw_moves(rng: Rng, version: Bundle) -> dict[str, float]:
    """New thresholds of some labels that thresholds decide."""
    free = [label.id for head in version.taxonomy.heads for label in head.labels if not isinstance(head.policy, Policy)]
    chosen = rng.choice(free, min(len(free), int(rng.integers(1, 3))), replace=False) if free else []
    return {str(label): float(rng.choice([0.1, 0.4, 0.55, 0.9])) for label in chosen}


def peaks_of(features: Features, prediction: Prediction, version: Bundle) -> np.ndarray:
    cuts = [predict(cut.features, version).logits for cut in features.cuts]
    rows = [*prediction.of_sentences, *cuts]
    return np.max(rows, axis=0) if rows else np.full(len(version.decisions), -np.inf)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, text=st.booleans())
def test_an_item_that_could_not_differ_does_not(tagger: Tagger, image_tagger: Tagger, seed: int, text: bool) -> None:
    rng = np.random.default_rng(seed)
    old = draw_version(rng, (tagger if text else image_tagger).bundle, text=text)
    moves = draw_moves(rng, old)
    if not moves:
        return
    new = moved_thresholds(old, moves)
    items = [draw_features(rng, old, text=text) for _ in range(15)]
    predictions = [predict(each, old) for each in items]
    peaks = np.stack([peaks_of(*pair, old) for pair in zip(items, predictions, strict=True)])
    could = could_differ(np.stack([each.logits for each in predictions]), peaks, old, new)
    heads = [None, [old.taxonomy.heads[-1].id]][int(rng.integers(2))]
    for features, prediction, possible in zip(items, predictions, could, strict=True):
        before = replace(decide(features, prediction, old, heads), bundle=new.version)
        assert possible or before == decide(features, prediction, new, heads)


def test_a_moved_threshold_leaves_most_items_alone(tagger: Tagger) -> None:
    old = tagger.bundle
    new = moved_thresholds(old, {"refund": 0.9})
    assert new.decisions["refund"].threshold == 0.9
    assert new.heads is old.heads
    assert new.version.heads == old.version.heads
    assert new.scorer == old.scorer
    assert new.version.thresholds != old.version.thresholds
    logits = np.full((2, len(old.decisions)), -9.0)
    logits[1, old.columns["refund"]] = 0.5
    assert could_differ(logits, logits, old, new).tolist() == [False, True]


@pytest.mark.parametrize(
    ("moves", "why"),
    [
        ({"refund": 1.5}, "the threshold of refund is from 0 to 1, not 1.5"),
        ({"refund": float("nan")}, "from 0 to 1"),
        ({"refnd": 0.5}, "there is no label refnd: did you mean refund"),
    ],
)
def test_a_threshold_that_cannot_be_set_is_refused(tagger: Tagger, moves: dict[str, float], why: str) -> None:
    with pytest.raises(ThresholdRefused, match=why):
        moved_thresholds(tagger.bundle, moves)


def test_a_threshold_that_a_label_has_already_is_refused(tagger: Tagger) -> None:
    current = tagger.bundle.decisions["refund"].threshold
    with pytest.raises(ThresholdRefused, match=f"is {current:g} already"):
        moved_thresholds(tagger.bundle, {"refund": current})


def test_a_label_that_a_policy_decides_has_no_threshold(tagger: Tagger) -> None:
    taxonomy = tagger.bundle.taxonomy
    first = replace(taxonomy.heads[0], policy=Policy(top=1))
    version = replace(tagger.bundle, taxonomy=replace(taxonomy, heads=(first, *taxonomy.heads[1:])))
    with pytest.raises(ThresholdRefused, match=f"head {first.id} decides"):
        moved_thresholds(version, {first.labels[0].id: 0.1})
