"""How good each head is as a whole: what it decides together, where it says nothing, what it takes for what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import confusion_matrix

from tagging.learning.evaluation.metric_values import MetricValue, share
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.heads import learned_kind, only_asked
from tagging.learning.numeric import Bools
from tagging.taxonomy import Head

NONE = "(none)"


@dataclass(frozen=True)
class Confusion:
    """Rows are what holds, columns what was given; the last of `labels` is none of them."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class HeadQuality:
    """One head over the rows of which all its labels are known; one that waits for a label, where that label holds."""

    id: str
    kind: str
    rows: int
    accuracy: MetricValue
    """Share of rows in which all of the head's labels are right; of a multiclass head, its accuracy."""
    answered: MetricValue
    """Share of all rows in which the head said something that needs no second look."""
    confusion: Confusion | None
    """Of a multiclass head."""


def quality_of_heads(observed: PredictionSet) -> tuple[HeadQuality, ...]:
    """Every head of which the data know at least one label, in taxonomy order."""
    asked = {label for label, is_asked in zip(observed.labels, observed.asked, strict=True) if is_asked}
    heads = (head for head in observed.taxonomy.heads if asked & {label.id for label in head.labels})
    return tuple(_quality(observed, head) for head in heads)


def answered_by_all(observed: PredictionSet) -> MetricValue:
    """Share of items for which every head had an answer."""
    each = np.stack([answered(observed, head) for head in observed.taxonomy.heads])
    return _share(np.asarray(each.all(axis=0)), observed)


def answered(observed: PredictionSet, head: Head) -> Bools:
    """Where a head has an answer [rows]: no score in its label's review band, no label given that is unproven, and of
    a multiclass head, a label. Nothing holds is an answer of the other kinds; a head that was not asked owes none.
    """
    columns = _columns(observed, head)
    decisions = [observed.tagger.bundle.decisions[label.id] for label in head.labels]
    scores, given = observed.scores[:, columns], observed.given[:, columns]
    bands = np.array([decision.review or (2.0, 2.0) for decision in decisions])
    unsure = ((scores >= bands[:, 0]) & (scores < bands[:, 1])).any(axis=1)
    unproven = (given & ~np.array([decision.meets_objective for decision in decisions])).any(axis=1)
    unanswered = learned_kind(head.kind).unanswered(given)
    result: Bools = ~(unsure | unproven | unanswered) | ~observed.ran[:, columns[0]]
    return result


def _quality(observed: PredictionSet, head: Head) -> HeadQuality:
    columns = [column for column in _columns(observed, head) if observed.asked[column]]
    rows = only_asked(observed.answers, observed.taxonomy).observed[:, columns].all(axis=1)
    yes, given = observed.answers.positive[rows][:, columns], observed.given[rows][:, columns]
    right = (yes == given).all(axis=1).astype(float)
    labels = [observed.labels[column] for column in columns]
    return HeadQuality(
        id=head.id,
        kind=head.kind,
        rows=int(rows.sum()),
        accuracy=share(right, np.ones(len(right)), observed.group_of[rows]),
        answered=_share(answered(observed, head), observed),
        confusion=_confusion(labels, yes, given) if learned_kind(head.kind).has_confusion else None,
    )


def _confusion(labels: list[str], yes: Bools, given: Bools) -> Confusion:
    holds, said = (np.where(part.any(axis=1), part.argmax(axis=1), len(labels)) for part in (yes, given))
    counts = confusion_matrix(holds, said, labels=np.arange(len(labels) + 1)) if len(holds) else []
    return Confusion((*labels, NONE), tuple(tuple(int(count) for count in row) for row in counts))


def _columns(observed: PredictionSet, head: Head) -> list[int]:
    return [observed.labels.index(label.id) for label in head.labels]


def _share(marked: Bools, observed: PredictionSet) -> MetricValue:
    return share(marked.astype(float), np.ones(len(marked)), observed.group_of)
