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


@dataclass(frozen=True)
class Position:
    """Where a listing goes on: S3's markers, and the last key that was deleted before them."""

    key: str = ""
    version: str = ""
    deleted: str = ""


@dataclass(frozen=True)
class VersionPage:
    """The versions of one page, and the position of the next one."""

    versions: list[StoredObject]
    next: Position
    last: bool
    """No page follows."""


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
    s3: S3Client,
    bucket: str,
    since: datetime,
    skipped: SkippedVersions,
    *,
    start: Position | None = None,
    probes: bool = False,
) -> Iterator[VersionPage]:
    """The versions written from `since` on, one page after the other from `start`; counts the others in `skipped`.

    S3 lists by key, each key's newest first, and cannot list by time: the whole bucket is read. `probes`: keys under
    `probe/` are left out.
    """
    at, more = start or Position(), True
    while more:
        markers: Any = {"KeyMarker": at.key, "VersionIdMarker": at.version} if at.key else {}
        page = s3.list_object_versions(Bucket=bucket, MaxKeys=_PAGE, **{n: v for n, v in markers.items() if v})
        deleted = {marker["Key"] for marker in page.get("DeleteMarkers", []) if marker["IsLatest"]} | {at.deleted}
        found = [StoredObject(bucket, each["Key"], each["VersionId"]) for each in page.get("Versions", [])]
        listed = [
            stored
            for stored, version in zip(found, page.get("Versions", []), strict=True)
            if stored.is_item and not (probes and stored.is_probe) and _needs_row(version, since, deleted, skipped)
        ]
        more = page["IsTruncated"]
        # A key's marker comes before its versions: only the last key's versions may be on the next page.
        at = Position(page.get("NextKeyMarker", ""), page.get("NextVersionIdMarker", ""), max(deleted))
        yield VersionPage(listed, at, last=not more)


def _needs_row(version: Any, since: datetime, deleted: set[str], skipped: SkippedVersions) -> bool:
    if version["LastModified"] < since:
        skipped.earlier += 1
    elif version["Key"] in deleted:
        skipped.deleted += 1
    elif version["VersionId"] == "null":
        skipped.unversioned += 1
    else:
        return True
    return False
