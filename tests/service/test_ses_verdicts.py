"""Spam is tagged and marked in its row; a virus is quarantined on its first delivery."""

from __future__ import annotations

import json
from pathlib import Path

from tests.service_harness import ServiceHarness

EVENTS = Path(__file__).parents[2] / "events"


def delivered(harness: ServiceHarness, name: str) -> str:
    """The S3 notification of a mail that lies in the harness's bucket."""
    return harness.event(name, harness.put(name, (EVENTS / f"mails/{name}.eml").read_bytes()))


def test_spam_is_tagged_and_marked_in_its_row_and_its_ticket_is_like_any_other(harness: ServiceHarness) -> None:
    assert harness.handle(delivered(harness, "spam"), delivered(harness, "forged_verdicts")) == []
    rows = {row.source["key"]: row for row in harness.rows()}
    assert {key: row.spam for key, row in rows.items()} == {"spam": True, "forged_verdicts": False}
    assert "refund" in rows["spam"].revision.labels
    assert {json.loads(ticket)["id"] for ticket in harness.tickets()} == {row.id for row in rows.values()}
    assert "spam" not in harness.items()[rows["forged_verdicts"].id]


def test_spam_stays_spam_through_redeliveries_and_revisions(harness: ServiceHarness) -> None:
    version = harness.put("spam", (EVENTS / "mails/spam.eml").read_bytes())
    body = harness.event("spam", version)
    harness.handle(body)
    before = harness.items()
    assert harness.handle(body) == []
    assert harness.items() == before
    assert harness.handle(harness.pointer("spam", version, heads=["topic"])) == []
    assert (len(harness.row().earlier), harness.row().spam) == (1, True)


def test_a_virus_is_quarantined_on_its_first_delivery_and_makes_no_ticket(harness: ServiceHarness) -> None:
    assert harness.handle(delivered(harness, "virus")) == []
    why = harness.row().revision.quarantine
    assert why is not None
    assert (why.reason, why.detail) == ("virus", "SES found one")
    assert harness.tickets() == []
