"""One compacted hour: an object of decisions, with logits as blocks of arrays, and one of items, end to end."""

from __future__ import annotations

import zlib
from functools import cached_property

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.feature_log.batch import ScoredBy, decoded
from tagging.feature_log.errors import LogError
from tagging.feature_log.peaks import unpack_peaks
from tagging.model import ReviewReason
from tagging.quarantine import Reason

MAGIC = b"tagging.hour/"
FORMAT = b"1"


class Decided(Struct, frozen=True, array_like=True):
    """The decision on one item, and where its `LoggedItem` is in the object of items."""

    id: str
    generation: int
    tagged_at: str
    version: str
    """Id of the version that decided."""
    labels: tuple[str, ...]
    review_reasons: tuple[ReviewReason, ...]
    ticket: bool
    quarantine: Reason | None
    attempt: str
    """Reference of the batch: see `Attempt`."""
    start: int
    end: int
    """Bytes [start, end) of the object of items."""
    again: bool = False
    """See `Entry.again`."""

    @property
    def rank(self) -> tuple[int, str]:
        """Of several decisions on one item, the one with the highest rank is its current revision."""
        return self.generation, self.tagged_at


class Block(Struct, frozen=True, array_like=True, dict=True):
    """The logits of all items that one version scored."""

    version: str
    by: ScoredBy
    rows: tuple[int, ...]
    """Positions of the items in `Hour.decided`, ascending."""
    logit_bytes: bytes
    beyond_cut_bytes: bytes
    peak_bytes: bytes
    """Empty for a shadow."""

    @cached_property
    def logits(self) -> NDArray[np.float32]:
        """[items, labels]."""
        return np.frombuffer(self.logit_bytes, "<f4").reshape(len(self.rows), -1)

    @cached_property
    def beyond_cut(self) -> NDArray[np.float32]:
        """[items]: see `Prediction.beyond_cut`."""
        return np.frombuffer(self.beyond_cut_bytes, "<f4")

    @cached_property
    def peaks(self) -> NDArray[np.float32] | None:
        """[items, labels]: see `peaks`; None for a shadow."""
        return unpack_peaks(self.peak_bytes).reshape(self.logits.shape) if self.peak_bytes else None


class Hour(Struct, frozen=True, array_like=True):
    """The decisions of one hour, each item once, ordered by id."""

    decided: tuple[Decided, ...]
    blocks: tuple[Block, ...]
    inputs: str
    """Names the batches that it was made of, by their keys and ETags: where they changed since, it is made again."""


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Hour)


def pack_hour(hour: Hour) -> bytes:
    """The bytes of the object of decisions; the same hour gives the same bytes."""
    return MAGIC + FORMAT + zlib.compress(_encode(hour), 1)


def unpack_hour(content: bytes) -> Hour:
    """The inverse of `pack_hour`. Raises LogError."""
    header = len(MAGIC) + 1
    try:
        plain = zlib.decompress(content[header:]) if content[:header] == MAGIC + FORMAT else b""
    except zlib.error:
        raise LogError("the hour is damaged or cut short") from None
    hour = decoded(content[:header] + plain, MAGIC, FORMAT, _decoder)
    if any(len(block.logit_bytes) != 4 * len(block.rows) * len(block.by.labels) for block in hour.blocks):
        raise LogError("the hour is damaged: its logits do not fit its labels")
    return hour
