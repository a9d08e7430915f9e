"""The log line of each item of a batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from tagging.store import Resolution
from tagging.telemetry.logs import Logger


def log_items(
    logger: Logger,
    resolved: Iterable[Resolution],
    sent: Collection[str],
    decided_by: Callable[[str], Mapping[str, object]],
) -> None:
    """Write one line per item. `sent`: ids of the items whose ticket this attempt sent.

    `decided_by`: fields about who decided an item, by its id; only of those that this attempt wrote.
    """
    for each in resolved:
        row, revision = each.row, each.row.revision
        ticket = "sent" if row.id in sent else row.ticket  # the row was read before its mark
        fields: dict[str, object] = {"item": row.id, "labels": revision.labels, "ticket": ticket}
        fields |= {"fresh": True, **decided_by(row.id)} if each.written else {"fresh": False}
        fields |= {"review_reasons": revision.review_reasons} if revision.review_reasons else {}
        if revision.quarantine is None:
            logger.info("probe" if row.probe else "tagged", extra=fields)
        else:
            message = "probe quarantined" if row.probe else "quarantined"
            logger.warning(message, extra=fields | {"reason": revision.quarantine.reason})
