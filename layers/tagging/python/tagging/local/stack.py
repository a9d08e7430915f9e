"""The template's resources that hold or process data, with names in place of references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagging.local.references import References
from tagging.local.template import Template


@dataclass(frozen=True)
class Queue:
    """An SQS queue; times in seconds."""

    id: str
    name: str
    arn: str
    url: str
    visibility_timeout: int
    fifo: bool
    dead_letter_arn: str | None
    policy: Mapping[str, Any] | None


@dataclass(frozen=True)
class Bucket:
    """An S3 bucket; its notifications as the S3 API takes them."""

    id: str
    name: str
    versioned: bool
    notifications: Mapping[str, Any]


@dataclass(frozen=True)
class Function:
    """A Lambda function; `timeout` in seconds, `memory` in MB."""

    name: str
    """The handler's module: `tag_mail`."""
    arn: str
    handler: str
    code: Path
    layers: tuple[Path, ...]
    """The folders that make up its /opt."""
    environment: Mapping[str, str]
    timeout: int
    memory: int


@dataclass(frozen=True)
class QueueMapping:
    """The event source mapping from a queue to a function; `window` in seconds."""

    uuid: str
    queue: Queue
    function: Function
    enabled: bool
    """False for a mapping that a run enables: the one for items that are tagged again."""
    batch_size: int
    window: int
    partial_failures: bool
    max_concurrency: int


@dataclass(frozen=True)
class Stack:
    """The data plane of a template."""

    template: Template
    references: References
    queues: tuple[Queue, ...]
    buckets: tuple[Bucket, ...]
    functions: tuple[Function, ...]
    mappings: tuple[QueueMapping, ...]
    tables: tuple[str, ...]
    """Names of the tables, that of rows first."""

    @property
    def label_table(self) -> str:
        """Name of the table of rows."""
        return self.tables[0]

    def function(self, name: str) -> Function:
        """The function of that name; KeyError if there is none."""
        return {function.name: function for function in self.functions}[name]

    def intake_of(self, function: str) -> Queue:
        """The queue that feeds the function of that name; KeyError if none does."""
        return {mapping.function.name: mapping.queue for mapping in self.mappings if mapping.enabled}[function]

    def bucket_of(self, function: str) -> Bucket:
        """The bucket whose events reach the function of that name; KeyError if none does."""
        arn = self.intake_of(function).arn
        for bucket in self.buckets:
            if any(sent["QueueArn"] == arn for sent in bucket.notifications.get("QueueConfigurations", [])):
                return bucket
        raise KeyError(function)

    @property
    def ticket_queues(self) -> tuple[Queue, ...]:
        """FIFO queues that are no dead-letter queues, and neither that of probes nor that of label changes."""
        variables = ("PROBE_QUEUE_URL", "LABEL_CHANGE_QUEUE_URL")
        others = {function.environment.get(name) for function in self.functions for name in variables}
        return tuple(q for q in self.queues if q.fifo and q not in self.dead_letter_queues and q.url not in others)

    @property
    def dead_letter_queues(self) -> tuple[Queue, ...]:
        """Dead-letter queues of other queues."""
        arns = {queue.dead_letter_arn for queue in self.queues}
        return tuple(queue for queue in self.queues if queue.arn in arns)
