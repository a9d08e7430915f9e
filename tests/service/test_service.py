"""The path of a batch on real clients and moto: rows, tickets, returned messages."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagging.aws import ClientError
from tagging.intake.batch import RetryLater
from tagging.store.tickets import Ticket
from tests.messages import inline
from tests.service_harness import MAIL, THANKS, ServiceHarness


def test_an_item_becomes_one_row_and_one_ticket(each_harness: ServiceHarness) -> None:
    body = each_harness.event("a.eml", each_harness.put("a.eml"))
    assert each_harness.handle(body) == []
    row = each_harness.row()
    (ticket,) = each_harness.tickets()
    assert row.ticket == "sent"
    assert ticket == row.ticket_body
    told = msgspec.json.decode(ticket, type=Ticket)
    assert each_harness.samples.label in [label.id for label in told.labels]
    assert (told.kind, row.kind) == (each_harness.samples.kind,) * 2
    assert told.routes
    assert told.id == row.id
    assert row.revision.scores is not None
    assert set(row.revision.labels) <= set(row.revision.scores)


def test_all_three_kinds_of_messages_reach_the_table(harness: ServiceHarness) -> None:
    message = harness.pointer("b.eml", harness.put("b.eml"))
    s3 = harness.event("a.eml", harness.put("a.eml"))
    assert harness.handle(s3, message, inline("crm-1", "I lost my card")) == []
    assert len(harness.items()) == 3
    assert len(harness.tickets()) == 3
    assert "crm-1" in harness.items()


def test_only_the_item_with_a_fault_goes_back_to_the_queue(each_harness: ServiceHarness) -> None:
    bodies = [each_harness.event(f"{n}.eml", each_harness.put(f"{n}.eml")) for n in range(3)]
    with each_harness.failing("dynamodb.PutItem"):
        (back,) = each_harness.handle(*bodies)
    assert len(each_harness.items()) == 2
    assert each_harness.handle(bodies[int(back)]) == []
    assert len(each_harness.items()) == len(each_harness.tickets()) == 3


@pytest.mark.parametrize("data", [THANKS, MAIL.replace(b"Subject", b"Auto-Submitted: auto-replied\r\nSubject")])
def test_thanks_and_automatic_replies_make_no_ticket(harness: ServiceHarness, data: bytes) -> None:
    assert harness.handle(harness.event("a.eml", harness.put("a.eml", data))) == []
    assert harness.row().ticket == "none"
    assert harness.tickets() == []


def test_an_item_that_cannot_start_in_time_goes_back_unread(each_harness: ServiceHarness) -> None:
    left = iter([30.0, 3.0])
    bodies = [each_harness.event(name, each_harness.put(name)) for name in ("a", "b")]
    assert each_harness.handle(*bodies, remaining_s=lambda: next(left)) == ["1"]
    assert each_harness.row().source["key"] == "a"


def test_access_denied_is_retried(each_harness: ServiceHarness) -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")
    body = each_harness.event("a.eml", each_harness.put("a.eml"))
    with each_harness.failing("s3.GetObject", denied):
        assert each_harness.handle(body) == ["0"]
    assert each_harness.items() == {}
    assert each_harness.handle(body) == []


def test_an_invocation_without_a_queue_raises_on_faults_and_only_then(each_harness: ServiceHarness) -> None:
    direct = json.loads(each_harness.event("a.eml", each_harness.put("a.eml")))
    with each_harness.failing("s3.GetObject"), pytest.raises(RetryLater):
        each_harness.service.handle(direct, lambda: 30.0)
    assert each_harness.service.handle(direct, lambda: 30.0) == {"batchItemFailures": []}
    assert each_harness.row().ticket == "sent"
    assert each_harness.service.handle({"hello": 1}, lambda: 30.0) == {"batchItemFailures": []}
    assert len(each_harness.items()) == 2


SQS_RECORD = st.fixed_dictionaries(
    {"eventSource": st.just("aws:sqs")},
    optional={
        "messageId": st.none() | st.integers() | st.text(max_size=5),
        "body": st.none() | st.integers() | st.text(max_size=30) | st.just('{"Records": [{"eventSource": "aws:s3"}]}'),
        "attributes": st.none() | st.fixed_dictionaries({"SentTimestamp": st.none() | st.text(max_size=20)}),
    },
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SQS_RECORD | st.none() | st.text(max_size=3), max_size=4))
def test_no_sqs_event_makes_the_handler_raise(harness: ServiceHarness, records: list[Any]) -> None:
    if any(isinstance(record, dict) for record in records) or not records:
        assert harness.service.handle({"Records": records}, lambda: 30.0) == {"batchItemFailures": []}


@pytest.mark.parametrize("nothing", [None, {}, {"Records": []}])
def test_an_empty_event_is_answered(harness: ServiceHarness, nothing: Any) -> None:
    assert harness.service.handle(nothing, lambda: 30.0) == {"batchItemFailures": []}
