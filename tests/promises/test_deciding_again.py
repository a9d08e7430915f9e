"""Promise A where items are decided again: whichever call fails, a redelivery ends with the row of an unbroken run."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from tagging.model.tagger import Tagger
from tagging.operations.intake_queue import Again
from tagging.serving.pointer import Change, promoted
from tagging.serving.version_files import version_id
from tests.messages import notification
from tests.promises.broken_calls import outcomes
from tests.promises.crash_harness import BEYOND_S, MAILS, CrashHarness, Run, open_bench
from tests.promises.wire import FAULTS, UNBROKEN, Plan

SAMPLE = 12
"""Of all breaks, those tried in `make test`; with several times as many, all are."""


@pytest.fixture(scope="module")
def bench(newer_mail_tagger: Tagger) -> Iterator[CrashHarness]:
    with open_bench(MAILS, versions=[newer_mail_tagger], keeps_features=True) as opened:
        yield opened


def begun(bench: CrashHarness, layer: Tagger, newer: Tagger) -> tuple[Run, dict[str, str]]:
    """An item that the layer's bundle decided, before another version serves; the message that decides it again."""
    run = bench.open()
    assert run.deliver({"one": notification(bench.put("one", MAILS.due[0]))}, layer) == set()
    pointer = promoted(None, "mail", version_id(newer.bundle), Change("anna", "2026-11-28", "a test"))
    run.put_pointer(pointer.to_json())
    (row,) = run.rows().values()
    return run, {"again": Again("mail", row.id, pointer.generation).body()}


def kept(run: Run) -> object:
    """The result, whichever object it was."""
    ((row,), tickets) = (run.rows().values(), run.seen())
    revisions = [(each.labels, each.generation) for each in (row.revision, *row.earlier)]
    return (row.state("ticket"), revisions, row.revision.scores, len(tickets), len(outcomes(run)))


def test_any_call_may_break_and_the_row_becomes_that_of_an_unbroken_run(
    bench: CrashHarness, mail_tagger: Tagger, newer_mail_tagger: Tagger, times: int
) -> None:
    run, messages = begun(bench, mail_tagger, newer_mail_tagger)
    assert run.deliver(messages, mail_tagger) == set()
    calls, whole = sorted(bench.workers[0].wire.calls), kept(run)
    (row,) = run.rows().values()
    assert (row.revision.generation, len(row.earlier), len(run.seen())) == (1, 1, 1)
    assert {call.operation for call in calls} >= {"GetItem", "GetObject", "PutItem", "PutObject"}
    names = {call.item for call in calls}
    assert "pointer" in names
    assert "log" in names
    # Items have other ids in each run: a call is named by its place among those of its operation.
    counts = Counter(call.operation for call in calls)
    places = [(operation, place) for operation, count in sorted(counts.items()) for place in range(count)]
    every = [(operation, place, fault) for operation, place in places for fault in FAULTS]
    for operation, place, fault in every if times > 1 else random.Random(3).sample(every, SAMPLE):
        run, messages = begun(bench, mail_tagger, newer_mail_tagger)
        back = run.deliver(messages, mail_tagger, Plan(fault, operation=operation, place=place))
        run.clock.skip(BEYOND_S)
        if back:
            assert run.deliver(messages, mail_tagger, UNBROKEN) == set(), f"{operation}[{place}] {fault}"
        assert kept(run) == whole, f"{operation}[{place}] {fault}"


def test_an_environment_that_cannot_read_the_pointer_returns_the_message(
    bench: CrashHarness, mail_tagger: Tagger, newer_mail_tagger: Tagger
) -> None:
    """Otherwise the version that it knows would decide, and the message would be done."""
    run, messages = begun(bench, mail_tagger, newer_mail_tagger)
    before = run.rows()
    run.put_pointer(b"damaged")
    assert run.deliver(messages, mail_tagger) == {"again"}
    assert run.rows() == before
