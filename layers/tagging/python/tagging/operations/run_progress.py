"""How far a run of `reconcile --send` came, kept in the label table, so that it is resumed from any machine."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from tagging.operations.object_versions import Position
from tagging.validation import from_json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class RunProgress:
    """A run that was not finished: its start, the position of the next page, and what was found before."""

    since: str
    position: Position
    counts: dict[str, int]


def read_progress(dynamodb: DynamoDBClient, table: str, bucket: str) -> RunProgress | None:
    """The unfinished run of a bucket, if there is one."""
    key = {"id": {"S": _id(bucket)}}
    item = dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return from_json(item["run"]["S"].encode(), RunProgress) if item else None


def write_progress(dynamodb: DynamoDBClient, table: str, bucket: str, progress: RunProgress) -> None:
    """Keep it for thirty days."""
    expires_at = int((datetime.now(UTC) + _KEPT).timestamp())
    run = msgspec.json.encode(asdict(progress)).decode()
    item = {"id": {"S": _id(bucket)}, "run": {"S": run}, "expires_at": {"N": str(expires_at)}}
    dynamodb.put_item(TableName=table, Item=item)


def delete_progress(dynamodb: DynamoDBClient, table: str, bucket: str) -> None:
    """The run is finished."""
    dynamodb.delete_item(TableName=table, Key={"id": {"S": _id(bucket)}})


def _id(bucket: str) -> str:
    return f"reprocess#{bucket}"  # no item id contains `#`
