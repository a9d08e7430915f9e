"""The project's own stack on the local cloud: the deployed function, from the bucket to rows, tickets and metrics."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tagging.intake import Delivery, read_body
from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud
from tagging.local.function_process import FunctionProcess, Runtime
from tagging.local.named_objects import put_named_objects
from tagging.local.stack_reader import read_stack
from tagging.local.template import synthesise
from tagging.source import StoredObject

EVENTS = Path(__file__).parents[2] / "events"


@pytest.fixture(scope="module")
def cloud(root):
    with LocalCloud.start(root, clock=Clock(240), environments=2) as cloud:
        cloud.wait_ready()
        yield cloud


def test_a_mail_in_the_bucket_becomes_a_row_a_ticket_and_metrics(cloud):
    stored = cloud.put_mail("in box/lost+found.eml", (EVENTS / "mails/gmail_alternative.eml").read_bytes())
    cloud.deliver_until_idle()
    id = StoredObject(stored.bucket, stored.key, stored.version).item_id
    (row,) = [row for row in cloud.rows() if row.id == id]
    assert row.source["key"] == "in box/lost+found.eml"
    assert row.ticket == "sent"
    (ticket,) = [ticket for ticket in cloud.tickets() if ticket["id"] == id]
    assert [label["id"] for label in ticket["labels"]] == list(row.revision.labels)
    given = Counter(dict(metric.dimensions).get("label") for metric in cloud.metrics() if metric.name == "LabelGiven")
    assert set(row.revision.labels) <= set(given)


def test_a_message_straight_to_the_queue_is_tagged_under_its_own_id(cloud):
    item = {"schema": "tagging.item/1", "id": "chat-1", "kind": "text", "text": "I lost my credit card."}
    cloud.send(json.dumps(item))
    cloud.deliver_until_idle()
    assert "chat-1" in [row.id for row in cloud.rows()]


def test_two_environments_share_a_queue_and_each_mail_is_tagged_once(cloud):
    mail = (EVENTS / "mails/thanks_only.eml").read_bytes()
    batches = []
    cloud.deliver_until_idle(
        lambda event, invocation: batches.append((len(event["Records"]), invocation.fault)),
        feed=(lambda number=number: cloud.put_mail(f"many/{number}.eml", mail) for number in range(30)),
    )
    assert sum(size for size, _ in batches) == 30
    assert {fault for _, fault in batches} == {None}
    assert len([row for row in cloud.rows() if row.source.get("key", "").startswith("many/")]) == 30


@pytest.mark.parametrize("path", sorted((EVENTS / "tag_mail").glob("*.json")), ids=lambda path: path.stem)
def test_every_event_is_answered_and_nothing_of_it_goes_back(cloud, path):
    event = put_named_objects(cloud, "tag_mail", json.loads(path.read_text()), EVENTS / "mails")
    invocation = cloud.invoke("tag_mail", event)
    assert invocation.fault is None
    assert invocation.answer == {"batchItemFailures": []}


def test_an_event_names_the_version_that_was_stored_for_it(cloud):
    event = json.loads((EVENTS / "tag_mail/key_with_spaces_and_plus.json").read_text())
    completed = put_named_objects(cloud, "tag_mail", event, EVENTS / "mails")
    (asked,) = read_body(completed["Records"][0]["body"])
    assert isinstance(asked, Delivery)
    source = asked.source
    stored = cloud.client("s3").get_object(Bucket=source.bucket, Key=source.key, VersionId=source.version)
    assert stored["Body"].read() == (EVENTS / "mails/attachment.eml").read_bytes()


def test_two_places_that_name_one_version_go_on_doing_so(cloud):
    event = json.loads((EVENTS / "tag_mail/duplicate.json").read_text())
    completed = put_named_objects(cloud, "tag_mail", event, EVENTS / "mails")
    assert len({asked.source.item_id for record in completed["Records"] for asked in read_body(record["body"])}) == 1


def test_an_object_without_a_file_stays_missing(cloud):
    event = json.loads((EVENTS / "tag_mail/one_of_two_missing.json").read_text())
    completed = put_named_objects(cloud, "tag_mail", event, EVENTS / "mails")
    assert completed["Records"][1] == event["Records"][1]
    assert completed["Records"][0] != event["Records"][0]


def test_a_delivered_event_has_every_field_of_a_real_one(cloud):
    delivered = []
    cloud.put_mail("inbox/mail.eml", (EVENTS / "mails/thanks_only.eml").read_bytes())
    cloud.deliver_until_idle(lambda event, _: delivered.extend(event["Records"]))
    (real,) = json.loads((EVENTS / "tag_mail/one_mail.json").read_text())["Records"]
    del real["attributes"]["AWSTraceHeader"]  # only where the sender is traced
    assert delivered[0].keys() == real.keys()
    assert delivered[0]["attributes"].keys() == real["attributes"].keys()


def test_without_its_bundle_the_function_does_not_start_and_says_what_is_missing(root, moto, tmp_path):
    function = read_stack(synthesise(root), moto).function("tag_mail")
    function = replace(function, environment={**function.environment, "BUNDLE": str(tmp_path)})
    process = FunctionProcess(function, Runtime(moto, tmp_path))
    fault = process.wait_ready()
    assert "manifest.json" in fault.message
    assert process.invoke(b"{}").fault == fault
    process.stop()
