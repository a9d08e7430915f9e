"""The running stack for tests: its queues, their messages, the rows of its table, and a harness on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from typer.testing import Result

from tagging.aws import Clients
from tagging.intake.objects import ObjectStore
from tagging.local.cloud import LocalCloud
from tagging.local.stack import QueueMapping
from tagging.store.label_table import LabelTable
from tagging.store.row_codec import unpack
from tagging.store.ticket_queue import TicketQueue
from tests.service_harness import ServiceHarness

Run = Callable[..., Result]
"""Runs `tagging` with these words."""


def harness_on(cloud: LocalCloud, harness: ServiceHarness, *, max_bytes: int = 100_000, **table: Any) -> ServiceHarness:
    """The harness, but on the cloud's bucket, table and ticket queue; `table`: how it signs what it quarantines."""
    clients = Clients(**{name: cloud.client(name) for name in ("s3", "sqs", "dynamodb")})
    rows, (tickets,) = cloud.stack.label_table, cloud.stack.ticket_queues
    there = harness.having(
        objects=ObjectStore(clients.s3, max_bytes=max_bytes, in_flight_bytes=2 * max_bytes),
        table=LabelTable(clients.dynamodb, rows, **table),
        outputs=(TicketQueue(clients.sqs, tickets.url),),
    )
    return replace(there, clients=clients, bucket=cloud.stack.bucket_of(f"tag_{harness.samples.kind}").name)


def mail_bucket(cloud: LocalCloud) -> str:
    return cloud.stack.bucket_of("tag_mail").name


def intake_url(cloud: LocalCloud, function: str = "tag_mail") -> str:
    return cloud.stack.intake_of(function).url


def reprocessing_mapping(cloud: LocalCloud, function: str = "tag_mail") -> QueueMapping:
    """The mapping for items that are tagged again."""
    (mapping,) = [each for each in cloud.stack.mappings if each.function.name == function and not each.enabled]
    return mapping


def reprocessing_url(cloud: LocalCloud, function: str = "tag_mail") -> str:
    return reprocessing_mapping(cloud, function).queue.url


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
    scanned = cloud.client("dynamodb").scan(TableName=cloud.stack.label_table)["Items"]
    return {
        item["id"]["S"]: item | ({"record": unpack(item["record"]["B"])} if "record" in item else {})
        for item in scanned
    }


@contextmanager
def delivering(deliver: Callable[[], object]) -> Iterator[None]:
    """Call `deliver` in a thread, as Lambda delivers, until the end of the block; its error is raised there."""
    ended = threading.Event()

    def deliver_on() -> None:
        while not ended.wait(0.1):
            deliver()

    with ThreadPoolExecutor(1) as thread:
        delivery = thread.submit(deliver_on)
        try:
            yield
        finally:
            ended.set()
        delivery.result()
