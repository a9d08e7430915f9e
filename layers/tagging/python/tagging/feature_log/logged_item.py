"""One item as the log keeps it: all that any version of its encoder needs to decide it again."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from tagging.feature_log.errors import LogError, NewerFormat
from tagging.item import CutKind, Facts
from tagging.model import CutFeatures, Features, Floats32, ReviewReason, Sentence, pack_rows, unpack_many

_AT_ONCE = 256
"""Items that are unpacked together: their features take a few megabytes."""
FORMAT = 1
"""Version of the stored form; a reader refuses newer ones."""


class LoggedItem(Struct, frozen=True):
    """An item's features and facts."""

    id: str
    kind: str
    """As its row names it: `mail`, `text` or `image`."""
    heads: tuple[str, ...] | None
    """The requested heads; None for all."""
    facts: Facts
    features: Features


class _Features(Struct, frozen=True, array_like=True):
    rows: int
    dense: bytes
    """See `pack_rows`."""
    pieces: bytes
    """Deflated; the pieces of a text are separated by spaces, the texts by line breaks. No piece holds either."""
    sentences: tuple[tuple[int, int, int, bool], ...]
    has_full_text: bool
    cuts: tuple[tuple[CutKind, _Features], ...]
    reasons: tuple[ReviewReason, ...]
    unread: bool
    wordless: bool
    final: ReviewReason | None
    headings: int = 0


class _Item(Struct, frozen=True, array_like=True):
    id: str
    kind: str
    heads: tuple[str, ...] | None
    facts: Facts
    dimension: int
    features: _Features


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(_Item)


def pack_item(item: LoggedItem) -> bytes:
    """The bytes of an item; the same item gives the same bytes."""
    dimension = item.features.dense.shape[1]
    return bytes([FORMAT]) + _encode(
        _Item(item.id, item.kind, item.heads, item.facts, dimension, _stored(item.features))
    )


def unpack_item(content: bytes) -> LoggedItem:
    """The inverse of `pack_item`, to the bit. Raises LogError."""
    return unpack_items([content])[0]


def unpack_items(contents: Sequence[bytes]) -> list[LoggedItem]:
    """The items in these contents, as `unpack_item` makes them; faster than one by one. Raises LogError."""
    return [
        each for start in range(0, len(contents), _AT_ONCE) for each in _unpacked(contents[start : start + _AT_ONCE])
    ]


def _unpacked(contents: Sequence[bytes]) -> Iterator[LoggedItem]:
    if any(content[:1] > bytes([FORMAT]) for content in contents):
        raise NewerFormat("the log's item is in a newer format; update tagging")
    try:
        items = [_decoder.decode(content[1:]) for content in contents]
        if len({item.dimension for item in items}) != 1:
            raise ValueError("features of several encoders")
        parts = [(each.dense, each.rows) for item in items for each in _with_cuts(item.features)]
        dense = iter(unpack_many(parts, items[0].dimension))
        for item in items:
            yield LoggedItem(item.id, item.kind, item.heads, item.facts, _restored(item.features, dense))
    except (msgspec.MsgspecError, zlib.error, ValueError):  # the message would quote customers
        raise LogError("the log's item is damaged or cut short") from None


def _with_cuts(stored: _Features) -> Iterator[_Features]:
    """These features, then those of its cuts: the order in which `_restored` takes dense ones."""
    yield stored
    for _, cut in stored.cuts:
        yield from _with_cuts(cut)


def _stored(features: Features) -> _Features:
    pieces = "\n".join(map(" ".join, features.pieces))
    return _Features(
        len(features.dense),
        pack_rows(features.dense),
        zlib.compress(pieces.encode(), 1) if features.pieces else b"",
        tuple((*each.span, each.words, each.may_be_request) for each in features.sentences),
        features.has_full_text,
        tuple((cut.kind, _stored(cut.features)) for cut in features.cuts),
        tuple(sorted(features.reasons)),
        features.unread,
        features.wordless,
        features.final,
        features.headings,
    )


def _restored(stored: _Features, all_dense: Iterator[Floats32]) -> Features:
    pieces = zlib.decompress(stored.pieces).decode().split("\n") if stored.pieces else []
    dense = next(all_dense)
    dense.flags.writeable = False
    # Lists first: a tuple from a generator takes longer, and most images have none of these.
    return Features(
        dense,
        tuple([tuple(text.split(" ")) if text else () for text in pieces]),
        tuple([Sentence((start, end), words, may_be) for start, end, words, may_be in stored.sentences]),
        stored.has_full_text,
        tuple([CutFeatures(kind, _restored(cut, all_dense)) for kind, cut in stored.cuts]),
        frozenset(stored.reasons),
        stored.unread,
        stored.wordless,
        stored.final,
        stored.headings,
    )
