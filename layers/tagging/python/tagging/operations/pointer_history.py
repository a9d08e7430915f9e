"""The pointer as the bucket's versions of its object tell it: what stands now, and every change before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from tagging.operations.models import Models
from tagging.serving import LAYER, Pointer, PointerError, StoredPointer, parse_pointer

REMEMBERED = 20
"""Changes that are read: enough to know since when the champion serves, and the highest generation."""


@dataclass(frozen=True)
class PointerRecord:
    """One version of the pointer's object; `pointer` is None where `fault` says why it is none."""

    written: datetime
    etag: str
    pointer: Pointer | None
    fault: str = ""


@dataclass(frozen=True)
class PointerState:
    """What stands now."""

    kind: str
    records: tuple[PointerRecord, ...]
    """The newest first; empty where nothing was ever promoted."""
    deleted: bool = False

    @property
    def highest(self) -> int:
        """The highest generation that was ever written: functions refuse a lower one."""
        return max((each.pointer.generation for each in self.records if each.pointer), default=0)

    @property
    def last_good(self) -> Pointer | None:
        """The valid pointer of the highest generation: what the functions serve by."""
        return next((each.pointer for each in self.records if each.pointer and self._is_highest(each.pointer)), None)

    @property
    def fault(self) -> str:
        """What is wrong with the pointer; empty for a valid one, or none at all."""
        if not self.records:
            return ""
        if self.deleted:
            return "the pointer was deleted"
        newest = self.records[0]
        if newest.pointer is None:
            return newest.fault
        if not self._is_highest(newest.pointer):
            return f"the pointer went back from generation {self.highest} to {newest.pointer.generation}"
        return ""

    @property
    def stored(self) -> StoredPointer | None:
        """The valid pointer with its ETag. Raises PointerError where it is not valid."""
        if self.fault:
            raise PointerError(self.fault)
        newest = self.records[0] if self.records else None
        return None if newest is None or newest.pointer is None else StoredPointer(newest.pointer, newest.etag)

    @property
    def replaceable(self) -> StoredPointer | None:
        """The last good pointer with the ETag of what stands in its place, for a write that restores it."""
        good = self.last_good
        return None if good is None or self.deleted else StoredPointer(good, self.records[0].etag)

    def _is_highest(self, pointer: Pointer) -> bool:
        return pointer.generation == self.highest

    def serves_since(self, version: str) -> PointerRecord | None:
        """The change by which the champion became this version, so far as the records reach; None for a layer that
        served before the first change.
        """
        since = None
        for record in self.records:
            if record.pointer is not None and record.pointer.champion != version:
                return since
            since = record if record.pointer is not None else since
        return None if version == LAYER else since

    def __str__(self) -> str:
        """What stands now, in half a line."""
        if self.fault:
            good = self.last_good
            return f"the functions serve on by generation {good.generation}" if good else "the layer's bundle serves"
        if not self.records or self.records[0].pointer is None:
            return "the layer's bundle serves, nothing was promoted yet"
        return describe(self.records[0].pointer)


def describe(pointer: Pointer) -> str:
    """Who serves by a pointer, since when and by whom, in half a line."""
    champion = "the layer's bundle" if pointer.champion == LAYER else pointer.champion
    share = pointer.challenger
    beside = f", {share.version} {share.share:.4g} of the items" if share is not None else ""
    beside += f", shadowed by {' and '.join(pointer.shadows)}" if pointer.shadows else ""
    return f"{champion} serves{beside} (generation {pointer.generation}, {pointer.at[:16]}, {short_name(pointer.by)})"


def short_name(by: str) -> str:
    """The name in an identity: `anna` of arn:aws:sts::123456789012:assumed-role/Admin/anna."""
    return by.rsplit("/", 1)[-1] or "somebody"


def read_state(models: Models) -> PointerState:
    """What stands now, and the last changes. Raises botocore's errors only."""
    bucket, key = models.store.bucket, models.store.pointer_key
    listed = models.s3.list_object_versions(Bucket=bucket, Prefix=key)
    deleted = any(each["Key"] == key and each["IsLatest"] for each in listed.get("DeleteMarkers", ()))
    versions = [each for each in listed.get("Versions", ()) if each["Key"] == key]
    versions.sort(key=lambda each: (each["IsLatest"], each["LastModified"]), reverse=True)

    def records() -> Iterator[PointerRecord]:
        for each in versions:
            content = models.s3.get_object(Bucket=bucket, Key=key, VersionId=each["VersionId"])["Body"].read()
            yield _record(models, each["LastModified"], each["ETag"], content)

    return PointerState(models.kind, tuple(islice(records(), REMEMBERED)), deleted)


def _record(models: Models, written: datetime, etag: str, content: bytes) -> PointerRecord:
    try:
        pointer = parse_pointer(content)
    except PointerError as error:
        return PointerRecord(written, etag, None, " ".join(str(error).split()))
    if pointer.kind != models.kind:
        return PointerRecord(written, etag, None, f"the pointer is for kind {pointer.kind}, not {models.kind}")
    return PointerRecord(written, etag, pointer)
