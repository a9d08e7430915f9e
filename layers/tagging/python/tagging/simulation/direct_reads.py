"""Reads of tables on moto in this process, in microseconds: moto copies and serialises all rows for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagging.local import INDEXES, KEYS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class DirectReads:
    """A client of DynamoDB on moto whose `query` and `get_item` read moto's rows themselves; the tests compare both."""

    client: DynamoDBClient
    rows: Mapping[str, Any]
    """Tables of moto's backend, by name."""
    key: Callable[[Mapping[str, str]], Any]
    """Makes moto's form of a key."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def get_item(
        self, *, TableName: str, Key: Mapping[str, Mapping[str, str]], **_request: object
    ) -> Mapping[str, Any]:
        """The row with this key, whose partition comes first."""
        found = self.rows[TableName].items
        for value in Key.values():
            found = found.get(self.key(value), {})
        return {"Item": _attributes(found)} if found else {}

    def query(
        self,
        *,
        TableName: str,
        ExpressionAttributeNames: Mapping[str, str],
        ExpressionAttributeValues: Mapping[str, Mapping[str, str]],
        IndexName: str | None = None,
        ScanIndexForward: bool = True,
        **_request: object,
    ) -> Mapping[str, Any]:
        """The rows with one partition key, in one page: as the review table asks, on its indexes or by a prefix."""
        partition, order = INDEXES[IndexName] if IndexName else KEYS
        assert ExpressionAttributeNames == {"#key": partition}, "another query than those of the review table"
        values = {name: each["S"] for name, each in ExpressionAttributeValues.items()}
        table, value, prefix = self.rows[TableName].items, values[":value"], values.get(":prefix", "")
        groups = table.values() if IndexName else [table.get(self.key({"S": value}), {})]
        found = [
            (row.attrs[order].value, row)
            for group in groups
            for row in list(group.values())
            if (has := row.attrs.get(partition)) is not None and has.value == value and order in row.attrs
        ]
        found.sort(key=lambda each: each[0], reverse=not ScanIndexForward)
        return {"Items": [_attributes(row) for at, row in found if at.startswith(prefix)]}

    def all_rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, as a scan gives them."""
        return [_attributes(row) for row in self.rows[table].all_items()]


def _attributes(row: Any) -> dict[str, Any]:
    """A row of moto's as boto3 gives it."""
    attributes: dict[str, Any] = row.to_json()["Attributes"]
    return attributes
