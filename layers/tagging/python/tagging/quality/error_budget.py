"""Error budgets of a label's precision or recall: judged by an end of the interval, never by the estimate alone."""

from __future__ import annotations

from typing import Literal

from tagging.quality.estimates import Share

Severity = Literal["page", "ticket"]

PAGE_BURN = 2.0
"""Over 7 days: the budget is certainly spent at more than twice its rate."""
TICKET_BURN = 1.0
"""Over 28 days: the budget is certainly spent faster than it comes back."""


def burn(share: float, target: float) -> float:
    """How fast the error budget is spent: (1 - share) / (1 - target); 1 spends all of it, and no more.

    Raises ValueError for a target outside 0 to 1, or 1 itself, which has no budget.
    """
    if not 0 < target < 1:
        raise ValueError(f"a target is between 0 and 1, not {target:g}")
    return (1 - share) / (1 - target)


def severity(week: Share | None, month: Share | None, target: float) -> Severity | None:
    """Whether somebody is called for precision or recall: by the least burn that the 95 % interval allows.

    `week` and `month`: the estimates over at most 7 and 28 days; None, where answers are too few, calls nobody.
    """
    if week is not None and burn(week.interval.high, target) > PAGE_BURN:
        return "page"
    if month is not None and burn(month.interval.high, target) > TICKET_BURN:
        return "ticket"
    return None
