"""What was drawn in the last week: the traffic by which the next plan of the review queue is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from msgspec import Struct

from tagging.quality.review_plan import DrawnHour
from tagging.quality.sampling import Floats

WEEK: Final = timedelta(days=7)
HOUR: Final = timedelta(hours=1)


class DrawnWeek(Struct, frozen=True):
    """What was drawn lately, as if it had been a whole week."""

    items: int
    hours: int
    volume: float
    urgency: Floats
    suspicion: Floats
    given: Mapping[str, int]

    @classmethod
    def of(cls, drawn: Sequence[DrawnHour], since: str) -> DrawnWeek:
        """The seven days before the end of the last hour, or the time since the first plan."""
        starts = {each.hour: datetime.strptime(each.hour, "%Y-%m-%d/%H").replace(tzinfo=UTC) for each in drawn}
        if not starts:
            return cls(0, 0, 0.0, np.zeros(0), np.zeros(0), {})
        end = max(starts.values()) + HOUR
        begin = max(end - WEEK, min(datetime.fromisoformat(since), end - HOUR))
        inside = [each for each in drawn if starts[each.hour] + HOUR > begin]
        part = (end - begin) / WEEK
        items, given = sum(each.items for each in inside), Counter[str]()
        for each in inside:
            given.update(each.given)
        urgencies, suspicions = (
            np.sum([getattr(each, name) for each in inside], axis=0) / part for name in ("urgency", "suspicion")
        )
        return cls(items, (end - begin) // HOUR, items / part, urgencies, suspicions, given)
