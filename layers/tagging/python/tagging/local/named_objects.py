"""Puts the objects that an event names into their bucket, and makes the event name the versions stored there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from tagging.intake import ITEM_SCHEMA
from tagging.local.cloud import LocalCloud, StoredVersion


@dataclass(frozen=True)
class Named:
    """One place in an event that names an object; `fields` is the part that says which version it is."""

    key: str
    bucket: dict[str, Any]
    bucket_field: str
    fields: dict[str, Any]
    version_field: str
    etag_field: str


def put_named_objects(cloud: LocalCloud, function: str, event: Any, folder: Path) -> Any:
    """The event as it would be if the files of `folder` that it names lay in the function's bucket; they do then.

    An object is the file whose MD5 is its eTag, or else the file that its key's last part names. Objects without a
    file stay missing, and their places untouched.
    """
    stored: dict[tuple[str, str], StoredVersion] = {}

    def complete(document: Any) -> Any:
        if isinstance(document, str):
            inner = _parsed(document)
            completed = complete(inner)
            return document if completed == inner else json.dumps(completed)
        if isinstance(document, list):
            return [complete(each) for each in document]
        if not isinstance(document, dict):
            return document
        document = {name: complete(value) for name, value in document.items()}
        for named in _named_in(document):
            _store(cloud, function, named, folder, stored)
        return document

    return complete(event)


def _parsed(text: str) -> dict[str, Any] | None:
    """The JSON object that a text holds; None where it holds something else."""
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _named_in(document: dict[str, Any]) -> Iterator[Named]:
    """What this document itself names: an S3 record, an event by EventBridge, or our own message."""
    try:
        if document.get("eventSource") == "aws:s3":
            bucket, found = document["s3"]["bucket"], document["s3"]["object"]
            yield Named(unquote_plus(found["key"]), bucket, "name", found, "versionId", "eTag")
        elif document.get("source") == "aws.s3":
            bucket, found = document["detail"]["bucket"], document["detail"]["object"]
            yield Named(str(found["key"]), bucket, "name", found, "version-id", "etag")
        elif document.get("source") == "aws.guardduty":
            found = document["detail"]["s3ObjectDetails"]
            yield Named(str(found["objectKey"]), found, "bucketName", found, "versionId", "eTag")
        elif document.get("schema") == ITEM_SCHEMA and isinstance(found := document.get("object"), dict):
            yield Named(str(found["key"]), found, "bucket", found, "version", "etag")
    except (KeyError, TypeError, AttributeError):
        return  # not what it says it is: the function gets it as it stands


def _store(
    cloud: LocalCloud, function: str, named: Named, folder: Path, stored: dict[tuple[str, str], StoredVersion]
) -> None:
    data = _content(folder, named)
    if data is None:
        return
    which = (named.key, str(named.fields.get(named.version_field)))
    if which not in stored:  # two places that name one version go on doing so
        stored[which] = cloud.put(function, named.key, data)
    found = stored[which]
    named.bucket[named.bucket_field] = found.bucket
    given = {named.version_field: found.version, named.etag_field: found.etag}
    # Only what the event says is corrected; what it leaves out stays out.
    named.fields.update({name: value for name, value in given.items() if name in named.fields})


def _content(folder: Path, named: Named) -> bytes | None:
    contents = {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file()}
    by_etag = {hashlib.md5(data, usedforsecurity=False).hexdigest(): data for data in contents.values()}
    return by_etag.get(str(named.fields.get(named.etag_field)), contents.get(Path(named.key).name))
