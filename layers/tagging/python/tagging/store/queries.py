"""Queries that list rows page by page: quarantined rows, pending tickets, existing rows of many items."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from tagging.store.row import Row, day_shards, quarantine_shards

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_BATCH = 100
"""Rows per BatchGetItem."""
_PAUSE_S = 0.2
_MAX_DAY_QUERIES = 60
"""Up to so many days are queried one by one (eight queries each); for more, the whole index by day is scanned."""


def row_time(at: datetime) -> str:
    """The time as rows hold it (ISO 8601, UTC, milliseconds): text order is time order."""
    return at.isoformat(timespec="milliseconds")


class RowLists:
    """Reads one label table for operators; memory does not grow with the table."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def quarantined(self, since: str | None = None) -> Iterator[Row]:
        """Rows quarantined since `since` (ISO 8601, UTC), newest first; the newest may be missing (the index lags)."""
        shards = [self._shard(shard, since) for shard in quarantine_shards()]
        ids = (item_id for _, item_id in heapq.merge(*shards, reverse=True))
        while batch := list(islice(ids, _BATCH)):
            rows = self.rows(batch)
            yield from (rows[each] for each in batch if each in rows and rows[each].revision.quarantine)

    def pending(self, since: str, before: str) -> Iterator[list[Row]]:
        """Yield lists of rows tagged from `since` to `before` (ISO 8601, UTC) whose ticket is pending.

        The index by day finds the candidates; it lags and does not hold the ticket's state, which would cost another
        write per item. So each row is read consistently.
        """
        ids = self._ids_tagged(since, before)
        while batch := list(islice(ids, _BATCH)):
            rows = self.rows(batch).values()
            if pending := [row for row in rows if row.ticket == "pending" and row.revision.tagged_at <= before]:
                yield pending

    def rows(self, ids: Iterable[str]) -> dict[str, Row]:
        """The rows of these items by id; items without a row are omitted."""
        return {
            item["id"]["S"]: Row.from_attributes(item)
            for item in self._items([each for each in ids if "#" not in each], {})
        }

    def with_row(self, ids: Iterable[str]) -> set[str]:
        """Ids of the items that have a row, including forgotten ones."""
        return {item["id"]["S"] for item in self._items(list(ids), {"ProjectionExpression": "id"})}

    def _ids_tagged(self, since: str, before: str) -> Iterator[str]:
        if since > before:
            return
        query: Any = {"TableName": self._table, "IndexName": "by_day", "ProjectionExpression": "id"}
        values = {":since": {"S": since}, ":before": {"S": before}}
        between = "tagged_at BETWEEN :since AND :before"
        first, last = date.fromisoformat(since[:10]), date.fromisoformat(before[:10])
        days = (last - first).days + 1
        if days > _MAX_DAY_QUERIES:
            scan = self._dynamodb.get_paginator("scan")
            for page in scan.paginate(**query, FilterExpression=between, ExpressionAttributeValues=values):
                yield from (item["id"]["S"] for item in page["Items"])
            return
        pages = self._dynamodb.get_paginator("query")
        for shard in (shard for day in range(days) for shard in day_shards(str(first + timedelta(day)))):
            for page in pages.paginate(
                **query,
                KeyConditionExpression=f"day_shard = :shard AND {between}",
                ExpressionAttributeValues=values | {":shard": {"S": shard}},
            ):
                yield from (item["id"]["S"] for item in page["Items"])

    def _shard(self, shard: str, since: str | None) -> Iterator[tuple[str, str]]:
        """Yield (time, item id) of one shard of the index, newest first."""
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

    def _items(self, ids: Sequence[str], options: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for start in range(0, len(ids), _BATCH):
            keys = [{"id": {"S": each}} for each in dict.fromkeys(ids[start : start + _BATCH])]
            while keys:
                request: Any = {self._table: {"Keys": keys, "ConsistentRead": True, **options}}
                response = self._dynamodb.batch_get_item(RequestItems=request)
                yield from response["Responses"].get(self._table, [])
                unprocessed = response["UnprocessedKeys"].get(self._table)
                keys = list(unprocessed["Keys"]) if unprocessed else []  # type: ignore[arg-type]  # the keys of our request
                if keys:
                    time.sleep(_PAUSE_S)  # DynamoDB is busy
