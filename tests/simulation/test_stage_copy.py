"""The copy of a simulated stage: it is kept as it was, and written to another stage as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tagging.aws import Clients, client_at
from tagging.simulation.kept_copy import USABLE, fingerprint, keep, read_kept
from tagging.simulation.memory_stage import REGION, ResourceNames, VirtualClock, open_memory
from tagging.simulation.stage_copy import StageCopy, copy_of, write_copy

NAMES = ResourceNames()
UNTIL = datetime(2026, 1, 31, 12, tzinfo=UTC)
MAILS = [("2026/01/31/1.eml", b"Subject: lost\n\nWhere is it?")]
ROWS = [{"id": {"S": f"item{number}"}, "record": {"B": bytes(range(number))}} for number in range(30)]


@pytest.fixture(scope="module")
def memory() -> Iterator[Clients]:
    with open_memory(VirtualClock(UNTIL), NAMES) as clients:
        yield clients


@pytest.fixture(scope="module")
def copy(memory: Clients) -> StageCopy:
    for content in (b"first", b"second", b"third"):
        memory.s3.put_object(Bucket=NAMES.models_bucket, Key="serving/mail.json", Body=content)
    memory.s3.put_object(Bucket=NAMES.learning_bucket, Key="hours/1", Body=b"\x00\xff")
    for row in ROWS:
        memory.dynamodb.put_item(TableName=NAMES.label_table, Item=row)
    return copy_of(memory, NAMES.buckets, NAMES.tables, MAILS, UNTIL)


def test_a_copy_that_was_kept_is_read_as_it_was_until_it_is_a_day_old(copy: StageCopy, tmp_path: Path) -> None:
    assert read_kept(tmp_path, "a", UNTIL) is None
    keep(tmp_path, "a", copy)
    assert read_kept(tmp_path, "a", UNTIL + USABLE - timedelta(seconds=1)) == copy
    assert read_kept(tmp_path, "a", UNTIL + USABLE) is None
    assert read_kept(tmp_path, "a", UNTIL - timedelta(seconds=1)) is None, "the clock was set back"
    assert read_kept(tmp_path, "b", UNTIL) is None


def test_a_new_copy_takes_the_place_of_the_old_one_and_a_damaged_one_is_none(copy: StageCopy, tmp_path: Path) -> None:
    keep(tmp_path, "a", copy)
    keep(tmp_path, "b", copy)
    (file,) = tmp_path.iterdir()
    assert file.stem == "b"
    file.write_bytes(file.read_bytes()[:-10])
    assert read_kept(tmp_path, "b", UNTIL) is None


def test_a_folder_that_cannot_be_written_keeps_nothing(copy: StageCopy, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep(tmp_path / "file", "a", copy)
    assert read_kept(tmp_path / "file", "a", UNTIL) is None


def test_other_words_and_other_files_are_another_simulation(tmp_path: Path) -> None:
    file = tmp_path / "shop.csv"
    file.write_text("text,labels")
    before = fingerprint(["bucket"], [file])
    assert fingerprint(["bucket"], [file]) == before
    assert fingerprint(["other"], [file]) != before
    file.write_text("text,labels\n")
    assert fingerprint(["bucket"], [file]) != before


@pytest.mark.usefixtures("memory")
def test_a_copy_is_written_with_former_versions_and_the_mail_bucket_tells_nobody(copy: StageCopy) -> None:
    clients = Clients(
        **{
            name: client_at(f"https://{name}.{REGION}.amazonaws.com", REGION, name)
            for name in ("s3", "sqs", "dynamodb")
        }
    )
    for bucket in (*NAMES.buckets, "mails"):
        clients.s3.create_bucket(Bucket=bucket)
    clients.s3.put_bucket_versioning(Bucket=NAMES.models_bucket, VersioningConfiguration={"Status": "Enabled"})
    queue = clients.sqs.create_queue(QueueName="mails")["QueueUrl"]
    arn = clients.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    told = [{"Id": "mails", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]
    clients.s3.put_bucket_notification_configuration(
        Bucket="mails", NotificationConfiguration={"QueueConfigurations": told}
    )
    for row in ROWS:
        clients.dynamodb.delete_item(TableName=NAMES.label_table, Key={"id": row["id"]})
    write_copy(copy, clients, "mails", lambda *_: None)

    scanned = clients.dynamodb.scan(TableName=NAMES.label_table)["Items"]
    assert sorted(scanned, key=str) == sorted(ROWS, key=str)
    versions = clients.s3.list_object_versions(Bucket=NAMES.models_bucket)["Versions"]
    contents = [_content(clients, NAMES.models_bucket, each["Key"], each["VersionId"]) for each in versions]
    assert contents == [b"third", b"second", b"first"]
    assert _content(clients, NAMES.learning_bucket, "hours/1") == b"\x00\xff"
    assert _content(clients, "mails", MAILS[0][0]) == MAILS[0][1]
    after = clients.s3.get_bucket_notification_configuration(Bucket="mails")["QueueConfigurations"]
    assert [each["QueueArn"] for each in after] == [arn]
    messages = clients.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    assert not [each for each in messages if MAILS[0][0] in each["Body"]]


def _content(clients: Clients, bucket: str, key: str, version: str | None = None) -> bytes:
    named = {"VersionId": version} if version else {}
    return clients.s3.get_object(Bucket=bucket, Key=key, **named)["Body"].read()
