"""Rows of texts that can be learned from: those with letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tagging.learning.data import Example
from tagging.learning.features import ItemTexts, item_texts
from tagging.learning.numeric import Bools, Ints
from tagging.model import FULL_SENTENCE_WORDS, Features, count_words
from tagging.quarantine import Quarantined

MAX_UTTERANCE_SENTENCES = 2
"""A row of at most so many sentences is an utterance: it is composed into mails."""
MOST_STOOD_FOR = 50
"""Items of the traffic that one drawn row stands for at most."""


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

    @property
    def utterances(self) -> Bools:
        """Which of `texts` are composed into mails [texts]: short ones; a served item is a mail already."""
        parts = zip(self.texts, self.items, strict=True)
        return np.array(
            [row.served is None and len(item.sentences) <= MAX_UTTERANCE_SENTENCES for row, item in parts], dtype=bool
        )

    @property
    def full_sentences(self) -> Bools:
        """Which sentences of all rows are full ones; where only the full text was logged, it is the one sentence."""
        words = [count_words(sentence) for item in self.items for sentence in item.sentences]
        for features in self.features:
            words += [each.words for each in features.sentences] or [FULL_SENTENCE_WORDS]
        return np.array(words) >= FULL_SENTENCE_WORDS

    @property
    def counts(self) -> Ints | None:
        """How many items of the traffic each row stands for [rows]: 1 / inclusion; None where no row was drawn."""
        drawn = [row.served.inclusion if row.served else None for row in self.rows]
        if not any(drawn):
            return None
        return np.array([round(min(1 / each, MOST_STOOD_FOR)) if each else 1 for each in drawn], dtype=np.int64)


def usable_rows(rows: Sequence[Example]) -> UsableRows:
    """The rows that have a letter of any script: no head runs on the others."""
    usable = UsableRows()
    for row in rows:
        features = row.features
        if features is None:
            _add_text(row, usable)
        elif features.wordless or features.final:
            usable.skipped[row.id] = "empty"
        else:
            usable.logged.append(row)
            usable.features.append(features)
    return usable


def _add_text(row: Example, usable: UsableRows) -> None:
    """Read as a served mail is; a row of which all is cut, such as a footer alone, has no letter left."""
    try:
        item = item_texts(row.text)
    except Quarantined as error:
        usable.skipped[row.id] = error.reason
        return
    if any(map(str.isalpha, item.full_text)):
        usable.items.append(item)
        usable.texts.append(row)
    else:
        usable.skipped[row.id] = "empty"
