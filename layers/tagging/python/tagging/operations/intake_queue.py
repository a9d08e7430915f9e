"""Sends messages to an intake queue: each has an item tagged, tagged again, or decided again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tagging.intake import DECIDE_SCHEMA, ITEM_SCHEMA, StoredObject
from tagging.operations.errors import QueueRefused

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_BATCH = 10


class IntakeMessage(Protocol):
    """What an intake queue takes."""

    def body(self) -> str:
        """The message's text."""


@dataclass(frozen=True)
class Again:
    """A message that has an item decided again, by its row."""

    kind: str
    item_id: str
    generation: int = 0
    """The pointer's generation by which it is to be decided, or a later one."""

    def body(self) -> str:
        """The message's text (`events/schemas/decide.json`)."""
        return json.dumps(
            {"schema": DECIDE_SCHEMA, "kind": self.kind, "id": self.item_id, "generation": self.generation}
        )


@dataclass(frozen=True)
class Pointer:
    """A message that names an object version."""

    kind: str
    source: StoredObject
    heads: tuple[str, ...] | None = None

    def body(self) -> str:
        """The message's text (`events/schemas/item.json`)."""
        pointer = {"bucket": self.source.bucket, "key": self.source.key, "version": self.source.version}
        heads = {} if self.heads is None else {"heads": list(self.heads)}
        return json.dumps({"schema": ITEM_SCHEMA, "kind": self.kind, "object": pointer, **heads})


def send_messages(sqs: SQSClient, queue_url: str, messages: Sequence[IntakeMessage]) -> None:
    """Send each, ten a call; QueueRefused where SQS refuses one (the others of its call are sent).

    To send them again does no harm: an item has one row, however often it is delivered.
    """
    for start in range(0, len(messages), _BATCH):
        response = sqs.send_message_batch(
            QueueUrl=queue_url,
            Entries=[
                {"Id": str(index), "MessageBody": message.body()}
                for index, message in enumerate(messages[start : start + _BATCH])
            ],
        )
        if refused := response.get("Failed"):
            raise QueueRefused(f"the intake queue refused a message: {refused[0]['Code']}; run it again")
