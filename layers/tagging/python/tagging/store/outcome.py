"""The outcome of one delivery: tagged or quarantined, with its row and ticket."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tagging.intake import StoredObject
from tagging.item import Facts
from tagging.model import BundleVersion, LabelSet
from tagging.quarantine import Quarantine
from tagging.store.label_changes import LabelChange
from tagging.store.output import Output
from tagging.store.revision import Revision
from tagging.store.row import Row
from tagging.store.tickets import Ticket, TicketBundle, TicketLabel, TicketThread
from tagging.taxonomy import Taxonomy


class Tagged(Struct, frozen=True):
    """What is known of an item, and its label set."""

    facts: Facts
    label_set: LabelSet


class Outcome(Struct, frozen=True):
    """The result of one delivery, ready to be written."""

    item_id: str
    kind: str
    source: Mapping[str, str]
    at: str
    """Time of the result: ISO 8601, UTC."""
    bundle: BundleVersion
    taxonomy: Taxonomy
    """The taxonomy of the version that decided."""
    result: Tagged | Quarantine
    heads: tuple[str, ...] | None = None
    input_hash: str | None = None
    generation: int = 0
    """The pointer's generation; 0 without a pointer."""
    stored: StoredObject | None = None
    """The object of the item; None for inline text."""
    log: str | None = None
    """The batch of the feature log that keeps its features; None if they are not kept."""
    probe: bool = False
    """The item proves that the flow is alive: it has a ticket of its own, and is in no list and no metric."""

    row: Row | None = None
    """The row of an item that is decided again: it changes only if the decision does."""

    def to_row(self, attempt: str, contents: Mapping[str, str]) -> Row:
        """The row that this attempt writes; `contents`: the contents of the outputs that are due, by name."""
        return Row(
            id=self.item_id,
            kind=self.kind,
            source=self.source,
            attempt=attempt,
            revision=self._revision(),
            input_hash=self.input_hash,
            outputs={name: Output("pending", content) for name, content in contents.items()},
            spam=isinstance(self.result, Tagged) and self.result.facts.spam,
            probe=self.probe,
        )

    def ticket(self) -> Ticket | None:
        """The ticket, due for a probe, or when a routed label holds or review is set; None for automatic replies."""
        if isinstance(self.result, Quarantine):
            return None
        label_set, facts, routes = self.result.label_set, self.result.facts, self._routes(self.result.label_set)
        if not self.probe and (facts.auto_reply or not (routes or label_set.review)):
            return None
        return Ticket(
            id=self.item_id,
            kind=self.kind,
            source=dict(self.source),
            tagged_at=self.at,
            labels=[TicketLabel(id=each.id, head=each.head, score=each.score) for each in label_set.labels],
            routes=list(routes),
            review=label_set.review,
            input_hash=str(self.input_hash),
            auto=facts.auto,
            thread=TicketThread(message_id=facts.message_id, in_reply_to=facts.in_reply_to),
            bundle=self._ticket_bundle(),
            unproven=list(label_set.unproven),
            review_reasons=list(label_set.review_reasons),
        )

    def label_change(self, current: Row, before: list[str]) -> LabelChange | None:
        """The change of the labels `before`, once the row `current` is revised; None if its revision has the same."""
        if isinstance(self.result, Quarantine):
            return None
        labels = [label.id for label in self.result.label_set.labels]
        if set(labels) == set(current.revision.labels):
            return None
        return LabelChange(
            id=self.item_id,
            kind=self.kind,
            source=dict(current.source),
            tagged_at=self.at,
            generation=self.generation,
            revision=sum(each.generation == self.generation for each in (current.revision, *current.earlier)),
            labels=labels,
            before=before,
            added=[label for label in labels if label not in before],
            removed=[label for label in before if label not in labels],
            routes=list(self._routes(self.result.label_set)),
            input_hash=current.input_hash or self.input_hash,
            bundle=self._ticket_bundle(),
        )

    def _routes(self, label_set: LabelSet) -> tuple[str, ...]:
        return () if label_set.routes_wait else self.taxonomy.routes([label.id for label in label_set.labels])

    def _ticket_bundle(self) -> TicketBundle:
        version = self.bundle
        return TicketBundle(encoder=version.encoder, heads=version.heads, thresholds=version.thresholds)

    def _revision(self) -> Revision:
        if isinstance(self.result, Quarantine):
            return Revision(
                self.at,
                self.bundle,
                generation=self.generation,
                heads=self.heads,
                quarantine=self.result,
                log=self.log,
            )
        label_set = self.result.label_set
        return Revision(
            tagged_at=self.at,
            bundle=self.bundle,
            generation=self.generation,
            labels=tuple(label.id for label in label_set.labels),
            scores=label_set.scores,
            review=label_set.review,
            review_reasons=label_set.review_reasons,
            left_out=self.result.facts.left_out,
            heads=self.heads,
            log=self.log,
        )
