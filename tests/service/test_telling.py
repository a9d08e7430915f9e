"""What is said of an item in metrics and logs, and what never is."""

from __future__ import annotations

import json

import pytest

from tagging.source import StoredObject
from tests.conftest import Desk, event, inline


def test_each_label_given_is_a_metric_of_its_own(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.handle(inline("a", "I lost my card"), inline("b", "I lost my card"), "not json")
    blobs = [blob for line in capsys.readouterr().out.splitlines() if "_aws" in (blob := json.loads(line))]
    given = {blob["label"]: blob["LabelGiven"] for blob in blobs if "label" in blob}
    assert given == {label: [2.0] for label in desk.service.table.get("a").revision.labels}
    (batch,) = [blob for blob in blobs if "Items" in blob]
    assert batch["Items"] == [3.0]
    assert batch["Tickets"] == [2.0]
    assert len(batch["Latency"]) == 3
    assert {"StageTag", "StageRows", "StageTickets", "StageMarks"} <= set(batch)
    assert [blob["reason"] for blob in blobs if "reason" in blob] == ["not_json"]


def test_nothing_that_is_said_of_a_mail_repeats_it(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Promise G, also on the paths that fail."""
    mail = (
        b"From: canary <canary@example.com>\r\nSubject: canary\r\nMessage-ID: <canary@example.com>\r\n\r\ncanary card"
    )
    version = desk.put("canary.eml", mail)
    body = event(desk, "canary.eml", version)
    for operation in ("s3.GetObject", "dynamodb.PutItem", "sqs.SendMessageBatch", "dynamodb.UpdateItem"):
        with desk.failing(operation, RuntimeError("canary")):
            desk.handle(body)
    desk.handle(body, event(desk, "canary-gone.eml", "v"), '{"canary": 1}', "canary")
    printed = desk.logs.getvalue() + capsys.readouterr().out
    assert "goes back to the queue" in printed
    assert StoredObject(desk.bucket, "canary.eml", version).item_id in printed
    assert "canary" not in printed
    assert all("canary" not in ticket.replace("canary.eml", "") for ticket in desk.tickets())
