"""Keeps what was read of past days for a few minutes: a page of four weeks reads one document for each day."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

KEPT_S: Final = 300.0
"""Late answers and summaries that are made again are seen after so many seconds."""

Value = TypeVar("Value")


@dataclass
class DayCache:
    """Values by what they are and day."""

    threads: Executor
    clock: Callable[[], float] = time.monotonic
    _kept: dict[tuple[str, str], tuple[float, Any]] = field(default_factory=dict)

    def read(self, what: str, days: Sequence[str], read: Callable[[str], Value]) -> dict[str, Value]:
        """The value of each day; those of today are always read, the others unless they are kept."""
        now, today = self.clock(), datetime.now(UTC).date().isoformat()
        fresh = {day for day in days if day < today and self._kept.get((what, day), (-KEPT_S, None))[0] > now - KEPT_S}
        missing = [day for day in days if day not in fresh]
        for day, value in zip(missing, self.threads.map(read, missing), strict=True):
            self._kept[what, day] = now, value
        return {day: self._kept[what, day][1] for day in days}
