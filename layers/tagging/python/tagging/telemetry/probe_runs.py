"""The last runs of the probe and the kinds of item that did not arrive yet, kept in the label table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from tagging.validation import from_json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ID = "probe#runs"
"""No item id contains `#`."""


class ProbeRun(Struct, frozen=True):
    """One run: its random id, its time, and the kinds of the items that it put and that did not arrive yet."""

    id: str
    at: str
    waiting: tuple[str, ...]


def read_runs(dynamodb: DynamoDBClient, table: str) -> tuple[ProbeRun, ...]:
    """The last runs, the newest first; none before the first run."""
    key = {"id": {"S": _ID}}
    item = dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return from_json(item["runs"]["S"].encode(), tuple[ProbeRun, ...]) if item else ()


def write_runs(dynamodb: DynamoDBClient, table: str, runs: tuple[ProbeRun, ...]) -> None:
    """Replace the kept runs."""
    item = {"id": {"S": _ID}, "runs": {"S": msgspec.json.encode(runs).decode()}}
    dynamodb.put_item(TableName=table, Item=item)
