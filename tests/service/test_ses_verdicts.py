"""Spam is tagged like any mail and says so in its row; a virus is quarantined on its first delivery."""

from __future__ import annotations

import json
from pathlib import Path

from tests.desk import Desk

EVENTS = Path(__file__).parents[2] / "events"


def delivered(desk: Desk, name: str) -> str:
    """The S3 notification of a mail that lies in the desk's bucket."""
    return desk.event(name, desk.put(name, (EVENTS / f"mails/{name}.eml").read_bytes()))


def test_spam_is_tagged_and_its_row_says_so_and_its_ticket_is_as_any_other(desk: Desk) -> None:
    assert desk.handle(delivered(desk, "spam"), delivered(desk, "forged_verdicts")) == []
    rows = {row.source["key"]: row for row in desk.rows()}
    assert {key: row.spam for key, row in rows.items()} == {"spam": True, "forged_verdicts": False}
    assert "refund" in rows["spam"].revision.labels
    assert {json.loads(ticket)["id"] for ticket in desk.tickets()} == {row.id for row in rows.values()}
    assert "spam" not in desk.items()[rows["forged_verdicts"].id]


def test_spam_stays_spam_through_redeliveries_and_revisions(desk: Desk) -> None:
    version = desk.put("spam", (EVENTS / "mails/spam.eml").read_bytes())
    body = desk.event("spam", version)
    desk.handle(body)
    before = desk.items()
    assert desk.handle(body) == []
    assert desk.items() == before
    assert desk.handle(desk.pointer("spam", version, heads=["topic"])) == []
    assert (len(desk.row().earlier), desk.row().spam) == (1, True)


def test_a_virus_is_quarantined_on_its_first_delivery_and_makes_no_ticket(desk: Desk) -> None:
    assert desk.handle(delivered(desk, "virus")) == []
    why = desk.row().revision.quarantine
    assert why is not None
    assert (why.reason, why.detail) == ("virus", "SES found one")
    assert desk.tickets() == []
