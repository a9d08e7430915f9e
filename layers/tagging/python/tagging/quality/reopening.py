"""Items whose reviews were done by people whose answers do not count are asked about again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tagging.quality.plan_renewal import time_of

if TYPE_CHECKING:
    from tagging.corrections import ReviewTable

WINDOW: Final = timedelta(days=28)
"""Answers given before say nothing any more."""


def reopen_reviews(table: ReviewTable, kind: str, discounted: Collection[tuple[str, str | None]], now: datetime) -> int:
    """Open the reviews again that discounted authors did in the last 28 days; how many were.

    `discounted`: authors, each with a label or None for all. An author who is discounted on one label is asked no
    other: the whole item goes back. Running it again opens nothing twice. Raises botocore's errors.
    """
    authors = {author for author, _ in discounted}
    if not authors:
        return 0
    done_by: dict[str, set[str]] = defaultdict(set)
    for each in table.corrections(kind, time_of(now - WINDOW)[:10], time_of(now)[:10]):
        if each.finished and each.author in authors:
            done_by[each.item].add(each.author)
    return sum(table.reopen(item, frozenset(gone)) for item, gone in sorted(done_by.items()))
