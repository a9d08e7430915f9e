"""Records the corrections of a queue: each is written once, refused with its reason, or goes back."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from msgspec import Struct

from tagging.aws import Clients
from tagging.corrections.correction import LARGEST_MESSAGE, Correction, answer_time, check_correction, parse_correction
from tagging.corrections.known_labels import KnownLabels
from tagging.corrections.refusals import Refused, Rejected
from tagging.corrections.review_table import ReviewTable
from tagging.intake import Message, batch_response, read_batch
from tagging.kinds import find_kind
from tagging.settings import CorrectSettings
from tagging.store import LabelTable, Row
from tagging.telemetry import Logger, describe, make_logger

METRIC: Final = "Corrections"
Outcome: TypeAlias = Literal["accepted", "repeated", "rejected"]


class Recorder(Struct, frozen=True):
    """What a function needs to record corrections. Built once, then one batch per call."""

    rows: LabelTable
    reviews: ReviewTable
    labels: KnownLabels
    metrics_namespace: str
    logger: Logger

    def handle(self, event: object, now: datetime | None = None) -> dict[str, list[dict[str, str]]]:
        """Record the messages of an SQS event, or one message; the response names those that go back."""
        batch, now = read_batch(event), now or datetime.now(UTC)
        outcomes: Counter[Outcome] = Counter()
        failed = []
        for message, sender in zip(batch.messages, _senders(event), strict=False):
            try:
                outcomes[self._settle(message, sender, now)] += 1
            except Exception as error:  # a fault of ours: the message goes back to the queue, and only it
                failed.append(message)
                self.logger.error("goes back to the queue", extra={"message_id": message.id, **describe(error)})
        self._publish(outcomes)
        return batch_response(batch, failed)

    def _settle(self, message: Message, sender: str, now: datetime) -> Outcome:
        """Record one message, or keep it as refused."""
        body = message.body if isinstance(message.body, str) else json.dumps(message.body)
        # The queue's clock: the same at each delivery, and not that of this environment.
        received = now if message.sent_at is None else datetime.fromtimestamp(message.sent_at, UTC)
        try:
            correction = parse_correction(body)
            check_correction(correction, received)
            return self._record(correction, answer_time(received), sender)
        except Refused as refused:
            self._reject(body, refused, answer_time(received), sender)
            return "rejected"

    def _record(self, correction: Correction, received_at: str, sender: str) -> Outcome:
        row = self._row(correction.item)
        self._check_labels(correction, row)
        kind = find_kind(row.kind).name
        new = self.reviews.record(correction, kind, recorded_at=received_at, sender=sender)
        self._row(correction.item)  # it may have been erased between the two
        outcome: Outcome = "accepted" if new else "repeated"
        fields = {"item": correction.item, "source": correction.source, "version": correction.version}
        self.logger.info(f"correction {outcome}", extra=fields)
        return outcome

    def _row(self, item: str) -> Row:
        """The row of the item. Raises Refused; of an erased item, what was recorded of it goes too."""
        row = self.rows.get(item)
        if row is None or row.probe:
            raise Refused("unknown_item", item)
        if row.forgotten:
            self.reviews.erase(item)
            raise Refused("forgotten_item", item)
        return row

    def _check_labels(self, correction: Correction, row: Row) -> None:
        """Raise Refused for a label of which neither the plan nor the item's own revisions know."""
        known = self.labels.of(find_kind(row.kind).name)
        if known is None:
            return
        revisions = (row.revision, *row.earlier)
        of_item = {label for each in revisions for label in (*each.labels, *(each.scores or ()))}
        if unknown := [label for label in correction.labels if label not in known and label not in of_item]:
            raise Refused("unknown_label", ", ".join(unknown[:5]))

    def _reject(self, body: str, refused: Refused, received_at: str, sender: str) -> None:
        content = body.encode("utf-8", "replace")
        item = _item_named(body)
        rejected = Rejected(
            received_at=received_at,
            reason=refused.reason,
            detail=refused.detail,
            item=item,
            sender=sender,
            message="" if refused.reason == "forgotten_item" else content[:LARGEST_MESSAGE].decode("utf-8", "ignore"),
        )
        self.reviews.reject(rejected, hashlib.sha256(content).hexdigest()[:32])
        self.logger.warning("correction rejected", extra={"item": item, "reason": refused.reason})

    def _publish(self, outcomes: Mapping[Outcome, int]) -> None:
        """Print one blob for each outcome; reasons stand in the log, since each metric has a monthly price."""
        for outcome, count in outcomes.items():
            metrics = EphemeralMetrics(namespace=self.metrics_namespace, service="correct")
            metrics.add_dimension("outcome", "accepted" if outcome == "repeated" else outcome)
            metrics.add_metric(METRIC, MetricUnit.Count, count)
            metrics.flush_metrics()


def build_recorder(settings: CorrectSettings, clients: Clients) -> Recorder:
    """The recorder of a stage."""
    return Recorder(
        rows=LabelTable(clients.dynamodb, settings.label_table),
        reviews=ReviewTable(clients.dynamodb, settings.review_table),
        labels=KnownLabels(clients.s3, settings.learning_bucket),
        metrics_namespace=settings.metrics_namespace,
        logger=make_logger("correct", settings.log_level),
    )


def _senders(event: object) -> Iterator[str]:
    """The identity that sent each message, as SQS names it; empty where that is not known."""
    records = event.get("Records") if isinstance(event, dict) else None
    for record in records if isinstance(records, list) else [None]:
        attributes: Any = record.get("attributes") if isinstance(record, dict) else None
        sender = attributes.get("SenderId") if isinstance(attributes, dict) else None
        yield sender if isinstance(sender, str) else ""


def _item_named(body: str) -> str | None:
    """The item that a refused message names; None where it cannot be read."""
    with suppress(Refused):
        return parse_correction(body).item
    with suppress(ValueError, RecursionError):
        content = json.loads(body[:LARGEST_MESSAGE])
        item = content.get("item") if isinstance(content, dict) else None
        return item if isinstance(item, str) and 0 < len(item) <= 128 and "#" not in item and item.isascii() else None
    return None
