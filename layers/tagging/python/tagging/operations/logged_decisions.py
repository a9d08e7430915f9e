"""What a version decides of logged items: exactly what it would have decided when they arrived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from tagging import model
from tagging.quarantine import Quarantined, Reason
from tagging.store import Outcome, Tagged

if TYPE_CHECKING:
    from tagging.feature_log import Decided, LoggedItem
    from tagging.model import Bundle, Prediction, ReviewReason
    from tagging.taxonomy import Taxonomy


class Verdict(Struct, frozen=True):
    """What a version decides of one item."""

    labels: tuple[str, ...]
    review_reasons: tuple[ReviewReason, ...]
    ticket: bool
    routes: tuple[str, ...]
    """Of its ticket; empty without one."""
    quarantine: Reason | None = None


def decide_all(items: Sequence[LoggedItem], version: Bundle) -> list[Verdict | None]:
    """What a version decides of these items; None for those that lack texts that it pools."""
    scorable = [model.has_texts(item.features, version) for item in items]
    predictions = iter(
        model.predict_many([item.features for item, has in zip(items, scorable, strict=True) if has], version)
    )
    return [
        decide_logged(item, next(predictions), version) if has else None
        for item, has in zip(items, scorable, strict=True)
    ]


def decide_logged(item: LoggedItem, prediction: Prediction, version: Bundle) -> Verdict:
    """What a version decides of one item, by its prediction."""
    try:
        label_set = model.decide(item.features, prediction, version, item.heads)
    except Quarantined as error:
        return Verdict((), (), False, (), error.reason)
    outcome = Outcome(
        item_id=item.id,
        kind=item.kind,
        source={},
        at="",
        bundle=version.version,
        taxonomy=version.taxonomy,
        result=Tagged(item.facts, label_set),
        heads=item.heads,
    )
    ticket = outcome.ticket()
    labels = tuple(label.id for label in label_set.labels)
    return Verdict(labels, label_set.review_reasons, ticket is not None, tuple(ticket.routes) if ticket else ())


def as_decided(row: Decided, taxonomy: Taxonomy) -> Verdict:
    """A row's decision; its routes are those of the labels that the taxonomy knows."""
    known = [label for label in row.labels if label in taxonomy.labels]
    routes = taxonomy.routes(known) if row.ticket and "unlike_training" not in row.review_reasons else ()
    return Verdict(row.labels, row.review_reasons, row.ticket, routes, row.quarantine)
