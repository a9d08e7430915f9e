"""From what a queue message holds to the items it asks for: every wrapping that AWS uses, and our own message."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from urllib.parse import unquote_plus

from msgspec import Meta, Struct

from tagging.intake.eventbridge import read_eventbridge
from tagging.intake.rejected import Rejected, reject
from tagging.intake.source import Inline, Source, StoredObject
from tagging.quarantine import Quarantine
from tagging.taxonomy import Name
from tagging.validation import END, InvalidDocument, from_data

__all__ = ["ITEM_SCHEMA", "Delivery", "IntakeMessage", "Kind", "Rejected", "read_body"]

Kind = Literal["mail", "text", "image"]
ITEM_SCHEMA = "tagging.item/1"
_MAX_WRAPPINGS = 3
_MAX_RECORDS = 100
"""Records of one message; S3 and SNS put one in each, and a batch must end within one invocation."""
_NOTHING_TO_TAG = (
    *("ObjectRemoved:", "ObjectRestore:", "ObjectTagging:", "ObjectAcl:", "LifecycleExpiration:", "Replication:"),
    *("LifecycleTransition", "IntelligentTiering", "ReducedRedundancyLostObject"),
)
"""What else S3 tells of an object."""


class Delivery(Struct, frozen=True):
    """One item that a message asks to have tagged."""

    source: Source
    kind: Kind | None = None
    """None where the event does not say: the function's own kind."""
    heads: tuple[str, ...] | None = None
    """The heads to run; None for all."""
    refusal: Quarantine | None = None
    """Why it is never tagged, where that is known before it is read."""


class Pointer(Struct, frozen=True):
    """A stored object that a message points to."""

    bucket: str
    key: str
    version: str | None = None

    def __post_init__(self) -> None:
        self.stored()

    def stored(self) -> StoredObject:
        return StoredObject.checked(
            bucket=self.bucket, key=self.key, version=self.version, etag=None, sequencer=None, size=None
        )


class IntakeMessage(Struct, frozen=True, kw_only=True):
    """Our own way in: inline text under the sender's id, or a pointer to an object. Unknown fields are ignored."""

    schema: Literal["tagging.item/1"]
    id: Annotated[str, Meta(pattern=f"^[A-Za-z0-9._:-]{{1,100}}{END}")] | None = None
    kind: Kind
    text: str | None = None
    subject: str = ""
    object: Pointer | None = None
    heads: Annotated[list[Name], Meta(min_length=1, max_length=100)] | None = None

    def __post_init__(self) -> None:
        if (self.text is None) == (self.object is None):
            raise ValueError("give either text or object")
        if self.text is not None and self.id is None:
            raise ValueError("inline text needs an id")
        if self.text is not None and self.kind == "image":
            raise ValueError("an image is given as an object")

    def delivery(self) -> Delivery:
        """What the message asks for."""
        heads = None if self.heads is None else tuple(sorted(set(self.heads)))  # in another order it is the same wish
        if self.object is not None:
            return Delivery(self.object.stored(), self.kind, heads)
        return Delivery(Inline(str(self.id), str(self.text), self.subject), self.kind, heads)


def read_body(body: object) -> list[Delivery | Rejected]:
    """The items that one message body (text, or already parsed JSON) asks for; none for `s3:TestEvent` and deletions.

    Never raises: what is not understood comes back as Rejected, record by record.
    """
    return _unwrapped(body, body, _MAX_WRAPPINGS)


def _unwrapped(body: object, given: object, wrappings: int) -> list[Delivery | Rejected]:
    """What a body asks for that may be wrapped so often; `given` is what is rejected where it is not understood."""
    if not wrappings:
        return [reject(given, "not_ours", "wrapped too often")]
    if isinstance(body, str):
        try:
            body = json.loads(body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            return [reject(given, "not_json")]
    if not isinstance(body, dict):
        return [reject(given, "not_ours")]
    if body.get("Type") == "Notification" and isinstance(body.get("Message"), str):
        return _unwrapped(body["Message"], given, wrappings - 1)  # SNS's message on a queue
    return _read_document(body, given, wrappings)


def _read_document(body: dict[str, Any], given: object, wrappings: int) -> list[Delivery | Rejected]:
    if body.get("Event") == "s3:TestEvent":
        return []
    if body.get("schema") == ITEM_SCHEMA:
        return [_read_message(body, given)]
    if body.get("source") in ("aws.s3", "aws.guardduty") and "detail" in body:
        return _read_eventbridge(body, given)
    records = body.get("Records")
    if not isinstance(records, list):
        return [reject(given, "not_ours")]
    if len(records) > _MAX_RECORDS:
        return [reject(given, "too_many_records", f"{len(records)}, at most {_MAX_RECORDS}")]
    return [found for record in records for found in _read_record(record, wrappings)]


def _read_message(body: dict[str, Any], given: object) -> Delivery | Rejected:
    try:
        return from_data(body, IntakeMessage).delivery()
    except InvalidDocument as error:
        return reject(given, "bad_message", str(error)[:300])


def _read_eventbridge(body: dict[str, Any], given: object) -> list[Delivery | Rejected]:
    try:
        told = read_eventbridge(body)
    except (KeyError, TypeError, AttributeError, ValueError):
        return [reject(given, "bad_record")]
    return [] if told is None or told.stored.is_setup_object else [Delivery(told.stored, refusal=told.refusal)]


def _read_record(record: object, wrappings: int) -> list[Delivery | Rejected]:
    """One of the `Records` that S3, or SNS where it invokes the function itself, sends."""
    if not isinstance(record, dict):
        return [reject(record, "not_ours")]
    if record.get("eventSource") == "aws:s3":
        return _read_s3_record(record)
    sns = record.get("Sns")
    if record.get("EventSource") == "aws:sns" and isinstance(sns, dict) and isinstance(sns.get("Message"), str):
        return _unwrapped(sns["Message"], record, wrappings - 1)
    return [reject(record, "not_ours")]


def _read_s3_record(record: dict[str, Any]) -> list[Delivery | Rejected]:
    try:
        name = record["eventName"].removeprefix("s3:")
        if name.startswith(_NOTHING_TO_TAG):
            return []
        if not name.startswith("ObjectCreated:"):
            raise ValueError("eventName")
        stored = record["s3"]["object"]
        found = StoredObject.checked(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(stored["key"], errors="strict"),
            version=stored.get("versionId"),
            etag=stored.get("eTag"),
            sequencer=stored.get("sequencer"),
            size=stored.get("size"),
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        return [reject(record, "bad_record")]
    return [] if found.is_setup_object else [Delivery(found)]


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
