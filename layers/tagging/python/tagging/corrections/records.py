"""Records of the review table: conditional writes, updates and queries of DynamoDB, without their meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tagging.aws import ClientError, error_code

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LOST: Final = "ConditionalCheckFailedException"

Attributes: TypeAlias = Mapping[str, Any]


class Records:
    """One table with the keys `item` and `entry`. Whatever a write that failed left behind, it can be repeated."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def get(self, item: str, entry: str) -> Attributes | None:
        """One record, read consistently."""
        response = self._dynamodb.get_item(TableName=self._table, Key=record_key(item, entry), ConsistentRead=True)
        return response.get("Item")

    def put_new(self, attributes: Attributes) -> bool:
        """Write a record; False if its key is in use."""
        request: dict[str, Any] = {"Item": dict(attributes), "ConditionExpression": "attribute_not_exists(entry)"}
        return self._if_it_holds(self._dynamodb.put_item, request)

    def update(self, item: str, entry: str, change: str, condition: str, values: Mapping[str, Any]) -> bool:
        """Change a record; False if the condition does not hold. `#record`, `#state` and `#open` may stand in both."""
        names = {f"#{name}": name for name in ("record", "state", "open") if f"#{name}" in change + condition}
        request = {
            "Key": record_key(item, entry),
            "UpdateExpression": change,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": dict(values),
        }
        return self._if_it_holds(self._dynamodb.update_item, request)

    def query(
        self, key: str, value: str, *, index: str | None = None, prefix: str = "", last_first: bool = False
    ) -> Iterator[Attributes]:
        """The records with this key, in the order of the range key; of the table itself, read consistently.

        `prefix`: only records of the table whose `entry` begins with it.
        """
        request: dict[str, Any] = {
            "TableName": self._table,
            "ScanIndexForward": not last_first,
            "KeyConditionExpression": "#key = :value" + (" AND begins_with(entry, :prefix)" if prefix else ""),
            "ExpressionAttributeNames": {"#key": key},
            "ExpressionAttributeValues": {":value": {"S": value}, **({":prefix": {"S": prefix}} if prefix else {})},
            **({"IndexName": index} if index else {"ConsistentRead": True}),
        }
        while True:  # the functions have no paginators of botocore
            response = self._dynamodb.query(**request)
            yield from response["Items"]
            if "LastEvaluatedKey" not in response:
                return
            request["ExclusiveStartKey"] = response["LastEvaluatedKey"]

    def delete(self, record: Attributes) -> None:
        """Delete a record that was read."""
        self._dynamodb.delete_item(TableName=self._table, Key={name: record[name] for name in ("item", "entry")})

    def _if_it_holds(self, write: Callable[..., object], request: Mapping[str, Any]) -> bool:
        """Whether the condition of a write held."""
        try:
            write(TableName=self._table, **request)
        except ClientError as error:
            if error_code(error) != _LOST:
                raise
            return False
        return True


def record_key(item: str, entry: str) -> dict[str, Any]:
    """The key of a record."""
    return {"item": {"S": item}, "entry": {"S": entry}}


def expiry(at: str, days: int) -> dict[str, Any]:
    """The attribute from whose time on DynamoDB may delete a record: `days` after `at` (ISO 8601)."""
    return {"expires_at": {"N": str(int((datetime.fromisoformat(at) + timedelta(days)).timestamp()))}}
