"""Label sets of many items at once, from a block of logits: what `decide` assigns to each, as an array."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from tagging.model.bundle import Bundle
from tagging.model.decisions import scores_by
from tagging.model.heads import served_kind
from tagging.model.labelling import always_answers, check_known
from tagging.model.prediction import Floats
from tagging.taxonomy import Head

Bools = NDArray[np.bool_]


def assign_many(logits: Floats, unlike: Bools, version: Bundle, heads: Collection[str] | None = None) -> Bools:
    """The labels of each item, implied ones included: bools [items, labels] from logits [items, labels].

    Columns are those of logits: all labels, also of packs that are off. `unlike` [items]: `Prediction.unlike`. `heads`
    are those of all items. Items without words or with a final reason get labels here as well: `decide` gives them
    none. Raises Quarantined (unknown_head).
    """
    return with_implied(_ran(logits, unlike, version, heads)[0], version)


def score_many(
    logits: Floats, unlike: Bools, version: Bundle, heads: Collection[str] | None = None, *, final: bool = False
) -> tuple[Floats, Bools]:
    """Scores and labels of each item, both [items, labels]; nan for labels without a score. As `assign_many` otherwise.

    An implied label has the higher score of its own and of the label that implies it, as in `LabelSet.labels`.
    `final`: the items have a final reason, and therefore no labels.
    """
    holding, ran = _ran(logits, unlike, version, heads)
    scores = np.full(logits.shape, np.nan)
    for head in version.taxonomy.heads:
        columns = version.head_columns[head.id]
        items = np.flatnonzero(ran[:, columns.start])
        scores[items, columns] = scores_by(head, logits[items, columns], version.score_maps[head.id])
    if final:
        return scores, np.zeros(logits.shape, dtype=bool)
    assigned = with_implied(holding, version)
    waiting = assigned & ~holding
    for label_id in version.taxonomy.labels if waiting.any() else ():
        source = version.columns[label_id]
        for column in (version.columns[above] for above in version.taxonomy.closed([label_id]) if above != label_id):
            items = np.flatnonzero(waiting[:, column] & holding[:, source])
            scores[items, column] = np.maximum(scores[items, column], scores[items, source])
            waiting[items, column] = False
    return scores, assigned


def _ran(logits: Floats, unlike: Bools, version: Bundle, heads: Collection[str] | None) -> tuple[Bools, Bools]:
    """The labels that the heads assign, without implied ones, and those that have a score: bools [items, labels]."""
    check_known(version, heads)
    assigned, ran = np.zeros(logits.shape, dtype=bool), np.zeros(logits.shape, dtype=bool)
    taxonomy = version.taxonomy
    for head in taxonomy.heads if heads is None else taxonomy.needed(heads):
        columns = version.head_columns[head.id]
        if head.when is None:
            holds = holds_alone(head, logits[:, columns], version)
            if always_answers(head, version):
                holds &= ~unlike[:, None]
            assigned[:, columns], ran[:, columns] = holds, True
        else:
            items = np.flatnonzero(assigned[:, version.columns[head.when]] & ~unlike)
            assigned[items, columns] = holds_alone(head, logits[items, columns], version)
            ran[items, columns] = True
    if heads is not None:
        for head in taxonomy.heads:
            if head.id not in heads:
                assigned[:, version.head_columns[head.id]] = False
                ran[:, version.head_columns[head.id]] = False
    return assigned, ran


def holds_alone(head: Head, logits: Floats, version: Bundle) -> Bools:
    """The labels that a head assigns where it runs, from logits [items, labels of the head]."""
    maps = version.score_maps[head.id]
    return served_kind(head.kind).holds(head, scores_by(head, logits, maps), maps)


def with_implied(assigned: Bools, version: Bundle) -> Bools:
    """These labels [items, labels] and all that they imply."""
    closed = assigned.copy()
    for label_id, label in version.taxonomy.labels.items():
        if label.parent is None:
            continue
        for above in version.taxonomy.closed([label_id]):
            if above != label_id:
                closed[:, version.columns[above]] |= assigned[:, version.columns[label_id]]
    return closed
