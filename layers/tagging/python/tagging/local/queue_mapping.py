"""Delivery from a queue like Lambda's event source mapping: batches, partial failures, redelivery."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tagging.local.clock import Clock
from tagging.local.invocation import Invocation
from tagging.local.s3_events import REGION
from tagging.local.stack import QueueMapping

_HIDDEN = 43_200
"""Visibility timeout of received messages in moto: SQS's maximum. Their return is timed here, on our clock."""
_PER_CALL = 10
"""Most messages that SQS returns in one call."""


class QueuePoller:
    """Receives batches from a queue and settles them by the function's response."""

    def __init__(
        self, mapping: QueueMapping, sqs: Any, clock: Clock, is_enabled: Callable[[], bool] = lambda: True
    ) -> None:
        self.mapping = mapping
        self._sqs = sqs
        self._clock = clock
        self._is_enabled = is_enabled
        self._hidden: list[tuple[float, int, str]] = []
        self._order = itertools.count()

    def waiting(self) -> int:
        """Messages that can be received now."""
        response = self._sqs.get_queue_attributes(
            QueueUrl=self.mapping.queue.url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(response["Attributes"]["ApproximateNumberOfMessages"])

    def next_return(self) -> float | None:
        """Time on the clock when the next failed message becomes visible again; None if there is none."""
        return self._hidden[0][0] if self._hidden else None

    def bring_back(self) -> None:
        """Make messages visible again whose visibility timeout is over."""
        while self._hidden and self._hidden[0][0] <= self._clock.now():
            _, _, receipt = heapq.heappop(self._hidden)
            self._sqs.change_message_visibility(
                QueueUrl=self.mapping.queue.url, ReceiptHandle=receipt, VisibilityTimeout=0
            )

    def receive(self) -> list[Mapping[str, Any]]:
        """The next batch in SQS's form: full, or all messages within the window after its first."""
        batch: list[Mapping[str, Any]] = []
        if not self._is_enabled():
            return batch
        closes: float | None = None
        while len(batch) < self.mapping.batch_size:
            received = self._receive(self.mapping.batch_size - len(batch))
            batch += received
            if not batch:
                break
            closes = self._clock.now() + self.mapping.window if closes is None else closes
            if not received:
                left = closes - self._clock.now()
                if left <= 0:
                    break
                self._clock.sleep(min(left, self.mapping.window / 4))
        return batch

    def _receive(self, count: int) -> list[Mapping[str, Any]]:
        response = self._sqs.receive_message(
            QueueUrl=self.mapping.queue.url,
            MaxNumberOfMessages=min(count, _PER_CALL),
            VisibilityTimeout=_HIDDEN,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        returns = self._clock.now() + self.mapping.queue.visibility_timeout
        return [{**message, "returns": returns} for message in response.get("Messages", [])]

    def event(self, batch: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """The function's event for a batch."""
        return {"Records": [_record(message, self.mapping.queue.arn) for message in batch]}

    def settle(self, batch: list[Mapping[str, Any]], invocation: Invocation) -> None:
        """Delete successful messages; the others return when their visibility timeout is over."""
        failed = failed_ids(invocation, [message["MessageId"] for message in batch], self.mapping.partial_failures)
        for message in batch:
            if message["MessageId"] in failed:
                returns = (message["returns"], next(self._order), message["ReceiptHandle"])
                heapq.heappush(self._hidden, returns)
        done = [message for message in batch if message["MessageId"] not in failed]
        for start in range(0, len(done), _PER_CALL):
            self._sqs.delete_message_batch(
                QueueUrl=self.mapping.queue.url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                    for index, message in enumerate(done[start : start + _PER_CALL])
                ],
            )


def failed_ids(invocation: Invocation, ids: list[str], partial_failures: bool) -> frozenset[str]:
    """The messages that go back: those that the response lists; all after a fault or an invalid response.

    Rules: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    if invocation.fault is not None:
        return frozenset(ids)
    if not partial_failures or invocation.answer is None:
        return frozenset()
    if not isinstance(invocation.answer, dict):
        return frozenset(ids)
    failures = invocation.answer.get("batchItemFailures") or []
    try:
        failed = frozenset(failure["itemIdentifier"] for failure in failures)
    except (TypeError, KeyError):
        return frozenset(ids)
    return failed if failed <= set(ids) else frozenset(ids)


def _record(message: Mapping[str, Any], arn: str) -> dict[str, Any]:
    attributes = message.get("MessageAttributes", {})
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {
            name: message["Attributes"][name]
            for name in (
                "ApproximateReceiveCount",
                "SentTimestamp",
                "SenderId",
                "ApproximateFirstReceiveTimestamp",
            )
        },
        "messageAttributes": {name: _attribute(value) for name, value in attributes.items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }
    if "MD5OfMessageAttributes" in message:
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return record


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "stringValue": value.get("StringValue"),
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }
