"""A service with a feature log and a bucket of models on moto, in this process, put together as the deployed ones."""

from __future__ import annotations

import io
import itertools
import json
import logging
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tagging.aws import Clients, client_at
from tagging.bootstrap import build_service
from tagging.feature_log import LogStore, logged_hours, open_hour, renew_hour
from tagging.intake import Inline
from tagging.item import Item
from tagging.kinds import KINDS, Kind
from tagging.local import MotoServer
from tagging.model import Bundle, Tagger
from tagging.operations import DeployedLayer, Models, Verdict
from tagging.service import TagService
from tagging.serving import Change, ModelStore, Serving, promoted, version_id
from tagging.settings import Settings
from tagging.store import Row

REGION = "us-east-1"
BATCH = 10
EMPTIED = 5
"""Batches after which tickets are thrown away: moto compares each one with all that wait."""
BY = Change("benchmark", "2026-11-28T12:00:00.000+00:00", "a measurement")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
PATIENCE_S = 60.0
Reader = Callable[[Bundle], Callable[[Kind, bytes | Inline], Item]]


@dataclass(frozen=True)
class LoggedItem:
    """An object of the bucket of items, and the heads that its message requests."""

    key: str
    version: str
    heads: tuple[str, ...] | None = None


@dataclass(frozen=True)
class LoggedStage:
    """One function's service, its feature log and its models."""

    kind: Kind
    bucket: str
    clients: Clients
    service: TagService
    log: LogStore
    models: Models
    ticket_queue_url: str

    def put(self, name: str, content: bytes, heads: tuple[str, ...] | None = None) -> LoggedItem:
        """Store an object."""
        response = self.clients.s3.put_object(Bucket=self.bucket, Key=name, Body=content)
        return LoggedItem(name, response["VersionId"], heads)

    def promote(self, version: str) -> None:
        """Let a version serve all items."""
        seen = self.models.store.read_pointer()
        self.models.store.write_pointer(promoted(seen.pointer if seen else None, self.kind, version, BY), seen)

    def tag(self, items: Sequence[LoggedItem]) -> None:
        """Deliver the items, in batches of ten."""
        self.deliver([self._body(item) for item in items])

    def deliver(self, bodies: Sequence[str]) -> None:
        """Deliver messages, in batches of ten."""
        for start in range(0, len(bodies), BATCH):
            records = [
                {"eventSource": "aws:sqs", "messageId": str(number), "body": body}
                for number, body in enumerate(bodies[start : start + BATCH])
            ]
            with redirect_stdout(io.StringIO()):  # the metrics
                failed = self.service.handle({"Records": records}, lambda: 30.0)["batchItemFailures"]
            assert not failed, f"{len(failed)} messages go back"
            if start // BATCH % EMPTIED == EMPTIED - 1:
                self._empty_queue()

    def compact(self) -> None:
        """Make the hours of all batches."""
        with ThreadPoolExecutor(8) as threads:
            for key in self.log.hours_with_batches(self.kind, self.models.layer.encoder):
                renew_hour(self.log, key, threads)

    def decided(self) -> dict[str, Verdict]:
        """What the log's newest revision of each item says was served, by id; routes are not kept there."""
        found: dict[str, tuple[tuple[int, str], Verdict]] = {}
        with ThreadPoolExecutor(8) as threads:
            for key in logged_hours(self.log, self.kind, self.models.layer.encoder, EPOCH):
                opened = open_hour(self.log, key, threads)
                for row in opened.hour.decided if opened else ():
                    if row.id not in found or found[row.id][0] < row.rank:
                        verdict = Verdict(row.labels, row.review_reasons, row.ticket, (), row.quarantine)
                        found[row.id] = (row.rank, verdict)
        return {item_id: verdict for item_id, (_, verdict) in found.items()}

    def _empty_queue(self) -> None:
        sqs, url = self.clients.sqs, self.ticket_queue_url
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            sqs.delete_message_batch(
                QueueUrl=url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                    for number, message in enumerate(messages)
                ],
            )

    def rows(self) -> dict[str, Row]:
        """The rows of the label table by id."""
        pages = self.clients.dynamodb.get_paginator("scan").paginate(TableName=self.service.table.name)
        items = (item for page in pages for item in page["Items"] if "#" not in item["id"]["S"])
        return {row.id: row for row in map(Row.from_attributes, items)}

    def _body(self, item: LoggedItem) -> str:
        located = {"bucket": self.bucket, "key": item.key, "version": item.version}
        return json.dumps({"schema": "tagging.item/1", "kind": self.kind, "object": located, "heads": item.heads})


@contextmanager
def open_stage(endpoint: str, tagger: Tagger, reader: Reader) -> Iterator[LoggedStage]:
    """A stage with resources of its own on a moto server; the tagger's bundle is that of the layer."""
    kind = next(kind.name for kind in KINDS.values() if kind.encoder == tagger.bundle.encoder.kind)
    clients = Clients(**{name: client_at(endpoint, REGION, name) for name in ("s3", "sqs", "dynamodb")})
    name = uuid.uuid4().hex
    settings = _resources(clients, name)
    with ThreadPoolExecutor(16) as threads:
        service = build_service(f"tag_{kind}", settings, clients, tagger, reader)
        handler = service.logger.logger_handler
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(io.StringIO())
        store = ModelStore(clients.s3, settings.models_bucket, kind)
        clock = itertools.count(0, 60)  # every batch reads the pointer
        serving = Serving(tagger, store, clock=lambda: float(next(clock)), patience_s=PATIENCE_S)
        bundle = tagger.bundle
        layer = DeployedLayer(version_id(bundle), bundle.version.encoder, packs=bundle.packs)
        yield LoggedStage(
            kind,
            name,
            clients,
            replace(service, serving=serving, threads=threads),
            LogStore(clients.s3, settings.learning_bucket),
            Models("benchmark", kind, clients.s3, store, layer, (bundle.folder,)),
            settings.ticket_queue_url,
        )


def figures_of_kinds(
    measure: Callable[[str, str, int, int], Any], counts: Mapping[str, int], seed: int
) -> dict[str, object]:
    """What `measure` returns for an endpoint, a kind, its count and the seed, of each kind: `mail_items` and so on."""
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        server = MotoServer(Path(folder) / "moto.log")
        try:
            for kind, count in counts.items():
                measured = asdict(measure(server.endpoint, kind, count, seed))
                figures |= {f"{kind}_{name}": value for name, value in measured.items()}
        finally:
            server.stop()
    return figures


def _resources(clients: Clients, name: str) -> Settings:
    for bucket in (name, f"{name}-models", f"{name}-learning"):
        clients.s3.create_bucket(Bucket=bucket)
    clients.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    clients.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    queue = clients.sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    return Settings(
        stage="benchmark",
        label_table=name,
        ticket_queue_url=queue,
        models_bucket=f"{name}-models",
        learning_bucket=f"{name}-learning",
    )
