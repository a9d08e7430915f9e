"""Items that are asked about again: their author does not count, or names a label of which the score knows nothing.

One wrong answer in a hundred would be enough to make the recall of a rare label look half as high as it is: among the
many items without it, wrong answers are as frequent as the label itself. A second person finds them; where two
disagree, the cell is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tagging.quality.plan_renewal import time_of

if TYPE_CHECKING:
    from tagging.corrections import ReviewTable
    from tagging.quality.evidence import Evidence

SURE: Final = 0.05
"""A second person is asked about a `yes` where the score is lower than this."""
AHEAD: Final = timedelta(days=3)
"""Second opinions come before the items of so many days to come: they are few, and each corrects a large weight."""
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
    return sum(table.reopen(item, frozenset(gone), time_of(now)) for item, gone in sorted(done_by.items()))


def ask_second_opinions(table: ReviewTable, evidence: Evidence, version: str, now: datetime) -> int:
    """Ask a second person about items of the version that serves with an unlikely answer; how many of them.

    Answers about items of earlier versions were looked at while those served: a bad version asks nobody again about
    all of its mistakes. Running it again asks nobody twice. Raises botocore's errors.
    """
    items = [
        item.id
        for item, entry in evidence.month.drawn
        if entry.people == 1
        and entry.version == version
        and any(
            (cell := evidence.cells.get((item.id, label))) is not None and is_unlikely(score, cell.yes)
            for label, score in item.scores.items()
        )
    ]
    return sum(table.ask_second(item, time_of(now + AHEAD)) for item in items)


def is_unlikely(scores: Any, yes: Any) -> Any:
    """Whether a `yes` contradicts a score that is sure of the contrary: of one cell, or of arrays by element.

    A wrong `no` is left as it is: it changes precision by as much as people err, which is little.
    """
    return yes & (scores < SURE)
