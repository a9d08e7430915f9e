"""Items that are tagged again wait apart from live mail, and a run that was interrupted goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tagging.aws import ClientError
from tagging.local.cloud import LocalCloud
from tagging.operations import object_versions
from tagging.operations.deployment import Deployment, find_deployment
from tagging.operations.errors import NotDrained
from tagging.operations.intake_queue import Pointer
from tagging.operations.object_versions import StoredObject
from tagging.operations.reconcile import Totals, reconcile_objects, unfinished_run
from tagging.operations.reprocessing import _BUSY, Reprocessing
from tests.operate.on_cloud import Run, intake_url, mail_bucket, reprocessing_mapping, take
from tests.service_harness import MAIL

SINCE = datetime.now(UTC) - timedelta(hours=1)


class Interrupted(BaseException):
    """In place of Ctrl-C."""


@pytest.fixture
def deployment(run: Run) -> Deployment:
    assert run  # it sets the environment that names the stack
    return find_deployment("local")


@pytest.fixture
def reprocessing(deployment: Deployment, cloud: LocalCloud) -> Reprocessing:
    route = deployment.route_to("tag_mail")
    return Reprocessing(deployment, route, sleep=lambda _: None, mappings=cloud.client("lambda"))


def is_enabled(cloud: LocalCloud) -> bool:
    response = cloud.client("lambda").get_event_source_mapping(UUID=reprocessing_mapping(cloud).uuid)
    return bool(response["State"] == "Enabled")


@contextmanager
def interrupted_at(client: Any, operation: str, number: int) -> Iterator[None]:
    """Ctrl-C before the call of this number, from 1."""
    calls = iter(range(1, 1000))

    def interrupt(**_: Any) -> None:
        if next(calls) == number:
            raise Interrupted

    client.meta.events.register(f"before-call.{operation}", interrupt)
    with pytest.raises(Interrupted):
        yield
    client.meta.events.unregister(f"before-call.{operation}", interrupt)


def lose_messages(cloud: LocalCloud, count: int) -> None:
    for number in range(count):
        cloud.put("tag_mail", f"{number:02}.eml", MAIL + b" %d" % number)
    take(cloud, intake_url(cloud))


def test_a_run_enables_the_mapping_and_leaves_the_queue_of_live_mail_alone(cloud: LocalCloud, run: Run) -> None:
    lose_messages(cloud, 2)
    assert not is_enabled(cloud)
    assert run("reconcile", mail_bucket(cloud), "--since", "1h").exit_code == 1
    assert not is_enabled(cloud)
    assert run("reconcile", mail_bucket(cloud), "--since", "1h", "--send").exit_code == 0
    assert is_enabled(cloud)
    assert take(cloud, intake_url(cloud)) == []
    cloud.deliver_until_idle()
    assert len(cloud.rows()) == 2


def test_a_run_that_is_interrupted_twice_goes_on_and_loses_and_doubles_nothing(
    cloud: LocalCloud, deployment: Deployment, reprocessing: Reprocessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_versions, "_PAGE", 2)
    lose_messages(cloud, 9)
    bucket, listed = mail_bucket(cloud), []
    deployment.clients.s3.meta.events.register("before-call.s3.ListObjectVersions", lambda **_: listed.append(1))
    with interrupted_at(deployment.clients.sqs, "sqs.SendMessageBatch", 3):
        list(reconcile_objects(deployment, bucket, SINCE, Totals(), reprocessing=reprocessing))
    since, start, totals = unfinished_run(deployment, bucket)
    assert (since, totals.sent) == (SINCE, 4)
    with interrupted_at(deployment.clients.s3, "s3.ListObjectVersions", 2):
        list(reconcile_objects(deployment, bucket, since, totals, reprocessing=reprocessing, start=start))
    since, start, totals = unfinished_run(deployment, bucket)
    list(reconcile_objects(deployment, bucket, since, totals, reprocessing=reprocessing, start=start))
    assert (totals.versions, totals.sent) == (9, 9)
    assert len(listed) == 5 + 2, "each page once, and those of the interruptions again"
    cloud.deliver_until_idle()
    assert sorted(row.source["key"] for row in cloud.rows()) == [f"{number:02}.eml" for number in range(9)]
    tickets = [ticket.id for ticket in cloud.sent_tickets()]
    assert len(tickets) == len(set(tickets)) == 9


def test_a_run_is_resumed_by_the_command_until_it_is_finished(cloud: LocalCloud, run: Run) -> None:
    words = ("reconcile", mail_bucket(cloud), "--since", "1h", "--send", "--resume")
    nothing = run(*words)
    assert nothing.exit_code == 2
    assert "no run over" in nothing.output
    assert run("reconcile", mail_bucket(cloud), "--since", "1h", "--resume").exit_code == 2
    lose_messages(cloud, 1)
    assert run(*words[:-1], "--json").exit_code == 0
    assert run(*words).exit_code == 2


def test_sending_keeps_its_pace(cloud: LocalCloud, deployment: Deployment) -> None:
    slept: list[float] = []
    route, mappings = deployment.route_to("tag_mail"), cloud.client("lambda")
    paced = Reprocessing(deployment, route, 20, sleep=slept.append, clock=lambda: sum(slept), mappings=mappings)
    paced.send([Pointer("mail", StoredObject(route.bucket, f"{number}", "1")) for number in range(40)])
    assert slept == [0, 0.5, 0.5, 0.5], "ten messages take half a second"


def test_draining_ends_with_the_queue_empty_and_the_mapping_disabled(
    cloud: LocalCloud, reprocessing: Reprocessing
) -> None:
    lose_messages(cloud, 2)
    bucket = mail_bucket(cloud)
    stored = cloud.client("s3").list_object_versions(Bucket=bucket)["Versions"]
    reprocessing.send([Pointer("mail", StoredObject(bucket, each["Key"], each["VersionId"])) for each in stored])
    counts = []

    def deliver(waiting: int) -> None:
        counts.append(waiting)
        assert is_enabled(cloud)
        cloud.deliver_until_idle()

    reprocessing.drain(deliver)
    assert counts == [2, 0, 0, 0]
    assert not is_enabled(cloud)
    assert len(cloud.rows()) == 2


def test_draining_ends_in_one_line_where_the_count_does_not_fall_and_leaves_nothing_enabled(
    cloud: LocalCloud, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagging.operations.reprocessing.POLL_S", 300.0)
    slept: list[float] = []
    route, mappings = deployment.route_to("tag_mail"), cloud.client("lambda")
    stuck = Reprocessing(deployment, route, sleep=slept.append, clock=lambda: sum(slept), mappings=mappings)
    pointers = [Pointer("mail", StoredObject(route.bucket, f"{number}", "1")) for number in range(2)]
    stuck.send(pointers)
    counts: list[int] = []

    def note(waiting: int) -> None:
        counts.append(waiting)
        if len(counts) == 4:
            take(cloud, route.reprocessing_url)
            stuck.send(pointers[:1])

    with pytest.raises(NotDrained, match=r"^1 messages wait to be tagged again, none fewer in 30 minutes; the mapping"):
        stuck.drain(note)
    assert counts == [2] * 4 + [1] * 8, "a count that falls begins the half hour again"
    assert not is_enabled(cloud)
    assert len(take(cloud, route.reprocessing_url)) == 1


def test_an_interrupted_wait_disables_the_mapping(reprocessing: Reprocessing, cloud: LocalCloud) -> None:
    def interrupt(_: int) -> None:
        assert is_enabled(cloud)
        raise Interrupted

    with pytest.raises(Interrupted):
        reprocessing.drain(interrupt)
    assert not is_enabled(cloud)


@pytest.mark.parametrize(("busy", "done"), [(2, True), (1000, False)])
def test_a_mapping_that_lambda_still_changes_is_changed_later(
    busy: int, done: bool, cloud: LocalCloud, deployment: Deployment
) -> None:
    mappings, slept = cloud.client("lambda"), list[float]()
    calls = iter(range(busy))

    def refuse(**_: Any) -> None:
        if next(calls, None) is not None:
            raise ClientError({"Error": {"Code": "ResourceInUseException"}}, "UpdateEventSourceMapping")

    mappings.meta.events.register("before-call.lambda.UpdateEventSourceMapping", refuse)
    waiting = Reprocessing(deployment, deployment.route_to("tag_mail"), sleep=slept.append, mappings=mappings)
    with nullcontext() if done else pytest.raises(ClientError):
        waiting.drain(lambda _: None)
    mappings.meta.events.unregister("before-call.lambda.UpdateEventSourceMapping", refuse)
    assert len(slept) == (busy + 3 if done else 2 * _BUSY)
    assert not is_enabled(cloud)


def test_progress_is_on_standard_error_and_json_stays_clean(cloud: LocalCloud, run: Run) -> None:
    lose_messages(cloud, 1)
    done = run("reconcile", mail_bucket(cloud), "--since", "1h", "--send", "--json")
    assert [json.loads(line) for line in done.stdout.splitlines()][-1]["sent"] == 1
