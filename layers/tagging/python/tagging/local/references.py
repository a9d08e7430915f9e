"""Resolves Ref, Fn::GetAtt and other intrinsic functions to the names of resources in the local cloud."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from tagging.local.s3_events import ACCOUNT, REGION
from tagging.local.template import Template, TemplateError

NAME_PROPERTIES = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Lambda::Function": "FunctionName",
}
"""Resource types that get a name here, and the property that holds it."""
_SERVICES = {"AWS::SQS::Queue": "sqs", "AWS::DynamoDB::Table": "dynamodb", "AWS::Lambda::Function": "lambda"}
_PATHS = {"AWS::DynamoDB::Table": "table/", "AWS::Lambda::Function": "function:"}


class References:
    """Names, ARNs and URLs of a template's resources, before the resources exist."""

    def __init__(self, template: Template, endpoint: str) -> None:
        self._template = template
        self._endpoint = endpoint
        self.name_of: dict[str, str] = {}
        for resource in template.resources.values():
            if resource.type in NAME_PROPERTIES:
                name = resource.properties.get(NAME_PROPERTIES[resource.type])
                self.name_of[resource.id] = str(self.resolve(name)) if name else self._name(resource.id)

    def resolve(self, value: Any) -> Any:
        """The value with every intrinsic function replaced by its value; raises TemplateError for unknown ones."""
        if isinstance(value, list):
            return [element for element in map(self.resolve, value) if element is not None]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in _INTRINSICS:
                return _INTRINSICS[name](self, argument)
            if name.startswith("Fn::"):
                raise TemplateError(f"{name} is not understood by the local cloud")
        resolved = {name: self.resolve(element) for name, element in value.items()}
        return {name: element for name, element in resolved.items() if element is not None}

    def resolve_foreign(self, value: Any, known: frozenset[str]) -> Any:
        """The value with references replaced, except those to `known` resources, which moto resolves itself."""
        if isinstance(value, list):
            return [self.resolve_foreign(element, known) for element in value]
        if not isinstance(value, Mapping):
            return value
        if set(value) == {"Ref"} and value["Ref"] not in known:
            return self.ref(value["Ref"])
        if set(value) == {"Fn::GetAtt"} and value["Fn::GetAtt"][0] not in known:
            return self._attribute(value["Fn::GetAtt"])
        return {name: self.resolve_foreign(element, known) for name, element in value.items()}

    def ref(self, id: str) -> Any:
        """The value of `{"Ref": id}`; None for AWS::NoValue."""
        if id.startswith("AWS::"):
            return self._pseudo(id)
        if id in self._template.document.get("Parameters", {}):
            return self._template.document["Parameters"][id].get("Default", "")
        resource = self._template.resources[id]
        if resource.type == "AWS::SQS::Queue":
            return f"{self._endpoint}/{ACCOUNT}/{self.name_of[id]}"
        if resource.type in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
            function = str(self.resolve(resource.properties["FunctionName"])).split(":")[-1]
            qualifier = self.resolve(resource.properties.get("Name", "1"))
            return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}:{qualifier}"
        if resource.type == "AWS::Lambda::EventSourceMapping":
            return str(uuid.uuid5(uuid.NAMESPACE_OID, id))
        return self.name_of.get(id, id)

    def arn(self, id: str) -> str:
        """The ARN of a resource."""
        type = self._template.resources[id].type
        if type == "AWS::S3::Bucket":
            return f"arn:aws:s3:::{self.name_of[id]}"
        name = f"{_PATHS.get(type, '')}{self.name_of.get(id, id)}"
        return f"arn:aws:{_SERVICES.get(type, 'local')}:{REGION}:{ACCOUNT}:{name}"

    def _attribute(self, argument: Any) -> str:
        id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        if attribute in ("Arn", "StreamArn"):
            return self.arn(id)
        return str(self.name_of.get(id, id) if attribute.endswith("Name") else self.ref(id))

    def _name(self, id: str) -> str:
        return f"{self._template.name}-{id}"[:63].lower().rstrip("-")

    def _pseudo(self, name: str) -> str | None:
        return {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self._template.name,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self._template.name}/local",
        }.get(name)

    def _substitute(self, argument: Any) -> str:
        text, names = (argument, {}) if isinstance(argument, str) else argument

        def replacement(match: re.Match[str]) -> str:
            name = match[1]
            if name in names:
                return str(self.resolve(names[name]))
            return str(self._attribute(name) if "." in name else self.ref(name))

        return re.sub(r"\$\{([A-Za-z0-9:.]+)\}", replacement, text)


_INTRINSICS: dict[str, Callable[[References, Any], Any]] = {
    "Ref": References.ref,
    "Fn::GetAtt": References._attribute,
    "Fn::Sub": References._substitute,
    "Fn::Join": lambda self, argument: str(argument[0]).join(map(str, self.resolve(argument[1]))),
    "Fn::Select": lambda self, argument: self.resolve(argument[1])[int(argument[0])],
    "Fn::Split": lambda self, given: str(self.resolve(given[1])).split(given[0]),
}
