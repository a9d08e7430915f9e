"""From logits to scores to the labels that hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tagging.model.heads import ScoreMaps, score_maps, served_kind
from tagging.model.manifest import Decision
from tagging.model.prediction import Floats
from tagging.taxonomy import Head, Taxonomy


def scores_of(head: Head, logits: Floats, decisions: Mapping[str, Decision]) -> Floats:
    """Calibrated probabilities [..., labels of the head], in [0, 1], rounded to 4 decimals."""
    return scores_by(head, logits, score_maps([decisions[label.id] for label in head.labels]))


def scores_by(head: Head, logits: Floats, maps: ScoreMaps) -> Floats:
    """The same by the arrays of the decisions on the head's labels."""
    return served_kind(head.kind).scores(logits, maps).round(4)


def labels_of(head: Head, scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """Ids of the labels that the head assigns, in taxonomy order; `Taxonomy.closed` adds implied ones."""
    return served_kind(head.kind).holding(head, scores, decisions)


def implied_by(taxonomy: Taxonomy, holding: Iterable[str]) -> dict[str, str]:
    """Implied label -> the first label in `holding` that implies it."""
    ids = tuple(holding)
    implied: dict[str, str] = {}
    for label_id in ids:
        for above in taxonomy.closed([label_id]):
            if above not in ids:
                implied.setdefault(above, label_id)
    return implied


def uncertain(scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> bool:
    """Whether any score lies in its label's review band."""
    bands = ((score, decisions[label_id].review) for label_id, score in scores.items())
    return any(band is not None and band[0] <= score < band[1] for score, band in bands)
