"""Ref, Fn::GetAtt and their kin, resolved to the names that resources get in the local cloud."""

from __future__ import annotations

import re
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
"""The types that get a name here, and the property that holds it."""
_SERVICES = {"AWS::SQS::Queue": "sqs", "AWS::DynamoDB::Table": "dynamodb", "AWS::Lambda::Function": "lambda"}
_PATHS = {"AWS::DynamoDB::Table": "table/", "AWS::Lambda::Function": "function:"}


class References:
    """Names, ARNs and URLs of a template's resources, known before any of them is made."""

    def __init__(self, template: Template, endpoint: str) -> None:
        self._template = template
        self._endpoint = endpoint
        self.name_of: dict[str, str] = {}
        for resource in template.resources.values():
            if resource.type in NAME_PROPERTIES:
                given = resource.properties.get(NAME_PROPERTIES[resource.type])
                self.name_of[resource.id] = str(self.resolve(given)) if given else self._name(resource.id)

    def resolve(self, value: Any) -> Any:
        """The value with every intrinsic function replaced by what it stands for; TemplateError for unknown ones."""
        if isinstance(value, list):
            return [found for found in map(self.resolve, value) if found is not None]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            ((name, given),) = value.items()
            if name in _INTRINSICS:
                return _INTRINSICS[name](self, given)
            if name.startswith("Fn::"):
                raise TemplateError(f"{name} is not understood by the local cloud")
        return {name: found for name, found in ((n, self.resolve(v)) for n, v in value.items()) if found is not None}

    def resolve_foreign(self, value: Any, known: frozenset[str]) -> Any:
        """The value with references replaced, except those to `known` resources, which moto resolves itself."""
        if isinstance(value, list):
            return [self.resolve_foreign(each, known) for each in value]
        if not isinstance(value, Mapping):
            return value
        if set(value) == {"Ref"} and value["Ref"] not in known:
            return self.ref(value["Ref"])
        if set(value) == {"Fn::GetAtt"} and value["Fn::GetAtt"][0] not in known:
            return self._attribute(value["Fn::GetAtt"])
        return {name: self.resolve_foreign(each, known) for name, each in value.items()}

    def ref(self, id: str) -> Any:
        """What `{"Ref": id}` gives; None for AWS::NoValue."""
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
        return self.name_of.get(id, id)

    def arn(self, id: str) -> str:
        """The ARN of a resource."""
        type = self._template.resources[id].type
        if type == "AWS::S3::Bucket":
            return f"arn:aws:s3:::{self.name_of[id]}"
        name = f"{_PATHS.get(type, '')}{self.name_of.get(id, id)}"
        return f"arn:aws:{_SERVICES.get(type, 'local')}:{REGION}:{ACCOUNT}:{name}"

    def _attribute(self, given: Any) -> str:
        id, attribute = given.split(".", 1) if isinstance(given, str) else given
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

    def _substitute(self, given: Any) -> str:
        text, names = (given, {}) if isinstance(given, str) else given

        def found(match: re.Match[str]) -> str:
            name = match[1]
            if name in names:
                return str(self.resolve(names[name]))
            return str(self._attribute(name) if "." in name else self.ref(name))

        return re.sub(r"\$\{([A-Za-z0-9:.]+)\}", found, text)


_INTRINSICS: dict[str, Callable[[References, Any], Any]] = {
    "Ref": References.ref,
    "Fn::GetAtt": References._attribute,
    "Fn::Sub": References._substitute,
    "Fn::Join": lambda self, given: str(given[0]).join(map(str, self.resolve(given[1]))),
    "Fn::Select": lambda self, given: self.resolve(given[1])[int(given[0])],
    "Fn::Split": lambda self, given: str(self.resolve(given[1])).split(given[0]),
}
