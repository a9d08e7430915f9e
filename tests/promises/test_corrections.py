"""Promise I: no answer of a person is lost and none counted twice, whatever call breaks and however answers arrive."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from tagging.aws import Clients, make_clients
from tagging.corrections import Correction, Recorder, ReviewTable, build_recorder, current_answers
from tagging.local import create_review_table
from tagging.local.moto_server import CHILD_ENVIRONMENT
from tagging.settings import CorrectSettings
from tagging.store import LabelTable, Revision, Row
from tests.corrections.samples import BUNDLE, complete, correction, entry, sqs_event
from tests.promises.wire import FAULTS, UNBROKEN, Call, Fault, Killed, Plan, Wire

SAMPLE = 8
"""Breaks that are tried of each case in `make test`; with `--times 10`, all are."""
BUCKET = "plans"
T, U = TypeVar("T"), TypeVar("U")
ITEMS = ("mail-1", "mail-2", "mail-3")


@dataclass
class CorrectionRun:
    """One recorder on empty tables, with rows of three mails, of which the first has an open review."""

    clients: Clients
    wire: Wire
    worker: Clients
    number: Iterator[int] = field(default_factory=itertools.count)

    def open(self) -> None:
        name = f"run-{next(self.number)}"
        self.reviews, self.rows = f"{name}-reviews", f"{name}-rows"
        create_review_table(self.clients.dynamodb, self.reviews)
        self.clients.dynamodb.create_table(
            TableName=self.rows,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        rows = LabelTable(self.clients.dynamodb, self.rows)
        for item in ITEMS:
            revision = Revision("2026-11-20T08:00:00.000+00:00", BUNDLE, labels=("refund",), scores={"refund": 0.9})
            rows.put(Row(item, "mail", {}, attempt="first", revision=revision))
        ReviewTable(self.clients.dynamodb, self.reviews).put_entry(entry())

    def forget(self, item: str) -> None:
        """As `tagging forget` does, by its two steps."""
        rows = LabelTable(self.clients.dynamodb, self.rows)
        row = rows.get(item)
        assert row is not None
        rows.replace(row, row.erased("2026-11-29T08:00:00.000+00:00", "erasure"))
        ReviewTable(self.clients.dynamodb, self.reviews).erase(item)

    def recorder(self) -> Recorder:
        """A new environment of the function."""
        settings = CorrectSettings(
            label_table=self.rows, review_table=self.reviews, learning_bucket=BUCKET, log_level="CRITICAL"
        )
        return build_recorder(settings, self.worker)

    def deliver(self, *messages: Correction | str, plan: Plan = UNBROKEN) -> set[int]:
        """The messages that go back: all, if the worker ends."""
        self.wire.expect(plan)
        try:
            answer = self.recorder().handle(sqs_event(*messages))
        except Killed:
            return set(range(len(messages)))
        return {int(each["itemIdentifier"]) for each in answer["batchItemFailures"]}

    def kept(self) -> list[dict[str, Any]]:
        """All records, read from moto directly."""
        backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][self.clients.dynamodb.meta.region_name]
        records = (each.to_json()["Attributes"] for each in backend.tables[self.reviews].all_items())
        return sorted(records, key=lambda each: (each["item"]["S"], each["entry"]["S"]))

    def answers(self) -> dict[tuple[str, str], bool]:
        """Item and label → what holds."""
        corrections = list(
            ReviewTable(self.clients.dynamodb, self.reviews).corrections("mail", "2026-09-21", "2026-09-21")
        )
        assert len({each.id for each in corrections}) == len(corrections)
        return {cell: each.yes for cell, each in current_answers(corrections).items()}


@pytest.fixture(scope="module")
def run() -> Iterator[CorrectionRun]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in CHILD_ENVIRONMENT.items():
            environment.setenv(name, value)
        environment.setattr("botocore.endpoint.time", type("Impatient", (), {"sleep": staticmethod(lambda _: None)}))
        clients, worker = make_clients(), make_clients()
        clients.s3.create_bucket(Bucket=BUCKET)
        clients.s3.put_object(Bucket=BUCKET, Key="review/mail.json", Body=b'{"labels": ["refund", "payment"]}')
        yield CorrectionRun(clients, Wire(worker, {}), worker)


def calls_of(run: CorrectionRun, *messages: Correction | str) -> tuple[list[Call], list[dict[str, Any]]]:
    """The calls for a batch without faults, and the records that it leaves."""
    run.open()
    assert run.deliver(*messages) == set()
    return sorted(run.wire.calls), run.kept()


def sampled(breaks: Iterable[tuple[T, U]], times: int) -> list[tuple[T, U]]:
    """So many of the breaks as `make test` has time for."""
    every = list(breaks)
    return random.Random(1).sample(every, min(SAMPLE * times, len(every)))


CASES = {
    "an answer": (correction(),),
    "an answer that closes a review": (complete(),),
    "an answer that is withdrawn": (
        complete(),
        correction(yes=(), unseen=("refund", "payment"), blind=True, answered_at="2026-09-21T14:13:10Z"),
    ),
    "one that is refused": ("nonsense",),
    "a label that nobody knows": (correction(yes=("refnd",)),),
}


@pytest.mark.parametrize("messages", CASES.values(), ids=CASES)
def test_every_call_may_break_in_every_way(
    run: CorrectionRun, messages: tuple[Correction | str, ...], times: int
) -> None:
    calls, expected = calls_of(run, *messages)
    for call, fault in sampled(itertools.product(calls, FAULTS), times):
        run.open()
        back = run.deliver(*messages, plan=Plan(fault, call))
        assert run.wire.broken == call
        assert back or fault in ("lost", "timed_out"), f"{call} {fault}: nothing came back"
        again = [messages[number] for number in sorted(back)]
        assert not again or run.deliver(*again) == set(), f"{call} {fault}"
        assert run.kept() == expected, f"{call} {fault}"


def test_an_answer_twice_while_each_call_breaks_is_recorded_once(run: CorrectionRun, times: int) -> None:
    """Both copies of a message are delivered; the second one's every call breaks, then it comes back."""
    calls, expected = calls_of(run, complete(), complete())
    second = [call for call in calls if call.number > 0]
    assert second
    for call, fault in sampled(itertools.product(second, FAULTS), times):
        run.open()
        run.deliver(complete(), complete(), plan=Plan(fault, call))
        assert run.deliver(complete(), complete()) == set()
        assert run.kept() == expected, f"{call} {fault}"


