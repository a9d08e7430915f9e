"""FIFO deduplication like SQS: five minutes of the clock, deleted messages included."""

from __future__ import annotations

import json


def arrivals(probe, id):
    return [ticket.duplicate for ticket in probe.sent_tickets() if ticket.id == id]


def send(probe, id):
    event = {"Records": [{"messageId": "1", "body": json.dumps({"do": "ticket", "id": id})}]}
    assert probe.invoke("probe", event).fault is None


def test_a_ticket_sent_again_within_five_minutes_is_dropped(probe):
    send(probe, "twice")
    probe.clock.skip(200)
    send(probe, "twice")
    assert arrivals(probe, "twice") == [False, True]
    assert [ticket["id"] for ticket in probe.tickets()].count("twice") == 1


def test_a_ticket_sent_again_after_five_minutes_arrives_again(probe):
    send(probe, "late")
    probe.clock.skip(300)
    send(probe, "late")
    assert arrivals(probe, "late") == [False, False]


def test_a_duplicate_does_not_extend_the_five_minutes(probe):
    send(probe, "thrice")
    probe.clock.skip(200)
    send(probe, "thrice")
    probe.clock.skip(150)
    send(probe, "thrice")
    assert arrivals(probe, "thrice") == [False, True, False]
