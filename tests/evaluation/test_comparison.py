"""The gate of every promotion: it opens only where no critical label can have lost more than the margin."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from tagging.learning.data.rows import Example
from tagging.learning.evaluation.comparison import Gate, compare
from tagging.learning.evaluation.predictions import predict_rows
from tagging.model.tagger import Tagger
from tagging.taxonomy.compatibility import incompatible
from tagging.taxonomy.taxonomy import Taxonomy
from tests.evaluation.conftest import by_hand, made_rows

SIZE = 600


def changed(tagger: Tagger, **late: object) -> Tagger:
    """The tagger with other fields of its first label, which is critical."""
    content = msgspec.json.decode(msgspec.json.encode(tagger.bundle.taxonomy))
    content["heads"][0]["labels"][0] |= {"critical": True} | late
    return Tagger(replace(tagger.bundle, taxonomy=msgspec.convert(content, Taxonomy)))


@pytest.fixture
def critical(tiny: Tagger) -> Tagger:
    return changed(tiny)


@pytest.fixture
def answers() -> np.ndarray:
    yes = np.zeros((SIZE, 5), dtype=bool)
    yes[:200, 0] = yes[150:300, 1] = yes[300:400, 2] = yes[400:500, 3] = yes[500:, 4] = True
    return yes


def with_errors(answers: np.ndarray, share: float, seed: int = 0) -> np.ndarray:
    """Calibrated scores: so many of the cells near the threshold are wrong, evenly on both sides."""
    random = np.random.default_rng(seed)
    turned = random.random(answers.shape) < share * np.where(
        answers, 1, answers.mean(axis=0) / (1 - answers.mean(axis=0))
    )
    return np.where(answers ^ turned, 1 - share, 0.01).round(4)


def test_the_same_bundle_passes_against_itself(critical: Tagger, answers: np.ndarray) -> None:
    predictions = by_hand(critical, made_rows(critical, answers), with_errors(answers, 0.1))
    result = compare(predictions, predictions)
    assert result.safe
    assert {label.verdict for label in result.labels} == {"passes"}
    assert result.labels[0].difference.value == 0


def test_a_better_bundle_passes_and_a_worse_one_does_not(critical: Tagger, answers: np.ndarray) -> None:
    rows = made_rows(critical, answers)
    good, bad = (by_hand(critical, rows, with_errors(answers, share)) for share in (0.05, 0.25))
    assert compare(bad, good).safe
    result = compare(good, bad)
    assert not result.safe
    assert result.labels[0].verdict == "worse"
    assert any("critical label late" in reason for reason in result.reasons)
    assert result.micro_f1.high < 0


def test_only_critical_labels_close_the_gate(tiny: Tagger, answers: np.ndarray) -> None:
    rows = made_rows(tiny, answers)
    good, bad = with_errors(answers, 0.05), with_errors(answers, 0.05)
    bad[:, 1:] = with_errors(answers, 0.1, seed=1)[:, 1:]
    result = compare(by_hand(tiny, rows, good), by_hand(tiny, rows, bad))
    assert result.safe
    assert result.labels[1].verdict in ("worse", "unsafe")


def test_a_small_difference_on_few_rows_is_not_shown_to_be_safe(critical: Tagger, answers: np.ndarray) -> None:
    """Two more of twenty missed: that may be chance, but it may also be a loss of .1."""
    few = answers[180:]
    old = np.where(few, 0.95, 0.01)
    new = old.copy()
    new[:2, 0] = 0.01
    rows = made_rows(critical, few)
    result = compare(by_hand(critical, rows, old), by_hand(critical, rows, new))
    assert result.labels[0].verdict in ("worse", "unsafe")
    assert not result.safe
    assert compare(by_hand(critical, rows, old), by_hand(critical, rows, new), Gate(margin=0.2)).safe


def test_too_few_positives_is_undecided_and_closes_the_gate(critical: Tagger, answers: np.ndarray) -> None:
    answers[4:, 0] = False
    predictions = by_hand(critical, made_rows(critical, answers), with_errors(answers, 0.02))
    result = compare(predictions, predictions)
    assert result.labels[0].verdict == "undecided"
    assert not result.safe
    assert compare(predictions, predictions, Gate(fewest=4)).labels[0].verdict == "passes"


def test_lost_calibration_closes_the_gate(critical: Tagger, answers: np.ndarray) -> None:
    """The same labels, but scores that say 0.5 of what always holds."""
    rows = made_rows(critical, answers)
    old, new = np.where(answers, 0.98, 0.01), np.where(answers, 0.5, 0.01)
    result = compare(by_hand(critical, rows, old), by_hand(critical, rows, new))
    assert result.labels[0].verdict == "passes"
    assert not result.safe
    assert "calibration" in result.reasons[0]


@pytest.mark.parametrize(
    ("late", "told"),
    [
        ({"id": "delayed"}, "label late is gone"),
        ({"critical": False}, "late is no longer critical"),
        ({"route": None}, "late no longer goes to shipping"),
    ],
)
def test_a_taxonomy_that_takes_something_away_is_not_compatible(
    critical: Tagger, late: dict[str, object], told: str
) -> None:
    (reason,) = incompatible(critical.bundle.taxonomy, changed(critical, **late).bundle.taxonomy)
    assert told in reason


def test_a_taxonomy_may_gain_labels(critical: Tagger) -> None:
    content = msgspec.json.decode(msgspec.json.encode(critical.bundle.taxonomy))
    content["heads"][0]["labels"].append({"id": "lost", "description": "something is lost"})
    assert incompatible(critical.bundle.taxonomy, msgspec.convert(content, Taxonomy)) == ()


def test_an_old_bundle_is_asked_about_rows_that_know_a_label_it_has_not(tiny: Tagger) -> None:
    """Comparing what is served with a bundle that has learned one more label once ended in a KeyError."""
    seen = predict_rows(tiny, [Example("r", "The parcel is late.", frozenset({"late", "learned_since"}))])
    assert seen.annotations.positive[0].tolist() == [label == "late" for label in seen.labels]
    assert compare(seen, seen).rows == 1


def test_a_label_may_not_change_its_head_or_its_heads_kind(critical: Tagger) -> None:
    content = msgspec.json.decode(msgspec.json.encode(critical.bundle.taxonomy))
    content["heads"][1]["kind"] = "multilabel"
    result = incompatible(critical.bundle.taxonomy, msgspec.convert(content, Taxonomy))
    assert result == (
        "head mood, which decides angry, was multiclass",
        "head mood, which decides happy, was multiclass",
    )


def renamed_taxonomy(taxonomy: Taxonomy, changes: list[dict[str, object]]) -> Taxonomy:
    """Version 2 of the taxonomy: its first label is called `delayed`."""
    content = msgspec.json.decode(msgspec.json.encode(taxonomy))
    content["heads"][0]["labels"][0]["id"] = "delayed"
    return msgspec.convert(content | {"version": 2, "changes": changes}, Taxonomy)


def test_a_declared_rename_is_the_same_label(critical: Tagger, answers: np.ndarray) -> None:
    rename: dict[str, object] = {"rename": "late", "to": "delayed", "since": 2}
    taxonomy = renamed_taxonomy(critical.bundle.taxonomy, [rename])
    new = Tagger(replace(critical.bundle, taxonomy=taxonomy))
    scores = with_errors(answers, 0.1)
    old = by_hand(critical, made_rows(new, answers), scores)
    result = compare(old, by_hand(new, made_rows(new, answers), scores))
    assert result.safe, result.reasons
    assert result.labels[0].id == "delayed"
    assert result.labels[0].difference.value == 0
    assert result.labels[0].critical
    undeclared = renamed_taxonomy(critical.bundle.taxonomy, [])
    assert incompatible(critical.bundle.taxonomy, undeclared) == ("label late is gone",)
