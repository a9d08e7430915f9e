"""`tagging reconcile`: a ticket that no delivery will send any more is sent from its row, once, as it was written."""

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


def found(done: Any) -> tuple[list[str], dict[str, int]]:
    """Items whose ticket was not sent, and the counts."""
    *lines, counts = map(json.loads, done.stdout.splitlines())
    return [line["id"] for line in lines if "ticket" in line], counts


@contextmanager
def longest_message(office: PendingTickets, size: int) -> Iterator[None]:
    """Let the ticket queue take no message over so many bytes."""
    about = {"QueueUrl": office.harness.tickets_url}
    sqs, name = office.cloud.client("sqs"), "MaximumMessageSize"
    before = sqs.get_queue_attributes(**about, AttributeNames=[name])["Attributes"]
    sqs.set_queue_attributes(**about, Attributes={name: str(size)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(**about, Attributes=before)


def test_a_ticket_whose_object_was_overwritten_before_its_redelivery_is_sent_once_as_it_was_stored(
    office: PendingTickets, run: Run
) -> None:
    harness = office.harness
    body = pointer(StoredObject(harness.bucket, "a"), harness.subject.kind)  # what is there when it is read
    harness.put("a")
    row = office.left_pending(body)
    harness.put("a", harness.subject.other)
    assert harness.handle(body) == []  # the redelivery is another version's
    (ticket,) = office.tickets()
    assert ticket["Attributes"]["MessageGroupId"] != row.id
    assert office.table.get(row.id) == row

    words = ("reconcile", harness.bucket, "--since", "1d", "--json")
    dry = run(*words)
    assert dry.exit_code == 1
    ids, counts = found(dry)
    assert ids == [row.id]
    assert (counts["gaps"], counts["tickets"], counts["tickets_sent"]) == (0, 1, 0)
    assert office.tickets() == []
    assert office.table.get(row.id) == row

    assert run(*words, "--send").exit_code == 0
    (ticket,) = office.tickets()
    assert ticket["Body"] == row.ticket_body
    assert ticket["Attributes"]["MessageGroupId"] == ticket["Attributes"]["MessageDeduplicationId"] == row.id
    assert office.table.get(row.id) == with_ticket(row, "sent")

    again = run(*words, "--send")
    assert again.exit_code == 0
    assert found(again)[0] == []
    assert office.tickets() == []


def test_a_text_that_came_in_its_message_is_found_from_any_bucket(mail_office: PendingTickets, run: Run) -> None:
    row = mail_office.left_pending(inline("crm-1", TEXT))
    images = mail_office.cloud.stack.bucket_of("tag_image").name
    told = run("reconcile", images, "--since", "1d")
    assert told.exit_code == 1
    assert f"ticket not sent: crm-1, tagged at {row.revision.tagged_at[:19]}" in told.stdout
    assert "1 tickets not sent; --send sends them" in told.stdout
    assert "1 tickets not sent, 1 sent now" in run("reconcile", images, "--since", "1d", "--send").stdout
    assert [each["Body"] for each in mail_office.tickets()] == [row.ticket_body]


def test_what_is_pending_for_a_minute_is_left_to_its_redelivery(mail_office: PendingTickets, run: Run) -> None:
    row = mail_office.left_pending(inline("crm-1", TEXT), ago=timedelta(minutes=1))
    words = ("reconcile", mail_bucket(mail_office.cloud), "--since", "1d", "--send", "--json")
    done = run(*words)
    assert done.exit_code == 0
    assert found(done)[1]["tickets"] == 0
    assert mail_office.table.get(row.id) == row
    assert mail_office.tickets() == []
    assert found(run(*words, "--pending-after", "1m"))[1]["tickets_sent"] == 1


def test_a_bundle_that_revised_the_row_and_died_leaves_a_ticket_that_is_found(
    mail_office: PendingTickets, run: Run
) -> None:
    first = mail_office.left_pending(inline("crm-1", TEXT), ago=timedelta(hours=30))
    newer = replace(first.revision, bundle=BundleVersion("1" * 12, "2" * 12, "3" * 12), tagged_at="2000")
    by = with_ticket(replace(first, attempt="newer", revision=newer), content="of its own")
    standing = resolve_conflict(mail_office.table, by, row_time(datetime.now(UTC)))
    mail_office.aged(standing.row, timedelta(hours=2))
    assert found(run("reconcile", mail_bucket(mail_office.cloud), "--since", "3h", "--send", "--json"))[0] == ["crm-1"]
    assert [each["Body"] for each in mail_office.tickets()] == [first.ticket_body]


def test_a_straggler_that_read_the_row_before_cannot_write_it_after(mail_office: PendingTickets, run: Run) -> None:
    seen = mail_office.left_pending(inline("crm-1", TEXT))
    assert run("reconcile", mail_bucket(mail_office.cloud), "--since", "1d", "--send").exit_code == 0
    by = with_ticket(replace(seen, attempt="straggler"), content="of its own")
    assert not mail_office.table.replace(seen, seen.revised(by))
    mail_office.table.mark_sent(seen)
    assert mail_office.table.get(seen.id) == with_ticket(seen, "sent")


@pytest.mark.parametrize("meanwhile", ["revised", "sent", "forgotten"])
def test_what_is_written_while_a_ticket_is_sent_stays_written(mail_office: PendingTickets, meanwhile: str) -> None:
    seen = mail_office.left_pending(inline("crm-1", TEXT))
    written = {
        "revised": seen.revised(with_ticket(replace(seen, attempt="newer"), content="of its own")),
        "sent": with_ticket(replace(seen, attempt="newer"), "sent"),
        "forgotten": seen.erased("2027", "eraser"),
    }[meanwhile]

    def write(**_: Any) -> None:
        assert mail_office.table.replace(seen, written)

    events = mail_office.harness.clients.sqs.meta.events
    events.register("before-call.sqs.SendMessageBatch", write)
    mail_office.send(seen)
    events.unregister("before-call.sqs.SendMessageBatch", write)
    after = mail_office.table.get(seen.id)
    assert after == (written if meanwhile == "forgotten" else with_ticket(written, "sent"))
    assert [each["Body"] for each in mail_office.tickets()] == [seen.ticket_body]


def test_a_ticket_that_the_queue_does_not_take_stays_pending_and_holds_no_other_up(
    mail_office: PendingTickets, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagging.store.ticket_queue.BATCH_ENTRIES", 1)
    row = mail_office.left_pending(inline("crm-1", TEXT))
    refused = with_ticket(replace(row, id="crm-2"), content="x" * 10_001)
    mail_office.table.put(refused)
    with longest_message(mail_office, 10_000):
        done = run("reconcile", mail_bucket(mail_office.cloud), "--since", "1d", "--send")
    assert done.exit_code == 1
    assert "the ticket queue refused 1: InvalidParameterValue" in done.stderr
    assert "2 tickets not sent, 1 sent now" in done.stdout
    assert [each["Body"] for each in mail_office.tickets()] == [row.ticket_body]
    assert mail_office.table.get(row.id) == with_ticket(row, "sent")
    assert mail_office.table.get(refused.id) == refused


def test_a_crash_between_sending_and_marking_leaves_a_copy_of_the_same_bytes(mail_office: PendingTickets) -> None:
    row = mail_office.left_pending(inline("crm-1", TEXT))
    with mail_office.harness.failing("dynamodb.UpdateItem"), pytest.raises(ConnectionError):
        mail_office.send(row)
    mail_office.send(row)
    assert {each["Body"] for each in mail_office.tickets()} == {row.ticket_body}
    assert mail_office.table.get(row.id) == with_ticket(row, "sent")
