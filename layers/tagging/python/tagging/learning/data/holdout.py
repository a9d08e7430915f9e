"""Rows held back from training, to measure on: those that the data says are for testing, or a share dealt by us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tagging.learning.data.duplicates import groups_of
from tagging.learning.data.rows import Row, answers_of
from tagging.learning.numeric import split

TEST, TRAIN = "test", "train"
SHARE = 0.2


def hold_out(rows: Sequence[Row], share: float = SHARE, seed: int = 0) -> tuple[list[Row], list[Row]]:
    """Rows to train on and rows to test on, each in the order they came.

    Where rows have the split `test`, those are the second; else `share` of the rows is, each label's and each group's
    rows dealt as `splits.split` does, rows with the same words on one side; they get the splits `train` and `test`.
    """
    if any(row.split == TEST for row in rows):
        return [row for row in rows if row.split != TEST], [row for row in rows if row.split == TEST]
    labels = sorted({label for row in rows for label in row.labels})
    parts = split(answers_of(rows, labels).positive, [1 - share, share], seed, groups_of(rows))
    named = [replace(row, split=(TRAIN, TEST)[part]) for row, part in zip(rows, parts, strict=True)]
    return [row for row in named if row.split == TRAIN], [row for row in named if row.split == TEST]
