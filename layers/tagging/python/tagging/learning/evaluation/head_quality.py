"""Quality of each head as a whole: accuracy, share of rows with an answer, confusion of multiclass heads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import confusion_matrix

from tagging.learning.evaluation.metric_values import MetricValue, share
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.heads import conditioned_annotations, training_kind
from tagging.learning.numeric import Bools
from tagging.taxonomy import Head

NONE = "(none)"


@dataclass(frozen=True)
class Confusion:
    """Rows are true labels, columns predicted ones; the last of `labels` stands for none."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class HeadQuality:
    """One head, over the rows with annotations for all its labels; a conditional head, where its condition holds."""

    id: str
    kind: str
    rows: int
    accuracy: MetricValue
    """Share of rows in which all of the head's labels are right; of a multiclass head, its accuracy."""
    answered: MetricValue
    """Share of all rows for which the head has an answer that needs no review."""
    confusion: Confusion | None
    """Of a multiclass head."""


def quality_of_heads(predictions: PredictionSet) -> tuple[HeadQuality, ...]:
    """Every head with an annotated label, in taxonomy order."""
    annotated = set(np.array(predictions.labels)[predictions.annotated])
    heads = (head for head in predictions.taxonomy.heads if annotated & {label.id for label in head.labels})
    return tuple(_quality(predictions, head) for head in heads)


def answered_by_all(predictions: PredictionSet) -> MetricValue:
    """Share of items for which every head has an answer."""
    by_head = np.stack([answered(predictions, head) for head in predictions.taxonomy.heads])
    return _share(np.asarray(by_head.all(axis=0)), predictions)


def answered(predictions: PredictionSet, head: Head) -> Bools:
    """Rows for which a head has an answer [rows], or did not run.

    The item's labels are sure enough, every predicted label meets its objective, and a multiclass head has a label;
    for other kinds, an empty set is an answer too.
    """
    columns = _columns(predictions, head)
    decisions = [predictions.tagger.bundle.decisions[label.id] for label in head.labels]
    predicted = predictions.predicted[:, columns]
    unsure = np.array(
        ["near_threshold" in label_set.review_reasons for label_set in predictions.label_sets], dtype=bool
    )
    unproven = (predicted & ~np.array([decision.meets_objective for decision in decisions])).any(axis=1)
    undecided = training_kind(head.kind).unanswered(predicted)
    result: Bools = ~(unsure | unproven | undecided) | ~predictions.ran[:, columns[0]]
    return result


def _quality(predictions: PredictionSet, head: Head) -> HeadQuality:
    columns = [column for column in _columns(predictions, head) if predictions.annotated[column]]
    rows = conditioned_annotations(predictions.annotations, predictions.taxonomy).observed[:, columns].all(axis=1)
    positive, predicted = predictions.annotations.positive[rows][:, columns], predictions.predicted[rows][:, columns]
    right = (positive == predicted).all(axis=1).astype(float)
    labels = [predictions.labels[column] for column in columns]
    return HeadQuality(
        id=head.id,
        kind=head.kind,
        rows=int(rows.sum()),
        accuracy=share(right, np.ones(len(right)), predictions.group_of[rows]),
        answered=_share(answered(predictions, head), predictions),
        confusion=_confusion(labels, positive, predicted) if training_kind(head.kind).has_confusion else None,
    )


def _confusion(labels: list[str], positive: Bools, predicted: Bools) -> Confusion:
    truth, prediction = (np.where(part.any(axis=1), part.argmax(axis=1), len(labels)) for part in (positive, predicted))
    counts = confusion_matrix(truth, prediction, labels=np.arange(len(labels) + 1)) if len(truth) else []
    return Confusion((*labels, NONE), tuple(tuple(int(count) for count in row) for row in counts))


def _columns(predictions: PredictionSet, head: Head) -> list[int]:
    return [predictions.labels.index(label.id) for label in head.labels]


def _share(marked: Bools, predictions: PredictionSet) -> MetricValue:
    return share(marked.astype(float), np.ones(len(marked)), predictions.group_of)
