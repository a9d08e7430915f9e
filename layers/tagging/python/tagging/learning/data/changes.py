"""Carrying data set rows over to a taxonomy whose labels were renamed, split, merged or deprecated since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tagging.learning.data.rows import Row
from tagging.taxonomy import Change


def carry_over(rows: Iterable[Row], changes: Sequence[Change]) -> list[Row]:
    """The rows in today's labels, in the same order; rows that no change concerns are the same objects.

    Nothing is made up: of a split label's yes nobody knows which part it was, so its parts are unknown, while its no is
    a no of each part. A merged label holds where one of its parts did, and is unknown where none did and one was
    unknown. An id is never used again for another meaning, so that the ids alone tell which rows are older.
    """
    return [_carried(row, changes) for row in rows]


def _carried(row: Row, changes: Sequence[Change]) -> Row:
    labels, unknown = set(row.labels), set(row.unknown)
    for change in changes:
        old = set(change.old)
        held, open_ = bool(labels & old), bool(unknown & old)
        if change.kind == "deprecate" or not (held or open_):
            continue
        labels -= old
        unknown -= old
        if held and change.kind != "split":
            labels |= set(change.new)
        else:
            unknown |= set(change.new)
    # A row labelled anew after a split may hold the old label and the right part.
    unknown -= labels
    if labels == row.labels and unknown == row.unknown:
        return row
    return replace(row, labels=frozenset(labels), unknown=frozenset(unknown))
