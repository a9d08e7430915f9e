"""Logs and metrics of items, without their content."""

from __future__ import annotations

import json

import pytest

from tagging.intake.source import StoredObject
from tests.image_bundle import image
from tests.service_harness import ServiceHarness

MAIL = b"From: canary <canary@example.com>\r\nSubject: canary\r\nMessage-ID: <canary@example.com>\r\n\r\ncanary card"
CANARIES = {"mail": MAIL, "image": image("garment", form="JPEG", comment=b"canary canary@example.com")}


def test_each_assigned_label_has_its_own_metric(
    each_harness: ServiceHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    each_harness.handle(*(each_harness.event(name, each_harness.put(name)) for name in ("a", "b")), "not json")
    blobs = [blob for line in capsys.readouterr().out.splitlines() if "_aws" in (blob := json.loads(line))]
    counts = {blob["label"]: blob["LabelGiven"] for blob in blobs if "label" in blob and blob["LabelGiven"] != [0.0]}
    assert counts == {
        label: [2.0] for label in next(row.revision.labels for row in each_harness.rows() if row.ticket == "sent")
    }
    (batch,) = [blob for blob in blobs if "Items" in blob]
    assert batch["Items"] == [3.0]
    assert batch["Tickets"] == [2.0]
    assert len(batch["Latency"]) == 3
    assert {"StageTag", "StageRows", "StageTickets", "StageMarks"} <= set(batch)
    assert [blob["reason"] for blob in blobs if "reason" in blob] == ["not_json"]


def test_the_log_has_the_state_of_the_ticket(each_harness: ServiceHarness) -> None:
    body = each_harness.event("a", each_harness.put("a"))
    with each_harness.failing("sqs.SendMessageBatch", RuntimeError("no")):
        each_harness.handle(body)
    each_harness.handle(body)
    lines = [json.loads(line) for line in each_harness.logs.getvalue().splitlines()]
    assert [line["ticket"] for line in lines if line["message"] == "tagged"] == ["pending", "sent"]


def test_logs_metrics_and_tickets_never_repeat_content(
    each_harness: ServiceHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    """Promise G, also on the paths that fail."""
    version = each_harness.put("canary.eml", CANARIES[each_harness.samples.kind])
    body = each_harness.event("canary.eml", version)
    for operation in ("s3.GetObject", "dynamodb.PutItem", "sqs.SendMessageBatch", "dynamodb.UpdateItem"):
        with each_harness.failing(operation, RuntimeError("canary")):
            each_harness.handle(body)
    each_harness.handle(body, each_harness.event("canary-gone.eml", "v"), '{"canary": 1}', "canary")
    printed = each_harness.logs.getvalue() + capsys.readouterr().out
    assert "goes back to the queue" in printed
    assert StoredObject(each_harness.bucket, "canary.eml", version).item_id in printed
    assert "canary" not in printed
    assert all("canary" not in ticket.replace("canary.eml", "") for ticket in each_harness.tickets())
