"""What a simulation wrote, as one document, and how it is written to another stage: a call there takes milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

if TYPE_CHECKING:
    from tagging.aws import Clients
    from tagging.simulation.direct_reads import DirectReads
    from tagging.simulation.memory_s3 import MemoryS3

THREADS = 16
ROWS_A_CALL = 25
"""Items of one BatchWriteItem."""
Progress = Callable[[str, int, int], None]
Contents = list[tuple[str, bytes]]
"""Keys and contents of objects."""


class StageCopy(Struct, frozen=True):
    """Objects and rows of a stage, by bucket and table."""

    until: datetime
    """The end of the simulation."""
    replaced: Mapping[str, Contents]
    """Former versions of objects, in the order in which they were replaced."""
    objects: Mapping[str, Contents]
    rows: Mapping[str, list[dict[str, dict[str, Any]]]]
    mails: Contents
    """Of the bucket whose events reach a function; their rows exist."""


def copy_of(
    clients: Clients, buckets: tuple[str, ...], tables: tuple[str, ...], mails: Contents, until: datetime
) -> StageCopy:
    """The copy of a stage in memory (`open_memory`)."""
    s3, dynamodb = cast("MemoryS3", clients.s3), cast("DirectReads", clients.dynamodb)
    return StageCopy(
        until,
        {bucket: s3.replaced(bucket) for bucket in buckets},
        {bucket: s3.contents(bucket) for bucket in buckets},
        {table: dynamodb.all_rows(table) for table in tables},
        mails,
    )


def write_copy(copy: StageCopy, target: Clients, mail_bucket: str, progress: Progress) -> None:
    """Write a copy to the places of the same names. Meanwhile the mail bucket tells nobody about its mails.

    The end of it sends the queue of mails a test event.
    """
    s3 = target.s3
    told = s3.get_bucket_notification_configuration(Bucket=mail_bucket).get("QueueConfigurations", [])
    s3.put_bucket_notification_configuration(Bucket=mail_bucket, NotificationConfiguration={})
    with ThreadPoolExecutor(THREADS) as threads:
        for bucket, contents in copy.replaced.items():
            for key, content in contents:  # one after the other: each replaces the one before
                s3.put_object(Bucket=bucket, Key=key, Body=content)
        puts = [(bucket, *each) for bucket, contents in copy.objects.items() for each in contents]
        puts += [(mail_bucket, *each) for each in copy.mails]
        calls: list[Callable[[], object]] = [_put(s3, *each) for each in puts]
        calls += [
            _write(target.dynamodb, table, rows[start : start + ROWS_A_CALL])
            for table, rows in copy.rows.items()
            for start in range(0, len(rows), ROWS_A_CALL)
        ]
        for done, _ in enumerate(threads.map(lambda call: call(), calls), 1):
            progress("copying to the local cloud", done, len(calls))
    s3.put_bucket_notification_configuration(
        Bucket=mail_bucket, NotificationConfiguration={"QueueConfigurations": told}
    )


def _put(s3: Any, bucket: str, key: str, content: bytes) -> Callable[[], object]:
    return lambda: s3.put_object(Bucket=bucket, Key=key, Body=content)


def _write(dynamodb: Any, table: str, rows: list[Any]) -> Callable[[], object]:
    return lambda: dynamodb.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": row}} for row in rows]})