def test_an_item_that_is_forgotten_at_any_call_keeps_no_answer(run: CorrectionRun, times: int) -> None:
    """Whenever the item is erased, and even if the function ends at that call: no record of it holds content."""
    secret = complete(note="my card is 4111")
    calls, _ = calls_of(run, secret)
    moments = ("before", "after", "before, and then ended", "after it ended")
    for call, when in sampled(itertools.product(calls, moments), times):
        run.open()
        forget = None if when == "after it ended" else partial(run.forget, "mail-1")
        fault: Fault | None = "killed_after" if "ended" in when else None
        back = run.deliver(secret, plan=Plan(fault, call, meanwhile=forget, after=when == "after"))
        if forget is None:
            run.forget("mail-1")
        if back:
            assert run.deliver(secret) == set()
        assert not [each for each in run.kept() if each["item"]["S"] == "mail-1"], f"{call} {when}"
        assert "4111" not in str(run.kept()), f"{call} {when}"


def test_whatever_the_order_and_however_often_the_same_answers_hold(run: CorrectionRun, times: int) -> None:
    """A history of 25 answers, delivered in any order, each up to three times, while calls break: one result."""
    for seed in range(times):
        draw = random.Random(seed)
        history = [
            correction(
                item=draw.choice(ITEMS),
                author=draw.choice("abc"),
                answered_at=f"2026-09-21T{draw.randrange(14):02}:{draw.randrange(60):02}:00Z",
                yes=("refund",) if (yes := draw.random() < 0.6) else (),
                no=() if yes else ("refund",),
                unseen=("payment",) if draw.random() < 0.2 else (),
            )
            for _ in range(25)
        ]
        expected = {cell: each.yes for cell, each in current_answers(history).items()}
        queue = [each for each in history for _ in range(draw.randint(1, 3))]
        draw.shuffle(queue)
        run.open()
        while queue:
            batch, queue = queue[:10], queue[10:]
            operation = draw.choice(("GetItem", "PutItem", "UpdateItem", "GetObject", ""))
            plan = Plan(draw.choice(FAULTS), operation=operation, place=draw.randrange(10)) if operation else UNBROKEN
            queue += [batch[number] for number in run.deliver(*batch, plan=plan)]
        assert run.answers() == expected, seed
        assert len([each for each in run.kept() if each["entry"]["S"].startswith("answer#")]) == len(set(history))


def test_the_calls_grow_with_the_answers_and_with_nothing_else(run: CorrectionRun) -> None:
    """So that 10,000 at once cost what 10,000 cost: three calls each, and one read of the plan for an environment."""

    def calls(count: int) -> Counter[str]:
        run.open()
        answers = [correction(item=ITEMS[number % 3], author=f"author-{number}") for number in range(count)]
        assert run.deliver(*answers) == set()
        return Counter(call.operation for call in run.wire.calls)

    for count in (3, 30):
        assert calls(count) == {"GetItem": 2 * count, "PutItem": count, "GetObject": 1}
    run.open()
    run.deliver(complete(), complete(author="ben"), complete(item="mail-2"))
    reviewed = Counter(call.operation for call in run.wire.calls)
    assert reviewed == {"GetItem": 9, "PutItem": 3, "Query": 2, "UpdateItem": 1, "GetObject": 1}
