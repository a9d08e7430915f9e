"""Calls of a person who has some of the stack's policies: what their statements do not allow, AWS refuses.

moto checks no resources of policies. Here each call of botocore is compared, action and resource, before it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tagging.local.cloud import LocalCloud
from tagging.local.s3_events import REGION

ACCOUNT = "123456789012"
ACTIONS = {
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
"""Operations whose permission has another name."""
OF_VERSIONS = ("s3:GetObject", "s3:GetObjectTagging", "s3:DeleteObject")
"""Actions with another name for a named version of an object."""
ANYBODY = ("sts:GetCallerIdentity",)


@dataclass
class Person:
    """Statements that allow calls, and the calls that were refused."""

    statements: list[Mapping[str, Any]]
    refused: list[str] = field(default_factory=list)

    def may(self, action: str, resource: str) -> bool:
        """Whether one of the statements allows it."""
        return any(
            action in _several(each["Action"]) and any(fnmatchcase(resource, one) for one in _several(each["Resource"]))
            for each in self.statements
        )


@contextmanager
def person(cloud: LocalCloud, *policies: str) -> Iterator[Person]:
    """While the work within lasts, every call needs one of these policies of the stack: `Reader`, `Operator`, …"""
    template, references = cloud.stack.template, cloud.stack.references
    documents = [
        references.resolve(each.properties["PolicyDocument"])
        for each in template.of_type("AWS::IAM::ManagedPolicy")
        if each.id.startswith(tuple(f"People{name}" for name in policies))
    ]
    assert len(documents) == len(policies)
    found = Person([statement for document in documents for statement in document["Statement"]])
    assert all(each["Effect"] == "Allow" and "Condition" not in each for each in found.statements)
    call = BaseClient._make_api_call

    def checked(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        for action, resource in _needed(client.meta.service_model.service_name, operation, parameters):
            if action not in ANYBODY and not found.may(action, resource):
                found.refused.append(f"{action} {resource}")
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": f"{action} {resource}"}}, operation)
        return call(client, operation, parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", checked)
        yield found


def _needed(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The actions that a call needs, each with its resource."""
    action = ACTIONS.get(f"{service}:{operation}", f"{service}:{operation}")
    if service == "s3":
        if "VersionId" in parameters and action in OF_VERSIONS:
            action = action.replace("Object", "ObjectVersion")
        key = f"/{parameters['Key']}" if "Key" in parameters else ""
        yield action, f"arn:aws:s3:::{parameters['Bucket']}{key}"
    elif service == "dynamodb":
        index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
        for table in [parameters["TableName"]] if "TableName" in parameters else parameters["RequestItems"]:
            yield action, f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}{index}"
    elif service == "sqs":
        yield action, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{parameters['QueueUrl'].rsplit('/', 1)[-1]}"
    elif service == "cloudformation":
        yield action, f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{parameters['StackName']}/local"
    else:
        yield action, "*"


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
