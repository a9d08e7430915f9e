"""Sentences of BANKING77 and CLINC150 with their intents: what the upper layers of an encoder are tuned on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tagging.learning.data import DOMAINS, id_of, normalised, read_banking77, read_clinc150, read_nlupp, words_of

NO_INTENT = "oos"
TESTED = "test"


@dataclass(frozen=True)
class IntentRows:
    """Sentences and the place of each one's intent; for each intent its source and its name as words."""

    texts: tuple[str, ...]
    intents: tuple[int, ...]
    sources: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Every word of any name, once."""
        return tuple(sorted(set(chain.from_iterable(name.split() for name in self.names))))


def read_intent_rows(data: Path) -> IntentRows:
    """All rows but the test splits', those without an intent, and those that are a sentence of NLU++ as well.

    Raises DataError.
    """
    measured = {normalised(row.text) for domain in DOMAINS for row in read_nlupp(data, domain).rows}
    rows = [
        row
        for row in (*read_banking77(data), *read_clinc150(data))
        if row.split != TESTED and row.labels != (NO_INTENT,) and normalised(row.text) not in measured
    ]
    intents = sorted({(row.source, row.labels[0]) for row in rows})
    place = {intent: number for number, intent in enumerate(intents)}
    return IntentRows(
        texts=tuple(row.text for row in rows),
        intents=tuple(place[row.source, row.labels[0]] for row in rows),
        sources=tuple(source for source, _ in intents),
        names=tuple(words_of(id_of(intent)) for _, intent in intents),
    )
