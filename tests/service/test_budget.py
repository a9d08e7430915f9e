"""Time limits: items that cannot start go back, and an item over its own budget does not affect the batch."""

from __future__ import annotations

import msgspec

from infra.settings import StageSettings
from tagging.aws import CONFIG
from tagging.budget import CPU_TOLERANCE_FACTOR, Budget, reading_budget
from tagging.service import RESERVE_S
from tagging.settings import Settings
from tests.messages import inline
from tests.service_harness import ServiceHarness

ENDLESS, NOTHING = Budget(1e9, 1), Budget(0.0, 1)


def test_an_item_over_its_budget_is_quarantined_and_the_others_are_tagged(each_harness: ServiceHarness) -> None:
    samples = each_harness.samples
    assert len(samples.good) != len(samples.other)
    budgets = {len(samples.good): ENDLESS, len(samples.other): NOTHING}
    harness = each_harness.having(budget=budgets.__getitem__)
    bodies = [harness.event("good", harness.put("good")), harness.event("slow", harness.put("slow", samples.other))]
    assert harness.handle(*bodies) == []
    quarantines = {row.source["key"]: row.revision.quarantine for row in harness.rows()}
    assert quarantines["good"] is None
    assert quarantines["slow"] is not None
    assert quarantines["slow"].reason == "over_budget"
    assert len(harness.tickets()) == 1


def test_inline_text_has_a_budget_too(harness: ServiceHarness) -> None:
    slow = harness.having(budget=lambda _: NOTHING)
    assert slow.handle(inline("crm-1", "I lost my card")) == []
    quarantine = slow.row().revision.quarantine
    assert quarantine is not None
    assert quarantine.reason == "over_budget"


def test_an_item_over_its_budget_can_be_tagged_after_a_fix(each_harness: ServiceHarness) -> None:
    body = each_harness.event("a", each_harness.put("a"))
    slow = each_harness.having(budget=lambda _: NOTHING)
    assert slow.handle(body) == each_harness.handle(body) == []
    assert each_harness.row().revision.quarantine is None
    assert len(each_harness.tickets()) == 1


def test_the_reserve_is_longer_than_the_most_expensive_input() -> None:
    """What may be begun last still ends in time: the largest object, on the slowest processor."""

    largest = next(field.default for field in msgspec.structs.fields(Settings) if field.name == "object_bytes")
    assert CPU_TOLERANCE_FACTOR * reading_budget(largest).cpu_seconds < RESERVE_S


def test_the_retries_of_a_call_that_hangs_fit_into_the_time_that_a_batch_keeps_for_its_writes() -> None:
    attempts = CONFIG.retries["total_max_attempts"]
    backoff_s = sum(min(20, 2**attempt) for attempt in range(attempts - 1))  # of botocore's standard mode, at most
    assert attempts * (CONFIG.connect_timeout + CONFIG.read_timeout) + backoff_s < RESERVE_S
    assert StageSettings.model_fields["timeout_s"].metadata[0].ge >= 2 * RESERVE_S
