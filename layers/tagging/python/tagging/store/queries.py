"""Lists of rows, read in pages: what is quarantined, whose ticket is pending, and which of many items have a row."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from tagging.store.row import Row, day_shards, quarantine_shards

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_BATCH = 100
"""Rows that one BatchGetItem gives at most."""
_PAUSE_S = 0.2
_DAYS_ASKED = 60
"""Days that are asked for one by one, eight queries each; of more, the whole index by day is read in one go."""


class RowLists:
    """Reads one label table for people; memory does not grow with what it holds."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def quarantined(self, since: str | None = None) -> Iterator[Row]:
        """Rows quarantined from `since` (ISO 8601, UTC) on, the newest first; just written ones may lack."""
        shards = [self._shard(shard, since) for shard in quarantine_shards()]
        ids = (item_id for _, item_id in heapq.merge(*shards, reverse=True))
        while batch := list(islice(ids, _BATCH)):
            rows = self.rows(batch)
            yield from (rows[each] for each in batch if each in rows and rows[each].revision.quarantine)

    def pending(self, since: str, before: str) -> Iterator[list[Row]]:
        """Rows tagged from `since` to `before` (ISO 8601, UTC) whose ticket is due and not sent, some at a time.

        The index by day, which lags, finds what was tagged then. It does not know tickets: that would cost a write an
        item, and this is asked rarely. So each row is read as it stands now.
        """
        ids = self._ids_tagged(since, before)
        while batch := list(islice(ids, _BATCH)):
            rows = self.rows(batch).values()
            if pending := [row for row in rows if row.ticket == "pending" and row.revision.tagged_at <= before]:
                yield pending

    def rows(self, ids: Iterable[str]) -> dict[str, Row]:
        """The rows of these items by their ids; an item without a row is left out."""
        return {
            item["id"]["S"]: Row.from_attributes(item)
            for item in self._items([each for each in ids if "#" not in each], {})
        }

    def with_row(self, ids: Iterable[str]) -> set[str]:
        """Those of these items that have a row, forgotten ones included."""
        return {item["id"]["S"] for item in self._items(list(ids), {"ProjectionExpression": "id"})}

    def _ids_tagged(self, since: str, before: str) -> Iterator[str]:
        if since > before:
            return
        asked: Any = {"TableName": self._table, "IndexName": "by_day", "ProjectionExpression": "id"}
        values = {":since": {"S": since}, ":before": {"S": before}}
        between = "tagged_at BETWEEN :since AND :before"
        first, last = date.fromisoformat(since[:10]), date.fromisoformat(before[:10])
        days = (last - first).days + 1
        if days > _DAYS_ASKED:
            scan = self._dynamodb.get_paginator("scan")
            for page in scan.paginate(**asked, FilterExpression=between, ExpressionAttributeValues=values):
                yield from (item["id"]["S"] for item in page["Items"])
            return
        query = self._dynamodb.get_paginator("query")
        for shard in (shard for day in range(days) for shard in day_shards(str(first + timedelta(day)))):
            for found in query.paginate(
                **asked,
                KeyConditionExpression=f"day_shard = :shard AND {between}",
                ExpressionAttributeValues=values | {":shard": {"S": shard}},
            ):
                yield from (item["id"]["S"] for item in found["Items"])

    def _shard(self, shard: str, since: str | None) -> Iterator[tuple[str, str]]:
        """(time, item id) of one part of the index, the newest first."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="by_label",
            KeyConditionExpression="indexed_label = :shard AND tagged_at >= :since",
            ExpressionAttributeValues={":shard": {"S": shard}, ":since": {"S": since or "0"}},
            ScanIndexForward=False,
        )
        for page in pages:
            for item in page["Items"]:
                yield item["tagged_at"]["S"], item["id"]["S"]

    def _items(self, ids: Sequence[str], asked: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for start in range(0, len(ids), _BATCH):
            keys = [{"id": {"S": each}} for each in dict.fromkeys(ids[start : start + _BATCH])]
            while keys:
                given: Any = {self._table: {"Keys": keys, "ConsistentRead": True, **asked}}
                answer = self._dynamodb.batch_get_item(RequestItems=given)
                yield from answer["Responses"].get(self._table, [])
                left = answer["UnprocessedKeys"].get(self._table)
                keys = list(left["Keys"]) if left else []  # type: ignore[arg-type]  # keys as we gave them
                if keys:
                    time.sleep(_PAUSE_S)  # DynamoDB is busy
