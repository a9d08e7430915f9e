"""The jobs of a batch: a message may announce several items."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from tagging.intake.batch import Message
from tagging.intake.messages import read_body
from tagging.intake.own_messages import Delivery
from tagging.intake.source import StoredObject


class Job(Struct, frozen=True):
    """One delivery of one message of the batch."""

    message: Message
    delivery: Delivery

    @property
    def item_id(self) -> str:
        """The id that is known before the object is read."""
        return self.delivery.source.item_id

    @property
    def stored(self) -> StoredObject | None:
        """The object to fetch; None where there is nothing to fetch."""
        source = self.delivery.source
        return source if isinstance(source, StoredObject) and self.delivery.quarantine is None else None


def jobs_of(messages: Iterable[Message]) -> list[Job]:
    """The jobs of all messages, in order."""
    return [Job(message, delivery) for message in messages for delivery in read_body(message.body)]
