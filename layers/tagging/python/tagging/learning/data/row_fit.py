"""Whether a row's labels are those of a taxonomy and can hold together, and what follows for its other labels."""

from __future__ import annotations

from dataclasses import replace

from tagging.learning.data.row_format import ALL_OTHERS, RowError
from tagging.learning.data.rows import Row
from tagging.taxonomy import Taxonomy, nearest


def fit_row(row: Row, taxonomy: Taxonomy) -> Row:
    """The row with all that its labels imply. Raises RowError where they contradict each other or the taxonomy.

    A child's yes is its parent's, and that of the label that its head waits for; one label of an exclusive head rules
    out the others; `"*"` in unknown is every label
    that nothing is said of. The rest of the row is as it was.
    """
    strange = sorted((row.labels | row.unknown) - set(taxonomy.labels) - {ALL_OTHERS})
    if strange:
        known = list(taxonomy.labels)
        told = "; ".join(f"{label}{nearest(label, known) or ''}" for label in strange)
        raise RowError(f"has labels that the taxonomy does not have: {told}")
    labels = frozenset(taxonomy.closed(row.labels))
    for head in reversed(taxonomy.heads):
        if head.when and any(label.id in labels for label in head.labels):
            labels |= frozenset(taxonomy.closed([head.when]))
    unknown = frozenset(taxonomy.labels) if ALL_OTHERS in row.unknown else row.unknown
    unknown -= labels
    for head in taxonomy.heads:
        of_head = {label.id for label in head.labels}
        held = sorted(labels & of_head)
        if head.rules.exclusive and held:
            if len(held) > 1:
                raise RowError(f"head {head.id} is exclusive, and holds {', '.join(held)}; keep one of them")
            unknown -= of_head
    if labels == row.labels and unknown == row.unknown:
        return row
    return replace(row, labels=labels, unknown=unknown)


def expand(rows: list[Row]) -> list[Row]:
    """Rows without a taxonomy: `"*"` in unknown becomes every label that any row names and this one does not hold."""
    named = frozenset(label for row in rows for label in row.labels | row.unknown) - {ALL_OTHERS}
    return [replace(row, unknown=named - row.labels) if ALL_OTHERS in row.unknown else row for row in rows]
