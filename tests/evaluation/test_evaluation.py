"""What is counted, over which cells, and what is left unsaid where too little is known."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from sklearn import metrics as reference

from tagging.learning.data.dataset import read_dataset
from tagging.learning.data.rows import Example
from tagging.learning.evaluation.evaluation import NothingToEvaluate, evaluate, evaluate_predictions
from tagging.learning.evaluation.predictions import predict_rows
from tagging.learning.report import ReportSource, render_report
from tagging.mail.parser import text_mail
from tagging.model.tagger import Tagger
from tagging.taxonomy.taxonomy import Taxonomy
from tests.evaluation.conftest import by_hand, made_rows

LABELS = ["late", "broken", "angry", "happy", "wants_person"]
"""The columns: late goes to shipping, broken to repairs; angry and happy are one exclusive head."""


@pytest.fixture
def answers() -> np.ndarray:
    """200 rows in which at most one of angry and happy holds."""
    random = np.random.default_rng(0)
    yes = random.random((200, 5)) < [0.4, 0.3, 0.3, 0.3, 0.1]
    yes[:, 3] &= ~yes[:, 2]
    return yes


@pytest.fixture
def scores(answers: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(1)
    result = np.clip(random.normal(0.3 + 0.4 * answers, 0.2), 0, 1).round(4)
    both = (result[:, 2] >= 0.5) & (result[:, 3] >= 0.5)
    result[both, 3] = 0.4
    return result


def test_the_figures_of_fully_labelled_rows_are_scikit_learns(
    tiny: Tagger, answers: np.ndarray, scores: np.ndarray
) -> None:
    given = scores >= 0.5
    result = evaluate_predictions(by_hand(tiny, made_rows(tiny, answers), scores))
    expected = {
        "micro_f1": reference.f1_score(answers, given, average="micro"),
        "macro_f1": reference.f1_score(answers, given, average="macro"),
        "sample_f1": reference.f1_score(answers, given, average="samples", zero_division=1.0),
        "mean_average_precision": reference.average_precision_score(answers, scores, average="macro"),
        "hamming_loss": reference.hamming_loss(answers, given),
        "subset_accuracy": reference.accuracy_score(answers, given),
        "ranking_precision": reference.label_ranking_average_precision_score(answers, scores),
    }
    assert {name: figure.value for name, figure in result.fully_labelled.items()} == pytest.approx(expected, abs=6e-5)
    for figure in result.fully_labelled.values():
        assert figure.low < figure.value < figure.high
        assert figure.of == 200
    assert result.partly_labelled is None
    assert result.data.known_share == 1.0
    late = result.labels[0]
    assert late.precision.value == pytest.approx(reference.precision_score(answers[:, 0], given[:, 0]), abs=6e-5)
    assert late.recall.value == pytest.approx(reference.recall_score(answers[:, 0], given[:, 0]), abs=6e-5)
    assert (late.support, late.predicted) == (answers[:, 0].sum(), given[:, 0].sum())


def test_a_multiclass_head_has_accuracy_and_a_confusion_matrix(
    tiny: Tagger, answers: np.ndarray, scores: np.ndarray
) -> None:
    mood = evaluate_predictions(by_hand(tiny, made_rows(tiny, answers), scores)).heads[1]
    assert mood.confusion is not None
    assert mood.confusion.labels == ("angry", "happy", "(none)")
    counts = np.array(mood.confusion.counts)
    assert counts.sum() == 200
    assert mood.accuracy.value == pytest.approx(np.trace(counts) / 200)
    assert counts[0].sum() == answers[:, 2].sum()
    silent = ~(scores[:, 2:4] >= 0.5).any(axis=1)
    assert mood.answered.value == pytest.approx(1 - silent.mean())


def test_a_partly_labelled_row_tells_only_what_is_known_of_it(
    tiny: Tagger, answers: np.ndarray, scores: np.ndarray
) -> None:
    """Cells that nobody knows may score what they like; micro-F1 and its like are of whole rows alone."""
    unknown = np.zeros_like(answers)
    unknown[:120, 1:] = True
    unknown &= ~answers
    predictions = by_hand(tiny, made_rows(tiny, answers, unknown), scores)
    other = by_hand(tiny, made_rows(tiny, answers, unknown), np.where(unknown, 0.97, scores), scores >= 0.5)
    result = evaluate_predictions(predictions)
    whole = ~unknown.any(axis=1)
    assert result.data.fully_labelled == result.fully_labelled["micro_f1"].of == whole.sum()
    expected = reference.f1_score(answers[whole], (scores >= 0.5)[whole], average="micro")
    assert result.fully_labelled["micro_f1"].value == pytest.approx(expected, abs=6e-5)
    no, given = ~answers & ~unknown & ~whole[:, None], scores >= 0.5
    assert result.partly_labelled is not None
    assert result.partly_labelled.false_alarms.value == pytest.approx((given & no).sum() / no.sum(), abs=6e-5)
    held = answers & ~whole[:, None]
    assert result.partly_labelled.recall.value == pytest.approx((given & held).sum() / held.sum(), abs=6e-5)
    assert result.data.known_share == pytest.approx(1 - unknown.mean(), abs=6e-5)
    assert evaluate_predictions(other).labels == result.labels


def test_no_row_fully_labelled_means_no_micro_f1_at_all(tiny: Tagger, answers: np.ndarray, scores: np.ndarray) -> None:
    """Rows of single-label sets: what they were given holds, of the rest somebody declared only one."""
    answers = answers & (np.cumsum(answers, axis=1) == 1)
    unknown = ~answers
    unknown[::2, 0] = False
    unknown[1::2, 1] = False
    result = evaluate_predictions(by_hand(tiny, made_rows(tiny, answers, unknown), scores))
    assert result.fully_labelled == {}
    assert result.partly_labelled is not None
    assert result.partly_labelled.rows == 200
    assert result.partly_labelled.recall.value is not None
    assert all(part.micro_f1.value is None for part in result.slices)


def test_a_label_that_the_data_never_speak_of_is_named_and_left_out(
    tiny: Tagger, answers: np.ndarray, scores: np.ndarray
) -> None:
    answers[:, 4] = False
    unknown = np.zeros_like(answers)
    unknown[:, 4] = True
    result = evaluate_predictions(by_hand(tiny, made_rows(tiny, answers, unknown), scores))
    assert result.data.unannotated == ("wants_person",)
    assert result.data.fully_labelled == 200
    assert [label.id for label in result.labels] == LABELS[:4]


def test_below_five_positives_a_figure_has_no_interval(tiny: Tagger, answers: np.ndarray, scores: np.ndarray) -> None:
    answers[:, 4] = np.arange(200) < 4
    person = evaluate_predictions(by_hand(tiny, made_rows(tiny, answers), scores)).labels[4]
    assert person.support == 4
    measured = (person.recall, person.f1, person.average_precision, person.brier_skill, person.calibration_slope)
    assert all(figure.low is None for figure in measured)
    assert person.f1.value is not None


def test_outcomes_and_routes_by_hand(tiny: Tagger) -> None:
    """right; one label too many; missed; sent to review though right; nothing holds and nothing given; wrong route."""
    yes = np.array([[1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 1, 0, 0, 0], [0] * 5, [1, 0, 0, 0, 0]])
    given = np.array([[1, 0, 0, 0, 0], [1, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 1, 0, 0, 0], [0] * 5, [0, 1, 0, 0, 0]])
    predictions = by_hand(tiny, made_rows(tiny, yes.astype(bool)), given * 0.9, given.astype(bool), review=[3])
    result = evaluate_predictions(predictions)
    shares = {name: getattr(result.triage, name).value for name in ("right", "partly", "review", "missed")}
    assert shares == pytest.approx({"right": 2 / 6, "partly": 1 / 6, "review": 1 / 6, "missed": 2 / 6}, abs=1e-4)
    assert result.routing_accuracy.value == pytest.approx(4 / 6, abs=1e-4)
    repairs, shipping = result.routes
    assert (repairs.id, repairs.due, repairs.sent, repairs.lost) == ("repairs", 2, 2, 1)
    assert repairs.arrived.value == repairs.right.value == 0.5
    assert (shipping.due, shipping.sent, shipping.lost) == (3, 2, 0)
    assert shipping.outcomes == {"right": 1, "partly": 1, "review": 0, "missed": 1}


def test_costs_are_those_of_the_taxonomys_goals(tiny: Tagger) -> None:
    taxonomy = msgspec.json.decode(msgspec.json.encode(tiny.bundle.taxonomy))
    taxonomy["heads"][0]["labels"][0]["goal"] = {"cost": {"fp": 1, "fn": 5}}
    dear = Tagger(replace(tiny.bundle, taxonomy=msgspec.convert(taxonomy, Taxonomy)))
    yes, given = np.zeros((10, 5), dtype=bool), np.zeros((10, 5), dtype=bool)
    yes[:2, 0], given[2:5, 0] = True, True
    result = evaluate_predictions(by_hand(dear, made_rows(dear, yes), given * 0.9, given))
    assert result.cost.value == result.labels[0].cost == 100 * (3 * 1 + 2 * 5) / 10
    assert result.labels[1].cost is None


def test_the_served_tagger_speaks_and_what_cannot_be_tagged_is_counted(tiny: Tagger, rows_file: Path) -> None:
    rows = read_dataset(rows_file, tiny.bundle.taxonomy).rows
    result = evaluate(tiny, [*rows, Example("dots", "...", frozenset())])
    assert result.data.quarantined == {"empty": 1}
    assert (result.data.rows, result.data.tagged, result.data.groups) == (43, 42, 6)
    predictions = predict_rows(tiny, rows)
    assert predictions.label_sets[3] == tiny.tag(text_mail(rows[3].text))
    assert result.fully_labelled["micro_f1"].value > 0.6
    assert {(part.column, part.value) for part in result.slices} >= {("source", "s0"), ("source", "s1")}
    assert 0 < result.time.p50_ms <= result.time.p95_ms
    json.dumps(result.to_json(), allow_nan=False)


def test_nothing_known_is_told_and_not_measured(tiny: Tagger) -> None:
    nobody_knows = Example("a", "Hello there", frozenset(), frozenset(LABELS))
    for rows in ([], [nobody_knows]):
        with pytest.raises(NothingToEvaluate):
            evaluate(tiny, rows)


def test_calibration_is_judged_from_fifty_positives_on(tiny: Tagger) -> None:
    """late: scores are probabilities; broken: twice too sure; angry: too few yes to tell."""
    random = np.random.default_rng(5)
    logits = random.normal(0, 1.5, (800, 5))
    yes = random.random((800, 5)) < 1 / (1 + np.exp(-logits))
    yes[:, 2] &= np.cumsum(yes[:, 2]) <= 49
    yes[:, 3:] = np.eye(800, 2, dtype=bool)
    sureness = np.array([1, 2.5, 1, 1, 1])
    scores = (1 / (1 + np.exp(-logits * sureness))).round(4)
    late, broken, angry, *_ = evaluate_predictions(by_hand(tiny, made_rows(tiny, yes), scores)).labels
    assert (late.calibrated, broken.calibrated, angry.calibrated) == (True, False, None)


def test_a_head_that_gives_its_best_labels_has_no_thresholds(tiny: Tagger) -> None:
    content = msgspec.json.decode(msgspec.json.encode(tiny.bundle.taxonomy))
    content["heads"][0]["policy"] = {"top": 1}
    best = Tagger(replace(tiny.bundle, taxonomy=msgspec.convert(content, Taxonomy)))
    yes = np.eye(10, 5, dtype=bool)
    predictions = by_hand(best, made_rows(best, yes), np.where(yes, 0.9, 0.1))
    result = evaluate_predictions(predictions)
    assert [label.threshold for label in result.labels] == [None, None, 0.6, 0.6, 0.6]
    assert "late" in render_report(result, predictions, ReportSource("desk", "rows.jsonl", "ab" * 32, 0))
