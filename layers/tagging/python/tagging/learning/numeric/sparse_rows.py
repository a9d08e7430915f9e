"""Rows of features with many nearly empty columns, multiplied without touching the empty cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tagging.learning.numeric.arrays import Floats

FULL = 0.1
"""Share of cells other than 0 from which a column is dense."""
AT_ONCE = 4096
"""Rows that are processed together while columns are counted or separated."""


@dataclass(frozen=True)
class WideRows:
    """Features [rows, features]: some columns dense, the others sparse."""

    full: NDArray[np.floating]
    """[rows, dense columns]."""
    rest: sparse.csr_array
    """[rows, sparse columns]."""
    full_columns: NDArray[np.intp]
    rest_columns: NDArray[np.intp]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, features)."""
        return len(self.full), len(self.full_columns) + len(self.rest_columns)

    def times(self, weights: Floats) -> Floats:
        """[features, labels] -> [rows, labels]."""
        dense = self.full @ weights[self.full_columns].astype(self.full.dtype)
        result: Floats = dense + self.rest @ weights[self.rest_columns]
        return result

    def transposed_times(self, slopes: Floats) -> Floats:
        """[rows, labels] -> [features, labels]."""
        result = np.zeros((self.shape[1], slopes.shape[1]))
        result[self.full_columns] = self.full.T @ slopes.astype(self.full.dtype)
        result[self.rest_columns] = self.rest.T @ slopes
        return result

    def squares_transposed_times(self, sample_weights: Floats) -> Floats:
        """[rows, labels] -> [features, labels], of the squared features."""
        result = np.zeros((self.shape[1], sample_weights.shape[1]))
        for start in range(0, len(self.full), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            result[self.full_columns] += (self.full[part] ** 2).T @ sample_weights[part].astype(self.full.dtype)
        result[self.rest_columns] = self.rest.power(2).T @ sample_weights
        return result

    def take(self, rows: NDArray[np.bool_]) -> WideRows:
        """The rows marked True."""
        return WideRows(self.full[rows], self.rest[np.flatnonzero(rows)], self.full_columns, self.rest_columns)

    def stacked(self, others: WideRows) -> WideRows:
        """These rows, then the others, which have the same columns."""
        full, rest = np.vstack([self.full, others.full]), sparse.vstack([self.rest, others.rest], format="csr")
        return WideRows(full, sparse.csr_array(rest), self.full_columns, self.rest_columns)

    def gram(self) -> Floats:
        """The product of every row with every row [rows, rows]."""
        wide = self.full.astype(np.float64)
        result: Floats = wide @ wide.T + (self.rest.astype(np.float64) @ self.rest.T.astype(np.float64)).toarray()
        return result


def wide_rows(features: NDArray[np.floating]) -> WideRows:
    """Separate dense and sparse columns of [rows, features]; single precision stays single."""
    counts = np.zeros(features.shape[1], dtype=np.intp)
    for start in range(0, len(features), AT_ONCE):
        counts += np.count_nonzero(features[start : start + AT_ONCE], axis=0)
    dense = counts >= FULL * len(features)
    full, rest = np.flatnonzero(dense), np.flatnonzero(~dense)
    parts = [features[start : start + AT_ONCE] for start in range(0, len(features), AT_ONCE)]
    taken = [sparse.csr_array(part[:, rest]) for part in parts]
    empty = sparse.csr_array((0, len(rest)), dtype=features.dtype)
    return WideRows(features[:, full], sparse.vstack([empty, *taken], format="csr"), full, rest)
