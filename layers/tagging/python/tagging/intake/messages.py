"""Reads queue messages: the deliveries in every wrapping that AWS uses, and in our own message."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

from tagging.intake.eventbridge import read_eventbridge
from tagging.intake.own_messages import DECIDE_SCHEMA, ITEM_SCHEMA, DecideMessage, Delivery, IntakeMessage
from tagging.intake.ses import is_ses_notice, is_setup, read_ses_notice
from tagging.intake.source import RawMessage, StoredObject
from tagging.quarantine import Quarantine, Quarantined
from tagging.validation import InvalidDocument, from_data

_MAX_WRAPPINGS = 3
_MAX_RECORDS = 100
"""Records of one message; S3 and SNS send one each, and a batch must end within one invocation."""
_ASKS_TO_SUBSCRIBE = "SNS asks to confirm a subscription"
_IGNORED_EVENTS = (
    *("ObjectRemoved:", "ObjectRestore:", "ObjectTagging:", "ObjectAcl:", "LifecycleExpiration:", "Replication:"),
    *("LifecycleTransition", "IntelligentTiering", "ReducedRedundancyLostObject"),
)
"""Events of S3 about an object that is not new."""


def read_body(body: object) -> list[Delivery]:
    """The deliveries of one message body (text, or parsed JSON); none for `s3:TestEvent` and deletions.

    Never raises: records that are not understood come back quarantined, one by one.
    """
    return _quarantining(body, partial(_read_wrapped, body, _MAX_WRAPPINGS))


def _quarantining(content: object, read: Callable[[], list[Delivery]]) -> list[Delivery]:
    """The deliveries that `read` returns, or `content` quarantined."""
    try:
        return read()
    except Quarantined as error:
        return [Delivery(RawMessage.of(content), quarantine=Quarantine(error.reason, error.detail))]


def _read_wrapped(body: object, wrappings: int) -> list[Delivery]:
    """The deliveries of a body that has at most so many wrappings."""
    if not wrappings:
        raise Quarantined("not_ours", "wrapped too often")
    if is_setup(body):
        return []
    if isinstance(body, str):
        try:
            body = json.loads(body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Quarantined("not_json") from None
    if is_setup(body):
        return []
    if not isinstance(body, dict):
        raise Quarantined("not_ours")
    if body.get("Type") == "Notification" and isinstance(body.get("Message"), str):
        return _read_wrapped(body["Message"], wrappings - 1)  # SNS's message on a queue
    return _read_document(body, wrappings)


def _read_document(body: dict[str, Any], wrappings: int) -> list[Delivery]:
    if body.get("Event") == "s3:TestEvent":
        return []
    if body.get("schema") == ITEM_SCHEMA:
        return [_read_message(body, IntakeMessage)]
    if body.get("schema") == DECIDE_SCHEMA:
        return [_read_message(body, DecideMessage)]
    if body.get("source") in ("aws.s3", "aws.guardduty") and "detail" in body:
        return _read_eventbridge(body)
    if is_ses_notice(body) or (body.get("source") == "aws.ses" and "detail" in body):
        return _read_ses(body)
    records = body.get("Records")
    if not isinstance(records, list):
        raise Quarantined("not_ours", _ASKS_TO_SUBSCRIBE if body.get("Type") == "SubscriptionConfirmation" else "")
    if len(records) > _MAX_RECORDS:
        raise Quarantined("too_many_records", f"{len(records)}, at most {_MAX_RECORDS}")
    return [
        delivery for record in records for delivery in _quarantining(record, partial(_read_record, record, wrappings))
    ]


def _read_message(body: dict[str, Any], message: type[IntakeMessage | DecideMessage]) -> Delivery:
    try:
        return from_data(body, message).delivery()
    except InvalidDocument as error:
        raise Quarantined("bad_message", str(error)[:300]) from None


def _read_eventbridge(body: dict[str, Any]) -> list[Delivery]:
    try:
        event = read_eventbridge(body)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise Quarantined("bad_record") from None
    if event is None or not event.stored.is_item:
        return []
    return [Delivery(event.stored, quarantine=event.quarantine)]


def _read_ses(notice: dict[str, Any]) -> list[Delivery]:
    try:
        return [Delivery(read_ses_notice(notice), "mail")]
    except (KeyError, TypeError, AttributeError, ValueError):
        raise Quarantined("bad_record") from None


def _read_record(record: object, wrappings: int) -> list[Delivery]:
    """One of the `Records` of S3, of SNS or SES where they invoke the function itself, or of a queue read before."""
    if not isinstance(record, dict):
        raise Quarantined("not_ours")
    if record.get("eventSource") == "aws:s3":
        return _read_s3_record(record)
    sns = record.get("Sns")
    if record.get("EventSource") == "aws:sns" and isinstance(sns, dict) and isinstance(sns.get("Message"), str):
        return _read_wrapped(sns["Message"], wrappings - 1)
    if record.get("eventSource") == "aws:ses" and isinstance(record.get("ses"), dict):
        return _read_ses({"notificationType": "Received", **record["ses"]})
    if record.get("eventSource") == "aws:sqs" and isinstance(record.get("body"), str):
        return _read_wrapped(record["body"], wrappings - 1)
    raise Quarantined("not_ours")


def _read_s3_record(record: dict[str, Any]) -> list[Delivery]:
    try:
        name = record["eventName"].removeprefix("s3:")
        if name.startswith(_IGNORED_EVENTS):
            return []
        if not name.startswith("ObjectCreated:"):
            raise ValueError("eventName")
        described = record["s3"]["object"]
        stored = StoredObject.checked(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(described["key"], errors="strict"),
            version=described.get("versionId"),
            etag=described.get("eTag"),
            sequencer=described.get("sequencer"),
            size=described.get("size"),
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        raise Quarantined("bad_record") from None
    return [Delivery(stored)] if stored.is_item else []


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
