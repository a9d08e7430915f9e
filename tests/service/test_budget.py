"""Time that runs short: what is not begun goes back, and what is over its own budget does not take the batch along."""

from __future__ import annotations

import msgspec

from tagging.budget import SLOWER, Budget, reading_budget
from tagging.service import RESERVE_S
from tagging.settings import Settings
from tests.desk import Desk
from tests.messages import inline

ENDLESS, NOTHING = Budget(1e9, 1), Budget(0.0, 1)


def test_an_item_over_its_budget_is_quarantined_and_the_others_are_tagged(each_desk: Desk) -> None:
    subject = each_desk.subject
    assert len(subject.good) != len(subject.other)
    budgets = {len(subject.good): ENDLESS, len(subject.other): NOTHING}
    desk = each_desk.having(budget=budgets.__getitem__)
    bodies = [desk.event("good", desk.put("good")), desk.event("slow", desk.put("slow", subject.other))]
    assert desk.handle(*bodies) == []
    found = {row.source["key"]: row.revision.quarantine for row in desk.rows()}
    assert found["good"] is None
    assert found["slow"] is not None
    assert found["slow"].reason == "over_budget"
    assert len(desk.tickets()) == 1


def test_inline_text_has_a_budget_too(desk: Desk) -> None:
    slow = desk.having(budget=lambda _: NOTHING)
    assert slow.handle(inline("crm-1", "I lost my card")) == []
    quarantine = slow.row().revision.quarantine
    assert quarantine is not None
    assert quarantine.reason == "over_budget"


def test_what_was_over_its_budget_can_be_tagged_after_a_fix(each_desk: Desk) -> None:
    body = each_desk.event("a", each_desk.put("a"))
    slow = each_desk.having(budget=lambda _: NOTHING)
    assert slow.handle(body) == each_desk.handle(body) == []
    assert each_desk.row().revision.quarantine is None
    assert len(each_desk.tickets()) == 1


def test_the_reserve_outlasts_the_dearest_input() -> None:
    """What may be begun last still ends in time: the largest object, on the slowest processor."""

    largest = next(field.default for field in msgspec.structs.fields(Settings) if field.name == "object_bytes")
    assert SLOWER * reading_budget(largest).cpu_seconds < RESERVE_S
