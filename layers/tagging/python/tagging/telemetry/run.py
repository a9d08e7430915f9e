"""The state of one running invocation: its deadline, stage times and failed messages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from tagging.intake import Message
from tagging.telemetry.logs import Logger, describe


class Run:
    """One invocation."""

    def __init__(self, remaining_s: Callable[[], float], logger: Logger) -> None:
        self.remaining_s = remaining_s
        self.started_at = self.now()
        self.stages: dict[str, float] = {}
        """Milliseconds by stage."""
        self._failed: dict[int, Message] = {}
        self._logger = logger

    @staticmethod
    def now() -> str:
        """ISO 8601, UTC, milliseconds: text order is time order."""
        return datetime.now(UTC).isoformat(timespec="milliseconds")

    @property
    def failed(self) -> list[Message]:
        """Messages that go back to the queue, each once."""
        return list(self._failed.values())

    def fail(self, message: Message, item_id: str, error: Exception) -> None:
        """Record and log that a message goes back to the queue."""
        self._failed[id(message)] = message
        fields = {"item": item_id, "message_id": message.id, **describe(error)}
        self._logger.error("goes back to the queue", extra=fields)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure the time of a stage."""
        start = time.perf_counter()
        yield
        self.stages[name] = (time.perf_counter() - start) * 1000
