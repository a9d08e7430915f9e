"""The object versions of a bucket that a row is due for, read page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tagging.intake import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PAGE = 1000
"""Versions that S3 lists in one call at most: this many are in memory at once."""


@dataclass
class Passed:
    """What a listing passed over; counts of versions, of which none is due."""

    earlier: int = 0
    """Written before the time asked for."""
    deleted: int = 0
    """Their object was deleted since: a delete marker is its newest version."""
    unversioned: int = 0
    """Written before the bucket kept versions: nothing tells which row would be theirs."""
    _deleted_keys: set[str] = field(default_factory=set)


def versions_since(s3: S3Client, bucket: str, since: datetime, passed: Passed) -> Iterator[list[StoredObject]]:
    """The versions written from `since` on, one page after the other; counts in `passed` what it passes over.

    S3 lists by key, each key's newest first, and cannot list by time: the whole bucket is read.
    """
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": _PAGE})
    last = ""
    for page in pages:
        deleted = {each["Key"] for each in page.get("DeleteMarkers", []) if each["IsLatest"]} | {last}
        due = [each for each in page.get("Versions", []) if _due(each, since, deleted, passed)]
        # A key's marker comes before its versions: only the last key's may be on the next page.
        last = max(deleted)
        yield [StoredObject(bucket, each["Key"], each["VersionId"]) for each in due]


def _due(version: Any, since: datetime, deleted: set[str], passed: Passed) -> bool:
    if StoredObject("", version["Key"]).is_setup_object:
        return False
    if version["LastModified"] < since:
        passed.earlier += 1
    elif version["Key"] in deleted:
        passed.deleted += 1
    elif version["VersionId"] == "null":
        passed.unversioned += 1
    else:
        return True
    return False
