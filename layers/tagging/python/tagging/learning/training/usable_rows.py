"""Rows of texts that can be learned from: those with letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tagging.learning.data import Example
from tagging.learning.features import ItemTexts, item_texts
from tagging.quarantine import Quarantined


@dataclass(frozen=True)
class UsableRows:
    """Rows with letters, and their texts as served."""

    rows: list[Example]
    items: list[ItemTexts]
    skipped: dict[str, str]
    """Id of each other row -> reason code."""


def usable_rows(rows: Sequence[Example]) -> UsableRows:
    """The rows that have a letter of any script: no head runs on the others."""
    usable = UsableRows([], [], {})
    for row in rows:
        if not any(map(str.isalpha, row.text)):
            usable.skipped[row.id] = "empty"
            continue
        try:
            item = item_texts(row.text)
        except Quarantined as error:
            usable.skipped[row.id] = error.reason
            continue
        usable.rows.append(row)
        usable.items.append(item)
    return usable
