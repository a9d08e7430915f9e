"""Types of arrays, and annotations: which labels hold for which rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]


@dataclass(frozen=True)
class Annotations:
    """Which labels hold for which rows: two boolean arrays [rows, labels]; a cell that is not `observed` is unknown."""

    positive: Bools
    observed: Bools

    def take(self, rows: Bools) -> Annotations:
        """The annotations of the rows marked True."""
        return Annotations(self.positive[rows], self.observed[rows])
