"""What-if: what another threshold of a label would change of the last days' items, and what people say of those."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tagging.console.changes import ChangeTable, change_table
from tagging.console.exchange import Refused, Request, Response
from tagging.console.mistakes import WINDOW
from tagging.corrections import current_answers
from tagging.operations import OperationError
from tagging.quality import add_up, discounted_pairs

if TYPE_CHECKING:
    from tagging.console.sessions import Session
    from tagging.console.site import Site
    from tagging.kinds import Kind
    from tagging.quality import AskedItem

DAYS: Final = (1, 3, 7, 14)
"""Days of items that a what-if may count."""


@dataclass(frozen=True)
class Between:
    """Reviewed items whose score of a label is between two thresholds."""

    gain: bool
    """They would gain the label; else lose it."""
    yes: int
    """Of them, those that have it by people's answers."""
    no: int


def show(site: Site, request: Request, session: Session) -> Response:
    """The changes; nothing is changed."""
    kind, parameters = site.kind(request), request.parameters
    served = site.source.served(kind)
    label = served.taxonomy.labels.get(parameters.get("id", ""))
    if label is None:
        raise Refused(404, "The version that serves has no such label.")
    threshold, days = _asked_for(parameters.get("threshold", ""), parameters.get("days", "7"))
    now = served.thresholds.get(label.id)
    fault, table, between = "", ChangeTable([], 0, 0), None
    try:
        if now is not None and round(now, 2) == threshold:  # pages show two digits
            raise OperationError(f"It is {threshold:.2f} already: nothing would change.")
        table = change_table(site.source.what_if(kind, {label.id: threshold}, site.now() - timedelta(days)), label.id)
        if now is not None:
            between = _between(site, kind, label.id, now, threshold)
    except (OperationError, ValueError) as error:  # ThresholdRefused is a ValueError
        fault = str(error)
    return site.render(
        "what_if.html",
        session,
        kind=kind,
        here="/labels",
        label=label,
        now=now,
        threshold=threshold,
        chosen=days,
        days=DAYS,
        window=WINDOW,
        table=table,
        between=between,
        fault=fault,
    )


def _asked_for(threshold: str, days: str) -> tuple[float, int]:
    try:
        value, count = float(threshold), int(days)
    except ValueError:
        raise Refused(400, "A threshold is a number from 0 to 1.") from None
    if count not in DAYS or not 0 <= value <= 1:
        raise Refused(400, "A threshold is a number from 0 to 1, and days are 1, 3, 7 or 14.")
    return value, count


def _between(site: Site, kind: Kind, label: str, old: float, new: float) -> Between:
    days = site.days(WINDOW)
    report = site.source.quality(kind)
    out = discounted_pairs(() if report is None else report.authors)
    answers = current_answers(site.source.answered(kind, days[0], days[-1]), discounted=out)
    summaries = site.source.summaries(kind, days)
    asked = add_up(hour for day in summaries.values() for hour in day.hours.values()).asked
    said = [answer.yes for item in _moved(asked, label, old, new) if (answer := answers.get((item.id, label)))]
    return Between(new < old, sum(said), len(said) - sum(said))


def _moved(asked: Iterable[AskedItem], label: str, old: float, new: float) -> Iterable[AskedItem]:
    """The items that would gain or lose a label by their scores alone."""
    low, high, loses = min(old, new), max(old, new), new > old
    for item in asked:
        score = item.scores.get(label)
        if score is not None and low <= score < high and (label in item.labels) == loses:
            yield item
