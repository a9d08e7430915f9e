"""A review table on moto without a stack, as tests and simulations use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEYS = ("item", "entry")
INDEXES = {"open": ("open", "drawn_at"), "by_day": ("day", "at")}
"""Keys of the table and of its indexes, as in `infra/review.py`."""


def create_review_table(dynamodb: DynamoDBClient, name: str) -> None:
    """Create the table and its indexes."""
    attributes = sorted({*KEYS, *(each for keys in INDEXES.values() for each in keys)})
    indexes: Any = [
        {"IndexName": index, "KeySchema": _schema(keys), "Projection": {"ProjectionType": "ALL"}}
        for index, keys in INDEXES.items()
    ]
    dynamodb.create_table(
        TableName=name,
        KeySchema=_schema(KEYS),
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes],
        GlobalSecondaryIndexes=indexes,
        BillingMode="PAY_PER_REQUEST",
    )


def _schema(keys: tuple[str, str]) -> Any:
    partition, order = keys
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": order, "KeyType": "RANGE"}]
