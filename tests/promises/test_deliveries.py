"""Promises A and B for any deliveries in any order: runs the state machine until enough messages were delivered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tagging.model.bundle import Bundle
from tagging.model.tagger import Tagger
from tagging.serving.model_store import ModelStore
from tagging.serving.pointer import LAYER
from tagging.serving.version_files import files_of, version_id
from tests.messages import notification
from tests.promises.crash_harness import IMAGES, MAILS, CrashHarness, open_bench, with_heads
from tests.promises.deliveries import Deliveries, Table
from tests.promises.wire import UNBROKEN, Plan

LEAST = 520
"""Deliveries per kind and `--times`."""
EXAMPLES, MOST_EXAMPLES, STEPS = 12, 120, 30
"""Maximum of runs in one hypothesis search (more with `--times`), and of steps in one run."""


@pytest.fixture(params=[MAILS, IMAGES], ids=lambda samples: samples.kind)
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    mails, images = request.getfixturevalue("mail_tagger"), request.getfixturevalue("image_tagger")
    tagger: Tagger = mails if request.param is MAILS else images
    newer = (request.getfixturevalue("newer_mail_tagger"),) if request.param is MAILS else ()
    with open_bench(request.param, workers=3, versions=newer) as bench:
        versions = pushed(bench, newer[0].bundle, images.bundle) if newer else ()
        yield Table(bench, (tagger, with_heads(tagger, "f" * 12), with_heads(tagger, "e" * 12)), versions)


def pushed(bench: CrashHarness, newer: Bundle, other: Bundle) -> tuple[str, ...]:
    """What a pointer may name: a version, the layer, one for another encoder, a damaged one, a missing one."""
    store = ModelStore(bench.clients.s3, bench.models, bench.samples.kind)
    store.write_version(version_id(other), files_of(other.folder, other))
    store.write_version("d" * 12, files_of(newer.folder, newer))  # its content has another id
    return (version_id(newer), LAYER, version_id(newer), version_id(other), "d" * 12, "0" * 12)


def test_nothing_is_lost_and_nothing_is_sent_twice(
    table: Table, times: int, capsys: pytest.CaptureFixture[str]
) -> None:
    machine: Any = type("Played", (Deliveries,), {"table": table})
    while table.deliveries < LEAST * times:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=min(EXAMPLES * times, MOST_EXAMPLES),
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
    with capsys.disabled():
        found = f"{table.deliveries} deliveries in {table.plays} plays, {table.broken} broken, {table.met} met"
        found += f", {table.pointers} pointers" if table.versions else ""
        print(f"\n{table.bench.samples.kind}: {found}")


@pytest.mark.parametrize("after", [False, True])
def test_a_straggler_does_not_overwrite_its_successor(table: Table, after: bool) -> None:
    """The old bundle's attempt waits, before or after its write takes effect, until the new bundle's has finished."""
    run, (first, old, new) = table.bench.open(), table.taggers
    message = {"one": notification(table.bench.put("met", table.bench.samples.due[0]))}
    run.deliver(message, first)
    successor = partial(run.deliver, message, new, UNBROKEN, 1)
    # The first PutItem is refused, because a row exists; the second revises it.
    plan = Plan(operation="PutItem", place=1, after=after, meanwhile=successor)
    assert run.deliver(message, old, plan) == set()
    (row,) = run.rows().values()
    story = [each.bundle.heads for each in (*row.earlier, row.revision)]
    versions = [each.bundle.version.heads for each in (first, old, new)]
    assert story == (versions if after else [versions[0], versions[2]])
    assert (row.ticket, len(run.seen())) == ("sent", 1)
