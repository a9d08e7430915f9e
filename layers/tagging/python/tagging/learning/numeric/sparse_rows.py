"""Rows of features of which many columns are nearly empty, multiplied without touching the empty cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tagging.learning.numeric.arrays import Floats

FULL = 0.1
"""Share of cells that are not 0 from which a column is kept whole."""
AT_ONCE = 4096
"""Rows looked at together while columns are counted or taken apart."""


@dataclass(frozen=True)
class WideRows:
    """Features [rows, features]: some columns whole, the others as what is in them."""

    full: NDArray[np.floating]
    """[rows, whole columns]."""
    rest: sparse.csr_array
    """[rows, the other columns]."""
    full_columns: NDArray[np.intp]
    rest_columns: NDArray[np.intp]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, features)."""
        return len(self.full), len(self.full_columns) + len(self.rest_columns)

    def times(self, weights: Floats) -> Floats:
        """[features, labels] -> [rows, labels]."""
        whole = self.full @ weights[self.full_columns].astype(self.full.dtype)
        result: Floats = whole + self.rest @ weights[self.rest_columns]
        return result

    def turned_times(self, slopes: Floats) -> Floats:
        """[rows, labels] -> [features, labels]."""
        result = np.zeros((self.shape[1], slopes.shape[1]))
        result[self.full_columns] = self.full.T @ slopes.astype(self.full.dtype)
        result[self.rest_columns] = self.rest.T @ slopes
        return result

    def squares_turned_times(self, masses: Floats) -> Floats:
        """[rows, labels] -> [features, labels], of the squared features."""
        result = np.zeros((self.shape[1], masses.shape[1]))
        for start in range(0, len(self.full), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            result[self.full_columns] += (self.full[part] ** 2).T @ masses[part].astype(self.full.dtype)
        result[self.rest_columns] = self.rest.power(2).T @ masses
        return result

    def take(self, rows: NDArray[np.bool_]) -> WideRows:
        """The rows marked True."""
        return WideRows(self.full[rows], self.rest[np.flatnonzero(rows)], self.full_columns, self.rest_columns)

    def gram(self) -> Floats:
        """The product of every row with every row [rows, rows]."""
        wide = self.full.astype(np.float64)
        result: Floats = wide @ wide.T + (self.rest.astype(np.float64) @ self.rest.T.astype(np.float64)).toarray()
        return result


def wide_rows(features: NDArray[np.floating]) -> WideRows:
    """Take [rows, features] apart; single precision stays single."""
    counts = np.zeros(features.shape[1], dtype=np.intp)
    for start in range(0, len(features), AT_ONCE):
        counts += np.count_nonzero(features[start : start + AT_ONCE], axis=0)
    whole = counts >= FULL * len(features)
    full, rest = np.flatnonzero(whole), np.flatnonzero(~whole)
    parts = [features[start : start + AT_ONCE] for start in range(0, len(features), AT_ONCE)]
    taken = [sparse.csr_array(part[:, rest]) for part in parts]
    empty = sparse.csr_array((0, len(rest)), dtype=features.dtype)
    return WideRows(features[:, full], sparse.vstack([empty, *taken], format="csr"), full, rest)
