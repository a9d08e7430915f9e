"""The harness for promise A: workers built like the deployed functions, on moto in this process, and their results."""

from __future__ import annotations

import io
import itertools
import json
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from msgspec.structs import replace

from tagging.aws import Clients, make_clients
from tagging.bootstrap import build_service
from tagging.image.reader import image_reader
from tagging.intake.source import StoredObject
from tagging.kinds import Kind
from tagging.local.clock import Clock
from tagging.local.moto_server import CHILD_ENVIRONMENT
from tagging.local.ticket_collector import SentTicket, TicketCollector
from tagging.mail.reader import mail_reader
from tagging.model.bundle import Bundle
from tagging.model.tagger import Tagger
from tagging.service import TagService
from tagging.serving.model_store import ModelStore
from tagging.serving.pointer import Pointer
from tagging.serving.serving import Serving
from tagging.serving.version_files import files_of, version_id
from tagging.settings import Settings
from tagging.store.output import OutputChannel
from tagging.store.row import Row
from tagging.telemetry.logs import make_logger
from tests.image_bundle import image
from tests.promises.wire import UNBROKEN, Killed, Plan, Wire

PATIENT_S = 120.0
"""How long a batch waits for the pointer: on a busy machine, a second may pass before moto answers."""
WITHIN_S, BEYOND_S = 240.0, 7200.0
"""Delays: of a redelivery, within SQS's five-minute deduplication window; and of a redrive, hours later."""


@dataclass(frozen=True)
class SampleItems:
    """Test items of one kind: `due` open a ticket, `silent` is tagged without one, `hopeless` cannot be tagged."""

    kind: Kind
    due: tuple[bytes, ...]
    silent: bytes
    hopeless: bytes
    reader: Callable[[Bundle], Any]


MAILS = SampleItems(
    kind="mail",
    due=tuple(f"Subject: Help\r\n\r\nPlease help me, {why}.".encode() for why in ("I lost my card", "I am very angry")),
    silent=b"Subject: Thanks\r\n\r\nThank you very much!",
    hopeless=b"Subject: \r\n\r\n ",
    reader=mail_reader,
)
IMAGES = SampleItems(
    kind="image",
    due=(image("garment"), image("grocery", above=-40, left=-40)),
    silent=image("other"),
    hopeless=b"no image",
    reader=image_reader,
)


@dataclass(frozen=True)
class Worker:
    """One execution environment of a function. If a fault ends it, it starts again for the next invocation."""

    clients: Clients
    wire: Wire


