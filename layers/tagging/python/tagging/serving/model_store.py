"""The bucket of models: one pointer per kind, and versions that are written once and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from msgspec import Struct

from tagging.aws import ABSENT, CONCURRENT, PRECEDED, ClientError, error_code
from tagging.kinds import Kind
from tagging.serving.pointer import Pointer, PointerError, parse_pointer
from tagging.serving.version_files import MANIFEST, VERSION_FILES, version_prefix
from tagging.validation import InvalidDocument, from_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef, PutObjectRequestTypeDef

MOST_FILE_BYTES = 16 * 1024 * 1024
"""Largest file of a version that is read: more than any that may be served."""
_UNCHANGED = frozenset({"NotModified", "304"})


class MovedMeanwhile(PointerError):
    """Somebody else changed the pointer after it was read; nothing was written."""

    def __init__(self) -> None:
        super().__init__("somebody else changed the pointer meanwhile: look at it again")


class StoredPointer(Struct, frozen=True):
    """A pointer and the ETag of its object, by which the next write is conditional."""

    pointer: Pointer
    etag: str


class VersionMissing(PointerError):
    """The bucket does not hold the version, or a file of it is too large to be read."""


class _Manifest(Struct, frozen=True):
    """The part of a version's manifest that names its files."""

    files: dict[str, str]


class ModelStore:
    """Reads and writes the pointer and the versions of one kind."""

    def __init__(self, s3: S3Client, bucket: str, kind: Kind) -> None:
        self._s3 = s3
        self.bucket = bucket
        self.kind = kind
        self.pointer_key = f"serving/{kind}.json"

    def read_pointer(self, known: StoredPointer | None = None) -> StoredPointer | None:
        """The pointer; None if there is none. With `known`, the same object is returned if it is unchanged.

        Raises PointerError for an invalid pointer, and botocore's errors.
        """
        request: GetObjectRequestTypeDef = {"Bucket": self.bucket, "Key": self.pointer_key}
        if known is not None:
            request["IfNoneMatch"] = known.etag
        try:
            response = self._s3.get_object(**request)
        except ClientError as error:
            if error_code(error) in _UNCHANGED:
                return known
            if error_code(error) in ABSENT:
                return None
            raise
        with closing(response["Body"]) as body:
            pointer = parse_pointer(body.read())
        if pointer.kind != self.kind:
            raise PointerError(f"the pointer is for kind {pointer.kind}, not {self.kind}")
        return StoredPointer(pointer, response["ETag"])

    def write_pointer(self, pointer: Pointer, seen: StoredPointer | None) -> None:
        """Write the pointer if nobody has changed it since `seen` was read. Raises MovedMeanwhile."""
        request: PutObjectRequestTypeDef = {"Bucket": self.bucket, "Key": self.pointer_key, "Body": pointer.to_json()}
        if seen is None:
            request["IfNoneMatch"] = "*"
        else:
            request["IfMatch"] = seen.etag
        try:
            self._s3.put_object(**request)
        except ClientError as error:
            if error_code(error) in PRECEDED | CONCURRENT:
                raise MovedMeanwhile from None
            raise

    def read_version(self, version: str) -> dict[str, bytes]:
        """The files of a version, by name. Raises VersionMissing if it has no manifest, and botocore's errors.

        Files that its manifest needs and the bucket lacks are missing in the result: loading it refuses that.
        """
        manifest = self.read_manifest(version)
        if manifest is None:
            raise VersionMissing(f"there is no version {version} in bucket {self.bucket}")
        found = {name: self._file(version, name) for name in _listed(manifest)}
        return {MANIFEST: manifest} | {name: content for name, content in found.items() if content is not None}

    def read_manifest(self, version: str) -> bytes | None:
        """The manifest of a version, unchecked; None if there is none. Raises botocore's errors."""
        return self._file(version, MANIFEST)

    def write_version(self, version: str, files: Mapping[str, bytes]) -> list[str]:
        """Write the files that the bucket lacks, the manifest last; returns the names of those that were written.

        A version without its manifest is incomplete, and the next call completes it. Raises botocore's errors, also
        where somebody else is writing the same file: only a file that is there counts as written.
        """
        ordered = sorted(files, key=lambda name: name == MANIFEST)
        return [name for name in ordered if self._write_once(self._key(version, name), files[name])]

    def version_ids(self) -> list[str]:
        """The ids of all complete versions, sorted."""
        prefix = f"versions/{self.kind}/"
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
        return sorted(key.split("/")[-2] for key in keys if key.endswith(f"/{MANIFEST}") and key.count("/") == 3)

    def _key(self, version: str, name: str) -> str:
        return version_prefix(self.kind, version) + name

    def _file(self, version: str, name: str) -> bytes | None:
        try:
            response = self._s3.get_object(Bucket=self.bucket, Key=self._key(version, name))
        except ClientError as error:
            if error_code(error) in ABSENT:
                return None
            raise
        with closing(response["Body"]) as body:
            if response["ContentLength"] > MOST_FILE_BYTES:
                raise VersionMissing(f"{name} of version {version} has {response['ContentLength']:,} bytes")
            return body.read()

    def _write_once(self, key: str, content: bytes) -> bool:
        """Write an object unless it is there; whether it was written."""
        try:
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if error_code(error) not in PRECEDED:
                raise
            return False
        return True


def _listed(manifest: bytes) -> list[str]:
    """The names of a version's files in its manifest; none if it is invalid, which loading it refuses."""
    try:
        listed = from_json(manifest, _Manifest).files
    except InvalidDocument:
        return []
    return [name for name in VERSION_FILES if name in listed]
