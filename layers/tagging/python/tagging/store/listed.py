"""The newest entries of the table's indexes, by day or by label, from a time backwards."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from datetime import date, timedelta
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tagging.store.row import day_shards

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PAGE = 100
"""Entries of one query: a list rarely needs more of one shard."""


class Listed(Struct, frozen=True):
    """One entry of an index. The index by label knows id and time alone."""

    id: str
    tagged_at: str
    kind: str | None = None
    labels: tuple[str, ...] | None = None
    quarantined: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """Its place among the entries: lists go down from the largest."""
        return self.tagged_at, self.id


class Listing(Struct, frozen=True):
    """Reads the indexes of one table. All methods raise botocore's errors."""

    dynamodb: DynamoDBClient
    table: str
    threads: Executor

    def by_day(self, since: str, until: str) -> Iterator[Listed]:
        """The items tagged from `since` to `until` (ISO 8601, UTC), the newest first."""
        first, last = date.fromisoformat(since[:10]), date.fromisoformat(until[:10])
        for ago in range((last - first).days + 1):
            yield from self._newest("by_day", "day_shard", day_shards(str(last - timedelta(ago))), since, until)

    def by_label(self, labels: Sequence[str], since: str, until: str) -> Iterator[Listed]:
        """The items under these keys of the index by label, the newest first.

        An item stays listed when a later revision no longer has the label.
        """
        return self._newest("by_label", "indexed_label", labels, since, until)

    def _newest(self, index: str, key: str, values: Sequence[str], since: str, until: str) -> Iterator[Listed]:
        shards = [self._pages(index, key, value, since, until) for value in values]
        firsts = self.threads.map(_first, shards)
        streams = [
            _ordered(chain(first, chain.from_iterable(rest))) for first, rest in zip(firsts, shards, strict=True)
        ]
        return heapq.merge(*streams, key=lambda each: each.place, reverse=True)

    def _pages(self, index: str, key: str, value: str, since: str, until: str) -> Iterator[list[Listed]]:
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=index,
            KeyConditionExpression=f"{key} = :key AND tagged_at BETWEEN :since AND :until",
            ExpressionAttributeValues={":key": {"S": value}, ":since": {"S": since}, ":until": {"S": until}},
            ScanIndexForward=False,
            PaginationConfig={"PageSize": _PAGE},
        )
        for page in pages:
            yield [_listed(item) for item in page["Items"]]


def _listed(item: Any) -> Listed:
    labels = item["labels"]["L"] if "labels" in item else None
    return Listed(
        item["item_id"]["S"] if "item_id" in item else item["id"]["S"],
        item["tagged_at"]["S"],
        item["kind"]["S"] if "kind" in item else None,
        None if labels is None else tuple(label["S"] for label in labels),
        "quarantine" in item,
    )


def _first(pages: Iterator[list[Listed]]) -> list[Listed]:
    return next(pages, [])


def _ordered(entries: Iterator[Listed]) -> Iterator[Listed]:
    """These entries, those of one time by id: the index has them in any order."""
    for _, alike in groupby(entries, lambda each: each.tagged_at):
        yield from sorted(alike, key=lambda each: each.id, reverse=True)