@dataclass
class Run:
    """A sequence of deliveries with its own table, ticket queue and clock; it records the tickets that arrive."""

    bench: CrashHarness
    table: str
    tickets_url: str
    learning: str = ""
    """Bucket of the feature log; empty: nothing is kept."""
    clock: Clock = field(default_factory=Clock)
    threads: int = 8
    deliveries: int = 0
    _serving: dict[int, tuple[Tagger, Serving]] = field(default_factory=dict)
    """By worker: its layer, and who serves there; a worker that ends forgets it."""
    _accepted: set[str] = field(default_factory=set)
    _pending: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._collector = TicketCollector(self.tickets_url, self.bench.clients.sqs, self.clock)

    def store(self, clients: Clients) -> ModelStore:
        """The versions that all runs share, and the pointer of this run."""
        store = ModelStore(clients.s3, self.bench.models, self.bench.samples.kind)
        store.pointer_key = f"serving/{self.table}.json"
        return store

    def put_pointer(self, content: bytes | None) -> None:
        """Write the pointer's object, whatever stands there; None removes it."""
        pointer = {"Bucket": self.bench.models, "Key": self.store(self.bench.clients).pointer_key}
        if content is None:
            self.bench.clients.s3.delete_object(**pointer)
        else:
            self.bench.clients.s3.put_object(**pointer, Body=content)

    def serving(self, worker: Worker, layer: Tagger) -> Serving:
        """Who serves in a worker; it reads the pointer for every batch."""
        known = self._serving.get(id(worker))
        if known is None or known[0] is not layer:  # a start, or a deployment
            known = (
                layer,
                Serving(layer, self.store(worker.clients), clock=itertools.count(0, 60).__next__, patience_s=PATIENT_S),
            )
            self._serving[id(worker)] = known
        return known[1]

    def deliver(self, messages: Mapping[str, str], tagger: Tagger, plan: Plan = UNBROKEN, worker: int = 0) -> set[str]:
        """Deliver messages (id → body) as one batch; the ids that go back to the queue: all, if the worker ends.

        Every new ticket is checked against promise A at once.
        """
        self.deliveries += len(messages)
        back = self._handle(messages, tagger, plan, self.bench.workers[worker])
        if worker == 0:
            self.look()
        return back

    def _handle(self, messages: Mapping[str, str], tagger: Tagger, plan: Plan, worker: Worker) -> set[str]:
        records = [
            {"eventSource": "aws:sqs", "messageId": id, "body": body, "attributes": {"SentTimestamp": "1790000000000"}}
            for id, body in messages.items()
        ]
        worker.wire.expect(plan)
        try:
            with redirect_stdout(io.StringIO()), ThreadPoolExecutor(self.threads) as threads:
                service = self.bench.service(worker, self, tagger, threads)
                answer = service.handle({"Records": records}, worker.wire.remaining_s)
        except Killed:
            self._serving.pop(id(worker), None)
            return set(messages)
        return {each["itemIdentifier"] for each in answer["batchItemFailures"]}

    def look(self) -> None:
        """Collect tickets; one that the consumer sees again must have been left pending by an earlier delivery."""
        seen = len(self.copies)
        self._collector.collect()
        rows = self.rows()
        for ticket in self.copies[seen:]:
            assert ticket.id == ticket.group == json.loads(ticket.body)["id"]
            assert ticket.body == rows[ticket.id].ticket_body, "a copy differs"
            if not ticket.duplicate:
                assert ticket.id not in self._accepted or ticket.id in self._pending, (
                    "sent again although marked as sent"
                )
                self._accepted.add(ticket.id)
        self._pending = {row.id for row in rows.values() if row.ticket == "pending"}

    @property
    def copies(self) -> list[SentTicket]:
        """All tickets sent to the queue, with the duplicates that SQS hides from consumers."""
        return self._collector.sent

    def seen(self) -> list[str]:
        """Ids of the tickets that a consumer sees, copies included."""
        return sorted(ticket.id for ticket in self.copies if not ticket.duplicate)

    def kept(self) -> dict[str, dict[str, Any]]:
        """All items of the table, read from moto directly: a scan through a client takes ten times as long."""
        backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][self.bench.clients.dynamodb.meta.region_name]
        items = (item.to_json()["Attributes"] for item in backend.tables[self.table].all_items())
        return {item["id"]["S"]: item for item in items}

    def rows(self) -> dict[str, Row]:
        """Rows by item id."""
        return rows_of(self.kept())


