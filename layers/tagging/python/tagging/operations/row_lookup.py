"""The row that an item id or the address of an object stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagging.aws import ClientError
from tagging.intake import StoredObject
from tagging.operations.errors import InvalidArgument
from tagging.store import LabelTable, Row

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_OBJECT_URI = "s3://"


def parse_item(text: str) -> str | StoredObject:
    """The object that s3://bucket/key[?versionId=…] names, or an item id; InvalidArgument for half an address."""
    if not text.startswith(_OBJECT_URI):
        return text
    name, _, version = text.partition("?versionId=")  # a key may contain `?` and `#`, unlike the path of a URL
    bucket, _, key = name.removeprefix(_OBJECT_URI).partition("/")
    if not (bucket and key):
        raise InvalidArgument(f"{text} is not s3://bucket/key")
    return StoredObject(bucket, key, version or None)


def find_item_id(stored: StoredObject, table: LabelTable, s3: S3Client) -> str | None:
    """Item id of an object version, or of a key's newest one by the table or else by S3; None where unknown.

    Empty where the newest one was forgotten. Verdicts of the malware gate do not say which version is the newest.
    """
    if stored.version:
        return stored.item_id
    latest = table.latest(stored)
    if latest is not None:
        return latest
    try:
        version = s3.head_object(Bucket=stored.bucket, Key=stored.key).get("VersionId")
    except ClientError:
        return None
    return replace(stored, version=version).item_id if version else None


def find_row(item: str | StoredObject, table: LabelTable, s3: S3Client) -> Row | None:
    """The row of an item id or of an object, as `parse_item` gives it."""
    item_id = item if isinstance(item, str) else find_item_id(item, table, s3)
    return table.get(item_id) if item_id else None
