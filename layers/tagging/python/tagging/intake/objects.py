"""Fetching stored objects with a size limit. S3's errors are either retryable or reasons for quarantine."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing
from typing import TYPE_CHECKING

from msgspec import Struct

from tagging.aws import ClientError, ParamValidationError
from tagging.intake.source import StoredObject
from tagging.quarantine import Quarantined, Reason

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

_REASONS: dict[str, Reason] = {
    "NoSuchKey": "object_gone",
    "NoSuchVersion": "object_gone",
    "NoSuchBucket": "object_gone",
    "404": "object_gone",
    "MethodNotAllowed": "object_gone",  # the version is a delete marker
    "405": "object_gone",
    "PreconditionFailed": "superseded",
    "412": "superseded",
    "InvalidObjectState": "archived",  # in Glacier: not readable until somebody restores it
    "InvalidArgument": "bad_pointer",  # not a version id of S3
    "InvalidBucketName": "bad_pointer",
    "KeyTooLongError": "bad_pointer",
}


class Fetched(Struct, frozen=True):
    """An object's bytes, and its source completed by S3's response."""

    source: StoredObject
    data: bytes


class ObjectStore:
    """Reads objects of at most `max_bytes`."""

    def __init__(self, s3: S3Client, max_bytes: int, in_flight_bytes: int) -> None:
        self._s3 = s3
        self.max_bytes = max_bytes
        self.in_flight_bytes = in_flight_bytes

    def fetch(self, source: StoredObject) -> Fetched:
        """Fetch one version. Raises Quarantined where no retry helps, botocore's errors where one may."""
        if source.size is not None and source.size > self.max_bytes:
            raise Quarantined("too_large")
        request: GetObjectRequestTypeDef = {"Bucket": source.bucket, "Key": source.key}
        if source.version:
            request["VersionId"] = source.version
        elif source.etag:
            request["IfMatch"] = f'"{source.etag.strip(chr(34))}"'
        try:
            response = self._s3.get_object(**request)
        except ClientError as error:
            reason = _REASONS.get(str(error.response.get("Error", {}).get("Code", "")))
            if reason is None:
                raise
            raise Quarantined(reason) from None  # S3's text may name the key
        except ParamValidationError:
            raise Quarantined("bad_pointer") from None
        with closing(response["Body"]) as body:  # the body as context manager would not check its length
            if response["ContentLength"] > self.max_bytes:
                raise Quarantined("too_large")
            data = body.read()
        return Fetched(source.completed(response.get("VersionId"), response.get("ETag")), data)

    def fetch_ahead(
        self, sources: Sequence[StoredObject | None], threads: Executor
    ) -> Iterator[Future[Fetched] | None]:
        """Yield one future per source, in order (None for None), started as early as `in_flight_bytes` allows.

        An object counts from its fetch until the caller takes the next one. The next object is always fetched, so
        a single large object cannot block the batch.
        """
        waiting: deque[tuple[Future[Fetched] | None, int]] = deque()
        in_flight = started = 0
        for _ in sources:
            while started < len(sources):
                source = sources[started]
                size = 0 if source is None else min(source.size or self.max_bytes, self.max_bytes)
                if waiting and in_flight + size > self.in_flight_bytes:
                    break
                waiting.append((None if source is None else threads.submit(self.fetch, source), size))
                in_flight += size
                started += 1
            future, size = waiting.popleft()
            yield future
            in_flight -= size
