"""`tagging reconcile`: a ticket that no delivery will send any more is sent from its row, once and unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tagging.intake.source import StoredObject
from tagging.model.label_set import BundleVersion
from tagging.store.conflicts import resolve_conflict
from tagging.store.queries import row_time
from tests.messages import inline, pointer
from tests.operate.on_cloud import Run, mail_bucket
from tests.operate.pending_tickets import TEXT, PendingTickets
from tests.service_harness import with_ticket


def parse_output(done: Any) -> tuple[list[str], dict[str, int]]:
    """Items whose ticket was not sent, and the counts."""
    *lines, counts = map(json.loads, done.stdout.splitlines())
    return [line["id"] for line in lines if "ticket" in line], counts


@contextmanager
def longest_message(pending_tickets: PendingTickets, size: int) -> Iterator[None]:
    """Let the ticket queue take no message over so many bytes."""
    about = {"QueueUrl": pending_tickets.harness.tickets_url}
    sqs, name = pending_tickets.cloud.client("sqs"), "MaximumMessageSize"
    before = sqs.get_queue_attributes(**about, AttributeNames=[name])["Attributes"]
    sqs.set_queue_attributes(**about, Attributes={name: str(size)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(**about, Attributes=before)


def test_the_ticket_of_an_overwritten_object_is_sent_once_as_it_was_stored(
    pending_tickets: PendingTickets, run: Run
) -> None:
    harness = pending_tickets.harness
    body = pointer(StoredObject(harness.bucket, "a"), harness.samples.kind)  # what is there when it is read
    harness.put("a")
    row = pending_tickets.left_pending(body)
    harness.put("a", harness.samples.other)
    assert harness.handle(body) == []  # the redelivery is another version's
    (ticket,) = pending_tickets.tickets()
    assert ticket["Attributes"]["MessageGroupId"] != row.id
    assert pending_tickets.table.get(row.id) == row

    words = ("reconcile", harness.bucket, "--since", "1d", "--json")
    dry = run(*words)
    assert dry.exit_code == 1
    ids, counts = parse_output(dry)
    assert ids == [row.id]
    assert (counts["gaps"], counts["tickets"], counts["tickets_sent"]) == (0, 1, 0)
    assert pending_tickets.tickets() == []
    assert pending_tickets.table.get(row.id) == row

    assert run(*words, "--send").exit_code == 0
    (ticket,) = pending_tickets.tickets()
    assert ticket["Body"] == row.ticket_body
    assert ticket["Attributes"]["MessageGroupId"] == ticket["Attributes"]["MessageDeduplicationId"] == row.id
    assert pending_tickets.table.get(row.id) == with_ticket(row, "sent")

    again = run(*words, "--send")
    assert again.exit_code == 0
    assert parse_output(again)[0] == []
    assert pending_tickets.tickets() == []


def test_the_ticket_of_an_inline_message_is_found_from_any_bucket(
    pending_mail_tickets: PendingTickets, run: Run
) -> None:
    row = pending_mail_tickets.left_pending(inline("crm-1", TEXT))
    images = pending_mail_tickets.cloud.stack.bucket_of("tag_image").name
    output = run("reconcile", images, "--since", "1d")
    assert output.exit_code == 1
    assert f"ticket not sent: crm-1, tagged at {row.revision.tagged_at[:19]}" in output.stdout
    assert "1 tickets not sent; --send sends them" in output.stdout
    assert "1 tickets not sent, 1 sent now" in run("reconcile", images, "--since", "1d", "--send").stdout
    assert [each["Body"] for each in pending_mail_tickets.tickets()] == [row.ticket_body]


def test_a_ticket_pending_for_a_minute_is_left_to_its_redelivery(
    pending_mail_tickets: PendingTickets, run: Run
) -> None:
    row = pending_mail_tickets.left_pending(inline("crm-1", TEXT), ago=timedelta(minutes=1))
    words = ("reconcile", mail_bucket(pending_mail_tickets.cloud), "--since", "1d", "--send", "--json")
    done = run(*words)
    assert done.exit_code == 0
    assert parse_output(done)[1]["tickets"] == 0
    assert pending_mail_tickets.table.get(row.id) == row
    assert pending_mail_tickets.tickets() == []
    assert parse_output(run(*words, "--pending-after", "1m"))[1]["tickets_sent"] == 1


def test_a_ticket_left_by_a_revision_that_crashed_is_found(pending_mail_tickets: PendingTickets, run: Run) -> None:
    first = pending_mail_tickets.left_pending(inline("crm-1", TEXT), ago=timedelta(hours=30))
    newer = replace(
        first.revision, bundle=BundleVersion("1" * 12, "2" * 12, "3" * 12), tagged_at="2000-01-01T00:00:00Z"
    )
    by = with_ticket(replace(first, attempt="newer", revision=newer), content="of its own")
    standing = resolve_conflict(pending_mail_tickets.table, by, row_time(datetime.now(UTC)))
    pending_mail_tickets.aged(standing.row, timedelta(hours=2))
    assert parse_output(run("reconcile", mail_bucket(pending_mail_tickets.cloud), "--since", "3h", "--send", "--json"))[
        0
    ] == ["crm-1"]
    assert [each["Body"] for each in pending_mail_tickets.tickets()] == [first.ticket_body]


def test_a_straggler_cannot_overwrite_the_row_afterwards(pending_mail_tickets: PendingTickets, run: Run) -> None:
    seen = pending_mail_tickets.left_pending(inline("crm-1", TEXT))
    assert run("reconcile", mail_bucket(pending_mail_tickets.cloud), "--since", "1d", "--send").exit_code == 0
    by = with_ticket(replace(seen, attempt="straggler"), content="of its own")
    assert not pending_mail_tickets.table.replace(seen, seen.revised(by))
    pending_mail_tickets.table.mark_sent(seen)
    assert pending_mail_tickets.table.get(seen.id) == with_ticket(seen, "sent")


@pytest.mark.parametrize("meanwhile", ["revised", "sent", "forgotten"])
def test_a_concurrent_write_survives_the_sending_of_a_ticket(
    pending_mail_tickets: PendingTickets, meanwhile: str
) -> None:
    seen = pending_mail_tickets.left_pending(inline("crm-1", TEXT))
    written = {
        "revised": seen.revised(with_ticket(replace(seen, attempt="newer"), content="of its own")),
        "sent": with_ticket(replace(seen, attempt="newer"), "sent"),
        "forgotten": seen.erased("2027", "eraser"),
    }[meanwhile]

    def write(**_: Any) -> None:
        assert pending_mail_tickets.table.replace(seen, written)

    events = pending_mail_tickets.harness.clients.sqs.meta.events
    events.register("before-call.sqs.SendMessageBatch", write)
    pending_mail_tickets.send(seen)
    events.unregister("before-call.sqs.SendMessageBatch", write)
    after = pending_mail_tickets.table.get(seen.id)
    assert after == (written if meanwhile == "forgotten" else with_ticket(written, "sent"))
    assert [each["Body"] for each in pending_mail_tickets.tickets()] == [seen.ticket_body]


def test_a_refused_ticket_stays_pending_and_delays_no_other(
    pending_mail_tickets: PendingTickets, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagging.store.ticket_queue.BATCH_ENTRIES", 1)
    row = pending_mail_tickets.left_pending(inline("crm-1", TEXT))
    refused = with_ticket(replace(row, id="crm-2"), content="x" * 10_001)
    pending_mail_tickets.table.put(refused)
    with longest_message(pending_mail_tickets, 10_000):
        done = run("reconcile", mail_bucket(pending_mail_tickets.cloud), "--since", "1d", "--send")
    assert done.exit_code == 1
    assert "the ticket queue refused 1: InvalidParameterValue" in done.stderr
    assert "2 tickets not sent, 1 sent now" in done.stdout
    assert [each["Body"] for each in pending_mail_tickets.tickets()] == [row.ticket_body]
    assert pending_mail_tickets.table.get(row.id) == with_ticket(row, "sent")
    assert pending_mail_tickets.table.get(refused.id) == refused


def test_a_crash_between_sending_and_marking_sends_an_identical_copy(pending_mail_tickets: PendingTickets) -> None:
    row = pending_mail_tickets.left_pending(inline("crm-1", TEXT))
    with pending_mail_tickets.harness.failing("dynamodb.UpdateItem"), pytest.raises(ConnectionError):
        pending_mail_tickets.send(row)
    pending_mail_tickets.send(row)
    assert {each["Body"] for each in pending_mail_tickets.tickets()} == {row.ticket_body}
    assert pending_mail_tickets.table.get(row.id) == with_ticket(row, "sent")
