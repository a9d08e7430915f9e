"""Multiclass heads as they are served: one softmax, and at most one label."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tagging.model.heads import ScoreMaps, ServedHeadKind, above_threshold, platt, reach_threshold
from tagging.model.manifest import Decision
from tagging.model.prediction import Floats
from tagging.taxonomy import Head

Bools = NDArray[np.bool_]


class Exclusive:
    """Labels of which at most one holds."""

    def scores(self, logits: Floats, maps: ScoreMaps) -> Floats:
        """The softmax of the mapped logits: scores of an item add up to 1, together with that of no label, if it is a
        class."""
        mapped = platt(logits, maps)
        if maps.beside_none:
            mapped = np.concatenate([mapped, np.zeros((*mapped.shape[:-1], 1))], axis=-1)
        raised = np.exp(mapped - mapped.max(axis=-1, keepdims=True))
        shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
        return shares[..., :-1] if maps.beside_none else shares

    def holding(self, head: Head, scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
        """The label with the highest score, the first of equals, if it reaches its threshold."""
        best = max((label.id for label in head.labels), key=lambda label_id: scores[label_id])
        return (best,) if best in above_threshold(head, scores, decisions) else ()

    def holds(self, head: Head, scores: Floats, maps: ScoreMaps) -> Bools:  # noqa: ARG002 - the protocol
        """Of each row the highest score, the first of equals, if it reaches its threshold."""
        best: Bools = np.arange(scores.shape[-1]) == scores.argmax(axis=-1)[..., None]
        return best & reach_threshold(scores, maps)

    def error(self, scores: Floats, assigned: Bools) -> Floats:
        """That another label than the assigned one holds; without one, that any holds."""
        chosen = (scores * assigned).sum(axis=-1)
        error: Floats = np.where(assigned.any(axis=-1), 1 - chosen, np.minimum(scores.sum(axis=-1), 1.0))
        return error


KIND: ServedHeadKind = Exclusive()
