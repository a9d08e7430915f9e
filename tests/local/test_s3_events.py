"""The local cloud's S3 events have the form of those that AWS sends."""

from __future__ import annotations

import json
import uuid

import pytest

from tagging.aws import client_at
from tagging.local.s3_events import REGION


class Mailbox:
    """A versioned bucket whose events wait in a queue."""

    def __init__(self, moto):
        self.s3, self.sqs = client_at(moto, REGION, "s3"), client_at(moto, REGION, "sqs")
        self.name = uuid.uuid4().hex
        self.url = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]
        self.s3.create_bucket(Bucket=self.name)
        self.s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})
        arn = f"arn:aws:sqs:{REGION}:123456789012:{self.name}"
        notified = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
        self.s3.put_bucket_notification_configuration(Bucket=self.name, NotificationConfiguration=notified)

    def events(self):
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def put(self, key, data=b"mail"):
        return self.s3.put_object(Bucket=self.name, Key=key, Body=data)

    def records(self):
        return [record for event in self.events() for record in event.get("Records", [])]


@pytest.fixture
def mailbox(moto):
    return Mailbox(moto)


def shape(value):
    """The names in a document at every depth, with the types of their values."""
    if isinstance(value, dict):
        return {name: shape(element) for name, element in value.items()}
    return type(value).__name__


def test_an_event_has_every_field_of_a_real_one(mailbox, root):
    mailbox.put("inbox/mail.eml")
    (record,) = mailbox.records()
    sent = json.loads((root / "events/tag_mail/one_mail.json").read_text())
    (real,) = json.loads(sent["Records"][0]["body"])["Records"]
    assert shape(record) == shape(real)


def test_setting_the_notification_sends_a_test_event_at_once(mailbox):
    (event,) = mailbox.events()
    assert set(event) == {"Service", "Event", "Time", "Bucket", "RequestId", "HostId"}
    assert (event["Event"], event["Bucket"]) == ("s3:TestEvent", mailbox.name)


def test_an_event_names_the_version_the_size_and_the_etag_of_what_was_put(mailbox):
    answer = mailbox.put("inbox/mail.eml", b"five!")
    stored = mailbox.records()[0]["s3"]["object"]
    assert stored["versionId"] == answer["VersionId"]
    assert stored["eTag"] == answer["ETag"].strip('"')
    assert stored["size"] == 5


def test_a_key_is_url_encoded_but_for_its_slashes(mailbox):
    mailbox.put("in box/a+b/süß.eml")
    assert mailbox.records()[0]["s3"]["object"]["key"] == "in+box/a%2Bb/s%C3%BC%C3%9F.eml"


def test_sequencers_of_one_key_rise(mailbox):
    for _ in range(5):
        mailbox.put("inbox/mail.eml")
    sequencers = [record["s3"]["object"]["sequencer"] for record in mailbox.records()]
    assert len(set(sequencers)) == 5
    assert sequencers == sorted(sequencers)


def test_without_versions_an_event_names_none(mailbox):
    mailbox.s3.put_bucket_versioning(Bucket=mailbox.name, VersioningConfiguration={"Status": "Suspended"})
    mailbox.put("inbox/mail.eml")
    assert "versionId" not in mailbox.records()[0]["s3"]["object"]


def test_a_multipart_upload_sends_one_event_when_it_is_complete(mailbox):
    key = {"Bucket": mailbox.name, "Key": "inbox/large.eml"}
    upload = mailbox.s3.create_multipart_upload(**key)["UploadId"]
    part = mailbox.s3.upload_part(**key, UploadId=upload, PartNumber=1, Body=b"all of it")
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    answer = mailbox.s3.complete_multipart_upload(**key, UploadId=upload, MultipartUpload=parts)
    (record,) = mailbox.records()
    assert record["eventName"] == "ObjectCreated:CompleteMultipartUpload"
    assert record["s3"]["object"]["versionId"] == answer["VersionId"]
    assert record["s3"]["object"]["size"] == 9


def test_a_copy_sends_one_event(mailbox):
    mailbox.put("inbox/mail.eml")
    source = {"Bucket": mailbox.name, "Key": "inbox/mail.eml"}
    mailbox.s3.copy_object(Bucket=mailbox.name, Key="inbox/copy.eml", CopySource=source)
    assert [record["eventName"] for record in mailbox.records()] == ["ObjectCreated:Put", "ObjectCreated:Copy"]
