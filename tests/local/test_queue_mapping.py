"""Deliveries as Lambda's queue mapping makes them, to a real function on real queues, on a clock that runs faster."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest

from tagging.local.clock import Clock
from tagging.local.invocation import Fault, Invocation
from tagging.local.queue_mapping import QueuePoller, failed_ids


@pytest.fixture
def deliver(probe):
    """Sends messages and delivers until idle; returns batches as lists of (body, receive count)."""

    def run(*messages):
        batches = []

        def note(event, _):
            assert set(event) == {"Records"}
            batches.append(
                [(record["body"], int(record["attributes"]["ApproximateReceiveCount"])) for record in event["Records"]]
            )

        for message in messages:
            probe.send("probe", json.dumps(message))
        probe.deliver_until_idle(note)
        return batches

    return run


def test_messages_come_in_batches_of_at_most_the_mappings_size(deliver):
    batches = deliver(*[{"number": number} for number in range(9)])
    assert [len(batch) for batch in batches] == [4, 4, 1]


def test_what_comes_within_the_window_joins_the_batch(probe):
    poller = QueuePoller(probe.pollers[0].mapping, probe.client("sqs"), Clock(2))
    probe.send("probe", '"first"')
    later = threading.Timer(0.3, probe.send, ["probe", '"second"'])
    later.start()
    batch = poller.receive()
    later.join()
    poller.settle(batch, invocation(None))
    assert [message["Body"] for message in batch] == ['"first"', '"second"']


def test_only_the_failed_message_comes_back_and_the_others_are_gone(deliver, probe):
    batches = deliver({"number": 1}, {"do": "fail"}, {"number": 2})
    assert batches[0] == [('{"number": 1}', 1), ('{"do": "fail"}', 1), ('{"number": 2}', 1)]
    assert batches[1:] == [[('{"do": "fail"}', 2)], [('{"do": "fail"}', 3)]]
    assert probe.dead_letters() == ['{"do": "fail"}']


def test_an_exception_brings_the_whole_batch_back_until_it_is_given_up(deliver, probe):
    batches = deliver({"number": 1}, {"do": "raise"})
    assert [sorted(count for _, count in batch) for batch in batches] == [[1, 1], [2, 2], [3, 3]]
    assert sorted(probe.dead_letters()) == ['{"do": "raise"}', '{"number": 1}']


class Stepped(Clock):
    """A clock that moves when it is told to, and then only."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0

    def now(self) -> float:
        return self.time


def test_a_failed_message_comes_back_after_the_visibility_timeout_and_not_before(probe):
    clock, mapping = Stepped(), replace(probe.pollers[0].mapping, batch_size=1)
    poller = QueuePoller(mapping, probe.client("sqs"), clock)
    probe.send("probe", '{"do": "fail"}')
    batch = poller.receive()
    clock.time = 20.0  # the function takes a while: the timeout is counted from the receipt
    poller.settle(batch, invocation({"batchItemFailures": [{"itemIdentifier": batch[0]["MessageId"]}]}))
    clock.time = 59.999
    poller.bring_back()
    assert poller.receive() == []
    clock.time = 60.0
    poller.bring_back()
    (again,) = poller.receive()
    assert (again["Body"], again["Attributes"]["ApproximateReceiveCount"]) == ('{"do": "fail"}', "2")


def test_any_number_of_messages_is_fed_little_by_little(probe):
    seen, most = [], []

    def note(event, _):
        seen.extend(record["body"] for record in event["Records"])
        most.append(probe.pollers[0].waiting())

    probe.deliver_until_idle(
        note,
        feed=(
            lambda number=number: probe.send("probe", json.dumps(number)) for number in ({"n": n} for n in range(60))
        ),
    )
    assert len(seen) == 60
    assert max(most) <= 200


def invocation(answer, fault=None):
    return Invocation(answer, fault, (), (), 0.0, None)


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, {"a", "b"}),
        ({"batchItemFailures": [{"id": "a"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": "other"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": {}}]}, {"a", "b"}),
        ({"batchItemFailures": 7}, {"a", "b"}),
        ("done", {"a", "b"}),
    ],
)
def test_a_response_is_read_as_lambda_reads_it(answer, failed):
    assert failed_ids(invocation(answer), ["a", "b"], partial_failures=True) == failed


def test_without_partial_failures_the_response_is_not_read():
    answer = {"batchItemFailures": [{"itemIdentifier": "a"}]}
    assert failed_ids(invocation(answer), ["a", "b"], partial_failures=False) == set()
    assert failed_ids(invocation(None, Fault("E", "")), ["a", "b"], partial_failures=False) == {"a", "b"}