@dataclass(frozen=True)
class CrashHarness:
    """Objects in a bucket, workers, and what the runs on them share."""

    samples: SampleItems
    clients: Clients
    """To inspect results: no faults are injected here."""
    workers: tuple[Worker, ...]
    bucket: str
    names: dict[str, str]
    more_outputs: Callable[[Clients, Run], tuple[OutputChannel, ...]] = lambda *_: ()
    """Further outputs after the ticket, given a worker's clients."""
    changes_url: Callable[[Run], str] = lambda _: ""
    """The queue of label changes of a run; empty: none are sent."""
    models: str = ""
    """The bucket of models; without it, services read no pointer."""
    first_pointer: Pointer | None = None
    """Who serves at the start of each run."""
    probes: bool = False
    """Objects under `probe/` are probes."""
    keeps_features: bool = False
    """Each run has a feature log."""
    _count: Iterator[int] = field(default_factory=itertools.count)

    def table_name(self, run: int) -> str:
        """The table of a run, counted from 0; harnesses that are open at once share one simulated account."""
        return f"{self.bucket}-{run}"

    def open(self, threads: int = 8) -> Run:
        """A run on an empty table and an empty ticket queue."""
        name = self.table_name(next(self._count))
        self.clients.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        queue = self.clients.sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})
        self.names[f"serving/{name}.json"] = "pointer"
        learning = f"learning-{name}" if self.keeps_features else ""
        if learning:
            self.clients.s3.create_bucket(Bucket=learning)
        run = Run(self, name, queue["QueueUrl"], learning, threads=threads)
        if self.first_pointer is not None:
            run.put_pointer(self.first_pointer.to_json())
        return run

    def put(self, key: str, data: bytes) -> StoredObject:
        """Store a version of an object."""
        answer = self.clients.s3.put_object(Bucket=self.bucket, Key=key, Body=data)
        stored = StoredObject(self.bucket, key, answer["VersionId"], answer["ETag"].strip('"'))
        self.names[stored.key_id] = key
        self.names[stored.item_id] = self.names[str(stored.version)] = f"{key}.{len(self.names)}"
        return stored

    def service(self, worker: Worker, run: Run, tagger: Tagger, threads: ThreadPoolExecutor) -> TagService:
        """The service of a deployed function, on the clients of a worker."""
        settings = Settings(
            stage="test",
            label_table=run.table,
            ticket_queue_url=run.tickets_url,
            label_change_queue_url=self.changes_url(run),
            learning_bucket=run.learning,
            object_bytes=100_000,
            in_flight_bytes=200_000,
            log_level="ERROR",
        )
        service = build_service(f"tag_{self.samples.kind}", settings, worker.clients, tagger, self.samples.reader)
        logger = make_logger(f"bench-{self.samples.kind}", "CRITICAL")
        outputs = (*service.outputs, *self.more_outputs(worker.clients, run))
        serving = run.serving(worker, tagger) if self.models else service.serving
        return replace(service, serving=serving, logger=logger, threads=threads, outputs=outputs, probes=self.probes)


@contextmanager
def open_bench(
    samples: SampleItems,
    workers: int = 1,
    versions: Collection[Tagger] = (),
    first_pointer: Pointer | None = None,
    *,
    keeps_features: bool = False,
) -> Iterator[CrashHarness]:
    """A harness on moto in this process, with clients made as in the functions.

    With `versions`, services read a pointer, and the bucket of models holds these.
    """
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in CHILD_ENVIRONMENT.items():
            environment.setenv(name, value)
        # Retries do not wait.
        environment.setattr("botocore.endpoint.time", type("Impatient", (), {"sleep": staticmethod(lambda _: None)}))
        clients, names = make_clients(), {}
        each = [make_clients() for _ in range(workers)]
        bucket = uuid.uuid4().hex
        clients.s3.create_bucket(Bucket=bucket)
        clients.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        models = f"models-{bucket}" if versions else ""
        if models:
            clients.s3.create_bucket(Bucket=models)
        for version in versions:
            bundle = version.bundle
            ModelStore(clients.s3, models, samples.kind).write_version(
                version_id(bundle), files_of(bundle.folder, bundle)
            )
        environments = tuple(Worker(one, Wire(one, names)) for one in each)
        yield CrashHarness(
            samples,
            clients,
            environments,
            bucket,
            names,
            models=models,
            first_pointer=first_pointer,
            keeps_features=keeps_features,
        )


def rows_of(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Row]:
    """The rows among a table's items; pointers and index entries have a `#` in their ids."""
    return {id: Row.from_attributes(item) for id, item in kept.items() if "#" not in id}


def with_heads(tagger: Tagger, version: str) -> Tagger:
    """The same tagger under another version, as after a deployment."""
    bundle = tagger.bundle
    return Tagger(replace(bundle, version=replace(bundle.version, heads=version)))
