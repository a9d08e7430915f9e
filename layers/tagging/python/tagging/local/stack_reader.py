"""Reads a CloudFormation template into a `Stack`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagging.local.references import References
from tagging.local.stack import Bucket, Function, Queue, QueueMapping, Stack
from tagging.local.template import Resource, Template, TemplateError


def read_stack(template: Template, endpoint: str) -> Stack:
    """The data plane of a template whose resources will be at `endpoint`. Raises TemplateError."""
    reader = _Reader(template, References(template, endpoint))
    queues = tuple(reader.queue(resource) for resource in template.of_type("AWS::SQS::Queue"))
    functions = tuple(
        reader.function(resource)
        for resource in template.of_type("AWS::Lambda::Function")
        if resource.asset is not None  # CDK's own functions are inline
    )
    return Stack(
        template=template,
        references=reader.references,
        queues=queues,
        buckets=tuple(reader.bucket(resource) for resource in template.of_type("AWS::S3::Bucket")),
        functions=functions,
        mappings=tuple(
            reader.mapping(resource, queues, functions)
            for resource in template.of_type("AWS::Lambda::EventSourceMapping")
        ),
        tables=_tables(template, reader.references),
    )


def _tables(template: Template, references: References) -> tuple[str, ...]:
    tables = sorted(template.of_type("AWS::DynamoDB::Table"), key=lambda table: table.id != "LabelTable")
    return tuple(references.name_of[table.id] for table in tables)


@dataclass(frozen=True)
class _Reader:
    template: Template
    references: References

    def queue(self, resource: Resource) -> Queue:
        properties = self.references.resolve(resource.properties)
        policies = [
            self.references.resolve(policy.properties["PolicyDocument"])
            for policy in self.template.of_type("AWS::SQS::QueuePolicy")
            if {"Ref": resource.id} in policy.properties["Queues"]
        ]
        return Queue(
            id=resource.id,
            name=self.references.name_of[resource.id],
            arn=self.references.arn(resource.id),
            url=self.references.ref(resource.id),
            visibility_timeout=int(properties.get("VisibilityTimeout", 30)),
            fifo=str(properties.get("FifoQueue", False)).lower() == "true",
            dead_letter_arn=properties.get("RedrivePolicy", {}).get("deadLetterTargetArn"),
            policy=policies[0] if policies else None,
        )

    def bucket(self, resource: Resource) -> Bucket:
        properties = self.references.resolve(resource.properties)
        return Bucket(
            id=resource.id,
            name=self.references.name_of[resource.id],
            versioned=properties.get("VersioningConfiguration", {}).get("Status") == "Enabled",
            notifications=_api_notifications(properties.get("NotificationConfiguration", {})),
        )

    def function(self, resource: Resource) -> Function:
        properties = self.references.resolve(resource.properties)
        if resource.asset is None:
            raise TemplateError(f"{resource.id} has no asset folder")
        layers = tuple(layer.asset for layer in self._layers(resource) if layer.asset is not None)
        environment = properties.get("Environment", {}).get("Variables", {})
        return Function(
            name=properties["Handler"].rsplit(".", 1)[0],
            arn=self.references.arn(resource.id),
            handler=properties["Handler"],
            code=resource.asset,
            layers=layers,
            environment={name: _local_path(value, layers) for name, value in environment.items()},
            timeout=int(properties.get("Timeout", 3)),
            memory=int(properties.get("MemorySize", 128)),
        )

    def mapping(self, resource: Resource, queues: tuple[Queue, ...], functions: tuple[Function, ...]) -> QueueMapping:
        properties = self.references.resolve(resource.properties)
        # A name or an ARN, with or without an alias.
        name_parts = properties["FunctionName"].removeprefix("arn:aws:lambda:").split(":")
        targets = [function for function in functions if function.arn.split(":")[-1] in name_parts]
        sources = [queue for queue in queues if queue.arn == properties["EventSourceArn"]]
        if len(targets) != 1 or len(sources) != 1:
            raise TemplateError(f"{resource.id} names no queue or no function of this template")
        return QueueMapping(
            uuid=self.references.ref(resource.id),
            queue=sources[0],
            function=targets[0],
            enabled=bool(properties.get("Enabled", True)),
            batch_size=int(properties.get("BatchSize", 10)),
            window=int(properties.get("MaximumBatchingWindowInSeconds", 0)),
            partial_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
            max_concurrency=int(properties.get("ScalingConfig", {}).get("MaximumConcurrency", 1000)),
        )

    def _layers(self, function: Resource) -> list[Resource]:
        ids = [layer["Ref"] for layer in function.properties.get("Layers", []) if "Ref" in layer]
        return [self.template.resources[id] for id in ids]


def _local_path(value: Any, layers: tuple[Path, ...]) -> str:
    """A path below /opt as a path in the layer that contains it; other values unchanged."""
    if not str(value).startswith("/opt/"):
        return str(value)
    inside = str(value).removeprefix("/opt/")
    return str(next((layer / inside for layer in layers if (layer / inside).exists()), value))


def _api_notifications(properties: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation's notification configuration in the form of the S3 API."""
    queues = [
        {
            "QueueArn": sent["Queue"],
            "Events": [sent["Event"]],
            **({"Filter": {"Key": {"FilterRules": sent["Filter"]["S3Key"]["Rules"]}}} if "Filter" in sent else {}),
        }
        for sent in properties.get("QueueConfigurations", [])
    ]
    return {"QueueConfigurations": queues} if queues else {}
