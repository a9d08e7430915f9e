"""Where an item comes from, and the identity that follows from it."""

from __future__ import annotations

import hashlib
import json
import re

from msgspec import Struct
from msgspec.structs import replace

_HEX = re.compile(r"[0-9A-Fa-f]{1,64}")
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_TAG = re.compile(r"[ -~]{0,1024}")
"""What can stand in the header of a request."""
_SEQUENCER_DIGITS = 64
_SET_UP = ("AMAZON_SES_SETUP_NOTIFICATION", "malware-protection-resource-validation-object")
"""What SES and GuardDuty write into a bucket to see whether they may."""


def content_hash(content: bytes | str) -> str:
    """The first 32 hex digits of SHA-256; lone surrogates in a text count as they are."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:32]


class StoredObject(Struct, frozen=True):
    """One version of an S3 object; without a version, the eTag and the sequencer stand for it."""

    bucket: str
    key: str
    version: str | None = None
    etag: str | None = None
    sequencer: str | None = None
    """Hex digits, left-padded, so that text order is S3's order of writes to one key."""
    size: int | None = None
    """Bytes, as the event says; the object itself decides."""

    @classmethod
    def checked(
        cls, *, bucket: object, key: object, version: object, etag: object, sequencer: object, size: object
    ) -> StoredObject:
        """An object as an event names it; ValueError where a field has the wrong type or form."""
        if not (isinstance(bucket, str) and _BUCKET.fullmatch(bucket)):
            raise ValueError("bucket")  # S3 would take the name of an access point too, at another address
        if not (isinstance(key, str) and 0 < len(key.encode()) <= 1024):  # a lone surrogate is a ValueError too
            raise ValueError("key")
        if not (version is None or (isinstance(version, str) and len(version.encode()) <= 1024)):
            raise ValueError("version")
        if not (etag is None or (isinstance(etag, str) and _TAG.fullmatch(etag))):
            raise ValueError("eTag")
        if sequencer is not None:
            if not (isinstance(sequencer, str) and _HEX.fullmatch(sequencer)):
                raise ValueError("sequencer")
            sequencer = sequencer.lower().rjust(_SEQUENCER_DIGITS, "0")
        if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
            raise ValueError("size")
        named = None if version in (None, "", "null") else version  # "null": versioning was off
        return cls(bucket, key, named, etag or None, sequencer, size)

    @property
    def item_id(self) -> str:
        """Equal for every message about the same version, whoever sent it."""
        if self.version:
            return _hash_of("version", self.bucket, self.key, self.version)
        return _hash_of("etag", self.bucket, self.key, self.etag or "", self.sequencer or "")

    @property
    def key_id(self) -> str:
        """Stands for the key across its versions."""
        return _hash_of("key", self.bucket, self.key)

    @property
    def set_up(self) -> bool:
        """Whether AWS wrote it when something was set up: nobody's item."""
        return self.key.rsplit("/", 1)[-1] in _SET_UP

    def as_found(self, version: str | None, etag: str | None) -> StoredObject:
        """The same object once it was read: what S3 said of its version fills what the message left open."""
        if self.version or self.etag:
            return self
        return replace(self, version=None if version == "null" else version, etag=etag)


class Inline(Struct, frozen=True):
    """Text that came in the message itself, under its sender's id."""

    id: str
    text: str
    subject: str = ""

    @property
    def item_id(self) -> str:
        """The sender's id, as it was given."""
        return self.id


Source = StoredObject | Inline


def _hash_of(*parts: str) -> str:
    return content_hash(json.dumps(parts))
