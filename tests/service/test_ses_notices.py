"""Notices of SES become the mail that they hold or point to; folders of the console become nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tagging.intake.messages import read_body
from tagging.intake.source import RawMail, StoredObject
from tests.service_harness import ServiceHarness

MAIL = "From: kim@customer.example\r\nSubject: stolen card\r\n\r\nMy card was stolen.\r\n"
WRAPPINGS: dict[str, Callable[[dict[str, Any]], object]] = {
    "raw delivery": json.dumps,
    "SNS": lambda notice: json.dumps({"Type": "Notification", "Message": json.dumps(notice)}),
    "SNS twice": lambda notice: WRAPPINGS["SNS"](json.loads(str(WRAPPINGS["SNS"](notice)))),
    "SNS invokes": lambda notice: {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": json.dumps(notice)}}]},
    "a queue read before": lambda notice: {"Records": [{"eventSource": "aws:sqs", "body": json.dumps(notice)}]},
}


def notice(action: dict[str, Any], **changes: Any) -> dict[str, Any]:
    mail = {"messageId": "d6iitobk75ur44p8kdnnp7g2n800", "source": "kim@customer.example"}
    return {"notificationType": "Received", "mail": mail, "receipt": {"action": action}} | changes


def inline(content: str, encoding: str | None, **changes: Any) -> dict[str, Any]:
    action = {"type": "SNS"} | ({"encoding": encoding} if encoding else {})
    return notice(action, content=content, **changes)


PACKED = base64.b64encode(MAIL.encode()).decode()


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize(
    "body",
    [inline(MAIL, "UTF8"), inline(MAIL, None), inline(PACKED, "BASE64"), inline(PACKED, None), inline(MAIL, "BASE64")],
    ids=["text", "text, not declared", "base64", "base64, not declared", "text declared as base64"],
)
def test_a_notice_with_the_mail_is_that_mail(body: dict[str, Any], wrapping: str) -> None:
    (delivery,) = read_body(WRAPPINGS[wrapping](body))
    assert delivery.source == RawMail("ses-d6iitobk75ur44p8kdnnp7g2n800", MAIL.encode())
    assert (delivery.kind, delivery.quarantine) == ("mail", None)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_notice_of_a_stored_mail_is_its_object(wrapping: str) -> None:
    action = {"type": "S3", "bucketName": "mails", "objectKeyPrefix": "in", "objectKey": "in/a+b%20c"}
    (delivery,) = read_body(WRAPPINGS[wrapping](notice(action)))
    assert delivery.source == StoredObject("mails", "in/a+b%20c")


def test_a_mail_without_an_id_is_the_same_item_each_time() -> None:
    first, second = (read_body(inline(MAIL, "UTF8", mail={"messageId": id}))[0] for id in (None, "no id: spaces"))
    assert first.source == second.source


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (notice({"type": "Lambda"}), "no_content"),
        (notice({"type": "SNS"}, content=""), "no_content"),
        ({"Records": [{"eventSource": "aws:ses", "ses": {"mail": {}, "receipt": {"action": {}}}}]}, "no_content"),
        (notice({"type": "S3", "bucketName": "mails"}), "bad_record"),
        (inline("no base 64 @", "BASE64"), "bad_record"),
        (notice({}, receipt={"virusVerdict": {"status": "FAIL"}}, content=MAIL), "virus"),
        ({"notificationType": "Bounce", "bounce": {}, "mail": {}}, "sending_notice"),
        ({"notificationType": "Complaint", "complaint": {}, "mail": {}}, "sending_notice"),
        ({"notificationType": "Delivery", "delivery": {}, "mail": {}}, "sending_notice"),
        ({"eventType": "DeliveryDelay", "mail": {}}, "sending_notice"),
        ({"source": "aws.ses", "detail-type": "Email Bounced", "detail": {}}, "sending_notice"),
        ({"Type": "SubscriptionConfirmation", "Message": "You have chosen to subscribe"}, "not_ours"),
    ],
)
def test_a_notice_without_a_mail_has_its_reason(body: dict[str, Any], reason: str) -> None:
    (delivery,) = read_body(json.dumps(body))
    assert delivery.quarantine is not None
    assert delivery.quarantine.reason == reason


@pytest.mark.parametrize(
    "body",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        json.dumps({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have subscribed"}),
    ],
)
def test_a_setup_of_a_topic_delivers_nothing(body: str) -> None:
    assert read_body(body) == []
    assert read_body({"Type": "Notification", "Message": body}) == []


def s3_record(key: str, size: int) -> dict[str, Any]:
    stored = {"key": key, "size": size, "eTag": "e", "sequencer": "0055AED6DCD90281E5"}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}
    return {"Records": [record | {"s3": {"bucket": {"name": "mails"}, "object": stored}}]}


@pytest.mark.parametrize("size", [0, 7])
@pytest.mark.parametrize("key", ["inbox/", "inbox%2F", "inbox/2025/", "a+b/%C3%BC/"])
def test_a_folder_of_the_console_delivers_nothing(key: str, size: int) -> None:
    assert read_body(s3_record(key, size)) == []
    detail = {"bucket": {"name": "mails"}, "object": {"key": "inbox/", "size": size}}
    assert read_body({"source": "aws.s3", "detail-type": "Object Created", "detail": detail}) == []


def test_only_the_folder_of_several_records_is_left_out() -> None:
    body = {"Records": s3_record("inbox/", 0)["Records"] + s3_record("inbox/a.eml", 0)["Records"]}
    assert [delivery.source for delivery in read_body(body)] == [
        StoredObject("mails", "inbox/a.eml", etag="e", sequencer="0055aed6dcd90281e5".rjust(64, "0"), size=0)
    ]


def test_a_mail_in_a_notice_is_tagged_once(harness: ServiceHarness) -> None:
    body = inline(PACKED, "BASE64")
    assert harness.handle(json.dumps(body), WRAPPINGS["SNS"](body)) == []
    assert harness.handle(json.dumps(body)) == []
    row = harness.row()
    assert (row.kind, row.revision.quarantine) == ("mail", None)
    assert dict(row.source) == {"message": "ses-d6iitobk75ur44p8kdnnp7g2n800"}
    assert len(harness.tickets()) == 1
