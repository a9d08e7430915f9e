"""The tag of retired versions: a lifecycle rule of the bucket of models removes what has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagging.operations.models import Models
from tagging.serving import MANIFEST, version_prefix

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import TagTypeDef

RETIRED: TagTypeDef = {"Key": "retired", "Value": "true"}
"""On every file of a retired version."""


def is_retired(models: Models, version: str) -> bool:
    """Whether a version is marked as retired."""
    key = version_prefix(models.kind, version) + MANIFEST
    return RETIRED in models.s3.get_object_tagging(Bucket=models.store.bucket, Key=key)["TagSet"]


def mark_retired(models: Models, version: str, *, retired: bool) -> None:
    """Set the tag, or take it back, on every file, the manifest last: it says whether all have it."""
    prefix = version_prefix(models.kind, version)
    listed = models.s3.list_objects_v2(Bucket=models.store.bucket, Prefix=prefix).get("Contents", [])
    for key in sorted((each["Key"] for each in listed), key=lambda key: key.endswith(f"{version}/{MANIFEST}")):
        tag: TagTypeDef = RETIRED if retired else {"Key": "retired", "Value": "false"}
        models.s3.put_object_tagging(Bucket=models.store.bucket, Key=key, Tagging={"TagSet": [tag]})
