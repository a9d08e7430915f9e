"""EventBridge events about an object: S3 created it, or GuardDuty scanned it."""

from __future__ import annotations

from typing import Any, NamedTuple

from tagging.intake.source import StoredObject
from tagging.quarantine import Quarantine, Reason

_SCAN_RESULT = "GuardDuty Malware Protection Object Scan Result"
_CLEAN = "NO_THREATS_FOUND"
_REASONS: dict[str, Reason] = {
    "THREATS_FOUND": "malware",
    # No verdict, and none will follow: GuardDuty scans an object once, when it is put.
    "UNSUPPORTED": "unscanned",
    "ACCESS_DENIED": "unscanned",
    "FAILED": "unscanned",
}
"""Reasons by the status of a scan. The gate fails closed: without a verdict nothing is tagged."""


class ObjectEvent(NamedTuple):
    """An object that an event names, with its quarantine if the scan result forbids reading it."""

    stored: StoredObject
    quarantine: Quarantine | None = None


def read_eventbridge(event: dict[str, Any]) -> ObjectEvent | None:
    """The object of an event of S3 or GuardDuty; None for events that create no object.

    Raises KeyError, TypeError, AttributeError or ValueError for events that neither of them sends.
    """
    type, detail = event["detail-type"], event["detail"]
    if event["source"] == "aws.guardduty":
        if type != _SCAN_RESULT:
            raise ValueError("detail-type")
        return _scanned(detail)
    if not type.startswith("Object "):
        raise ValueError("detail-type")
    return ObjectEvent(_created(detail)) if type == "Object Created" else None


def _created(detail: dict[str, Any]) -> StoredObject:
    stored = detail["object"]
    return StoredObject.checked(  # EventBridge does not encode keys
        bucket=detail["bucket"]["name"],
        key=stored["key"],
        version=stored.get("version-id"),
        etag=stored.get("etag"),
        sequencer=stored.get("sequencer"),
        size=stored.get("size"),
    )


def _scanned(detail: dict[str, Any]) -> ObjectEvent:
    """The same object version, and so the same item, as in S3's event; GuardDuty sends neither sequencer nor size."""
    scanned, status = detail["s3ObjectDetails"], detail["scanResultDetails"]["scanResultStatus"]
    stored = StoredObject.checked(
        bucket=scanned["bucketName"],
        key=scanned["objectKey"],
        version=scanned.get("versionId"),
        etag=scanned.get("eTag"),
        sequencer=None,
        size=None,
    )
    return ObjectEvent(stored, None if status == _CLEAN else Quarantine(_REASONS[status], f"GuardDuty: {status}"))
