"""Sentences of BANKING77 and CLINC150 with their intents, to fine-tune the upper layers of an encoder on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tagging.learning.data import DOMAINS, id_of, normalised, read_banking77, read_clinc150, read_nlupp, words_of

NO_INTENT = "oos"
TESTED = "test"


@dataclass(frozen=True)
class IntentRows:
    """Sentences with the index of their intent; for each intent its source and its name as words."""

    texts: tuple[str, ...]
    intents: tuple[int, ...]
    sources: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """All distinct words of the names."""
        return tuple(sorted(set(chain.from_iterable(name.split() for name in self.names))))


def read_intent_rows(data: Path) -> IntentRows:
    """All rows except test splits, rows without an intent, and sentences that NLU++ has too.

    Raises DataError.
    """
    test_sentences = {normalised(row.text) for domain in DOMAINS for row in read_nlupp(data, domain).rows}
    rows = [
        row
        for row in (*read_banking77(data), *read_clinc150(data))
        if row.split != TESTED and row.labels != (NO_INTENT,) and normalised(row.text) not in test_sentences
    ]
    intents = sorted({(row.source, row.labels[0]) for row in rows})
    index_of = {intent: number for number, intent in enumerate(intents)}
    return IntentRows(
        texts=tuple(row.text for row in rows),
        intents=tuple(index_of[row.source, row.labels[0]] for row in rows),
        sources=tuple(source for source, _ in intents),
        names=tuple(words_of(id_of(intent)) for _, intent in intents),
    )
