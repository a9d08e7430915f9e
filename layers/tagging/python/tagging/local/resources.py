"""Creates the template's buckets, queues and tables on moto: by CloudFormation, and by API what moto ignores there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tagging.local.references import NAME_PROPERTIES
from tagging.local.stack import Stack

_TYPES = ("AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::DynamoDB::Table")
_NOT_BY_CLOUDFORMATION = (
    "NotificationConfiguration",
    "VersioningConfiguration",
    "TimeToLiveSpecification",
    "LifecycleConfiguration",
)
"""Properties that moto's CloudFormation ignores, or applies in the wrong order."""


def make_resources(stack: Stack, client: Callable[[str], Any]) -> None:
    """Create the stack's buckets, queues and tables; `client` returns the client of a service."""
    client("cloudformation").create_stack(StackName=stack.template.name, TemplateBody=json.dumps(_data_plane(stack)))
    for queue in stack.queues:
        if queue.policy is not None:
            client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": json.dumps(queue.policy)})
    for table in stack.template.of_type("AWS::DynamoDB::Table"):
        if time_to_live := table.properties.get("TimeToLiveSpecification"):
            client("dynamodb").update_time_to_live(
                TableName=stack.references.name_of[table.id], TimeToLiveSpecification=time_to_live
            )
    for bucket in stack.buckets:
        if bucket.versioned:
            client("s3").put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
        if bucket.notifications:
            # As in AWS, this sends an s3:TestEvent at once.
            client("s3").put_bucket_notification_configuration(
                Bucket=bucket.name, NotificationConfiguration=bucket.notifications
            )


def _data_plane(stack: Stack) -> dict[str, Any]:
    """The template reduced to resources that hold data.

    Without bucket policies: moto would apply them without their conditions.
    """
    kept = frozenset(resource.id for type in _TYPES for resource in stack.template.of_type(type))
    return {
        "Resources": {
            id: {
                "Type": stack.template.resources[id].type,
                "Properties": _properties(stack, id, kept),
            }
            for id in sorted(kept)
        },
        # Operators' commands read the names of table and queues from them.
        "Outputs": {
            name: {"Value": stack.references.resolve(output["Value"])}
            for name, output in stack.template.document.get("Outputs", {}).items()
        },
    }


def _properties(stack: Stack, id: str, kept: frozenset[str]) -> dict[str, Any]:
    resource = stack.template.resources[id]
    kept_properties = {name: value for name, value in resource.properties.items() if name not in _NOT_BY_CLOUDFORMATION}
    named = {NAME_PROPERTIES[resource.type]: stack.references.name_of[id]}
    return {**stack.references.resolve_foreign(kept_properties, kept), **named}
