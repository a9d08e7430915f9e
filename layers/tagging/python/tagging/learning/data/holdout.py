"""Splits off test rows: those with the split `test`, or a random share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tagging.learning.data.duplicates import groups_of
from tagging.learning.data.rows import Example, annotations_of
from tagging.learning.numeric import split

TEST, TRAIN = "test", "train"
SHARE = 0.2


def hold_out(rows: Sequence[Example], share: float = SHARE, seed: int = 0) -> tuple[list[Example], list[Example]]:
    """Training rows and test rows, both in their original order.

    Rows with the split `test` are the test rows, if there are any; else a `share` of the rows, stratified by label,
    with each group and rows of the same words on one side. Those get the splits `train` and `test`.
    """
    if any(row.split == TEST for row in rows):
        return [row for row in rows if row.split != TEST], [row for row in rows if row.split == TEST]
    labels = sorted({label for row in rows for label in row.labels})
    parts = split(annotations_of(rows, labels).positive, [1 - share, share], seed, groups_of(rows))
    named = [replace(row, split=(TRAIN, TEST)[part]) for row, part in zip(rows, parts, strict=True)]
    return [row for row in named if row.split == TRAIN], [row for row in named if row.split == TEST]
