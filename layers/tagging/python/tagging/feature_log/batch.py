"""One object of the log: the items whose rows one attempt at a batch wrote, in one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from tagging.feature_log.errors import LogError, NewerFormat
from tagging.model import ReviewReason
from tagging.quarantine import Reason

Stored = TypeVar("Stored")

MAGIC = b"tagging.batch/"
FORMAT = b"1"


class VersionLogits(Struct, frozen=True, array_like=True):
    """The logits of one item by one version."""

    version: str
    """Its id."""
    logits: bytes
    """32-bit floats, little-endian [labels]: of all labels, in the order of the version's `labels`."""
    beyond_cut: float
    """See `Prediction.beyond_cut`."""
    peaks: bytes = b""
    """See `peaks`; empty for shadows."""


class Entry(Struct, frozen=True, array_like=True):
    """What the log keeps of one item: the item, and the decision that its row has."""

    id: str
    generation: int
    tagged_at: str
    """ISO 8601, UTC, milliseconds, as the row has it."""
    labels: tuple[str, ...]
    review_reasons: tuple[ReviewReason, ...]
    ticket: bool
    """A ticket is due by this decision."""
    quarantine: Reason | None
    """Of an item that has features and no label set: a requested head is unknown."""
    predictions: tuple[VersionLogits, ...]
    """Of the version that decided, then of the shadows."""
    item: bytes
    """See `pack_item`."""
    again: bool = False
    """The log has an earlier decision on the item: whoever counts items leaves this one out."""

    @property
    def rank(self) -> tuple[int, str]:
        """Of several entries of one item, the one with the highest rank is its current revision."""
        return self.generation, self.tagged_at


class ScoredBy(Struct, frozen=True, array_like=True):
    """What is needed to read a version's logits without the version."""

    scorer: str
    """Versions with the same scorer give the same logits: see `Bundle.scorer`."""
    labels: tuple[str, ...]
    """The label of each column."""


class Batch(Struct, frozen=True, array_like=True):
    """The entries of one attempt."""

    versions: dict[str, ScoredBy]
    entries: tuple[Entry, ...]


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Batch)


def pack_batch(batch: Batch) -> bytes:
    """The bytes of a batch's object."""
    return MAGIC + FORMAT + _encode(batch)


def unpack_batch(content: bytes) -> Batch:
    """The inverse of `pack_batch`. Raises LogError."""
    batch = decoded(content, MAGIC, FORMAT, _decoder)
    if not all(_fits(entry, batch.versions) for entry in batch.entries):
        raise LogError("the log's object is damaged: its logits do not fit its labels")
    return batch


def _fits(entry: Entry, versions: Mapping[str, ScoredBy]) -> bool:
    """Whether an entry has a decisive prediction, and each has a logit for each label of its version."""
    labels = [len(versions[each.version].labels) if each.version in versions else -1 for each in entry.predictions]
    sizes = [(len(each.logits), len(each.peaks)) for each in entry.predictions]
    shadows = [(4 * count, 0) for count in labels[1:]]
    return bool(labels) and sizes == [(4 * labels[0], labels[0]), *shadows]


def decoded(content: bytes, magic: bytes, known: bytes, decoder: msgspec.msgpack.Decoder[Stored]) -> Stored:
    """Decode an object of the log that begins with `magic` and its format, one digit. Raises LogError."""
    kind, found = content[: len(magic)], content[len(magic) : len(magic) + 1]
    if kind != magic or not found.isdigit():
        raise LogError(f"not an object of the feature log: it does not begin with {magic.decode()}")
    if found > known:
        raise NewerFormat("the log's object is in a newer format; update tagging")
    try:
        return decoder.decode(content[len(magic) + 1 :])
    except msgspec.MsgspecError:  # the message would quote customers
        raise LogError("the log's object is damaged or cut short") from None
