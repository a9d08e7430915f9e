"""Converts data set rows to a taxonomy whose labels were renamed, split, merged or deprecated since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tagging.learning.data.rows import Example
from tagging.taxonomy import Change


def carry_over(rows: Iterable[Example], changes: Sequence[Change]) -> list[Example]:
    """The rows with current labels, in the same order; rows that no change concerns are the same objects.

    A positive of a split label makes its parts unknown, a negative makes each part negative. A merged label is positive
    where one of its parts was, and unknown where none was and one was unknown. Ids are never reused for another
    meaning, so that the ids alone show which rows are older.
    """
    return [_carried(row, changes) for row in rows]


def _carried(row: Example, changes: Sequence[Change]) -> Example:
    labels, unknown = set(row.labels), set(row.unknown)
    for change in changes:
        old = set(change.old)
        positive, is_unknown = bool(labels & old), bool(unknown & old)
        if change.kind == "deprecate" or not (positive or is_unknown):
            continue
        labels -= old
        unknown -= old
        if positive and change.kind != "split":
            labels |= set(change.new)
        else:
            unknown |= set(change.new)
    # A row labelled anew after a split may have both the old label and the right part.
    unknown -= labels
    if labels == row.labels and unknown == row.unknown:
        return row
    return replace(row, labels=frozenset(labels), unknown=frozenset(unknown))
