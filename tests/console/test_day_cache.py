"""Documents of past days are read once in five minutes, those of today each time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from tagging.console.day_cache import KEPT_S, DayCache


def test_past_days_are_kept_for_five_minutes_and_today_never() -> None:
    now, reads = 0.0, list[str]()
    today = datetime.now(UTC).date().isoformat()

    def read(day: str) -> int:
        reads.append(day)
        return len(reads)

    with ThreadPoolExecutor(1) as threads:
        days = DayCache(threads, lambda: now)
        assert days.read("quality", ["2026-01-01", today], read) == {"2026-01-01": 1, today: 2}
        assert days.read("quality", ["2026-01-01", today], read) == {"2026-01-01": 1, today: 3}
        assert days.read("answers", ["2026-01-01"], read) == {"2026-01-01": 4}
        now = KEPT_S + 1
        assert days.read("quality", ["2026-01-01"], read) == {"2026-01-01": 5}
