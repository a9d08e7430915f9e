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
    def _columns(self) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
        """The columns of single pieces, and of pairs by their first and second piece."""
        single: dict[str, int] = {}
        pairs: dict[str, dict[str, int]] = {}
        for column, gram in enumerate(self.grams):
            first, separator, second = gram.partition(SEPARATOR)
            if separator:
                pairs.setdefault(first, {})[second] = column
            else:
                single[first] = column
        return single, pairs

    @cached_property
    def _idf(self) -> NDArray[np.float32]:
        return np.array(self.idf, dtype=np.float32)

    def row(self, pieces: Sequence[str]) -> NDArray[np.float32]:
        """Presence times idf, scaled to length `weight`: float32 [grams]; zeros where no n-gram is known."""
        row: NDArray[np.float32] = self.rows([pieces])[0]
        return row

    def rows(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """The row of each text: float32 [texts, grams]; to the bit the same whatever texts are beside it."""
        rows = np.zeros((len(texts), len(self.grams)), dtype=np.float32)
        of_count: dict[int, list[int]] = {}
        known = [self._known(pieces) for pieces in texts]
        for text, columns in enumerate(known):
            if columns:
                of_count.setdefault(len(columns), []).append(text)
        for of_texts in of_count.values():  # as many sums of as many values each
            places = np.array([known[text] for text in of_texts])
            values = self._idf[places]
            scales = np.float32(self.weight) / np.sqrt(np.add.reduce(values * values, axis=1))
            rows[np.array(of_texts)[:, None], places] = values * scales[:, None]
        return rows

    def _known(self, pieces: Sequence[str]) -> list[int]:
        """The columns of the n-grams of a text; sorted, so that the order of a sum does not depend on a set's."""
        single, pairs = self._columns
        known = {single[piece] for piece in pieces if piece in single}
        for first, second in pairwise(pieces):
            if first in pairs and second in pairs[first]:
                known.add(pairs[first][second])
        return sorted(known)
