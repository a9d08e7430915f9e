"""The source of an item, from which its id is derived."""

from __future__ import annotations

import hashlib
import json
import re

from msgspec import Struct
from msgspec.structs import replace

_HEX = re.compile(r"[0-9A-Fa-f]{1,64}")
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_TAG = re.compile(r"[ -~]{0,1024}")
"""Characters that an HTTP header can carry."""
_SEQUENCER_DIGITS = 64
PROBE_PREFIX = "probe/"
"""Start of the keys of probes: in a stage with probes, the bucket policy lets nobody else write them."""
_SETUP_OBJECTS = ("AMAZON_SES_SETUP_NOTIFICATION", "malware-protection-resource-validation-object")
"""Objects that SES and GuardDuty write to check their permission."""


def content_hash(content: bytes | str) -> str:
    """The first 32 hex digits of SHA-256; lone surrogates in a text are encoded as they are."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:32]


class StoredObject(Struct, frozen=True):
    """One version of an S3 object; without a version id, eTag and sequencer identify it."""

    bucket: str
    key: str
    version: str | None = None
    etag: str | None = None
    sequencer: str | None = None
    """Hex digits, left-padded: text order is the order of writes to one key."""
    size: int | None = None
    """Bytes according to the event; the size of the object itself decides."""

    @classmethod
    def checked(
        cls, *, bucket: object, key: object, version: object, etag: object, sequencer: object, size: object
    ) -> StoredObject:
        """An object from the fields of an event. Raises ValueError for a field of the wrong type or form."""
        if not (isinstance(bucket, str) and _BUCKET.fullmatch(bucket)):
            raise ValueError("bucket")  # S3 also accepts access point names, at another endpoint
        if not (isinstance(key, str) and 0 < len(key.encode()) <= 1024):  # a lone surrogate raises ValueError too
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
        version = None if version in (None, "", "null") else version  # "null": versioning was off
        return cls(bucket, key, version, etag or None, sequencer, size)

    @property
    def item_id(self) -> str:
        """The same for every message about the same version, whoever sent it."""
        if self.version:
            return _hash_of("version", self.bucket, self.key, self.version)
        return _hash_of("etag", self.bucket, self.key, self.etag or "", self.sequencer or "")

    @property
    def key_id(self) -> str:
        """Identifies the key across its versions."""
        return _hash_of("key", self.bucket, self.key)

    @property
    def is_item(self) -> bool:
        """False for a folder, as the console creates one, and for what AWS writes to check a setup."""
        return not self.key.endswith("/") and self.key.rsplit("/", 1)[-1] not in _SETUP_OBJECTS

    @property
    def is_probe(self) -> bool:
        """Whether a stage with probes takes it for one; elsewhere the key means nothing."""
        return self.key.startswith(PROBE_PREFIX)

    def completed(self, version: str | None, etag: str | None) -> StoredObject:
        """This object with version and eTag from S3's response, where the message named neither."""
        if self.version or self.etag:
            return self
        return replace(self, version=None if version == "null" else version, etag=etag)


class Inline(Struct, frozen=True):
    """Text inside the message, under the sender's id."""

    id: str
    text: str
    subject: str = ""

    @property
    def item_id(self) -> str:
        """The sender's id."""
        return self.id

    def content(self) -> tuple[Inline, int, str]:
        """What the reader takes, its size in characters, and its hash."""
        return self, len(self.text) + len(self.subject), content_hash(json.dumps([self.subject, self.text]))


class RawMail(Struct, frozen=True):
    """A whole mail inside the message, under the id that SES gave it."""

    id: str
    data: bytes

    @property
    def item_id(self) -> str:
        """The id of SES."""
        return self.id

    def content(self) -> tuple[bytes, int, str]:
        """What the reader takes, its size in bytes, and its hash."""
        return self.data, len(self.data), content_hash(self.data)


class RawMessage(Struct, frozen=True):
    """A message, or one record of it, that is not understood: only the hash of its content is kept."""

    hash: str

    @property
    def item_id(self) -> str:
        """The same for the same content, whatever SQS calls the message."""
        return f"message-{self.hash}"

    @classmethod
    def of(cls, content: object) -> RawMessage:
        """The message of this content: a text, or JSON data of any depth."""
        return cls(content_hash(content if isinstance(content, str) else _canonical_text(content)))


class RowId(Struct, frozen=True):
    """An item that has a row, by its id."""

    id: str
    generation: int = 0
    """The pointer's generation by which it is decided, or a later one."""

    @property
    def item_id(self) -> str:
        """The item's id."""
        return self.id


Source = StoredObject | Inline | RawMail | RawMessage | RowId


def _hash_of(*parts: str) -> str:
    return content_hash(json.dumps(parts))


def _canonical_text(document: object) -> str:
    """A text that is different for different JSON documents, at any depth: json.dumps would fail at some."""
    parts: list[str] = []
    stack = [document]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            parts.append(f"{{{len(value)}")
            stack += [part for name in sorted(value) for part in (value[name], name)]
        elif isinstance(value, list):
            parts.append(f"[{len(value)}")
            stack += value
        else:
            parts.append(json.dumps(value, default=repr))
    return " ".join(parts)
