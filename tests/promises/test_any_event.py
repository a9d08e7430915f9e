"""Promises C and D for any input: every event, JSON or not, gets a response and its rows."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagging.intake.batch import RetryLater
from tagging.intake.messages import read_body
from tagging.intake.source import RawMessage, StoredObject
from tests.fuzz import events
from tests.fuzz.targets import attempt_body
from tests.service_harness import ServiceHarness

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")  # it would hide what failed
QUIET = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
BATCHES = 40
"""Batches of ten messages per harness and `--times`."""
PLAIN = [document for document in events.DOCUMENTS if document.get("Type") != "Notification"]


def known(document: Any) -> bool:
    return not any(isinstance(delivery.source, RawMessage) for delivery in read_body(document))


@pytest.mark.parametrize("way", events.WRAPPINGS)
def test_every_known_document_has_the_same_deliveries_in_every_wrapping(way: str) -> None:
    shapes = [document for document in PLAIN if known(document)]
    assert len(shapes) > 25
    for document in shapes:
        asked = read_body(json.dumps(document))
        assert read_body(events.wrapped(document, way)) == asked
        sns = {"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": json.dumps(document)}}
        assert read_body({"Records": [sns, sns]}) == [*asked, *asked]  # SNS invokes the function itself


def test_unknown_documents_are_never_ignored() -> None:
    """Deletions, other object events and S3's test event need no action; names that S3 never sends are invalid."""
    (record,) = events.CASES["tag_mail/direct_s3"]["Records"]
    for name in ("", "Put", "objectcreated:Put", "ObjectMade:Put", None, 7):
        (found,) = read_body({"Records": [record | {"eventName": name}]})
        assert isinstance(found.source, RawMessage)
    for name in ("ObjectRemoved:Delete", "s3:ObjectRemoved:Delete", "ObjectTagging:Put", "LifecycleTransition"):
        assert read_body({"Records": [record | {"eventName": name}]}) == []
    for kind in (None, 7, "Order Created"):
        (found,) = read_body({"source": "aws.s3", "detail-type": kind, "detail": {}})
        assert isinstance(found.source, RawMessage)


def test_records_of_one_message_are_read_one_by_one() -> None:
    (record,) = events.CASES["tag_mail/direct_s3"]["Records"]
    found = read_body({"Records": [{"eventSource": "aws:ses"}, record, None, record | {"s3": None}]})
    assert [each.quarantine and each.quarantine.reason for each in found] == [
        "not_ours",
        None,
        "not_ours",
        "bad_record",
    ]


def test_a_message_with_too_many_records_is_quarantined_as_one() -> None:
    (record,) = events.CASES["tag_mail/direct_s3"]["Records"]
    assert len(read_body({"Records": [record] * 100})) == 100
    (found,) = read_body({"Records": [record] * 101})
    assert isinstance(found.source, RawMessage)
    assert found.quarantine is not None
    assert found.quarantine.reason == "too_many_records"


def test_nested_documents_are_read_or_quarantined_at_every_depth() -> None:
    """At the limit of the interpreter's stack, json.loads may still read what json.dumps cannot write."""
    for levels in range(850, 1_001):
        inner = "[" * levels + "]" * levels
        for body in (inner, f'{{"a":{inner}}}', f'{{"Records":[{{"eventSource":"aws:s3","eventName":{inner}}}]}}'):
            (found,) = read_body(body)
            assert isinstance(found.source, RawMessage)
    for levels in (900, 100_000):
        (found,) = read_body({"Records": [events.nested(levels)]})
        assert isinstance(found.source, RawMessage)


@pytest.mark.parametrize(
    "changed",
    [
        {"eTag": "a\r\nb: c", "versionId": None},
        {"eTag": "\u6771", "versionId": None},
        {"bucket": "arn:aws:s3:us-east-1:123456789012:accesspoint/x"},
        {"bucket": "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap"},
        {"bucket": "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1/accesspoint/ap"},
    ],
)
def test_a_name_that_no_request_can_contain_is_quarantined(harness: ServiceHarness, changed: dict[str, str]) -> None:
    """Such a key once failed in the S3 client, before any request, and its message went back to the queue."""
    document = json.loads(harness.event("a.eml", changed.get("versionId", "v"), **changed))
    document["Records"][0]["s3"]["bucket"]["name"] = changed.get("bucket", harness.bucket)
    assert harness.handle(json.dumps(document)) == []
    quarantine = harness.row().revision.quarantine
    assert quarantine is not None
    assert quarantine.reason == "bad_record"


def test_any_body_has_the_same_deliveries_each_time(times: int) -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=1_000 * times, **QUIET)
    @given(events.bodies())
    def holds(body: Any) -> None:
        found = read_body(body)
        assert found == read_body(body)
        seen[attempt_body(body.encode("utf-8", "replace")) if isinstance(body, str) else "no text"] += 1

    holds()
    assert seen.total() >= 1_000 * times
    assert min(seen[outcome] for outcome in ("delivery", "quarantine", "nothing", "no text")) > 10


