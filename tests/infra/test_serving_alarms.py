"""The alarms on who serves: they go off for what lasts, and a read that fails once wakes nobody."""

from __future__ import annotations

import numpy as np
import pytest

from tests.infra.alarm_evaluator import RecordedMetrics, TemplateAlarms
from tests.infra.conftest import Stack

HOUR = 60
FROM = 20
"""Minute at which what is wrong begins."""


def told(stack: Stack, severity: str, fault: str, minutes: object, *, each_batch: float = 0.5) -> list[tuple[int, str]]:
    """Minute and alarm of each notification of two hours with a batch every `each_batch` minutes."""
    metrics = RecordedMetrics(2 * HOUR)
    own = {"service": "tag_mail"}
    metrics.add("Tagging/prod", "Items", own, np.arange(0, 2 * HOUR, each_batch), 3)
    metrics.add("Tagging/prod", fault, own, minutes, 1)
    found = TemplateAlarms(stack.template).notifications(metrics, stack.id_of("SNS::Topic", f"Monitoring{severity}"))
    ours = ("pointer-stale", "version-refused", "layer-serves")
    return [(minute, name.removeprefix("tagging-prod-")) for minute, name in found if name.endswith(ours)]


def test_a_pointer_that_stays_unreadable_pages_after_five_minutes(prod: Stack) -> None:
    ((minute, name),) = told(prod, "Page", "PointerStale", np.arange(FROM, FROM + 30, 0.5))
    assert name == "mail-pointer-stale"
    assert FROM + 5 < minute <= FROM + 10


def test_a_pointer_that_stays_unreadable_pages_in_a_quiet_night_too(prod: Stack) -> None:
    pages = told(prod, "Page", "PointerStale", np.arange(FROM, FROM + 60, 4), each_batch=4)
    assert [name for _, name in pages] == ["mail-pointer-stale"]


@pytest.mark.parametrize("each_batch", [0.01, 0.5, 4])
def test_reads_that_fail_now_and_then_wake_nobody(prod: Stack, each_batch: float) -> None:
    assert told(prod, "Page", "PointerStale", np.arange(FROM, 2 * HOUR, 20), each_batch=each_batch) == []


def test_a_version_that_is_refused_pages_at_once(prod: Stack) -> None:
    ((minute, name),) = told(prod, "Page", "VersionRefused", FROM)
    assert (minute, name) == (FROM + 5, "version-refused")


def test_another_encoder_opens_a_ticket_unless_a_deployment_ends_it_within_minutes(prod: Stack) -> None:
    assert told(prod, "Ticket", "LayerServes", np.arange(FROM, FROM + 10, 0.5)) == []
    ((minute, name),) = told(prod, "Ticket", "LayerServes", np.arange(FROM, FROM + 60, 0.5))
    assert name == "layer-serves"
    assert FROM + 15 < minute <= FROM + 30
    assert told(prod, "Page", "LayerServes", np.arange(FROM, FROM + 60, 0.5)) == []
