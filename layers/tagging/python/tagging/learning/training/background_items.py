"""Background items among the rows of a training: without labels, unless they are too similar to a labelled row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tagging.learning.features import Background, EncodedItems
from tagging.learning.heads import Labelled, training_kind
from tagging.learning.numeric import FEWEST_NONE, Annotations, Floats, Ints, Neighbourhood, neighbourhood
from tagging.taxonomy import Head

SIMILAR_SHARE = 0.5
"""A background item is similar if half of the rows have no more similar neighbour among the other rows."""
MAX_COMPARED = 1000
"""Rows whose nearest neighbours are computed to know how similar rows are to each other."""


def background_items(background: Background, rows: Labelled, first_text: int, folds: int) -> Labelled:
    """The items of the background, over texts that begin at `first_text`; labels of the nearest row are unknown in
    those that are similar to a row, all others do not hold."""
    own = background.items
    labels = rows.annotations.positive.shape[1]
    observed = np.ones((len(own.full_texts), labels), dtype=bool)
    near, nearest = _nearest(background.items, _neighbourhood(rows.items))
    similar = near >= _typical_similarity(rows.items)
    known_positive = rows.annotations.positive & rows.annotations.observed
    observed[similar] = ~known_positive[nearest[similar]]
    items = EncodedItems(rows.items.encoded, own.full_texts + first_text, own.sentences + first_text, own.item_of)
    return Labelled(items, Annotations(np.zeros_like(observed), observed), background.groups % folds)


def for_heads(background: Labelled, heads: Sequence[Head]) -> Labelled | None:
    """The items for heads with a class of none; None if there is no such head.

    Independent labels neither learn from them nor are tuned on them, and are unknown: nobody knows that these texts
    have none of a taxonomy's general labels ("how"). As negatives they cost .09 of micro-F1 on NLU++ banking, low.
    """
    none = np.array([training_kind(head.kind).learns_none for head in heads for _ in head.labels], dtype=bool)
    if not none.any():
        return None
    annotations = background.annotations
    return replace(background, annotations=Annotations(annotations.positive, annotations.observed & none))


def as_many_as_rows(background: Labelled, rows: int) -> Labelled:
    """As many items as there are rows, or all: thresholds for more would cost the rows' labels.

    There are enough for the scores of exclusive heads to compare labels with none.
    """
    count = len(background.folds)
    chosen = np.zeros(count, dtype=bool)
    chosen[np.linspace(0, count - 1, min(count, max(rows, FEWEST_NONE))).astype(np.int64)] = True
    return background.take(chosen)


def _neighbourhood(items: EncodedItems) -> Neighbourhood:
    return neighbourhood(items.encoded.dense[items.sentences], items.item_of)


def _nearest(items: EncodedItems, rows: Neighbourhood) -> tuple[Floats, Ints]:
    """The similarity of each item's most similar sentence to a row's, and that row, both [items]."""
    similarity, row = rows.nearest(items.encoded.dense[items.sentences], 1)
    best = np.array([start + int(similarity[start:end].argmax()) for start, end in _bounds(items)])
    return similarity[best], row[best]


def _typical_similarity(items: EncodedItems) -> float:
    """The similarity that SIMILAR_SHARE of the rows do not have to any other row."""
    compared = np.zeros(len(items.full_texts), dtype=bool)
    compared[np.linspace(0, len(compared) - 1, min(len(compared), MAX_COMPARED)).astype(np.int64)] = True
    inside = compared[items.item_of]
    own = items.item_of[inside]
    similarity, _ = _neighbourhood(items).nearest(items.encoded.dense[items.sentences[inside]], 1, own)
    highest = np.full(len(compared), -1.0)
    np.maximum.at(highest, own, similarity)
    return float(np.quantile(highest[compared], SIMILAR_SHARE))


def _bounds(items: EncodedItems) -> list[tuple[int, int]]:
    ends = np.append(items.starts, len(items.sentences))
    return list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
