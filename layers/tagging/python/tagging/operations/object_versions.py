"""The object versions of a bucket that should have a row, read page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tagging.intake import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PAGE = 1000
"""Versions that S3 lists in one call at most: this many are in memory at once."""


@dataclass
class SkippedVersions:
    """Counts of the versions that a listing skipped: they need no row."""

    earlier: int = 0
    """Written before the listing's start."""
    deleted: int = 0
    """Their object was deleted since: a delete marker is its newest version."""
    unversioned: int = 0
    """Written before the bucket kept versions: their row cannot be identified."""


def versions_since(
    s3: S3Client, bucket: str, since: datetime, skipped: SkippedVersions
) -> Iterator[list[StoredObject]]:
    """The versions written from `since` on, one page after the other; counts the others in `skipped`.

    S3 lists by key, each key's newest first, and cannot list by time: the whole bucket is read.
    """
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": _PAGE})
    last = ""
    for page in pages:
        deleted = {marker["Key"] for marker in page.get("DeleteMarkers", []) if marker["IsLatest"]} | {last}
        listed = [version for version in page.get("Versions", []) if _needs_row(version, since, deleted, skipped)]
        # A key's marker comes before its versions: only the last key's versions may be on the next page.
        last = max(deleted)
        yield [StoredObject(bucket, version["Key"], version["VersionId"]) for version in listed]


def _needs_row(version: Any, since: datetime, deleted: set[str], skipped: SkippedVersions) -> bool:
    if not StoredObject("", version["Key"]).is_item:
        return False
    if version["LastModified"] < since:
        skipped.earlier += 1
    elif version["Key"] in deleted:
        skipped.deleted += 1
    elif version["VersionId"] == "null":
        skipped.unversioned += 1
    else:
        return True
    return False
