"""Opens opaque-signed S/MIME: the signed content stands in the open inside a CMS structure (RFC 5652, 5.1, in BER)."""

from __future__ import annotations

_SIGNED_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_SEQUENCE, _SET, _INTEGER, _OID, _OCTETS, _PIECES, _EXPLICIT = 0x30, 0x31, 0x02, 0x06, 0x04, 0x24, 0xA0
_INDEFINITE = -1
_MAX_ELEMENTS = 50_000
"""Elements that are read; programs write pieces of a thousand bytes."""


class _NotSigned(Exception):
    """The bytes are not a SignedData."""


def signed_content(data: bytes) -> bytes | None:
    """The signed content, also of a structure that is cut; None if it is no SignedData, or one without content.

    Signatures are not verified: this reads what a person would read. Linear in the number of bytes.
    """
    try:
        at = _enter(data, _enter(data, 0, _SEQUENCE), _OID, _SIGNED_DATA)
        at = _enter(data, _enter(data, at, _EXPLICIT), _SEQUENCE)
        at = _skip(data, _skip(data, at, _INTEGER), _SET)
        at = _skip(data, _enter(data, at, _SEQUENCE), _OID)
        return _octets(data, _enter(data, at, _EXPLICIT)) or None
    except _NotSigned:
        return None


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, length and start of the content of the element at an offset."""
    if at + 2 > len(data):
        raise _NotSigned
    length = data[at + 1]
    if length < 0x80:
        return data[at], length, at + 2
    digits = length & 0x7F
    if digits > 8:
        raise _NotSigned
    return data[at], int.from_bytes(data[at + 2 : at + 2 + digits], "big") if digits else _INDEFINITE, at + 2 + digits


def _enter(data: bytes, at: int, tag: int, value: bytes | None = None) -> int:
    """The offset of the content of an element; with `value`, the offset after it."""
    actual, length, start = _header(data, at)
    if actual != tag:
        raise _NotSigned
    if value is None:
        return start
    if data[start : start + length] != value:
        raise _NotSigned
    return start + length


def _skip(data: bytes, at: int, tag: int) -> int:
    """The offset after an element."""
    actual, length, start = _header(data, at)
    if actual != tag:
        raise _NotSigned
    if length != _INDEFINITE:
        return start + length
    level = 1
    for _ in range(_MAX_ELEMENTS):
        inner, length, start = _header(data, start)
        if length == _INDEFINITE:
            level += 1
        elif inner or length:
            start += length
        elif level == 1:
            return start
        else:
            level -= 1
    raise _NotSigned


def _octets(data: bytes, at: int) -> bytes:
    """The bytes of an octet string, whose pieces may stand in pieces themselves."""
    tag, length, start = _header(data, at)
    if tag == _OCTETS:
        return data[start : start + length]
    end = len(data) if length == _INDEFINITE else start + length
    level = 1
    pieces: list[bytes] = []
    while tag == _PIECES and level and start + 2 <= min(end, len(data)) and len(pieces) + level < _MAX_ELEMENTS:
        inner, length, start = _header(data, start)
        if inner == _OCTETS:
            pieces.append(data[start : start + length])
            start += length
        elif inner == _PIECES:
            level += length == _INDEFINITE
        elif inner == 0 and length == 0:
            level -= 1
        else:
            break
    return b"".join(pieces)
