"""The project's stack on the local cloud, and the operator's commands run against it as their stage `local`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from tagging.aws import Clients
from tagging.cli.forget import forget
from tagging.cli.quarantine import quarantine
from tagging.cli.reconcile import reconcile
from tagging.cli.redrive import redrive
from tagging.cli.show import show
from tagging.label_table import LabelTable
from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud
from tagging.local.moto_server import NOBODYS_ENVIRONMENT
from tagging.objects import ObjectStore
from tagging.packed import unpack
from tagging.ticket_queue import TicketQueue
from tests.conftest import Desk

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def running_cloud(root: Path) -> Iterator[LocalCloud]:
    with LocalCloud.start(root, clock=Clock(240), functions=["tag_mail"]) as cloud:
        cloud.wait_ready()
        yield cloud


@pytest.fixture
def cloud(running_cloud: LocalCloud) -> LocalCloud:
    """The running stack with empty queues, buckets and table."""
    s3, dynamodb = running_cloud.client("s3"), running_cloud.client("dynamodb")
    for queue in running_cloud.stack.queues:
        take(running_cloud, queue.url)
    for bucket in running_cloud.stack.buckets:
        listed = s3.list_object_versions(Bucket=bucket.name)
        for each in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket.name, Key=each["Key"], VersionId=each["VersionId"])
    (table,) = running_cloud.stack.tables
    for item in dynamodb.scan(TableName=table)["Items"]:
        dynamodb.delete_item(TableName=table, Key={"id": item["id"]})
    for collector in running_cloud.collectors:
        collector.sent.clear()
    return running_cloud


@pytest.fixture
def run(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `tagging` with these words against the local cloud."""
    for name, value in {**NOBODYS_ENVIRONMENT, "AWS_ENDPOINT_URL": cloud.endpoint, "COLUMNS": "200"}.items():
        if name != "PATH":
            monkeypatch.setenv(name, value)
    app = typer.Typer()
    for command in (redrive, reconcile, forget, show):
        app.command()(command)
    app.add_typer(quarantine, name="quarantine")
    stage = ("--stage", "local")
    return lambda *words: CliRunner().invoke(app, [*words, *(() if "--stage" in words else stage)])


@pytest.fixture
def stricter(cloud: LocalCloud, desk: Desk) -> Desk:
    """The service as it was before a fix: on the cloud's table and queues, but it takes no mail over 10 bytes."""
    clients = Clients(**{name: cloud.client(name) for name in ("s3", "sqs", "dynamodb")})
    (table,), (tickets,) = cloud.stack.tables, cloud.stack.ticket_queues
    there = desk.having(
        objects=ObjectStore(clients.s3, max_bytes=10, in_flight_bytes=100),
        table=LabelTable(clients.dynamodb, table, handler="tag_mail:1", quarantine_days=90),
        tickets=TicketQueue(clients.sqs, tickets.url),
    )
    return replace(there, clients=clients, bucket=mail_bucket(cloud))


def mail_bucket(cloud: LocalCloud) -> str:
    return cloud.stack.bucket_of("tag_mail").name


def intake_url(cloud: LocalCloud, function: str = "tag_mail") -> str:
    return cloud.stack.intake_of(function).url


def dead_letter_url(cloud: LocalCloud) -> str:
    arn = cloud.stack.intake_of("tag_mail").dead_letter_arn
    (queue,) = [each for each in cloud.stack.queues if each.arn == arn]
    return queue.url


def take(cloud: LocalCloud, url: str) -> list[dict[str, Any]]:
    """The messages of a queue, taken off it."""
    sqs, found = cloud.client("sqs"), []
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
    ).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        found += messages
    return found


def items(cloud: LocalCloud) -> dict[str, dict[str, Any]]:
    """Everything that the table holds, pointers and index entries included; what is packed in a row is unpacked."""
    scanned = cloud.client("dynamodb").scan(TableName=cloud.stack.tables[0])["Items"]
    return {
        item["id"]["S"]: item | ({"record": unpack(item["record"]["B"])} if "record" in item else {})
        for item in scanned
    }
