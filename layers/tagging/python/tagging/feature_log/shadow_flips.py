"""Critical labels that a shadow would add or take, of the items that one attempt at a batch scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from tagging.feature_log.writer import Scored
from tagging.model import Bundle, Prediction, assign_many
from tagging.quarantine import Quarantined
from tagging.store import Outcome, Tagged


def critical_flips(items: Iterable[tuple[Outcome, Scored]], champion: str, shadow: str) -> Counter[str]:
    """Label → items that only one of both versions gives it, of the labels that either has as critical.

    `champion`, `shadow`: ids of versions. Items that another version decided, and those that the shadow did not score,
    are left out, as are those of which it lacks a requested head.
    """
    groups: dict[tuple[str, ...] | None, list[tuple[frozenset[str], Bundle, Bundle, Prediction]]] = {}
    for outcome, scored in items:
        predictions, features = scored.predictions, scored.features
        if champion != next(iter(predictions)) or shadow not in predictions or not isinstance(outcome.result, Tagged):
            continue
        if features.wordless or features.final is not None:  # no version gives it a label
            continue
        labels = frozenset(label.id for label in outcome.result.label_set.labels)
        group = groups.setdefault(outcome.heads, [])
        group.append((labels, predictions[champion][0], *predictions[shadow]))
    flips: Counter[str] = Counter()
    for heads, group in groups.items():
        _, decisive, version, _ = group[0]
        logits = np.stack([prediction.logits for *_, prediction in group])
        try:
            assigned = assign_many(logits, np.array([each.unlike for *_, each in group]), version, heads)
        except Quarantined:
            continue
        critical = dict.fromkeys((*decisive.taxonomy.critical_labels, *version.taxonomy.critical_labels))
        columns = {label: version.columns.get(label) for label in critical}
        for (labels, *_), row in zip(group, assigned, strict=True):
            flips.update(
                label
                for label, column in columns.items()
                if (label in labels) != (column is not None and bool(row[column]))
            )
    return flips
