"""The promises hold with a feature log, whichever of its calls fails; and the log fits the rows.

The calls are those of functions that tag, and those of the function that makes hours.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import BotoCoreError
from msgspec.structs import replace

from tagging.feature_log.batch import Batch
from tagging.feature_log.compaction import compact
from tagging.feature_log.compactor import renew_hour
from tagging.feature_log.keys import Attempt, HourKey, parse_reference
from tagging.feature_log.storage import LogStore
from tagging.model.tagger import Tagger
from tagging.serving.pointer import Change, promoted
from tagging.serving.version_files import files_of, version_id
from tests.messages import notification
from tests.promises.crash_harness import BEYOND_S, IMAGES, MAILS, WITHIN_S, CrashHarness, Run, open_bench
from tests.promises.test_crash import SAMPLE, Post, batch_of_ten, broken, outcomes, unbroken
from tests.promises.wire import FAULTS, UNBROKEN, Call, Fault, Killed, Plan


@pytest.fixture(scope="module", params=[MAILS, IMAGES], ids=lambda samples: samples.kind)
def bench(request: pytest.FixtureRequest) -> Iterator[CrashHarness]:
    with open_bench(request.param, keeps_features=True) as opened:
        yield opened


@pytest.fixture
def ten(bench: CrashHarness, mail_tagger: Tagger, image_tagger: Tagger) -> Post:
    tagger = mail_tagger if bench.samples.kind == "mail" else image_tagger
    return unbroken(bench, tagger, batch_of_ten(bench, bench.samples))


def batches_of(run: Run, tagger: Tagger) -> dict[str, Batch]:
    """The batches of the log, by reference."""
    store, prefix = LogStore(run.bench.clients.s3, run.learning), f"features/{run.bench.samples.kind}/"
    keys = [each["Key"] for page in store._pages(prefix) for each in page.get("Contents", ())]
    start = f"{prefix}{tagger.bundle.version.encoder}/"
    found = {}
    for key in keys:
        hour, _, token = key.removeprefix(start).rpartition("/")
        batch = store.read_batch(key)
        assert batch is not None
        found[Attempt(hour, token).reference] = batch
    return found


def what_differs(run: Run, tagger: Tagger) -> str:
    """How the log differs from the rows; empty where each item that it has is there once, and as its row is.

    It lacks an item whose attempt did not learn that the row was written: its features can be made again.
    """
    batches = batches_of(run, tagger)
    ids = [each.id for each in compact(batches, "").hour.decided]
    if len(ids) != len(set(ids)) or not set(ids) <= set(run.rows()):
        return "an hour has an item twice, or one without a row"
    for row in run.rows().values():
        batch = batches.get(row.revision.log or "")
        if batch is None:
            continue  # the attempt could not write it
        kept = [entry for entry in batch.entries if entry.id == row.id]
        of_row = (row.revision.labels, row.revision.tagged_at)
        if [(entry.labels, entry.tagged_at) for entry in kept] not in ([], [of_row]):
            return "a batch has an item twice, or otherwise than its row"
    return ""


def call_of_log(post: Post) -> Call:
    (call,) = [call for call in post.calls if call.item == "log"]
    return call


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("gap", [WITHIN_S, BEYOND_S])
def test_a_log_that_cannot_be_written_sends_nothing_back_and_one_that_ends_the_function_loses_nothing(
    ten: Post, fault: Fault, gap: float
) -> None:
    run = ten.bench.open()
    back = run.deliver(ten.messages, ten.tagger, Plan(fault, call_of_log(ten)))
    assert back == (set(ten.messages) if fault.startswith("killed") else set())
    run.clock.skip(gap)
    assert run.deliver({id: ten.messages[id] for id in sorted(back)}, ten.tagger) == set()
    assert outcomes(run) == ten.outcomes
    assert what_differs(run, ten.tagger) == ""


def test_any_other_call_of_a_batch_may_break_and_the_log_fits_the_rows(ten: Post, times: int) -> None:
    others = [each for each in ten.breaks if each[0].item != "log"]
    breaks = random.Random(2).sample(others, min(SAMPLE * times, len(others)))
    assert broken(ten, breaks) == []
    for call, fault, _ in breaks[: SAMPLE // 3 * times]:
        run = ten.bench.open()
        back = run.deliver(ten.messages, ten.tagger, Plan(fault, call))
        run.deliver({id: ten.messages[id] for id in sorted(back)}, ten.tagger)
        assert what_differs(run, ten.tagger) == "", f"{call} {fault}"


def test_a_batch_that_is_delivered_again_whole_adds_nothing_to_its_hour(ten: Post) -> None:
    run = ten.bench.open()
    for _ in range(3):
        run.deliver(ten.messages, ten.tagger)
    (batch,) = batches_of(run, ten.tagger).values()
    tagged = {row.id for row in run.rows().values() if row.revision.quarantine is None}
    assert sorted(entry.id for entry in batch.entries) == sorted(tagged), "each once, copies in one batch too"
    assert what_differs(run, ten.tagger) == ""


def test_calls_for_a_shadow_may_break_and_nothing_else_changes(
    mail_tagger: Tagger, newer_mail_tagger: Tagger, times: int
) -> None:
    newer = newer_mail_tagger.bundle
    champion = version_id(mail_tagger.bundle)
    first = replace(
        promoted(None, "mail", champion, Change("anna", "2026-11-28", "a test")), shadows=(version_id(newer),)
    )
    versions = [mail_tagger, newer_mail_tagger]
    with open_bench(MAILS, versions=versions, first_pointer=first, keeps_features=True) as bench:
        one = unbroken(bench, mail_tagger, {"one": notification(bench.put("one", MAILS.due[0]))})
        reading = [call for call in one.calls if call.item.startswith(f"versions/mail/{version_id(newer)}")]
        assert len(reading) == len(files_of(newer.folder, newer))
        faults: list[Fault] = ["refused", "lost", "timed_out"]
        every = [(call, fault) for call in reading for fault in faults]
        for call, fault in every if times > 1 else random.Random(1).sample(every, 4):
            run = bench.open()
            assert run.deliver(one.messages, mail_tagger, Plan(fault, call)) == set(), f"{call} {fault}"
            assert outcomes(run) == one.outcomes, f"{call} {fault}"


@pytest.mark.parametrize("fault", FAULTS)
def test_any_call_that_makes_an_hour_may_break_and_the_next_run_makes_it(ten: Post, fault: Fault) -> None:
    run, (worker,) = ten.bench.open(), ten.bench.workers
    assert run.deliver(ten.messages, ten.tagger) == set()
    clean = LogStore(ten.bench.clients.s3, run.learning)
    (reference,) = batches_of(run, ten.tagger)
    hour = parse_reference(reference).hour_key(ten.bench.samples.kind, ten.tagger.bundle.version.encoder)
    log = LogStore(worker.clients.s3, run.learning)

    def renew(plan: Plan) -> None:
        worker.wire.expect(plan)
        with ThreadPoolExecutor(1) as threads:
            renew_hour(log, hour, threads)

    renew(UNBROKEN)
    calls, whole = list(worker.wire.calls), stored(clean, hour)
    assert {call.operation for call in calls} == {"ListObjectsV2", "GetObject", "PutObject"}
    for call in calls:
        for key in whole:
            ten.bench.clients.s3.delete_object(Bucket=run.learning, Key=key)
        with pytest.raises((Killed, BotoCoreError)):
            renew(Plan(fault, call))
        renew(UNBROKEN)
        assert stored(clean, hour) == whole, f"{call} {fault}"


def stored(log: LogStore, hour: HourKey) -> dict[str, bytes]:
    """The objects of an hour: its decisions, and its items."""
    keys = [each["Key"] for page in log._pages(f"hours/{hour.kind}/") for each in page.get("Contents", ())]
    return {key: found.content for key in keys if (found := log.read_object(key)) is not None}