def placed(harness: ServiceHarness) -> list[str]:
    """Real message bodies, pointing to objects that exist in the harness's bucket under their versions."""
    cases = [name for name in events.CASES if name.startswith(f"tag_{harness.samples.kind}/")]
    records = [record for name in cases for record in events.CASES[name]["Records"] if "body" in record]
    folder = events.EVENTS / {"mail": "mails", "image": "images"}[harness.samples.kind]
    given = [str(record["body"]) for record in records]
    for key in {key for body in given for key in keys_of(body)}:
        file = folder / key.rpartition("/")[2]
        harness.put(key, file.read_bytes() if file.exists() else None)
    listed = harness.clients.s3.list_object_versions(Bucket=harness.bucket)["Versions"]
    versions = {each["Key"]: each["VersionId"] for each in listed}
    return [in_bucket(body, harness.bucket, versions) for body in given]


def stored_in(document: Any) -> list[dict[str, Any]]:
    """Every description of an object in a document, spelled or not."""
    if isinstance(document, str) and document.startswith("{"):
        return stored_in(json.loads(document))
    inner = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    here = [document] if isinstance(document, dict) and isinstance(document.get("key"), str) else []
    if isinstance(document, dict) and isinstance(key := document.get("objectKey"), str):  # GuardDuty encodes no keys
        here = [{"key": key, "version-id": document["versionId"]}]
    return here + [each for value in inner for each in stored_in(value)]


def keys_of(body: str) -> list[str]:
    try:
        return [unquote_plus(each["key"]) if "eTag" in each else each["key"] for each in stored_in(body)]
    except ValueError:
        return []


def in_bucket(body: str, bucket: str, versions: dict[str, str]) -> str:
    for key in keys_of(body):
        for each in stored_in(body):
            for name in ("versionId", "version-id", "version"):
                if each.get(name) and key in (each["key"], unquote_plus(each["key"])):
                    body = body.replace(str(each[name]), versions[key])
    return body.replace("tagging-local-mail", bucket).replace("tagging-local-image", bucket)


def test_any_batch_has_a_response_and_every_message_has_its_row(each_harness: ServiceHarness, times: int) -> None:
    """Nothing goes back, since no retry can help here; after a second delivery every row is the same."""
    harness = each_harness
    real = placed(harness)
    documents = [document for body in real for document in events.documents_in(body)]
    due: set[str] = set()
    unsure: set[str] = set()
    deliveries = 0

    def note(body: Any) -> None:
        for each in read_body(body):
            source = each.source
            open_version = isinstance(source, StoredObject) and not (source.version or source.etag)
            (unsure if open_version else due).add(source.item_id)

    @settings(max_examples=BATCHES * times, **QUIET)
    @given(events.sqs_events(events.bodies(documents, real)))
    def holds(batch: dict[str, Any]) -> None:
        nonlocal deliveries
        deliveries += len(batch["Records"])
        assert harness.service.handle(batch, lambda: 30.0) == {"batchItemFailures": []}
        for record in batch["Records"]:
            note(record.get("body") if isinstance(record, dict) and record.get("eventSource") == "aws:sqs" else record)

    holds()
    rows = {row.id: row for row in harness.rows()}
    assert deliveries >= 10 * BATCHES * times
    assert due <= set(rows)
    assert len([item for item in rows if item not in due and "~" not in item]) <= len(unsure)
    assert sum(row.revision.quarantine is None for row in rows.values()) > 5
    sent = {json.loads(body)["id"] for body in harness.tickets()}
    assert sent == {row.id for row in rows.values() if row.ticket != "none"}
    assert {row.ticket for row in rows.values()} <= {"none", "sent"}

    attempts: list[dict[str, str]] = []
    for _ in range(2):  # the first of them may still tag what a bent message had put in quarantine
        assert harness.handle(*real) == []
        attempts.append({row.id: row.attempt for row in harness.rows()})
    assert attempts[0] == attempts[1]
    assert set(attempts[0]) >= set(rows)


def test_any_document_without_a_queue_ends_without_an_exception(harness: ServiceHarness, times: int) -> None:
    seen = 0

    @settings(max_examples=200 * times, **QUIET)
    @given(
        events.altered(events.DIRECT + events.DOCUMENTS)
        | events.ANYTHING
        | st.sampled_from([[], {}, None, "", {"Records": []}])
    )
    def holds(document: Any) -> None:
        nonlocal seen
        seen += 1
        assert harness.service.handle(document, lambda: 30.0) == {"batchItemFailures": []}

    holds()
    assert seen >= 200 * times
    for document in (events.nested(900), {"Records": [events.nested(100_000)]}):
        assert harness.service.handle(document, lambda: 30.0) == {"batchItemFailures": []}


def test_a_retryable_fault_returns_one_message_or_raises(harness: ServiceHarness) -> None:
    document = json.loads(harness.event("a.eml", harness.put("a.eml")))
    with harness.failing("s3.GetObject"):
        assert harness.handle("not json", json.dumps(document)) == ["1"]
    with harness.failing("s3.GetObject"), pytest.raises(RetryLater):
        harness.service.handle(document, lambda: 30.0)
