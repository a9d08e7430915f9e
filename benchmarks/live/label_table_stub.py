"""A label table in memory: it answers the reads of the console, each after a fixed time; moto reads indexes slowly."""

from __future__ import annotations

import bisect
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from tagging.store import Row


class LabelTableStub:
    """A client of DynamoDB; calls of other tables go to a real one."""

    def __init__(self, client: Any, table: str, rows: Sequence[Row], call_s: float) -> None:
        self._client = client
        self._table = table
        self._call_s = call_s
        self._items: dict[str, Any] = {row.id: row.to_attributes() for row in rows}
        self._shards: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for id, item in self._items.items():
            self._shards[item["day_shard"]["S"]].append((item["tagged_at"]["S"], id))
        for shard in self._shards.values():
            shard.sort()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_item(self, **request: Any) -> dict[str, Any]:
        """GetItem."""
        if request["TableName"] != self._table:
            return dict(self._client.get_item(**request))
        time.sleep(self._call_s)
        item = self._items.get(request["Key"]["id"]["S"])
        return {} if item is None else {"Item": item}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:
        """BatchGetItem."""
        time.sleep(self._call_s)
        keys = [key["id"]["S"] for key in RequestItems[self._table]["Keys"]]
        found = [self._items[key] for key in keys if key in self._items]
        return {"Responses": {self._table: found}, "UnprocessedKeys": {}}

    def get_paginator(self, _: str) -> LabelTableStub:
        """Of queries."""
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        """The newest entries of a shard, page by page. The index by label is empty."""
        values = request["ExpressionAttributeValues"]
        shard = self._shards.get(values.get(":key", values.get(":shard"))["S"], []) if "by_day" in str(request) else []
        first = bisect.bisect_left(shard, (values[":since"]["S"], ""))
        last = bisect.bisect_right(shard, (values[":until"]["S"], "\uffff")) if ":until" in values else len(shard)
        wanted, size = shard[first:last][::-1], request.get("PaginationConfig", {}).get("PageSize", 1000)
        for start in range(0, max(1, len(wanted)), size):
            time.sleep(self._call_s)
            yield {"Items": [self._items[id] for _, id in wanted[start : start + size]]}
