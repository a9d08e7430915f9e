"""Reads of a simulation's tables give what moto itself gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tagging.aws import Clients
from tagging.corrections import Correction, ReviewEntry, ReviewTable
from tagging.simulation.direct_reads import DirectReads
from tagging.simulation.memory_stage import ResourceNames, VirtualClock, open_memory

NAMES = ResourceNames()
DAYS = ("2026-01-30", "2026-01-31")


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    with open_memory(VirtualClock(datetime(2026, 1, 31, tzinfo=UTC)), NAMES) as clients:
        table = ReviewTable(clients.dynamodb, NAMES.review_table)
        for number in (3, 1, 2, 0):
            table.put_entry(_entry(number))
            for author in ("ada", "bilal")[: 1 + number % 2]:
                table.record(_answer(number, author), "mail")
        yield clients


def _entry(number: int) -> ReviewEntry:
    return ReviewEntry(
        item=f"item{number}",
        kind="mail",
        encoder="e",
        generation=1,
        version="v",
        decided_at=f"{DAYS[number % 2]}T1{number}:00:00.000Z",
        drawn_at=f"2026-01-31T1{9 - number}:00:00.000Z",
        purpose="teach" if number == 1 else "measure",
        reason="sample",
        chance=0.5,
        people=2,
    )


def _answer(number: int, author: str) -> Correction:
    return Correction(
        item=f"item{number}",
        author=author,
        answered_at=f"2026-01-31T2{number}:00:00.000Z",
        source="cli",
        version=None,
        yes=("refund",),
        asked=("refund",),
        complete=True,
        blind=True,
    )


def test_a_query_gives_the_rows_that_moto_gives_in_its_order(clients: Clients) -> None:
    here = ReviewTable(clients.dynamodb, NAMES.review_table)
    assert isinstance(clients.dynamodb, DirectReads)
    by_moto = ReviewTable(clients.dynamodb.client, NAMES.review_table)
    for table in (here, by_moto):
        assert table.open_entries("mail", "measure")[0].item == "item0"
    for purpose in ("measure", "teach"):
        assert here.open_entries("mail", purpose) == by_moto.open_entries("mail", purpose)
    assert len(list(here.entries("mail", *DAYS))) == 4
    assert list(here.entries("mail", *DAYS)) == list(by_moto.entries("mail", *DAYS))
    assert list(here.corrections("mail", *DAYS)) == list(by_moto.corrections("mail", *DAYS))
    assert [here.of_item(f"item{number}") for number in range(5)] == [
        by_moto.of_item(f"item{number}") for number in range(5)
    ]


def test_a_row_by_its_key_and_all_rows_are_those_that_moto_gives(clients: Clients) -> None:
    assert isinstance(clients.dynamodb, DirectReads)
    by_moto = clients.dynamodb.client
    row = {"id": {"S": "item1"}, "record": {"B": bytes(range(256))}, "expires_at": {"N": "17"}}
    by_moto.batch_write_item(RequestItems={NAMES.label_table: [{"PutRequest": {"Item": row}}]})
    keys = [(NAMES.label_table, {"id": {"S": name}}) for name in ("item1", "none")]
    keys += [(NAMES.review_table, {"item": {"S": name}, "entry": {"S": "queue"}}) for name in ("item2", "none")]
    for table, key in keys:
        found = clients.dynamodb.get_item(TableName=table, Key=key)
        assert found.get("Item") == by_moto.get_item(TableName=table, Key=key).get("Item")
    assert clients.dynamodb.get_item(TableName=NAMES.label_table, Key={"id": {"S": "item1"}})["Item"] == row
    for table in NAMES.tables:
        scanned = by_moto.scan(TableName=table)["Items"]
        assert sorted(map(str, clients.dynamodb.all_rows(table))) == sorted(map(str, scanned))


def test_another_query_than_those_of_the_review_table_is_refused(clients: Clients) -> None:
    with pytest.raises(AssertionError, match="another query"):
        clients.dynamodb.query(
            TableName=NAMES.review_table,
            KeyConditionExpression="#other = :value",
            ExpressionAttributeNames={"#other": "state"},
            ExpressionAttributeValues={":value": {"S": "open"}},
        )
