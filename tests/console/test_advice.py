"""What the page of health tells a person to do, and that it is silent where nothing is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from msgspec.structs import replace as with_fields

from tagging.console import advice
from tagging.operations import QueueState
from tagging.quality import DriftReport
from tagging.telemetry import ProbeRun
from tests.console import sample_quality
from tests.console.browser import Browser
from tests.console.sample import NOW, SampleSource

CALM = QueueState("mails to tag", "work", "", 3, oldest_s=20.0)


def queues(*changed: QueueState) -> list[str]:
    return [each.text for each in advice.of_queues((CALM, *changed), "prod")]


def test_messages_that_fail_wait_or_cannot_be_counted_are_named() -> None:
    assert queues() == []
    assert queues(replace(CALM, messages=None, fault="AccessDenied")) == [
        "The queue “mails to tag” cannot be read: AccessDenied."
    ]
    assert queues(replace(CALM, oldest_s=3600.0)) == ["Mails to tag: the oldest has waited for 60 minutes."]
    (failed,) = advice.of_queues([QueueState("mails that failed", "dead letter", "", 2)], "prod")
    assert failed.command == "tagging redrive --dry-run --stage prod"


def test_a_probe_is_missed_when_it_is_late() -> None:
    def missed(minutes: int, *waiting: str) -> bool:
        at = (NOW - timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
        return bool(list(advice.of_probe([ProbeRun("a", at, waiting)], NOW)))

    assert [missed(5, "mail"), missed(20, "mail"), missed(20)] == [False, True, False]
    assert list(advice.of_probe(None, NOW)) == []


def test_targets_answers_people_and_old_reports_are_named_with_their_page() -> None:
    report = sample_quality.report(NOW)
    wrong = [each.text for each in advice.of_quality(report, "mail", NOW)]
    assert wrong == [
        "cancel misses its target: precision 90%.",
        "Answers of somebody do not count: they differ far too often.",
    ]
    calm = with_fields(report, labels={}, authors=())
    assert list(advice.of_quality(calm, "mail", NOW)) == []
    (few,) = advice.of_quality(with_fields(calm, answered=200), "mail", NOW)
    assert (few.text, few.href) == (
        "200 of 412 drawn items were answered; numbers need 60%.",
        "/queue?kind=mail&purpose=measure",
    )
    (old,) = advice.of_quality(calm, "mail", NOW + timedelta(hours=4))
    assert "does not finish its runs" in old.text


def test_drift_is_named_until_it_is_acknowledged(source: SampleSource, browser: Browser) -> None:
    assert "Drift: unlike_training, cancel." in browser.text("/health")
    for name in ("cancel", "unlike_training"):
        browser.post("/acknowledge", kind="mail", name=name, why="the season")
    assert [each.text for each in advice.of_drift(source.drift("mail"), "mail")] == ["Drift: unlike_training."]
    steady = DriftReport(kind="mail", champion="c", made_at=NOW.isoformat(), reference=None)
    assert list(advice.of_drift(steady, "mail")) == []
