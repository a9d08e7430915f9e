"""Tags items again through a queue and a mapping of their own, so that no live mail waits behind them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from tagging.aws import ClientError, error_code
from tagging.operations.account import account_client
from tagging.operations.deployment import Deployment, IntakeRoute
from tagging.operations.errors import NotDrained
from tagging.operations.intake_queue import IntakeMessage, send_messages
from tagging.operations.redrive import count_messages

PER_SECOND = 50
"""Items sent a second, unless a person says otherwise."""
POLL_S = 5.0
_EMPTY = 3
"""Counts of zero in a row after which the queue is empty: SQS counts with a delay."""
_BATCH = 10
_BUSY = 24
"""Changes of a mapping that Lambda may refuse in a row because it still makes another one."""


class Reprocessing:
    """Sends items of one kind at a steady pace; the first one enables the mapping, which is disabled between runs."""

    def __init__(
        self,
        deployment: Deployment,
        route: IntakeRoute,
        per_second: int = PER_SECOND,
        *,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        mappings: Any = None,
    ) -> None:
        """`mappings`: a client of Lambda, else one for the person's account."""
        self.route = route
        self._sqs = deployment.clients.sqs
        self._per_second = per_second
        self._sleep = sleep
        self._clock = clock
        self._lambda = mappings
        self._enabled = False
        self._due = clock()

    def send(self, messages: Sequence[IntakeMessage]) -> None:
        """Send messages, at most so many a second; QueueRefused where SQS refuses one."""
        for start in range(0, len(messages), _BATCH):
            batch = messages[start : start + _BATCH]
            if not self._enabled:
                self._set_enabled(True)
            self._sleep(max(0.0, self._due - self._clock()))
            self._due = max(self._due, self._clock()) + len(batch) / self._per_second
            send_messages(self._sqs, self.route.reprocessing_url, batch)

    def waiting(self) -> int:
        """About how many messages are not done."""
        return count_messages(self._sqs, self.route.reprocessing_url)

    def drain(self, report: Callable[[int], object]) -> None:
        """Wait until the queue is empty; `report` receives the count every few seconds. The mapping is disabled at
        the end, also when the wait is interrupted or fails.

        It is enabled first: a run that was interrupted may have left messages. NotDrained where the count does not
        fall for half as long again as a message that fails needs to become a dead letter.
        """
        limit_s = 1.5 * self._seconds_to_dead_letter()
        try:
            if not self._enabled:
                self._set_enabled(True)
            empty, before, fell_at = 0, 0, self._clock()
            while empty < _EMPTY:
                waiting = self.waiting()
                report(waiting)
                if waiting < before:
                    fell_at = self._clock()
                if waiting and self._clock() - fell_at > limit_s:
                    raise NotDrained(_explain(waiting, limit_s))
                empty, before = 0 if waiting else empty + 1, waiting
                self._sleep(POLL_S)
        finally:
            self.disable()

    def disable(self) -> None:
        """Disable the mapping if this run enabled it."""
        if self._enabled:
            self._set_enabled(False)

    def _seconds_to_dead_letter(self) -> int:
        """How long a message that fails each time stays in the queue."""
        found = self._sqs.get_queue_attributes(
            QueueUrl=self.route.reprocessing_url, AttributeNames=["VisibilityTimeout", "RedrivePolicy"]
        )["Attributes"]
        return int(found["VisibilityTimeout"]) * int(json.loads(found["RedrivePolicy"])["maxReceiveCount"])

    def _set_enabled(self, enabled: bool) -> None:
        """Lambda refuses a change while it makes the one before, which takes up to a minute."""
        if self._lambda is None:
            self._lambda = account_client("lambda")
        self._enabled = True  # it may be, even where the call fails
        for wait in (True,) * _BUSY + (False,):
            try:
                self._lambda.update_event_source_mapping(UUID=self.route.reprocessing_mapping, Enabled=enabled)
                break
            except ClientError as error:
                if not wait or error_code(error) != "ResourceInUseException":
                    raise
            self._sleep(POLL_S)
        self._enabled = enabled


def _explain(waiting: int, limit_s: float) -> str:
    return (
        f"{waiting} messages wait to be tagged again, none fewer in {limit_s / 60:.0f} minutes; the mapping is "
        "disabled and they stay in the queue: look at the function's errors and throttles, then run it again"
    )
