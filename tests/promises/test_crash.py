"""Promise A when any AWS call of a function fails: redelivery gives the same result as a run without faults."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.response import StreamingBody

from tagging.model.tagger import Tagger
from tagging.serving.pointer import Change, promoted
from tagging.serving.version_files import files_of, version_id
from tests.messages import inline, notification, pointer
from tests.promises.broken_calls import Post, broken, outcomes, unbroken
from tests.promises.crash_harness import (
    BEYOND_S,
    IMAGES,
    MAILS,
    WITHIN_S,
    CrashHarness,
    Run,
    SampleItems,
    open_bench,
)
from tests.promises.wire import FAULTS, Call, Plan

SAMPLE = 15
"""Of a batch of ten: breaks tried in `make test`, per kind and `--times`; with 30 times as many, all are."""

RECEIVES = 5
"""Deliveries after which SQS moves a message to the dead-letter queue."""


@pytest.fixture(scope="module", params=[MAILS, IMAGES], ids=lambda samples: samples.kind)
def bench(request: pytest.FixtureRequest) -> Iterator[CrashHarness]:
    with open_bench(request.param) as opened:
        yield opened


@pytest.fixture
def tagger(bench: CrashHarness, mail_tagger: Tagger, image_tagger: Tagger) -> Tagger:
    return mail_tagger if bench.samples.kind == "mail" else image_tagger


@pytest.fixture
def one(bench: CrashHarness, tagger: Tagger) -> Post:
    return unbroken(bench, tagger, {"one": notification(bench.put("one", bench.samples.due[0]))})


@pytest.fixture
def ten(bench: CrashHarness, tagger: Tagger) -> Post:
    return unbroken(bench, tagger, batch_of_ten(bench, bench.samples))


def batch_of_ten(bench: CrashHarness, samples: SampleItems) -> dict[str, str]:
    """Ten messages: two for one version, two versions of one object, some without a ticket, some without hope."""
    due = [bench.put(f"due-{number}", samples.due[number % 2]) for number in range(4)]
    older, newer = bench.put("twice", samples.due[0]), bench.put("twice", samples.due[1])
    return {
        **{stored.key: notification(stored) for stored in due},
        "older": notification(older, sequencer="A"),
        "newer": notification(newer, sequencer="1F"),
        "again": pointer(newer, samples.kind),
        "silent": notification(bench.put("silent", samples.silent)),
        "hopeless": notification(bench.put("hopeless", samples.hopeless)),
        "inline": inline("crm-1", "I lost my card") if samples.kind == "mail" else "not json",
    }


def test_every_call_of_one_item_may_break_in_every_way(one: Post, capsys: pytest.CaptureFixture[str]) -> None:
    operations = Counter(call.operation for call in one.calls)
    indexed = 1 if one.bench.samples.kind == "mail" else 0  # the label of this mail is listed in the index
    assert operations == {"GetObject": 1, "PutItem": 1 + indexed, "UpdateItem": 2, "SendMessageBatch": 1}
    assert broken(one, one.breaks) == []
    tell(capsys, one, len(one.breaks), 1)


def test_any_call_of_ten_items_may_break_in_any_way(ten: Post, times: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(ten.messages) == 10
    assert {call.operation for call in ten.calls} >= {"GetObject", "PutItem", "UpdateItem", "SendMessageBatch"}
    breaks = random.Random(1).sample(ten.breaks, min(SAMPLE * times, len(ten.breaks)))
    assert broken(ten, breaks) == []
    tell(capsys, ten, len(breaks), 10)


def test_every_call_for_who_serves_may_break_in_every_way(
    mail_tagger: Tagger, newer_mail_tagger: Tagger, times: int
) -> None:
    """Each delivery is the first of its environment, so that it reads the pointer and all files of the version."""
    newer = newer_mail_tagger.bundle
    first = promoted(None, "mail", version_id(newer), Change("anna", "2026-11-28", "a test"))
    with open_bench(MAILS, versions=[newer_mail_tagger], first_pointer=first) as bench:
        one = unbroken(bench, mail_tagger, {"one": notification(bench.put("one", MAILS.due[0]))})
        reading = [call for call in one.calls if call.item.startswith(("pointer", "versions/"))]
        assert len(reading) == 1 + len(files_of(newer.folder, newer))
        every = [(call, fault, WITHIN_S) for call in reading for fault in FAULTS]
        sampled = every if times > 1 else random.Random(1).sample(every, SAMPLE // 3)
        assert broken(one, [*(each for each in every if each[0].item == "pointer"), *sampled]) == []


def test_a_redelivery_may_break_too(one: Post) -> None:
    """A ticket left pending, and then each call of the next delivery broken, hours later."""
    (left,) = [call for call in one.calls if call.operation == "SendMessageBatch"]
    run = left_pending(one, left)
    run.deliver(one.messages, one.tagger)
    again = sorted(one.bench.workers[0].wire.calls)
    assert {call.operation for call in again} == {"GetObject", "PutItem", "UpdateItem", "SendMessageBatch"}
    for call in again:
        for fault in FAULTS:
            run = left_pending(one, left)
            run.deliver(one.messages, one.tagger, Plan(fault, call))
            run.clock.skip(BEYOND_S)
            assert run.deliver(one.messages, one.tagger) == set(), f"{call} {fault}"
            assert outcomes(run) == one.outcomes, f"{call} {fault}"
            assert len(run.seen()) <= 2, f"{call} {fault}"


def left_pending(post: Post, call: Call) -> Run:
    run = post.bench.open()
    assert run.deliver(post.messages, post.tagger, Plan("refused", call)) == set(post.messages)
    assert {row.ticket for row in run.rows().values()} == {"pending"}
    run.clock.skip(BEYOND_S)
    return run


@pytest.mark.parametrize("operation", ["GetObject", "PutItem", "UpdateItem"])
def test_a_message_that_keeps_failing_becomes_a_dead_letter_alone_and_a_redrive_completes_it(
    ten: Post, operation: str
) -> None:
    call = next(each for each in ten.calls if each.operation == operation and each.item.startswith("due-1."))
    run, waiting = ten.bench.open(), set(ten.messages)
    for _ in range(RECEIVES):
        waiting = run.deliver({id: ten.messages[id] for id in sorted(waiting)}, ten.tagger, Plan("refused", call))
        assert waiting == {"due-1"}
        run.clock.skip(WITHIN_S)
    run.clock.skip(BEYOND_S)
    assert run.deliver({"due-1": ten.messages["due-1"]}, ten.tagger) == set()
    assert outcomes(run) == ten.outcomes


def test_an_object_that_breaks_off_in_the_middle_is_read_again(one: Post) -> None:
    run, (worker,) = one.bench.open(), one.bench.workers

    def cut(parsed: dict[str, Any], **_: Any) -> None:
        data = parsed["Body"].read()
        parsed["Body"] = StreamingBody(io.BytesIO(data[: len(data) // 2]), len(data))

    worker.clients.s3.meta.events.register("after-call.s3.GetObject", cut)
    assert run.deliver(one.messages, one.tagger) == {"one"}
    worker.clients.s3.meta.events.unregister("after-call.s3.GetObject", cut)
    assert run.rows() == {}
    assert run.deliver(one.messages, one.tagger) == set()
    assert outcomes(run) == one.outcomes


def tell(capsys: pytest.CaptureFixture[str], post: Post, tried: int, batch: int) -> None:
    with capsys.disabled():
        kind = post.bench.samples.kind
        print(f"\n{kind}, batches of {batch}: {len(post.calls)} calls, {tried} of {len(post.breaks)} breaks tried")
