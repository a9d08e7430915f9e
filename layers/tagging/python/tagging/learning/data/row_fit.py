"""Checks a row's labels against a taxonomy and adds the labels that they imply."""

from __future__ import annotations

from dataclasses import replace

from tagging.learning.data.row_format import ALL_OTHERS, RowError
from tagging.learning.data.rows import Example
from tagging.taxonomy import Taxonomy, nearest

UNDECLARED = "has labels that the taxonomy does not have"
"""How the message of a row begins whose labels were perhaps renamed without a line in `changes`."""


def fit_row(row: Example, taxonomy: Taxonomy) -> Example:
    """The row with all implied annotations. Raises RowError where its labels contradict each other or the taxonomy.

    A positive label makes its parent positive, and the label of its head's condition; in an exclusive head it makes
    the others negative. `"*"` in unknown stands for every label that is not positive.
    """
    foreign = sorted((row.labels | row.unknown) - set(taxonomy.labels) - {ALL_OTHERS})
    if foreign:
        known = list(taxonomy.labels)
        names = "; ".join(f"{label}{nearest(label, known) or ''}" for label in foreign)
        raise RowError(f"{UNDECLARED}: {names}")
    labels = frozenset(taxonomy.closed(row.labels))
    for head in reversed(taxonomy.heads):
        if head.when and any(label.id in labels for label in head.labels):
            labels |= frozenset(taxonomy.closed([head.when]))
    unknown = frozenset(taxonomy.labels) if ALL_OTHERS in row.unknown else row.unknown
    unknown -= labels
    for head in taxonomy.heads:
        in_head = {label.id for label in head.labels}
        held = sorted(labels & in_head)
        if head.rules.exclusive and held:
            if len(held) > 1:
                raise RowError(f"head {head.id} is exclusive, and holds {', '.join(held)}; keep one of them")
            unknown -= in_head
    if labels == row.labels and unknown == row.unknown:
        return row
    return replace(row, labels=labels, unknown=unknown)


def expand(rows: list[Example]) -> list[Example]:
    """Rows without a taxonomy: `"*"` in unknown becomes every label that any row names and this one lacks."""
    named = frozenset(label for row in rows for label in row.labels | row.unknown) - {ALL_OTHERS}
    return [replace(row, unknown=named - row.labels) if ALL_OTHERS in row.unknown else row for row in rows]
