"""What EventBridge says of an object: that S3 holds it, or what GuardDuty found when it scanned it."""

from __future__ import annotations

from typing import Any, NamedTuple

from tagging.intake.source import StoredObject
from tagging.quarantine import Quarantine

_SCANNED = "GuardDuty Malware Protection Object Scan Result"
_CLEAN = "NO_THREATS_FOUND"
_REFUSED = {
    "THREATS_FOUND": "malware",
    # No verdict, and this message will never bring one: GuardDuty scans an object once, when it is put.
    "UNSUPPORTED": "unscanned",
    "ACCESS_DENIED": "unscanned",
    "FAILED": "unscanned",
}
"""Reasons by the result of a scan. The gate fails closed: without a verdict nothing is tagged."""


class Told(NamedTuple):
    """An object to tag, or why it is not even read."""

    stored: StoredObject
    refusal: Quarantine | None = None


def read_eventbridge(event: dict[str, Any]) -> Told | None:
    """What an event of S3 or GuardDuty asks for; None for other news of an object.

    Raises KeyError, TypeError, AttributeError or ValueError for what neither of them sends.
    """
    kind, detail = event["detail-type"], event["detail"]
    if event["source"] == "aws.guardduty":
        if kind != _SCANNED:
            raise ValueError("detail-type")
        return _scanned(detail)
    if not kind.startswith("Object "):
        raise ValueError("detail-type")
    return Told(_created(detail)) if kind == "Object Created" else None


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


def _scanned(detail: dict[str, Any]) -> Told:
    """The same object version as in S3's event, and so the same item; GuardDuty tells neither sequencer nor size."""
    scanned, result = detail["s3ObjectDetails"], detail["scanResultDetails"]["scanResultStatus"]
    stored = StoredObject.checked(
        bucket=scanned["bucketName"],
        key=scanned["objectKey"],
        version=scanned.get("versionId"),
        etag=scanned.get("eTag"),
        sequencer=None,
        size=None,
    )
    return Told(stored) if result == _CLEAN else Told(stored, Quarantine(_REFUSED[result], f"GuardDuty: {result}"))
