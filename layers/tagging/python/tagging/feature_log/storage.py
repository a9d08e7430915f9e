"""The feature log in S3: batches as functions write them, hours as compaction makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from tagging.aws import ABSENT, CONCURRENT, PRECEDED, ClientError, error_code
from tagging.feature_log.batch import Batch, unpack_batch
from tagging.feature_log.compaction import CompactedHour
from tagging.feature_log.errors import LogError
from tagging.feature_log.hour import Decided, Hour, pack_hour, unpack_hour
from tagging.feature_log.keys import Attempt, HourKey, batches_prefix, hours_prefix, parse_reference
from tagging.feature_log.logged_item import LoggedItem, unpack_item
from tagging.kinds import Kind

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        GetObjectRequestTypeDef,
        ListObjectsV2OutputTypeDef,
        ListObjectsV2RequestTypeDef,
        PutObjectRequestTypeDef,
    )


class StoredHour(Struct, frozen=True):
    """An hour's decisions and the ETag of their object."""

    key: HourKey
    hour: Hour
    etag: str


class StoredObject(Struct, frozen=True):
    """The content of an object, and its ETag."""

    content: bytes
    etag: str


class LogStore:
    """Reads and writes the log of a bucket. All methods raise botocore's errors."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self.bucket = bucket

    def put_batch(self, key: str, content: bytes) -> None:
        """Write the object of a batch."""
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=content)

    def read_batch(self, key: str) -> Batch | None:
        """A batch; None where there is none. Raises LogError."""
        found = self._read(key)
        return None if found is None else unpack_batch(found[0])

    def batches(self, hour: HourKey) -> dict[str, str]:
        """The ETags of an hour's batches by key, sorted by key."""
        return self._etags(hour.batches)

    def hours_with_batches(self, kind: Kind, encoder: str, *, since: date | None = None) -> list[HourKey]:
        """The hours that have a batch, in order: one request for each day, from `since` on."""
        root = batches_prefix(kind, encoder)
        days = (day for day in self._folders(root) if since is None or day >= f"{root}{since:%Y-%m-%d}/")
        hours = [hour for day in days for hour in self._folders(day)]
        return sorted(HourKey(kind, encoder, hour.removeprefix(root)[:-1]) for hour in hours)

    def encoders(self, kind: Kind) -> list[str]:
        """The versions of encoders that the log has batches or hours of, sorted."""
        roots = (f"features/{kind}/", f"hours/{kind}/")
        return sorted({prefix.removeprefix(root)[:-1] for root in roots for prefix in self._folders(root)})

    def compacted(self, kind: Kind, encoder: str, *, since: HourKey | None = None) -> dict[HourKey, datetime]:
        """When the decisions of each compacted hour were written last, in the order of the hours.

        `since`: only of this hour and later ones, without a request for the pages before.
        """
        root, end = hours_prefix(kind, encoder), ".decisions"
        after = "" if since is None else f"{root}{since.hour}"  # before `.decisions`
        return {
            HourKey(kind, encoder, entry["Key"].removeprefix(root).removesuffix(end)): entry["LastModified"]
            for page in self._pages(root, after=after)
            for entry in page.get("Contents", ())
            if entry["Key"].endswith(end)
        }

    def read_hour(self, key: HourKey) -> StoredHour | None:
        """An hour's decisions; None where it was not compacted. Raises LogError."""
        found = self._read(key.decisions)
        return None if found is None else StoredHour(key, unpack_hour(found[0]), found[1])

    def write_hour(self, key: HourKey, compacted: CompactedHour, seen: StoredHour | None) -> bool:
        """Write an hour if it is as it was `seen` (None: if there is none); whether it was written.

        The object of decisions comes last, and names the object of items, so that both always fit each other.
        """
        self._s3.put_object(Bucket=self.bucket, Key=key.items(compacted.hour.inputs), Body=compacted.items)
        return self._put_if(key.decisions, pack_hour(compacted.hour), None if seen is None else seen.etag)

    def delete_other_items(self, key: HourKey, inputs: str) -> None:
        """Delete the objects of items to which the hour's decisions do not refer: those of earlier or lost attempts."""
        kept, prefix = key.items(inputs), key.decisions.removesuffix("decisions")
        for other in self._etags(prefix):
            if other.endswith(".items") and other != kept:
                self._s3.delete_object(Bucket=self.bucket, Key=other)

    def replace_decisions(self, seen: StoredHour, hour: Hour) -> bool:
        """Replace an hour's decisions if nobody has changed them since; whether it was done."""
        return self._put_if(seen.key.decisions, pack_hour(hour), seen.etag)

    def read_items(self, stored: StoredHour, decided: Decided | None = None) -> bytes:
        """The hour's object of items, or one item's part of it. Raises LogError where it is missing."""
        part = None if decided is None else f"bytes={decided.start}-{decided.end - 1}"
        found = self._read(stored.key.items(stored.hour.inputs), part)
        if found is None:
            raise LogError(f"the items of hour {stored.key.hour} are missing")
        return found[0]

    def read_object(self, key: str) -> StoredObject | None:
        """An object and its ETag; None where there is none."""
        found = self._read(key)
        return None if found is None else StoredObject(*found)

    def keys(self, prefix: str) -> list[str]:
        """The keys of all objects that begin with this, sorted."""
        return list(self._etags(prefix))

    def replace_object(self, key: str, content: bytes, etag: str | None) -> bool:
        """Write an object if it is as it was read (None: if there is none); whether it was done."""
        return self._put_if(key, content, etag)

    def find_item(self, reference: str, kind: Kind, encoder: str, item_id: str) -> LoggedItem | None:
        """The item that an attempt logged, from its batch, or else from its hour; None where neither has it.

        `reference`: as a row's revision names it. Raises LogError.
        """
        attempt = parse_reference(reference)
        batch = self.read_batch(attempt.key(kind, encoder))
        if batch is not None:
            found = next((entry for entry in batch.entries if entry.id == item_id), None)
            return None if found is None else unpack_item(found.item)
        return self._in_hour(attempt, kind, encoder, item_id)

    def _in_hour(self, attempt: Attempt, kind: Kind, encoder: str, item_id: str) -> LoggedItem | None:
        stored = self.read_hour(attempt.hour_key(kind, encoder))
        decided = next((each for each in stored.hour.decided if each.id == item_id), None) if stored else None
        if stored is None or decided is None:
            return None
        item = unpack_item(self.read_items(stored, decided))
        if item.id != item_id:
            raise LogError("the hour's items are not those of its decisions")
        return item

    def _read(self, key: str, byte_range: str | None = None) -> tuple[bytes, str] | None:
        request: GetObjectRequestTypeDef = {"Bucket": self.bucket, "Key": key}
        if byte_range is not None:
            request["Range"] = byte_range
        try:
            response = self._s3.get_object(**request)
        except ClientError as error:
            if error_code(error) in ABSENT:
                return None
            raise
        with closing(response["Body"]) as body:
            return body.read(), response["ETag"]

    def _put_if(self, key: str, content: bytes, etag: str | None) -> bool:
        request: PutObjectRequestTypeDef = {"Bucket": self.bucket, "Key": key, "Body": content}
        if etag is None:
            request["IfNoneMatch"] = "*"
        else:
            request["IfMatch"] = etag
        try:
            self._s3.put_object(**request)
        except ClientError as error:
            if error_code(error) not in PRECEDED | CONCURRENT:
                raise
            return False
        return True

    def _etags(self, prefix: str) -> dict[str, str]:
        pages = self._pages(prefix)
        return dict(sorted((entry["Key"], entry["ETag"]) for page in pages for entry in page.get("Contents", ())))

    def _folders(self, prefix: str) -> list[str]:
        pages = self._pages(prefix, delimiter="/")
        return sorted(entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", ()))

    def _pages(self, prefix: str, *, delimiter: str = "", after: str = "") -> Iterator[ListObjectsV2OutputTypeDef]:
        """Not boto3's paginator, whose file the layers of functions lack."""
        request: ListObjectsV2RequestTypeDef = {"Bucket": self.bucket, "Prefix": prefix}
        if delimiter:
            request["Delimiter"] = delimiter
        if after:
            request["StartAfter"] = after
        while True:
            page = self._s3.list_objects_v2(**request)
            yield page
            if not page.get("IsTruncated"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]
