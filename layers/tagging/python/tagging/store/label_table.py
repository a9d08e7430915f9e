"""The DynamoDB table of rows. Every update is conditional on the last write that its caller has read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from tagging.aws import ClientError, error_code
from tagging.intake import StoredObject
from tagging.store.output import TICKET, state_attribute
from tagging.store.row import Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROBE_DAYS = 1
"""Days that the row of a probe is kept."""
_LOST = "ConditionalCheckFailedException"
_LONGEST_KEY = 2048
"""Bytes of a key in DynamoDB."""


class ErasedMeanwhile(Exception):
    """A row was erased during the write; the item is delivered again. The text is the item's id."""


class LabelTable:
    """Rows by `id`, and for each S3 key a pointer `latest#…` to the item of its newest version.

    Quarantined rows get the `handler` that decided, and expire after `quarantine_days`; other rows, pointers and index
    entries after `row_days` (None: never); probes after a day.
    """

    def __init__(
        self,
        dynamodb: DynamoDBClient,
        name: str,
        *,
        handler: str = "",
        quarantine_days: int | None = None,
        row_days: int | None = None,
    ) -> None:
        self._dynamodb = dynamodb
        self.name = name
        self._handler = handler
        self._quarantine_days = quarantine_days
        self._row_days = row_days

    def put(self, row: Row) -> Row:
        """Write the row if the item has none; returns the current row: this one or the existing one."""
        row = self._completed(row)
        try:
            self._dynamodb.put_item(
                TableName=self.name,
                Item=row.to_attributes(),
                ConditionExpression="attribute_not_exists(id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) != _LOST:
                raise
            existing = cast("dict[str, Any]", error.response).get("Item") or self._item(row.id)
            if not existing:
                raise ErasedMeanwhile(row.id) from None
            return Row.from_attributes(existing)
        return row

    def replace(self, seen: Row, row: Row) -> bool:
        """Overwrite `seen` if it is unchanged since it was read: same attempt, same states of its outputs."""
        expected = {"attempt": seen.attempt, **seen.state_attributes}
        try:
            self._dynamodb.put_item(
                TableName=self.name,
                Item=self._completed(row).to_attributes(),
                ConditionExpression=" AND ".join(f"{name} = :{name}" for name in expected),
                ExpressionAttributeValues={f":{name}": {"S": value} for name, value in expected.items()},
            )
        except ClientError as error:
            if error_code(error) != _LOST:
                raise
            return False
        return True

    def mark_sent(self, row: Row, output: str = TICKET) -> None:
        """Mark a pending output of the row as sent; a row that was erased meanwhile stays erased.

        So does one whose output has another content by now: that was not sent.
        """
        seen: Row | None = row
        state = state_attribute(output)
        while seen is not None and seen.state(output) == "pending" and seen.outputs[output] == row.outputs[output]:
            try:
                self._dynamodb.update_item(
                    TableName=self.name,
                    Key={"id": {"S": row.id}},
                    UpdateExpression=f"SET {state} = :sent",
                    ConditionExpression=f"attempt = :attempt AND {state} = :pending",
                    ExpressionAttributeValues={
                        ":sent": {"S": "sent"},
                        ":pending": {"S": "pending"},
                        ":attempt": {"S": seen.attempt},
                    },
                )
            except ClientError as error:
                if error_code(error) != _LOST:
                    raise
                seen = self.get(row.id)  # somebody else wrote it, perhaps with the same content of this output
            else:
                return

    def advance_latest(self, source: StoredObject, item_id: str) -> bool:
        """Point the key's `latest` to the item unless it points to the same or a later version; whether it moved."""
        if source.sequencer is None:
            return False
        expiry = _expiry(datetime.now(UTC), self._row_days)
        values: dict[str, Any] = {":item": {"S": item_id}, ":sequencer": {"S": source.sequencer}}
        try:
            self._dynamodb.update_item(
                TableName=self.name,
                Key={"id": {"S": latest_id(source)}},
                UpdateExpression="SET item_id = :item, sequencer = :sequencer"
                + (", expires_at = :expires_at" if expiry else ""),
                ConditionExpression="attribute_not_exists(sequencer) OR sequencer < :sequencer",
                ExpressionAttributeValues=values | {f":{name}": value for name, value in expiry.items()},
            )
        except ClientError as error:
            if error_code(error) != _LOST:
                raise
            return False
        return True

    def add_to_index(self, label: str, row: Row) -> None:
        """Add the row to the sparse index by label; the entry is an item of its own.

        The entry stays when a later revision no longer has the label: readers of the index also read the row.
        """
        self._dynamodb.put_item(TableName=self.name, Item=self.index_entry(label, row))

    def index_entry(self, label: str, row: Row) -> dict[str, Any]:
        """The entry of a row in the index by label, as DynamoDB attributes."""
        return {
            "id": {"S": f"label#{label}#{row.id}"},
            "indexed_label": {"S": label},
            "tagged_at": {"S": row.revision.tagged_at},
            "item_id": {"S": row.id},
            **_expiry(datetime.fromisoformat(row.revision.tagged_at), self._row_days),
        }

    def remove_from_index(self, label: str, item_id: str) -> None:
        """Remove an item from the index by label, if it is there."""
        self._dynamodb.delete_item(TableName=self.name, Key={"id": {"S": f"label#{label}#{item_id}"}})

    def latest_entry(self, source: StoredObject, row: Row) -> dict[str, Any]:
        """The key's `latest` as it is for its first object, as DynamoDB attributes; `source` has a sequencer."""
        return {
            "id": {"S": latest_id(source)},
            "item_id": {"S": row.id},
            "sequencer": {"S": source.sequencer},
            **_expiry(datetime.fromisoformat(row.revision.tagged_at), self._row_days),
        }

    def drop_latest(self, source: StoredObject, item_id: str) -> None:
        """Clear the key's `latest` if it points to this item. The sequencer stays, so `latest` never moves back."""
        try:
            self._dynamodb.update_item(
                TableName=self.name,
                Key={"id": {"S": latest_id(source)}},
                UpdateExpression="REMOVE item_id",
                ConditionExpression="item_id = :item",
                ExpressionAttributeValues={":item": {"S": item_id}},
            )
        except ClientError as error:
            if error_code(error) != _LOST:
                raise

    def get(self, item_id: str) -> Row | None:
        """The row of an item, read consistently. Only ids of pointers and index entries contain `#`."""
        can_be_key = 0 < len(item_id.encode("utf-8", "replace")) <= _LONGEST_KEY and "#" not in item_id
        item = self._item(item_id) if can_be_key else None
        return Row.from_attributes(item) if item else None

    def latest(self, source: StoredObject) -> str | None:
        """Id of the item of the key's newest tagged version; empty if that item was forgotten."""
        item = self._item(latest_id(source))
        return None if item is None else str(item.get("item_id", {}).get("S", ""))

    def _completed(self, row: Row) -> Row:
        """The row as it is stored, with its expiry; a quarantine gets its handler. A forgotten row stays for ever."""
        revision = row.revision
        if row.forgotten:
            return row
        days = self._row_days if revision.quarantine is None else self._quarantine_days
        expiry = _expiry(datetime.fromisoformat(revision.tagged_at), PROBE_DAYS if row.probe else days)
        if revision.quarantine is not None:
            revision = replace(revision, quarantine=replace(revision.quarantine, handler=self._handler))
        return replace(row, revision=revision, expires_at=int(expiry["expires_at"]["N"]) if expiry else None)

    def _item(self, item_id: str) -> dict[str, Any] | None:
        response = self._dynamodb.get_item(TableName=self.name, Key={"id": {"S": item_id}}, ConsistentRead=True)
        return response.get("Item")


def _expiry(at: datetime, days: int | None) -> dict[str, Any]:
    """The attribute from whose time on DynamoDB may delete an entry; empty where it is kept for ever."""
    return {} if days is None else {"expires_at": {"N": str(int((at + timedelta(days=days)).timestamp()))}}


def latest_id(source: StoredObject) -> str:
    """Key of the pointer; no item id contains `#`."""
    return f"latest#{source.key_id}"
