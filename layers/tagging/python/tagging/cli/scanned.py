"""Whether an object version passed the malware gate, as GuardDuty wrote on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagging.source import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CLEAN = {"Key": "GuardDutyMalwareScanStatus", "Value": "NO_THREATS_FOUND"}


def found_clean(s3: S3Client, stored: StoredObject) -> bool:
    """False where a scan found something, gave no verdict, or was never made; one call of S3."""
    tags = s3.get_object_tagging(Bucket=stored.bucket, Key=stored.key, VersionId=str(stored.version))["TagSet"]
    return _CLEAN in tags
