"""Lexical features: which known word-piece n-grams a text holds, as one normalised row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

SEPARATOR = " "
"""Between the pieces of an n-gram; no word piece holds a space."""


def n_grams(pieces: Sequence[str]) -> set[str]:
    """The word pieces of a text, and each pair of neighbours."""
    return {*pieces, *(f"{first}{SEPARATOR}{second}" for first, second in pairwise(pieces))}


class Lexicon(Struct, frozen=True, dict=True):
    """The n-grams that count, in column order, with their inverse document frequencies."""

    grams: tuple[str, ...]
    idf: tuple[float, ...]
    weight: float = 1.0
    """Length of every row that is not empty; each dense vector has length 1."""

    def __post_init__(self) -> None:
        if len(self.grams) != len(self.idf):
            raise ValueError(f"{len(self.grams)} n-grams but {len(self.idf)} frequencies")

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {gram: column for column, gram in enumerate(self.grams)}

    @cached_property
    def _idf(self) -> NDArray[np.float32]:
        return np.array(self.idf, dtype=np.float32)

    def row(self, pieces: Sequence[str]) -> NDArray[np.float32]:
        """Presence times idf, scaled to length `weight`: float32 [grams]; zeros where no n-gram is known."""
        row: NDArray[np.float32] = self.rows([pieces])[0]
        return row

    def rows(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """The row of each text: float32 [texts, grams]."""
        rows = np.zeros((len(texts), len(self.grams)), dtype=np.float32)
        columns = self._columns
        for row, pieces in zip(rows, texts, strict=True):
            known = [columns[gram] for gram in n_grams(pieces) if gram in columns]
            if known:
                # Sorted, so that the sum under the root does not depend on the order of a set.
                known.sort()
                values = self._idf[known]
                row[known] = values * np.float32(self.weight / np.sqrt(np.add.reduce(values * values)))
        return rows
