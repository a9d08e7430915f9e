"""Reads a template into a `Stack`: CloudFormation's spelling of queues, buckets, functions and mappings ends here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagging.local.references import References
from tagging.local.stack import Bucket, Function, Queue, QueueMapping, Stack
from tagging.local.template import Resource, Template, TemplateError


def read_stack(template: Template, endpoint: str) -> Stack:
    """The data plane of a template whose resources will live at `endpoint`; TemplateError where nothing fits."""
    reader = _Reader(template, References(template, endpoint))
    queues = tuple(reader.queue(found) for found in template.of_type("AWS::SQS::Queue"))
    functions = tuple(
        reader.function(found)
        for found in template.of_type("AWS::Lambda::Function")
        if found.asset is not None  # CDK's own functions are inline
    )
    return Stack(
        template=template,
        references=reader.references,
        queues=queues,
        buckets=tuple(reader.bucket(found) for found in template.of_type("AWS::S3::Bucket")),
        functions=functions,
        mappings=tuple(
            reader.mapping(found, queues, functions) for found in template.of_type("AWS::Lambda::EventSourceMapping")
        ),
        tables=tuple(reader.references.name_of[t.id] for t in template.of_type("AWS::DynamoDB::Table")),
    )


@dataclass(frozen=True)
class _Reader:
    template: Template
    references: References

    def queue(self, found: Resource) -> Queue:
        given = self.references.resolve(found.properties)
        policies = [
            self.references.resolve(policy.properties["PolicyDocument"])
            for policy in self.template.of_type("AWS::SQS::QueuePolicy")
            if {"Ref": found.id} in policy.properties["Queues"]
        ]
        return Queue(
            id=found.id,
            name=self.references.name_of[found.id],
            arn=self.references.arn(found.id),
            url=self.references.ref(found.id),
            visibility_timeout=int(given.get("VisibilityTimeout", 30)),
            fifo=str(given.get("FifoQueue", False)).lower() == "true",
            dead_letter_arn=given.get("RedrivePolicy", {}).get("deadLetterTargetArn"),
            policy=policies[0] if policies else None,
        )

    def bucket(self, found: Resource) -> Bucket:
        given = self.references.resolve(found.properties)
        return Bucket(
            id=found.id,
            name=self.references.name_of[found.id],
            versioned=given.get("VersioningConfiguration", {}).get("Status") == "Enabled",
            notifications=_as_the_api_takes_them(given.get("NotificationConfiguration", {})),
        )

    def function(self, found: Resource) -> Function:
        given = self.references.resolve(found.properties)
        if found.asset is None:
            raise TemplateError(f"{found.id} has no asset folder")
        layers = tuple(layer.asset for layer in self._layers(found) if layer.asset is not None)
        environment = given.get("Environment", {}).get("Variables", {})
        return Function(
            name=given["Handler"].rsplit(".", 1)[0],
            arn=self.references.arn(found.id),
            handler=given["Handler"],
            code=found.asset,
            layers=layers,
            environment={name: _outside_opt(value, layers) for name, value in environment.items()},
            timeout=int(given.get("Timeout", 3)),
            memory=int(given.get("MemorySize", 128)),
        )

    def mapping(self, found: Resource, queues: tuple[Queue, ...], functions: tuple[Function, ...]) -> QueueMapping:
        given = self.references.resolve(found.properties)
        target = given["FunctionName"].removeprefix("arn:aws:lambda:").split(":")  # a name or an ARN, with an alias
        fed = [function for function in functions if function.arn.split(":")[-1] in target]
        fed_from = [queue for queue in queues if queue.arn == given["EventSourceArn"]]
        if len(fed) != 1 or len(fed_from) != 1:
            raise TemplateError(f"{found.id} names no queue or no function of this template")
        return QueueMapping(
            queue=fed_from[0],
            function=fed[0],
            batch_size=int(given.get("BatchSize", 10)),
            window=int(given.get("MaximumBatchingWindowInSeconds", 0)),
            partial_failures="ReportBatchItemFailures" in given.get("FunctionResponseTypes", []),
            max_concurrency=int(given.get("ScalingConfig", {}).get("MaximumConcurrency", 1000)),
        )

    def _layers(self, function: Resource) -> list[Resource]:
        ids = [layer["Ref"] for layer in function.properties.get("Layers", []) if "Ref" in layer]
        return [self.template.resources[id] for id in ids]


def _outside_opt(value: Any, layers: tuple[Path, ...]) -> str:
    """A path below /opt is the same path in the layer that holds it; anything else stays as it is."""
    if not str(value).startswith("/opt/"):
        return str(value)
    inside = str(value).removeprefix("/opt/")
    return str(next((layer / inside for layer in layers if (layer / inside).exists()), value))


def _as_the_api_takes_them(given: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation and the S3 API spell notification configurations differently."""
    queues = [
        {
            "QueueArn": sent["Queue"],
            "Events": [sent["Event"]],
            **({"Filter": {"Key": {"FilterRules": sent["Filter"]["S3Key"]["Rules"]}}} if "Filter" in sent else {}),
        }
        for sent in given.get("QueueConfigurations", [])
    ]
    return {"QueueConfigurations": queues} if queues else {}
