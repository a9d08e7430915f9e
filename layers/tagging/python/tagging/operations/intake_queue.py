"""Puts pointer messages on an intake queue: each asks for one object version to be tagged, or tagged again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagging.intake import ITEM_SCHEMA, StoredObject
from tagging.store import Row, stored_object

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_BATCH = 10


class NoPointer(Exception):
    """Nothing that is kept of an item leads back to its content; the text says why and what to do."""


class QueueRefused(Exception):
    """SQS did not take some messages; the text is SQS's code."""


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


def pointer_to(row: Row) -> Pointer:
    """The message that has a quarantined item tagged again; NoPointer where none can."""
    if row.forgotten:
        raise NoPointer("it was forgotten: nothing is kept of it")
    if row.revision.quarantine is None:
        raise NoPointer("it is not quarantined")
    if row.revision.quarantine.reason in ("malware", "unscanned"):
        raise NoPointer("no scan found it clean, and only a new version is scanned: put the object again")
    stored = stored_object(row.source)
    if stored is None:
        raise NoPointer("its content came in the message itself, of which no copy is kept: have it sent again")
    if stored.item_id != row.id or not stored.version:
        raise NoPointer("its bucket keeps no versions, so nothing names what it held then: put the object again")
    return Pointer(row.kind, stored, row.revision.heads)


class IntakeQueue:
    """One intake queue."""

    def __init__(self, sqs: SQSClient, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def send(self, pointers: Sequence[Pointer]) -> None:
        """Send each, ten a call; QueueRefused where SQS does not take one, and the others of its call are sent.

        To send them all again does no harm: an item has one row, whatever is delivered.
        """
        for start in range(0, len(pointers), _BATCH):
            answer = self._sqs.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "MessageBody": each.body()}
                    for number, each in enumerate(pointers[start : start + _BATCH])
                ],
            )
            if refused := answer.get("Failed"):
                raise QueueRefused(refused[0]["Code"])
