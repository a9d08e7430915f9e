"""What botocore reads of AWS's services at every start, cut down to the operations that the functions call."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "dynamodb": ("DeleteItem", "DescribeEndpoints", "GetItem", "PutItem", "UpdateItem"),
    "s3": ("GetObject", "HeadBucket"),
    "sqs": ("SendMessageBatch",),
}
"""Of each service, what is called; HeadBucket and DescribeEndpoints by botocore itself, to find a bucket's region and
where DynamoDB is. tests/layers/test_aws_models.py holds that the functions call nothing else."""

_DROPPED = ("documentation", "examples")
_NOT_READ = ("paginators-1.*", "waiters-2.json*", "examples-1.json*")


def slim(data: Path) -> None:
    """Cut down the folder `botocore/data`, in place; KeyError where a service no longer has an operation."""
    for service, operations in OPERATIONS.items():
        for path in sorted(data.glob(f"{service}/*/service-2.json.gz")):
            model = json.loads(gzip.decompress(path.read_bytes()))
            _write(path.with_suffix(""), reduced(model, operations))  # plain: nothing to unpack at a start
            path.unlink()
        for pattern in _NOT_READ:
            for path in data.glob(f"{service}/*/{pattern}"):
                path.unlink()
    endpoints = data / "endpoints.json"
    if endpoints.exists():
        _write(endpoints, _endpoints_of(json.loads(endpoints.read_bytes()), OPERATIONS))


def reduced(model: Mapping[str, Any], operations: Collection[str]) -> dict[str, Any]:
    """A service model with these operations alone, the shapes that they reach, and no prose."""
    kept = {name: model["operations"][name] for name in operations}
    shapes: dict[str, Any] = {}
    waiting = [name for operation in kept.values() for name in _shapes_in(operation)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            waiting += _shapes_in(shapes[name])
    # What is told of a client's own parameters botocore reads, prose and all.
    rest = {name: value for name, value in model.items() if name not in _DROPPED}
    return {**rest, "operations": _without_prose(kept), "shapes": _without_prose(dict(sorted(shapes.items())))}


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


def _without_prose(part: Any) -> Any:
    if isinstance(part, dict):
        # A member may be called `documentation`; then it is a shape, and no text.
        return {
            name: _without_prose(value)
            for name, value in part.items()
            if name not in _DROPPED or not isinstance(value, str | list)
        }
    if isinstance(part, list):
        return [_without_prose(value) for value in part]
    return part


def _endpoints_of(endpoints: Mapping[str, Any], services: Collection[str]) -> dict[str, Any]:
    """Regions and partitions, all of them; of the services these alone."""
    partitions = [
        {**each, "services": {name: each["services"][name] for name in services if name in each["services"]}}
        for each in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
