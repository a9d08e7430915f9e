"""A service built like the deployed ones, on a moto server, with its own resources: tests break its calls."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from tagging.aws import Clients, client_at
from tagging.bootstrap import build_service
from tagging.image.reader import image_reader
from tagging.intake.source import StoredObject
from tagging.kinds import Kind
from tagging.local.s3_events import REGION
from tagging.mail.reader import mail_reader
from tagging.model.bundle import Bundle
from tagging.model.tagger import Tagger
from tagging.service import TagService
from tagging.serving.serving import Serving
from tagging.settings import Settings
from tagging.store.output import TICKET, Output, OutputState
from tagging.store.row import Row
from tagging.store.ticket_queue import TicketQueue
from tagging.telemetry.logs import make_logger
from tests.image_bundle import image
from tests.messages import notification, pointer

MAIL = b"Subject: Lost card\r\n\r\nI lost my credit card yesterday. Please send me a new one."
THANKS = b"Subject: Thanks\r\n\r\nThank you very much!"


@dataclass(frozen=True)
class SampleItems:
    """The items of a harness: one that opens a ticket, another with the same labels, and a label of both."""

    kind: Kind
    good: bytes
    other: bytes
    label: str
    reader: Callable[[Bundle], Any]


MAILS = SampleItems("mail", MAIL, MAIL + b"!", "bank_card", mail_reader)
IMAGES = SampleItems("image", image("garment"), image("garment", above=50), "garment", image_reader)


@dataclass(frozen=True)
class ServiceHarness:
    """A service with a bucket, a table and a ticket queue of its own."""

    service: TagService
    clients: Clients
    bucket: str
    logs: io.StringIO
    samples: SampleItems

    def having(self, **parts: Any) -> ServiceHarness:
        """This harness with other parts in its service; `tagger` is the bundle of the layer."""
        if "tagger" in parts:
            parts["serving"] = Serving(parts.pop("tagger"))
        return replace(self, service=msgspec.structs.replace(self.service, **parts))

    @property
    def tagger(self) -> Tagger:
        """The bundle of the layer."""
        return self.service.serving.layer

    def event(self, key: str, version: str | None, **stored: Any) -> str:
        """S3's notification of one version in the harness's bucket."""
        return notification(StoredObject(self.bucket, key, version), **stored)

    def pointer(self, key: str, version: str, *, kind: str | None = None, **more: Any) -> str:
        """Our own message about one version, by default of the harness's kind."""
        return pointer(StoredObject(self.bucket, key, version), kind or self.samples.kind, **more)

    def put(self, key: str, data: bytes | None = None) -> str:
        """Store an object, by default one that opens a ticket; returns its version id."""
        body = self.samples.good if data is None else data
        return str(self.clients.s3.put_object(Bucket=self.bucket, Key=key, Body=body)["VersionId"])

    @contextmanager
    def failing(
        self, operation: str, error: Exception | None = None, *, lost_reply: bool = False, times: int = 1
    ) -> Iterator[list[dict[str, Any]]]:
        """Let the next calls of an operation (`dynamodb.PutItem`) fail, before or after they take effect."""
        client = getattr(self.clients, operation.split(".", maxsplit=1)[0])
        failed: list[dict[str, Any]] = []

        def fail(**call: Any) -> None:
            if len(failed) < times:
                failed.append(call)
                raise error or ConnectionError("injected")

        event = f"{'after' if lost_reply else 'before'}-call.{operation}"
        client.meta.events.register(event, fail)
        yield failed
        client.meta.events.unregister(event, fail)
        assert failed, f"{operation} was never called"

    def handle(self, *bodies: object, remaining_s: Callable[[], float] = lambda: 30.0) -> list[str]:
        """Deliver message bodies as one SQS batch; returns the numbers of those that go back."""
        records = [
            {
                "eventSource": "aws:sqs",
                "messageId": str(number),
                "body": body,
                "attributes": {"SentTimestamp": "1790000000000"},
            }
            for number, body in enumerate(bodies)
        ]
        response = self.service.handle({"Records": records}, remaining_s)
        return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]

    def items(self) -> dict[str, dict[str, Any]]:
        """The attributes of all rows by id, without pointers and index entries."""
        pages = self.clients.dynamodb.get_paginator("scan").paginate(TableName=self.service.table.name)
        items = {item["id"]["S"]: item for page in pages for item in page["Items"]}
        return {item_id: item for item_id, item in items.items() if "#" not in item_id}

    def rows(self) -> list[Row]:
        return [Row.from_attributes(item) for item in self.items().values()]

    def row(self) -> Row:
        """The only row."""
        (row,) = self.rows()
        return row

    @property
    def tickets_url(self) -> str:
        (queue,) = [
            output for output in self.service.outputs if isinstance(output, TicketQueue) and output.name == TICKET
        ]
        return queue.url

    def tickets(self) -> list[str]:
        """Receive and delete all tickets on the queue; returns their bodies."""
        bodies: list[str] = []
        url = self.tickets_url
        while messages := self.clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(message["Body"])
                self.clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies


def stored_bytes(value: dict[str, Any]) -> int:
    """Size of an attribute by DynamoDB's rules: UTF-8, two digits a byte, three for a list or map and one a part."""
    ((kind, found),) = value.items()
    if kind == "N":
        return len(found.replace(".", "")) // 2 + 2
    if kind == "M":
        return 3 + sum(len(name) + stored_bytes(part) + 1 for name, part in found.items())
    if kind == "L":
        return 3 + sum(stored_bytes(part) + 1 for part in found)
    return len(found.encode() if kind == "S" else found) if kind in "SB" else 1


def with_ticket(row: Row, state: OutputState | None = None, content: str | None = None) -> Row:
    """The row with another state or content of its ticket."""
    ticket = Output(state or row.ticket, row.ticket_body if content is None else content)
    others = {name: output for name, output in row.outputs.items() if name != TICKET}
    return msgspec.structs.replace(row, outputs=others if ticket.state == "none" else {TICKET: ticket, **others})


@contextmanager
def open_harness(moto: str, tagger: Tagger, samples: SampleItems) -> Iterator[ServiceHarness]:
    """A harness with its own resources on the moto server."""
    clients = Clients(**{name: client_at(moto, REGION, name) for name in ("s3", "sqs", "dynamodb")})
    name, function = uuid.uuid4().hex, f"tag_{samples.kind}"
    clients.s3.create_bucket(Bucket=name)
    clients.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    clients.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    queue = clients.sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    settings = Settings(
        stage="test", label_table=name, ticket_queue_url=queue, object_bytes=100_000, in_flight_bytes=200_000
    )
    logger, logs = make_logger(f"{function}-{name}", "INFO"), io.StringIO()
    logger.logger_handler.setStream(logs)
    with ThreadPoolExecutor(16) as threads:
        service = build_service(function, settings, clients, tagger, samples.reader)
        service = msgspec.structs.replace(service, logger=logger, threads=threads)
        yield ServiceHarness(service, clients, name, logs, samples)
