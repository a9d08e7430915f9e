"""Botocore's service models, which it reads at every start, reduced to the operations that the functions call."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "dynamodb": ("DeleteItem", "DescribeEndpoints", "GetItem", "PutItem", "Query", "UpdateItem"),
    "s3": ("DeleteObject", "GetObject", "HeadBucket", "ListObjectsV2", "PutObject"),
    "sesv2": ("SendEmail",),
    "sqs": ("DeleteMessageBatch", "ReceiveMessage", "SendMessageBatch"),
}
"""Operations in use, by service. Botocore itself calls HeadBucket and DescribeEndpoints, to find the region of a bucket
and the endpoint of DynamoDB. tests/layers/test_aws_models.py checks that the functions call nothing else."""

_DROPPED = ("documentation", "examples")
_UNUSED_FILES = ("paginators-1.*", "waiters-2.json*", "examples-1.json*")


def slim(data: Path) -> None:
    """Reduce the folder `botocore/data` in place; raises KeyError if a service no longer has an operation."""
    for service, operations in OPERATIONS.items():
        for path in sorted(data.glob(f"{service}/*/service-2.json.gz")):
            model = json.loads(gzip.decompress(path.read_bytes()))
            _write(path.with_suffix(""), reduced(model, operations))  # uncompressed, to save time at a start
            path.unlink()
        for pattern in _UNUSED_FILES:
            for path in data.glob(f"{service}/*/{pattern}"):
                path.unlink()
    endpoints = data / "endpoints.json"
    if endpoints.exists():
        _write(endpoints, _reduced_endpoints(json.loads(endpoints.read_bytes()), OPERATIONS))


def reduced(model: Mapping[str, Any], operations: Collection[str]) -> dict[str, Any]:
    """A service model with only these operations and the shapes that they reach, without documentation."""
    kept = {name: model["operations"][name] for name in operations}
    shapes: dict[str, Any] = {}
    pending = [name for operation in kept.values() for name in _shapes_in(operation)]
    while pending:
        name = pending.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            pending += _shapes_in(shapes[name])
    rest = {name: value for name, value in model.items() if name not in _DROPPED}
    return {
        **rest,
        "operations": _without_documentation(kept),
        "shapes": _without_documentation(dict(sorted(shapes.items()))),
    }


def _shapes_in(part: object) -> Iterator[str]:
    """Names of the shapes that an operation or a shape refers to."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "shape" and isinstance(value, str):
                yield value
            else:
                yield from _shapes_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from _shapes_in(value)


def _without_documentation(part: Any) -> Any:
    if isinstance(part, dict):
        # A member of a shape may be called `documentation`; its value is then no text.
        return {
            name: _without_documentation(value)
            for name, value in part.items()
            if name not in _DROPPED or not isinstance(value, str | list)
        }
    if isinstance(part, list):
        return [_without_documentation(value) for value in part]
    return part


def _reduced_endpoints(endpoints: Mapping[str, Any], services: Collection[str]) -> dict[str, Any]:
    """All partitions and regions, but only these services."""
    partitions = [
        {**each, "services": {name: each["services"][name] for name in services if name in each["services"]}}
        for each in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
