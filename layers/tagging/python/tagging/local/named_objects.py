"""Puts the objects that an event names into their bucket, and updates the event with the stored versions."""

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
class ObjectReference:
    """A reference to an object in an event; `fields` holds its version."""

    key: str
    bucket: dict[str, Any]
    bucket_field: str
    fields: dict[str, Any]
    version_field: str
    etag_field: str


def put_named_objects(cloud: LocalCloud, function: str, event: Any, folder: Path) -> Any:
    """Put the files of `folder` that the event names into the function's bucket; returns the event with their versions.

    An object is the file whose MD5 is its eTag, or else the file with the name at the end of its key. References to
    objects without a file stay unchanged.
    """
    stored: dict[tuple[str, str], StoredVersion] = {}

    def complete(document: Any) -> Any:
        if isinstance(document, str):
            inner = _parsed(document)
            completed = complete(inner)
            return document if completed == inner else json.dumps(completed)
        if isinstance(document, list):
            return [complete(element) for element in document]
        if not isinstance(document, dict):
            return document
        document = {name: complete(value) for name, value in document.items()}
        for reference in _references_in(document):
            _store(cloud, function, reference, folder, stored)
        return document

    return complete(event)


def _parsed(text: str) -> dict[str, Any] | None:
    """The JSON object in a text; None for anything else."""
    if not text.startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _references_in(document: dict[str, Any]) -> Iterator[ObjectReference]:
    """The reference in an S3 record, an EventBridge event or our own message, not in their parts."""
    try:
        if document.get("eventSource") == "aws:s3":
            bucket, stored = document["s3"]["bucket"], document["s3"]["object"]
            yield ObjectReference(unquote_plus(stored["key"]), bucket, "name", stored, "versionId", "eTag")
        elif document.get("source") == "aws.s3":
            bucket, stored = document["detail"]["bucket"], document["detail"]["object"]
            yield ObjectReference(str(stored["key"]), bucket, "name", stored, "version-id", "etag")
        elif document.get("source") == "aws.guardduty":
            stored = document["detail"]["s3ObjectDetails"]
            yield ObjectReference(str(stored["objectKey"]), stored, "bucketName", stored, "versionId", "eTag")
        elif document.get("schema") == ITEM_SCHEMA and isinstance(stored := document.get("object"), dict):
            yield ObjectReference(str(stored["key"]), stored, "bucket", stored, "version", "etag")
    except (KeyError, TypeError, AttributeError):
        return  # malformed: the function gets it unchanged


def _store(
    cloud: LocalCloud,
    function: str,
    reference: ObjectReference,
    folder: Path,
    stored: dict[tuple[str, str], StoredVersion],
) -> None:
    data = _content(folder, reference)
    if data is None:
        return
    id = (reference.key, str(reference.fields.get(reference.version_field)))
    if id not in stored:  # two references to one version stay equal
        stored[id] = cloud.put(function, reference.key, data)
    version = stored[id]
    reference.bucket[reference.bucket_field] = version.bucket
    values = {reference.version_field: version.version, reference.etag_field: version.etag}
    # Only fields that the event has are replaced.
    reference.fields.update({name: value for name, value in values.items() if name in reference.fields})


def _content(folder: Path, reference: ObjectReference) -> bytes | None:
    contents = {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file()}
    by_etag = {hashlib.md5(data, usedforsecurity=False).hexdigest(): data for data in contents.values()}
    etag = str(reference.fields.get(reference.etag_field))
    return by_etag.get(etag, contents.get(Path(reference.key).name))
