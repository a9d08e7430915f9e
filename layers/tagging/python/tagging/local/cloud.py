"""The local cloud: the data path of the synthesised template, on this machine and without AWS."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tagging.aws import client_at
from tagging.local.clock import Clock
from tagging.local.delivery import Delivery, Feed, OnInvocation
from tagging.local.emf import Metric
from tagging.local.function_pool import FunctionPool
from tagging.local.function_process import Runtime
from tagging.local.invocation import Invocation
from tagging.local.moto_server import MotoServer
from tagging.local.queue_mapping import QueuePoller
from tagging.local.resources import make_resources
from tagging.local.s3_events import REGION
from tagging.local.stack import Queue, QueueMapping, Stack
from tagging.local.stack_reader import read_stack
from tagging.local.template import Template, synthesise
from tagging.local.ticket_collector import SentTicket, TicketCollector
from tagging.store import Row


@dataclass(frozen=True)
class StoredVersion:
    """One version of an object, as returned by S3."""

    bucket: str
    key: str
    version: str | None
    etag: str


class LocalCloud:
    """A stack's data plane on moto, its functions in processes, and the queue mappings between them."""

    def __init__(self, stack: Stack, endpoint: str, clock: Clock, pools: dict[str, FunctionPool]) -> None:
        self.stack = stack
        self.clock = clock
        self.endpoint = endpoint
        self.pools = pools
        self._moto: MotoServer | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._metrics: list[Metric] = []
        self.client = functools.cache(functools.partial(client_at, endpoint, REGION))
        self.pollers = [
            QueuePoller(mapping, self.client("sqs"), clock, functools.partial(self._is_enabled, mapping))
            for mapping in stack.mappings
            if mapping.function.name in pools
        ]
        self.collectors = [TicketCollector(queue.url, self.client("sqs"), clock) for queue in stack.ticket_queues]

    @classmethod
    def start(
        cls,
        root: Path,
        *,
        template: Template | None = None,
        clock: Clock | None = None,
        functions: Collection[str] | None = None,
        environments: int = 1,
        own_client: bool = False,
    ) -> LocalCloud:
        """Start the stack of the project at `root`, or of another `template`, with this many environments per function.

        moto, the functions (all, or those named) and the resources start concurrently; functions may still be loading
        when this returns. `own_client` runs them without awslambdaric. Raises TemplateError.
        """
        folder = tempfile.TemporaryDirectory(prefix="tagging-")
        moto = MotoServer(Path(folder.name) / "moto.log")
        pools: dict[str, FunctionPool] = {}
        try:
            stack = read_stack(template or synthesise(root), moto.endpoint)
            runtime = Runtime(moto.endpoint, Path(folder.name), own_client)
            for function in stack.functions:
                if functions is None or function.name in functions:
                    pools[function.name] = FunctionPool(function, runtime, environments)
                    pools[function.name].start()
            cloud = cls(stack, moto.endpoint, clock or Clock(), pools)
            cloud._moto, cloud._folder = moto, folder
            make_resources(stack, cloud.client)
        except BaseException:
            _stop(pools, moto, folder)
            raise
        return cloud

    @classmethod
    def beside(cls, root: Path, endpoint: str, function: str) -> LocalCloud:
        """One function of the project at `root` on a local cloud that runs at `endpoint`; `stop` ends it alone."""
        folder = tempfile.TemporaryDirectory(prefix="tagging-")
        stack = read_stack(synthesise(root), endpoint)
        pool = FunctionPool(stack.function(function), Runtime(endpoint, Path(folder.name)), 1)
        cloud = cls(stack, endpoint, Clock(), {function: pool})
        cloud._folder = folder
        pool.start()
        return cloud

    def __enter__(self) -> LocalCloud:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End all its processes; the data of its own moto is lost."""
        _stop(self.pools, self._moto, self._folder)

    def output(self, name: str) -> str:
        """The value of an output of the stack; KeyError if there is none of that name."""
        return str(self.stack.references.resolve(self.stack.template.document["Outputs"][name]["Value"]))

    def wait_ready(self) -> None:
        """Wait until every started function has loaded its handler; raises FunctionNotStarted."""
        for pool in self.pools.values():
            pool.wait_ready()

    def put(self, function: str, key: str, data: bytes) -> StoredVersion:
        """Put an object into the bucket whose events reach a function, like SES or an upload."""
        bucket = self.stack.bucket_of(function).name
        response = self.client("s3").put_object(Bucket=bucket, Key=key, Body=data)
        return StoredVersion(bucket, key, response.get("VersionId"), response["ETag"].strip('"'))

    def send(self, function: str, body: str) -> str:
        """Send a message straight to a function's intake queue; its message id."""
        url = self.stack.intake_of(function).url
        return str(self.client("sqs").send_message(QueueUrl=url, MessageBody=body)["MessageId"])

    def deliver_until_idle(
        self, on_invocation: OnInvocation | None = None, *, feed: Iterable[Callable[[], object]] = ()
    ) -> None:
        """Deliver like Lambda's queue mappings until every message is deleted or in a dead-letter queue.

        Steps of `feed` are called while the queues have room, so that any number of items can pass.
        """

        def record(event: dict[str, Any], invocation: Invocation) -> None:
            self._metrics += invocation.metrics
            if on_invocation is not None:
                on_invocation(event, invocation)

        Delivery(self.pollers, self.pools, self.clock).run(Feed(iter(feed)), self.collect_tickets, record)

    def invoke(self, function: str, event: Any) -> Invocation:
        """Run a function with any event; KeyError if it was not started."""
        invocation = self.pools[function].invoke(event)
        self._metrics += invocation.metrics
        self.collect_tickets()
        return invocation

    def collect_tickets(self) -> None:
        """Receive all messages of the ticket queues; called after every invocation."""
        for collector in self.collectors:
            collector.collect()

    def sent_tickets(self) -> list[SentTicket]:
        """All messages sent to the ticket queues, duplicates included."""
        return [ticket for collector in self.collectors for ticket in collector.sent]

    def tickets(self) -> list[dict[str, Any]]:
        """The tickets that a consumer has received."""
        return [json.loads(ticket.body) for ticket in self.sent_tickets() if not ticket.duplicate]

    def rows(self) -> list[Row]:
        """The rows of the label table, in the order in which they were written."""
        scan = self.client("dynamodb").get_paginator("scan")
        tables = self.stack.tables[:1]  # that of reviews comes after it
        items = [item for table in tables for page in scan.paginate(TableName=table) for item in page["Items"]]
        rows = [Row.from_attributes(item) for item in items if "#" not in item["id"]["S"]]  # `#`: not an item
        return sorted(rows, key=lambda row: row.revision.tagged_at)

    def dead_letters(self) -> list[str]:
        """The bodies in the dead-letter queues; the messages stay there."""
        return [body for queue in self.stack.dead_letter_queues for body in self._peek(queue)]

    def metrics(self) -> list[Metric]:
        """Metrics that the functions have published so far."""
        return list(self._metrics)

    def _is_enabled(self, mapping: QueueMapping) -> bool:
        """Whether the mapping may poll: always, or while a run has enabled it."""
        return mapping.enabled or (
            self.client("lambda").get_event_source_mapping(UUID=mapping.uuid)["State"] == "Enabled"
        )

    def _peek(self, queue: Queue) -> list[str]:
        sqs, received = self.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10, VisibilityTimeout=3600).get(
            "Messages", []
        ):
            received += messages
        for message in received:
            sqs.change_message_visibility(
                QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        return [message["Body"] for message in received]


def _stop(
    pools: dict[str, FunctionPool], moto: MotoServer | None, folder: tempfile.TemporaryDirectory[str] | None
) -> None:
    for pool in pools.values():
        pool.stop()
    if moto is not None:
        moto.stop()
    if folder is not None:
        folder.cleanup()
