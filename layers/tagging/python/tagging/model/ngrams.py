"""Lexical features: which known word-piece n-grams a text holds, as one normalised row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import chain, pairwise, repeat

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]
Integers = NDArray[np.int64]

SEPARATOR = " "
"""Between the pieces of an n-gram; no word piece holds a space."""

_NONE = np.array([-1])


def n_grams(pieces: Sequence[str]) -> set[str]:
    """The word pieces of a text, and each pair of neighbours."""
    return {*pieces, *(f"{first}{SEPARATOR}{second}" for first, second in pairwise(pieces))}


class _Tables(Struct, frozen=True):
    """Where the columns of n-grams are found, for all pieces of many texts at once."""

    ids: dict[str, int]
    """Of all pieces that n-grams consist of; pieces that are not among them have the next id."""
    columns: Integers
    """[ids + 1]: the column of each piece alone; -1 without one."""
    pairs: Integers
    """Of each pair of pieces: first id * (ids + 1) + second id, ascending; then a larger number."""
    pair_columns: Integers


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
    def _tables(self) -> _Tables:
        alone = {gram: column for column, gram in enumerate(self.grams) if SEPARATOR not in gram}
        pairs = {gram: column for column, gram in enumerate(self.grams) if SEPARATOR in gram}
        parts = [part for gram in pairs for part in gram.split(SEPARATOR, 1)]
        ids = {piece: number for number, piece in enumerate(dict.fromkeys([*alone, *parts]))}
        columns = np.full(len(ids) + 1, -1, dtype=np.int64)
        columns[: len(alone)] = [*alone.values()]
        numbers = np.array([*map(ids.__getitem__, parts)], dtype=np.int64)
        keys = numbers[::2] * (len(ids) + 1) + numbers[1::2]
        order = keys.argsort()
        keys = np.append(keys[order], np.iinfo(np.int64).max)
        return _Tables(ids, columns, keys, np.array([*pairs.values()], dtype=np.int64)[order])

    @cached_property
    def _idf(self) -> Floats32:
        return np.array(self.idf, dtype=np.float32)

    def row(self, pieces: Sequence[str]) -> Floats32:
        """Presence times idf, scaled to length `weight`: float32 [grams]; zeros where no n-gram is known."""
        row: Floats32 = self.rows([pieces])[0]
        return row

    def rows(self, texts: Sequence[Sequence[str]]) -> Floats32:
        """The row of each text: float32 [texts, grams]; to the bit the same whatever texts are beside it."""
        rows = np.zeros((len(texts), len(self.grams)), dtype=np.float32)
        cells = self._cells(texts)
        of_texts, columns = np.divmod(cells, len(self.grams))
        values = self._idf[columns]
        squares, bounds = values * values, np.searchsorted(of_texts, np.arange(len(texts) + 1)).tolist()
        sums = np.array([np.add.reduce(squares[start:end]) for start, end in pairwise(bounds)], dtype=np.float32)
        rows.reshape(-1)[cells] = values * (np.float32(self.weight) / np.sqrt(sums[of_texts]))
        return rows

    def _cells(self, texts: Sequence[Sequence[str]]) -> Integers:
        """The places of the known n-grams of all texts in their rows end to end, each once, ascending."""
        tables = self._tables
        lengths, unknown = [len(pieces) for pieces in texts], len(tables.ids)
        ids = np.array([*map(tables.ids.get, chain.from_iterable(texts), repeat(unknown))], dtype=np.int64)
        starts = np.repeat(np.arange(len(texts)) * len(self.grams), lengths)
        columns = tables.columns[ids]
        keys = ids[:-1] * (unknown + 1) + ids[1:]
        places = tables.pairs.searchsorted(keys)
        known = (tables.pairs[places] == keys) & (starts[:-1] == starts[1:])
        of_pairs = starts[:-1][known] + tables.pair_columns[places[known]]
        cells = np.concatenate([_NONE, (starts + columns)[columns >= 0], of_pairs])
        cells.sort()
        return cells[1:][cells[1:] > cells[:-1]]
