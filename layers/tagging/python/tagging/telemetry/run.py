"""What is known of one invocation while it runs: its deadline, its stage times, what failed."""

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
        self.began = self.now()
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
        """Messages that go back, each once."""
        return list(self._failed.values())

    def fail(self, message: Message, item_id: str, error: Exception) -> None:
        """Note that a message goes back to the queue, and why."""
        self._failed[id(message)] = message
        about = {"item": item_id, "message_id": message.id, **describe(error)}
        self._logger.error("goes back to the queue", extra=about)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        began = time.perf_counter()
        yield
        self.stages[name] = (time.perf_counter() - began) * 1000
