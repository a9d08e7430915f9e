"""The project's own stack on the local cloud: each function, from its bucket to rows, tickets and metrics."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tagging.intake.messages import read_body
from tagging.intake.own_messages import Delivery
from tagging.intake.source import StoredObject
from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud
from tagging.local.function_pool import FunctionNotStarted
from tagging.local.function_process import FunctionProcess, Runtime
from tagging.local.item_files import SAMPLES
from tagging.local.named_objects import put_named_objects
from tagging.local.stack_reader import read_stack
from tagging.local.template import synthesise
from tests.project_template import project_template
from tests.service_harness import IMAGES, MAILS

EVENTS = Path(__file__).parents[2] / "events"
EITHER = pytest.mark.parametrize("samples", [MAILS, IMAGES], ids=lambda samples: samples.kind)


@pytest.fixture(scope="module")
def cloud(root, image_bundle):
    template = project_template(root, image_bundle)
    with LocalCloud.start(root, template=template, clock=Clock(240), functions=SAMPLES, environments=2) as cloud:
        cloud.wait_ready()
        yield cloud


@EITHER
def test_an_item_in_its_bucket_becomes_a_row_a_ticket_and_metrics(cloud, samples):
    stored = cloud.put(f"tag_{samples.kind}", "in box/lost+found", samples.good)
    cloud.deliver_until_idle()
    id = StoredObject(stored.bucket, stored.key, stored.version).item_id
    (row,) = [row for row in cloud.rows() if row.id == id]
    assert (row.kind, row.source["key"], row.ticket) == (samples.kind, "in box/lost+found", "sent")
    assert samples.label in row.revision.labels
    (ticket,) = [ticket for ticket in cloud.tickets() if ticket["id"] == id]
    assert [label["id"] for label in ticket["labels"]] == list(row.revision.labels)
    assigned = Counter(
        dict(metric.dimensions).get("label") for metric in cloud.metrics() if metric.name == "LabelGiven"
    )
    assert set(row.revision.labels) <= set(assigned)


def test_a_message_sent_to_the_queue_is_tagged_under_its_own_id(cloud):
    item = {"schema": "tagging.item/1", "id": "chat-1", "kind": "text", "text": "I lost my credit card."}
    cloud.send("tag_mail", json.dumps(item))
    cloud.deliver_until_idle()
    assert "chat-1" in [row.id for row in cloud.rows()]


def test_each_queue_feeds_its_own_function_and_each_item_is_tagged_once(cloud, monkeypatch):
    """Two environments share each queue."""
    batches, begun = [], []
    for pool in cloud.pools.values():
        monkeypatch.setattr(pool, "before_invocation", begun.append)
    items = [(f"tag_{samples.kind}", f"many/{n}", samples.good) for n in range(25) for samples in (MAILS, IMAGES)]
    cloud.deliver_until_idle(
        lambda event, invocation: batches.append((len(event["Records"]), invocation.fault)),
        feed=(lambda item=item: cloud.put(*item) for item in items),
    )
    assert sum(size for size, _ in batches) == 50
    assert sorted(len(event["Records"]) for event in begun) == sorted(size for size, _ in batches)
    assert {fault for _, fault in batches} == {None}
    rows = [row for row in cloud.rows() if row.source.get("key", "").startswith("many/")]
    assert Counter((row.kind, row.ticket) for row in rows) == {("mail", "sent"): 25, ("image", "sent"): 25}


@pytest.mark.parametrize(
    "path", sorted(EVENTS.glob("tag_*/*.json")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_every_event_gets_a_response_and_no_message_goes_back(cloud, path):
    function = path.parent.name
    event = put_named_objects(cloud, function, json.loads(path.read_text()), EVENTS.parent / SAMPLES[function])
    invocation = cloud.invoke(function, event)
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


def test_two_references_to_one_version_stay_equal(cloud):
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
    cloud.put("tag_mail", "inbox/mail.eml", (EVENTS / "mails/thanks_only.eml").read_bytes())
    cloud.deliver_until_idle(lambda event, _: delivered.extend(event["Records"]))
    (real,) = json.loads((EVENTS / "tag_mail/one_mail.json").read_text())["Records"]
    del real["attributes"]["AWSTraceHeader"]  # only where the sender is traced
    assert delivered[0].keys() == real.keys()
    assert delivered[0]["attributes"].keys() == real["attributes"].keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_without_its_bundle_a_function_does_not_start_and_the_fault_names_the_missing_file(root, moto, tmp_path, name):
    function = read_stack(synthesise(root), moto).function(name)
    function = replace(function, environment={**function.environment, "BUNDLE": str(tmp_path)})
    process = FunctionProcess(function, Runtime(moto, tmp_path))
    fault = process.wait_ready()
    assert "manifest.json" in fault.message
    assert process.invoke(b"{}").fault == fault
    process.stop()


def test_only_requested_functions_start_and_the_error_of_one_without_a_bundle_names_function_and_layers(root, tmp_path):
    template = project_template(root, tmp_path / "bundle")
    with LocalCloud.start(root, template=template, functions=["tag_image"]) as cloud:
        assert list(cloud.pools) == ["tag_image"]
        assert {poller.mapping.function.name for poller in cloud.pollers} == {"tag_image"}
        message = r"tag_image does not start: .*manifest\.json: is missing"
        with pytest.raises(FunctionNotStarted, match=message) as missing:
            cloud.wait_ready()
    assert str(tmp_path) in str(missing.value)
