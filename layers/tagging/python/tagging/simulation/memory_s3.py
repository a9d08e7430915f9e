"""S3 in memory, as far as the feature log and the bucket of models use it: a call takes microseconds, not moto's 3 ms.

Conditional writes, ranges and listings are as in S3; the tests compare them with moto's.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from threading import Lock
from typing import Any

from tagging.aws import ClientError


@dataclass(frozen=True)
class _Object:
    content: bytes
    etag: str
    written: datetime


@dataclass
class MemoryS3:
    """The methods of a client of S3, by their names there; `clock` gives the time at which objects are written."""

    clock: Callable[[], datetime]
    _buckets: dict[str, dict[str, _Object]] = field(default_factory=dict)
    _keys: dict[str, list[str]] = field(default_factory=dict)
    """The keys of each bucket, sorted."""
    _replaced: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    """Key and content of former versions of objects in versioned buckets, in order."""
    _lock: Lock = field(default_factory=Lock)

    def create_bucket(self, *, Bucket: str, versioned: bool = False) -> None:
        """Create an empty bucket; a versioned one keeps former versions for a copy."""
        self._buckets[Bucket], self._keys[Bucket] = {}, []
        if versioned:
            self._replaced[Bucket] = []

    def contents(self, bucket: str) -> list[tuple[str, bytes]]:
        """Key and content of all objects of a bucket, for a copy."""
        return [(key, found.content) for key, found in self._buckets[bucket].items()]

    def replaced(self, bucket: str) -> list[tuple[str, bytes]]:
        """The same of former versions, in the order in which they were replaced; none where a bucket is unversioned."""
        return list(self._replaced.get(bucket, ()))

    def put_object(
        self, *, Bucket: str, Key: str, Body: bytes, IfNoneMatch: str | None = None, IfMatch: str | None = None
    ) -> Mapping[str, str]:
        """Write an object; PreconditionFailed where its condition does not hold."""
        with self._lock:
            seen = self._buckets[Bucket].get(Key)
            if (IfNoneMatch is not None and seen is not None) or (IfMatch is not None and seen is None):
                raise _error("PreconditionFailed" if seen is not None else "NoSuchKey", "PutObject")
            if IfMatch is not None and seen is not None and seen.etag != IfMatch:
                raise _error("PreconditionFailed", "PutObject")
            etag = f'"{hashlib.md5(Body, usedforsecurity=False).hexdigest()}"'
            if seen is None:
                insort(self._keys[Bucket], Key)
            elif Bucket in self._replaced:
                self._replaced[Bucket].append((Key, seen.content))
            self._buckets[Bucket][Key] = _Object(Body, etag, self.clock())
        return {"ETag": etag}

    def get_object(
        self, *, Bucket: str, Key: str, Range: str | None = None, IfNoneMatch: str | None = None
    ) -> Mapping[str, Any]:
        """Read an object, or a range of it; NoSuchKey, and 304 where it is `IfNoneMatch`."""
        found = self._buckets[Bucket].get(Key)
        if found is None:
            raise _error("NoSuchKey", "GetObject")
        if IfNoneMatch == found.etag:
            raise _error("304", "GetObject")
        content = found.content
        if Range is not None:
            start, end = map(int, Range.removeprefix("bytes=").split("-"))
            content = content[start : end + 1]
        return {"Body": BytesIO(content), "ETag": found.etag, "ContentLength": len(content)}

    def delete_object(self, *, Bucket: str, Key: str) -> None:
        """Delete an object, if it is there."""
        with self._lock:
            if self._buckets[Bucket].pop(Key, None) is not None:
                keys = self._keys[Bucket]
                del keys[bisect_left(keys, Key)]

    def list_objects_v2(
        self, *, Bucket: str, Prefix: str, Delimiter: str | None = None, StartAfter: str = ""
    ) -> Mapping[str, Any]:
        """List objects in the order of their keys, in one page; with a delimiter, folders stand for those in them."""
        with self._lock:
            keys, objects = self._keys[Bucket], self._buckets[Bucket]
            start = bisect_left(keys, max(Prefix, StartAfter))
            contents: list[Mapping[str, Any]] = []
            folders: dict[str, None] = {}
            while start < len(keys) and keys[start].startswith(Prefix):
                key = keys[start]
                start += 1
                head, inner, _ = key[len(Prefix) :].partition(Delimiter) if Delimiter else ("", "", "")
                if inner:
                    folder = Prefix + head + inner
                    folders[folder] = None
                    start = bisect_left(keys, folder + "\U0010ffff")
                elif key > StartAfter:
                    found = objects[key]
                    contents.append({"Key": key, "ETag": found.etag, "LastModified": found.written})
        return {"Contents": contents, "CommonPrefixes": [{"Prefix": each} for each in folders], "IsTruncated": False}


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
