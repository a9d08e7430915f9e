"""What many tests stand on: one moto server, a bundle of each kind, and services wired as the functions are."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tagging.aws import Clients, client_at
from tagging.image_reader import image_reader
from tagging.intake import Kind
from tagging.label_table import LabelTable
from tagging.local.moto_server import MotoServer
from tagging.local.s3_events import REGION
from tagging.logs import make_logger
from tagging.mail_reader import mail_reader
from tagging.metrics import Metrics
from tagging.objects import ObjectStore
from tagging.row import Row
from tagging.service import TagService
from tagging.tagger import Tagger
from tagging.ticket_queue import TicketQueue
from tests.picture_bundle import picture, write_picture_bundle

ROOT = Path(__file__).parents[1]
MAIL = b"Subject: Lost card\r\n\r\nI lost my credit card yesterday. Please send me a new one."
THANKS = b"Subject: Thanks\r\n\r\nThank you very much!"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Endpoint of a moto server that lives as long as the tests."""
    server = MotoServer(tmp_path_factory.mktemp("moto") / "moto.log")
    yield server.endpoint
    server.stop()


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    """The bundle that ships."""
    return Tagger.load(ROOT / "layers/mail_model/bundle")


@pytest.fixture(scope="session")
def picture_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a tiny bundle for pictures."""
    return write_picture_bundle(tmp_path_factory.mktemp("pictures") / "made")


@pytest.fixture(scope="session")
def picture_tagger(picture_bundle: Path) -> Tagger:
    return Tagger.load(picture_bundle)


@dataclass(frozen=True)
class Subject:
    """What a desk tags: an item that opens a ticket, the same to a person in other bytes, and a label of both."""

    kind: Kind
    good: bytes
    other: bytes
    label: str


MAILS = Subject("mail", MAIL, MAIL + b"!", "bank_card")
PICTURES = Subject("image", picture("garment"), picture("garment", above=50), "garment")


@dataclass(frozen=True)
class Desk:
    """A service with a bucket, a table and a ticket queue of its own."""

    service: TagService
    clients: Clients
    bucket: str
    logs: io.StringIO
    subject: Subject

    def having(self, **parts: Any) -> Desk:
        """The same desk, other parts in its service."""
        return replace(self, service=msgspec.structs.replace(self.service, **parts))

    def put(self, key: str, data: bytes | None = None) -> str:
        """Store an object, one that opens a ticket if nothing else is given; its version id."""
        body = self.subject.good if data is None else data
        return str(self.clients.s3.put_object(Bucket=self.bucket, Key=key, Body=body)["VersionId"])

    @contextmanager
    def failing(
        self, operation: str, error: Exception | None = None, *, lost_reply: bool = False, times: int = 1
    ) -> Iterator[list[dict[str, Any]]]:
        """Let the next calls of an operation (`dynamodb.PutItem`) fail before they take effect, or after it."""
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
        """Deliver message bodies as one SQS batch; the numbers of those that go back."""
        records = [
            {
                "eventSource": "aws:sqs",
                "messageId": str(number),
                "body": body,
                "attributes": {"SentTimestamp": "1790000000000"},
            }
            for number, body in enumerate(bodies)
        ]
        answer = self.service.handle({"Records": records}, remaining_s)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def items(self) -> dict[str, dict[str, Any]]:
        """All rows as they stand in the table, but pointers and index entries."""
        pages = self.clients.dynamodb.get_paginator("scan").paginate(TableName=self.service.table.name)
        found = {item["id"]["S"]: item for page in pages for item in page["Items"]}
        return {item_id: item for item_id, item in found.items() if "#" not in item_id}

    def rows(self) -> list[Row]:
        return [Row.from_attributes(item) for item in self.items().values()]

    def row(self) -> Row:
        """The only row."""
        (row,) = self.rows()
        return row

    def tickets(self) -> list[str]:
        """The bodies on the ticket queue, taken off it."""
        found: list[str] = []
        url = self.service.tickets.url
        while messages := self.clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(message["Body"])
                self.clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


@pytest.fixture
def desk(moto: str, tagger: Tagger) -> Iterator[Desk]:
    """One for mails. Its clients are its own, so that a test may break them."""
    with open_desk(moto, tagger, MAILS) as opened:
        yield opened


@pytest.fixture
def picture_desk(moto: str, picture_tagger: Tagger) -> Iterator[Desk]:
    with open_desk(moto, picture_tagger, PICTURES) as opened:
        yield opened


@pytest.fixture(params=["desk", "picture_desk"])
def each_desk(request: pytest.FixtureRequest) -> Desk:
    """One for mails, then one for pictures: for what holds whatever is tagged."""
    found: Desk = request.getfixturevalue(request.param)
    return found


@contextmanager
def open_desk(moto: str, tagger: Tagger, subject: Subject) -> Iterator[Desk]:
    """A desk with everything of its own, on the moto server."""
    clients = Clients(**{name: client_at(moto, REGION, name) for name in ("s3", "sqs", "dynamodb")})
    name, function = uuid.uuid4().hex, f"tag_{subject.kind}"
    clients.s3.create_bucket(Bucket=name)
    clients.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    clients.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    queue = clients.sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    logger, logs = make_logger(f"{function}-{name}", "INFO"), io.StringIO()
    logger.logger_handler.setStream(logs)
    with ThreadPoolExecutor(16) as threads:
        service = TagService(
            kind=subject.kind,
            tagger=tagger,
            read=(image_reader if subject.kind == "image" else mail_reader)(tagger.bundle),
            objects=ObjectStore(clients.s3, max_bytes=100_000, in_flight_bytes=200_000),
            table=LabelTable(clients.dynamodb, name),
            tickets=TicketQueue(clients.sqs, queue),
            metrics=Metrics("Tagging", function),
            logger=logger,
            threads=threads,
        )
        yield Desk(service, clients, name, logs, subject)


def event(desk: Desk, key: str, version: str | None, **stored: Any) -> str:
    """The S3 notification of one object version."""
    about = {"key": key, "size": 10, "eTag": "e", "versionId": version, "sequencer": "01"} | stored
    s3 = {"bucket": {"name": desk.bucket}, "object": about}
    return json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]})


def inline(item_id: str, text: str, **more: Any) -> str:
    return json.dumps({"schema": "tagging.item/1", "id": item_id, "kind": "text", "text": text} | more)


def pointer(desk: Desk, key: str, version: str, **more: Any) -> str:
    """Our own message about one object version, of the desk's kind where no other is given."""
    stored = {"bucket": desk.bucket, "key": key, "version": version}
    return json.dumps({"schema": "tagging.item/1", "kind": desk.subject.kind, "object": stored} | more)
