"""Decodes the content of a part: base64, quoted-printable and uuencoding, declared or recognised, with bounded work."""

from __future__ import annotations

import binascii
import codecs
import re

from tagging.mail.headers import decode_base64

_BASE64_LINES = re.compile(
    rb"\s*(?:[A-Za-z0-9+/]{4,1000}={0,2}[ \t]*+\r?\n)++(?:[A-Za-z0-9+/]{2,1000}={0,2}[ \t]*+\r?(?:\n|\Z))?"
)
_ONLY_BASE64 = re.compile(rb"\s*(?:[A-Za-z0-9+/]{60,76}\r?\n){2}(?:[A-Za-z0-9+/]{1,76}={0,2}\r?(?:\n|\Z))*+\s*")
_PADDING = re.compile(rb"={1,2}")
_MAX_PIECES = 50
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/_-]")
_WORDS_OR_MARKS = re.compile(rb"[^A-Za-z0-9+/=\s]|\b[ \t]+\b")
_QP_ESCAPE = re.compile(rb"=(?:[0-9A-F]{2}|[ \t]{0,9}\r?\n)")
_QP_OF_UTF8 = re.compile(rb"=[C-F][0-9A-F]=[89AB][0-9A-F]")
_QP_SIGNS = re.compile(rb"[^\n]{60,80}=\r?\n|=20\r?\n|[a-z]=[C-F][0-9A-F][a-z]")
_QP_WORD = re.compile(rb"^[^\n]{40,74} [a-z]{1,25}=\r?\n[a-z]{1,25}[\s.,;:!?]", re.M)
"""A word that is broken at the end of a full line."""
_SAMPLE = 20_000
"""Bytes that decide about an encoding that is not declared."""
_UU_LINES = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n(.*?)^(?:`\r?\n)?end", re.M | re.S)
_BYTES = frozenset({"binary"})
_UU_NAMES = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
FACTORS = {"base64": 2, "quoted-printable": 3, "x-uuencode": 2}
"""Encoded bytes per decoded byte, at most in practice."""


def transfer_encoding(declared: str, raw: bytes, start: int, end: int) -> str:
    """The encoding of the region of a part: as declared; if nothing is, as its bytes look; "" for none."""
    if declared in ("7bit", "8bit", ""):
        return _undeclared(raw[start : min(end, start + _SAMPLE)])
    name = declared.replace("_", "-")
    if name in ("base64", "base-64"):
        return "base64"
    if name in ("quoted-printable", "quotedprintable"):
        return "quoted-printable"
    if name in _UU_NAMES:
        return "x-uuencode"
    return "" if name in _BYTES else _undeclared(raw[start : min(end, start + _SAMPLE)])


def _undeclared(sample: bytes) -> str:
    """The encoding that a program forgot to declare: `=` stands only in escapes, or all lines are base64 of a text."""
    first = sample.find(b"=")
    if first < 0 and b" " in sample[:70]:
        return ""
    if first >= 0 and _QP_ESCAPE.match(sample, first) and sample.isascii():
        escapes = len(_QP_ESCAPE.findall(sample))
        is_encoded = _QP_OF_UTF8.search(sample) or len(_QP_SIGNS.findall(sample)) > 1 or _QP_WORD.search(sample)
        if is_encoded and escapes * 10 >= sample.count(b"=") * 9:
            return "quoted-printable"
    if b" " not in sample[:60] and _ONLY_BASE64.fullmatch(sample):
        beginning = decode_base64(sample)[:200]
        try:
            codecs.getincrementaldecoder("utf-8")().decode(beginning)
        except UnicodeDecodeError:
            return ""
        return "" if b"\0" in beginning else "base64"
    return ""


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """Decoded content; never fails."""
    if encoding == "base64":
        return _decode_base64_part(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    return _decode_uu(data) if encoding == "x-uuencode" else data


def _decode_base64_part(data: bytes) -> bytes:
    """Decode base64 up to its end: list servers append plain text below it, and some programs do not encode at all."""
    encoded = _BASE64_LINES.match(data)
    if encoded and encoded.end() < len(data) and _is_plain_text(data[encoded.end() :]):
        return _decode_pieces(encoded[0]) + b"\n\n" + data[encoded.end() :]
    return data if _is_plain_text(data) else _decode_pieces(data)


def _decode_pieces(data: bytes) -> bytes:
    """Decode base64 that may consist of several pieces with a padding each: programs append an encoded footer."""
    decoded: list[bytes] = []
    start = 0
    for padding in _PADDING.finditer(data):
        letters = len(_NOT_BASE64.sub(b"", data[start : padding.start()]))
        if len(decoded) == _MAX_PIECES or (letters + len(padding[0])) % 4:
            break  # an `=` in a wrong place is noise
        decoded.append(decode_base64(data[start : padding.end()]))
        start = padding.end()
    return b"".join([*decoded, decode_base64(data[start:])])


def _is_plain_text(data: bytes) -> bool:
    """Whether content declared as base64 holds words and spaces instead."""
    sample = data[:2000]
    return len(_WORDS_OR_MARKS.findall(sample)) * 20 > len(sample)


def _decode_uu(data: bytes) -> bytes:
    body = _UU_LINES.search(data)
    decoded = []
    for line in body[1].splitlines() if body else []:
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            decoded.append(line)
    return b"".join(decoded) if body else data
