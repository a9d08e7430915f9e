"""The events of events/tag_* have the form of AWS events and refer to mails and images that exist."""

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
ITEMS = {"tag_mail": "mails", "tag_image": "images"}
BUCKETS = {"tag_mail": "tagging-local-mail", "tag_image": "tagging-local-image"}
CASES = {
    f"{function}/{path.stem}": json.loads(path.read_text(encoding="utf-8"))
    for function in ITEMS
    for path in sorted((EVENTS / function).glob("*.json"))
}
NOT_IN_SQS = {"tag_mail/empty_batch", "tag_mail/direct_s3", "tag_image/direct_s3"}
SPECIAL = {
    "tag_mail": ("inbox/refund for order 12+3.eml", "attachment.eml"),
    "tag_image": ("uploads/milk carton 1+1.png", "milk.png"),
}
"""A key that shows how keys are encoded, and the file with its bytes."""
MISSING = "gone_before_it_was_read"
WITH_OTHER_SIZES = {"delete_marker", "too_large"}


def s3_records(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All S3 records in an event, however wrapped."""
    for record in event.get("Records", []):
        if "s3" in record:
            yield record
        elif record.get("eventSource") == "aws:sqs" and record["body"].startswith("{"):
            body = json.loads(record["body"])
            yield from s3_records(json.loads(body["Message"]) if body.get("Type") == "Notification" else body)


def item_at(function: str, key: str) -> Path:
    special, name = SPECIAL[function]
    return EVENTS / ITEMS[function] / (name if key == special else key.split("/", 1)[1])


@pytest.mark.parametrize("case", sorted(set(CASES) - NOT_IN_SQS))
def test_an_sqs_record_is_complete_and_has_the_right_checksum(case: str) -> None:
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
def test_an_s3_record_has_the_fields_of_s3(case: str) -> None:
    for record in s3_records(CASES[case]):
        assert record["eventSource"] == "aws:s3"
        assert record["eventVersion"].startswith("2.")
        stored, bucket = record["s3"]["object"], record["s3"]["bucket"]
        assert bucket["arn"] == f"arn:aws:s3:::{bucket['name']}" == f"arn:aws:s3:::{BUCKETS[case.split('/')[0]]}"
        assert re.fullmatch(r"[0-9A-F]{16,18}", stored["sequencer"])
        assert ("versionId" in stored) == (not case.endswith("/no_version_id"))
        created = record["eventName"].startswith("ObjectCreated:")
        assert created == ("size" in stored) == (not case.endswith("/delete_marker"))


@pytest.mark.parametrize("case", [case for case, event in CASES.items() if any(s3_records(event))])
def test_an_s3_record_refers_to_an_item_that_exists(case: str) -> None:
    function, name = case.split("/")
    for record in s3_records(CASES[case]):
        stored = record["s3"]["object"]
        item = item_at(function, unquote_plus(stored["key"]))
        assert item.exists() == (item.stem != MISSING)
        if item.exists() and name not in WITH_OTHER_SIZES:
            raw = item.read_bytes()
            assert (stored["size"], stored["eTag"]) == (len(raw), hashlib.md5(raw).hexdigest())


@pytest.mark.parametrize("function", ITEMS)
def test_s3_encodes_keys_and_eventbridge_does_not(function: str) -> None:
    key, _ = SPECIAL[function]
    (record,) = s3_records(CASES[f"{function}/key_with_spaces_and_plus"])
    encoded = record["s3"]["object"]["key"]
    assert encoded == key.replace("+", "%2B").replace(" ", "+")
    (message,) = CASES[f"{function}/eventbridge_s3"]["Records"]
    assert json.loads(message["body"])["detail"]["object"]["key"] == key


@pytest.mark.parametrize("case", [case for case in CASES if "/scanned_" in case])
def test_a_scan_result_has_the_fields_of_guardduty_and_refers_to_an_image_that_exists(case: str) -> None:
    for record in CASES[case]["Records"]:
        event = json.loads(record["body"])
        detail, scanned = event["detail"], event["detail"]["s3ObjectDetails"]
        assert event["detail-type"] == "GuardDuty Malware Protection Object Scan Result"
        assert (event["source"], detail["resourceType"], scanned["s3Throttled"]) == (
            "aws.guardduty",
            "S3_OBJECT",
            False,
        )
        assert set(scanned) == {"bucketName", "objectKey", "eTag", "versionId", "s3Throttled"}
        assert set(detail["scanResultDetails"]) == {"scanResultStatus", "threats", "statusReasons"}
        raw = item_at("tag_image", scanned["objectKey"]).read_bytes()
        assert (scanned["bucketName"], scanned["eTag"]) == (BUCKETS["tag_image"], hashlib.md5(raw).hexdigest())


def test_every_file_is_documented_and_every_documented_file_exists() -> None:
    documented: set[str] = set()
    for line in (EVENTS / "README.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"\| (\w+)/ \|", line):
            folder = heading[1]
        elif row := re.match(r"\| (`.+?`) \|", line):
            documented |= {f"{folder}/{name}" for name in re.findall(r"`([\w.]+)`", row[1])}
    mails = {f"mails/{path.stem}" for path in (EVENTS / "mails").glob("*.eml")}
    images = {f"images/{path.name}" for path in (EVENTS / "images").iterdir()}
    corrections = {f"correct/{path.stem}" for path in (EVENTS / "correct").glob("*.json")}
    assert documented == {*CASES, *mails, *images, *corrections}
