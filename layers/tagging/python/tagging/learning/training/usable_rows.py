"""Rows of texts that can be learned from: those with letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tagging.learning.data import Example
from tagging.learning.features import ItemTexts, item_texts
from tagging.model import Features
from tagging.quarantine import Quarantined


@dataclass(frozen=True)
class UsableRows:
    """Rows with letters, and their texts as served; rows whose features were logged follow those with texts."""

    texts: list[Example] = field(default_factory=list)
    items: list[ItemTexts] = field(default_factory=list)
    """The texts of `texts`."""
    logged: list[Example] = field(default_factory=list)
    features: list[Features] = field(default_factory=list)
    """The features of `logged`."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Id of each other row -> reason code."""

    @property
    def rows(self) -> list[Example]:
        """All rows that can be used."""
        return self.texts + self.logged


def usable_rows(rows: Sequence[Example]) -> UsableRows:
    """The rows that have a letter of any script: no head runs on the others."""
    usable = UsableRows()
    for row in rows:
        features = row.features
        if (features.wordless or features.final) if features else not any(map(str.isalpha, row.text)):
            usable.skipped[row.id] = "empty"
        elif features:
            usable.logged.append(row)
            usable.features.append(features)
        else:
            try:
                usable.items.append(item_texts(row.text))
            except Quarantined as error:
                usable.skipped[row.id] = error.reason
            else:
                usable.texts.append(row)
    return usable
