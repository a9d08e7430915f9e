"""Tags items again through a queue and a mapping of their own, so that no live mail waits behind them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tagging.operations.account import account_client
from tagging.operations.deployment import Deployment, IntakeRoute
from tagging.operations.intake_queue import Pointer, send_pointers
from tagging.operations.redrive import count_messages

PER_SECOND = 50
"""Items sent a second, unless a person says otherwise."""
POLL_S = 5.0
_EMPTY = 3
"""Counts of zero in a row after which the queue is empty: SQS counts with a delay."""
_BATCH = 10


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

    def send(self, pointers: Sequence[Pointer]) -> None:
        """Send pointers, at most so many a second; QueueRefused where SQS refuses one."""
        for start in range(0, len(pointers), _BATCH):
            batch = pointers[start : start + _BATCH]
            if not self._enabled:
                self._set_enabled(True)
            self._sleep(max(0.0, self._due - self._clock()))
            self._due = max(self._due, self._clock()) + len(batch) / self._per_second
            send_pointers(self._sqs, self.route.reprocessing_url, batch)

    def waiting(self) -> int:
        """About how many messages are not done."""
        return count_messages(self._sqs, self.route.reprocessing_url)

    def drain(self) -> Iterator[int]:
        """How many messages are not done, every few seconds until there is none; then the mapping is disabled.

        It is enabled first: a run that was interrupted may have left messages.
        """
        self._set_enabled(True)
        empty = 0
        while empty < _EMPTY:
            waiting = self.waiting()
            empty = 0 if waiting else empty + 1
            yield waiting
            self._sleep(POLL_S)
        self._set_enabled(False)

    def _set_enabled(self, enabled: bool) -> None:
        if self._lambda is None:
            self._lambda = account_client("lambda")
        self._lambda.update_event_source_mapping(UUID=self.route.reprocessing_mapping, Enabled=enabled)
        self._enabled = enabled
