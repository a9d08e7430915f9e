"""The events of events/tag_mail have the form in which AWS sends them, and speak of mails that exist."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

EVENTS = Path(__file__).parents[2] / "events"
FILES = sorted((EVENTS / "tag_mail").glob("*.json"))
CASES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FILES}
NOT_IN_SQS = {"empty_batch", "direct_s3"}
SPECIAL = "inbox/refund for order 12+3.eml"
GONE = "inbox/gone_before_it_was_read.eml"


def s3_records(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All S3 records in an event, however wrapped."""
    for record in event.get("Records", []):
        if "s3" in record:
            yield record
        elif record.get("eventSource") == "aws:sqs" and record["body"].startswith("{"):
            body = json.loads(record["body"])
            yield from s3_records(json.loads(body["Message"]) if body.get("Type") == "Notification" else body)


def mail_of(key: str) -> Path:
    return EVENTS / "mails" / ("attachment.eml" if key == SPECIAL else key.removeprefix("inbox/"))


@pytest.mark.parametrize("case", sorted(set(CASES) - NOT_IN_SQS))
def test_an_sqs_record_is_complete_and_its_checksum_right(case: str) -> None:
    assert CASES[case]["Records"]
    for record in CASES[case]["Records"]:
        assert set(record) == {
            *("messageId", "receiptHandle", "body", "attributes", "messageAttributes"),
            *("md5OfBody", "eventSource", "eventSourceARN", "awsRegion"),
        }
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", record["messageId"])
        assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()
        assert record["eventSource"] == "aws:sqs"
        assert record["eventSourceARN"].split(":")[:4] == ["arn", "aws", "sqs", record["awsRegion"]]
        assert int(record["attributes"]["ApproximateReceiveCount"]) >= 1
        assert record["attributes"]["SentTimestamp"].isdigit()


def test_message_ids_are_unique_within_a_batch() -> None:
    for event in CASES.values():
        ids = [record["messageId"] for record in event["Records"] if "messageId" in record]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("case", [case for case, event in CASES.items() if any(s3_records(event))])
def test_an_s3_record_has_what_s3_sends(case: str) -> None:
    for record in s3_records(CASES[case]):
        assert record["eventSource"] == "aws:s3"
        assert record["eventVersion"].startswith("2.")
        stored, bucket = record["s3"]["object"], record["s3"]["bucket"]
        assert bucket["arn"] == f"arn:aws:s3:::{bucket['name']}" == "arn:aws:s3:::tagging-local-mail"
        assert re.fullmatch(r"[0-9A-F]{16,18}", stored["sequencer"])
        assert ("versionId" in stored) == (case != "no_version_id")
        created = record["eventName"].startswith("ObjectCreated:")
        assert created == ("size" in stored) == (case != "delete_marker")


@pytest.mark.parametrize("case", [case for case, event in CASES.items() if any(s3_records(event))])
def test_an_s3_record_speaks_of_a_mail_that_exists(case: str) -> None:
    for record in s3_records(CASES[case]):
        stored = record["s3"]["object"]
        key = unquote_plus(stored["key"])
        assert mail_of(key).exists() == (key != GONE)
        if key != GONE and case not in {"delete_marker", "too_large"}:
            raw = mail_of(key).read_bytes()
            assert (stored["size"], stored["eTag"]) == (len(raw), hashlib.md5(raw).hexdigest())


def test_a_key_is_encoded_by_s3_and_not_by_eventbridge() -> None:
    (record,) = s3_records(CASES["key_with_spaces_and_plus"])
    assert record["s3"]["object"]["key"] == "inbox/refund+for+order+12%2B3.eml"
    (message,) = CASES["eventbridge_s3"]["Records"]
    assert json.loads(message["body"])["detail"]["object"]["key"] == SPECIAL


def test_every_file_is_explained_and_every_explanation_has_its_file() -> None:
    rows = re.findall(r"^\| (`.+?`) \|", (EVENTS / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert explained == {*CASES, *(path.stem for path in (EVENTS / "mails").glob("*.eml"))}
